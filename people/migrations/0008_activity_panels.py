from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_reopening_window")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="activity_panels",
            field=models.JSONField(
                blank=True,
                editable=False,
                help_text="Empty: the first five.",
                null=True,
                verbose_name="panels of the activity page",
            ),
        ),
    ]
