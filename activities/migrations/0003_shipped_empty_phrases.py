"""Phrases that give a customer no reason to talk (S1-26); more may be added in the settings."""

from django.db import migrations

PHRASES = ["状況いかが", "その後いかが", "お時間経った", "時間が経った", "ご状況伺い", "checking in", "just following up"]


def add_phrases(apps, schema_editor):
    pattern = apps.get_model("activities", "LintPattern")
    pattern.objects.bulk_create(pattern(text=phrase) for phrase in PHRASES)


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_projects_lists_and_reasons")]

    operations = [migrations.RunPython(add_phrases, migrations.RunPython.noop)]
