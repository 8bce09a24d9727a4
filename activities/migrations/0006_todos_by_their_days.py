"""What was done on time, and what became of a month's to-dos, is asked of closed ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_outcomes_by_day")]

    operations = [
        migrations.AddIndex("todo", models.Index(fields=["committed_due_on"], name="activities_todo_committed")),
        migrations.AddIndex("todo", models.Index(fields=["effective_due_on"], name="activities_todo_due")),
    ]
