"""The table of domain D.6: what each call result suggests. All of it may be changed in the settings."""

from django.db import migrations

# outcome, lead becomes, next to-do after, unit, asks for the no-appointment reason
EFFECTS = [
    ("not_connected", "approaching", 1, "business_day", False),
    ("callback", "approaching", 3, "business_day", False),
    ("appointment", "meeting_won", 0, "none", False),
    ("declined", "nurturing_action", 3, "month", True),
    ("out_of_target_person", "", 0, "none", False),
]


def add_effects(apps, schema_editor):
    effect = apps.get_model("followups", "OutcomeEffect")
    effect.objects.bulk_create(
        effect(outcome=outcome, lead_status=status, next_value=value, next_unit=unit, asks_reason=asks)
        for outcome, status, value, unit, asks in EFFECTS
    )


class Migration(migrations.Migration):
    dependencies = [("followups", "0003_outcomes_and_proposals")]

    operations = [migrations.RunPython(add_effects, migrations.RunPython.noop)]
