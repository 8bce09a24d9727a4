"""PostgreSQL finds deals by index."""

from django.db import migrations

from leads.search_indexes import create_search_indexes, drop_search_indexes


class Migration(migrations.Migration):
    dependencies = [("deals", "0005_search_starts"), ("leads", "0005_search_indexes")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_search_indexes(schema_editor, "deals_deal"),
            lambda apps, schema_editor: drop_search_indexes(schema_editor, "deals_deal"),
        )
    ]
