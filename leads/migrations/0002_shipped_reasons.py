"""Nurturing and no-appointment reasons that a fresh install starts with (S3-22, S3-23)."""

from django.db import migrations

REASONS = [
    ("timing", "時期ずれ", "Timing"),
    ("cost", "コストネック", "Cost"),
    ("competitor", "競合導入", "Competitor in use"),
    ("personal_interest", "個人興味での情報収集", "Personal interest"),
]
OTHER = ("other", "その他", "Other")


def add_reasons(apps, schema_editor):
    for name, rows in (("NurturingReason", REASONS), ("NoAppointmentReason", [*REASONS, OTHER])):
        model = apps.get_model("leads", name)
        model.objects.bulk_create(
            model(code=code, label_ja=ja, label_en=en, position=position * 10)
            for position, (code, ja, en) in enumerate(rows, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
