"""The company's own days off that a fresh install starts with: 29 December to 3 January (D16)."""

from django.db import migrations

DAYS = [(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)]


def add_days(apps, schema_editor):
    holiday = apps.get_model("people", "CompanyHoliday")
    holiday.objects.bulk_create(holiday(month=month, day=day, name="年末年始") for month, day in DAYS)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(add_days, migrations.RunPython.noop)]
