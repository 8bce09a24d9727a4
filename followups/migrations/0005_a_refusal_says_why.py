"""A talk without appointment always says why (S3-23); a table in which that was switched off asks again."""

from django.db import migrations, models


def ask_again(apps, schema_editor):
    apps.get_model("followups", "OutcomeEffect").objects.filter(outcome="declined").update(asks_reason=True)


class Migration(migrations.Migration):
    dependencies = [("followups", "0004_shipped_outcome_effects")]

    operations = [
        migrations.RunPython(ask_again, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="outcomeeffect",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "declined"), _negated=True) | models.Q(("asks_reason", True)),
                name="followups_effect_declined_asks_why",
                violation_error_message="A talk without appointment always says why.",
            ),
        ),
    ]
