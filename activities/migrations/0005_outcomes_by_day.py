from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_open_order")]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("outcome__isnull", False)),
                fields=["outcome", "occurred_on"],
                name="activities_outcome_day",
            ),
        ),
    ]
