"""Two keys to search by: what a row is found by, and the starts of its words (leads/search.py)."""

from django.db import migrations, models

from people.rows import update_rows
from people.text import phone_key, search_key, word_starts

BATCH = 2000


def derive_keys(apps, schema_editor):
    for name, parts in (("Company", _company), ("Contact", _contact), ("Lead", _lead)):
        model = apps.get_model("leads", name)
        rows = []
        for record in model.objects.order_by("pk").iterator(BATCH):
            names, others = parts(record)
            rows.append((record.pk, search_key(*names, *others), word_starts(*names)))
        for first in range(0, len(rows), BATCH):
            update_rows(model, ["id", "search_key", "starts_key"], rows[first : first + BATCH])


def _company(company):
    return (company.name, company.kana), (phone_key(company.phone),)


def _contact(contact):
    return (contact.name, contact.kana), (phone_key(contact.phone), contact.email)


def _lead(lead):
    return (lead.name,), (phone_key(lead.phone), lead.email)


def _starts():
    return models.TextField(
        blank=True, db_default="", default="", editable=False, verbose_name="starts of words"
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_merges_and_reasons")]

    operations = [
        *(
            migrations.AlterField(name, "search_key", models.TextField(blank=True, editable=False, verbose_name="search key"))
            for name in ("company", "contact", "lead")
        ),
        *(migrations.AddField(name, "starts_key", _starts()) for name in ("company", "contact", "lead")),
        migrations.RunPython(derive_keys, migrations.RunPython.noop),
    ]
