"""PostgreSQL finds companies, contacts and leads by index."""

from django.db import migrations

from leads.search_indexes import create_search_indexes, drop_search_indexes

TABLES = ("leads_company", "leads_contact", "leads_lead")


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_search_keys")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_search_indexes(schema_editor, *TABLES),
            lambda apps, schema_editor: drop_search_indexes(schema_editor, *TABLES),
        )
    ]
