"""The list of everybody's to-dos is read in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_shipped_empty_phrases")]

    operations = [
        migrations.AddIndex(
            "todo",
            models.Index(
                condition=models.Q(("status", "open")),
                fields=["effective_due_on", "due_time", "id"],
                name="activities_todo_open_order",
            ),
        ),
        migrations.RemoveIndex("todo", name="activities_todo_open_due"),
    ]
