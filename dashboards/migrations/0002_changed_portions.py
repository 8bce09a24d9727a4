"""PostgreSQL writes down what has changed since the answers were kept (ADR 11)."""

from django.db import migrations

from dashboards.triggers import create_triggers, drop_triggers


class Migration(migrations.Migration):
    dependencies = [
        ("dashboards", "0001_daily_snapshots"),
        ("people", "0011_kept_answers"),
        ("leads", "0007_lead_events_hold_the_reasons"),
        ("deals", "0012_reopened_cycles"),
        ("activities", "0008_todos_planned_and_made"),
        ("followups", "0016_follow_ups_by_day"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_triggers(schema_editor),
            lambda apps, schema_editor: drop_triggers(schema_editor),
        )
    ]
