"""The database refuses to change or delete history."""

from django.db import migrations

from deals.append_only import create_triggers, drop_triggers


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_shipped_lost_reasons"), ("leads", "0002_shipped_reasons")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_triggers(schema_editor),
            lambda apps, schema_editor: drop_triggers(schema_editor),
        )
    ]
