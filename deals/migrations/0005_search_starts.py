"""The starts of a deal's words, to find it by one or two characters (leads/search.py)."""

from django.db import migrations, models

from people.rows import update_rows
from people.text import word_starts

BATCH = 2000


def derive_starts(apps, schema_editor):
    model = apps.get_model("deals", "Deal")
    names = model.objects.order_by("pk").values_list("pk", "name").iterator(BATCH)
    rows = [(pk, word_starts(name)) for pk, name in names]
    for first in range(0, len(rows), BATCH):
        update_rows(model, ["id", "starts_key"], rows[first : first + BATCH])


class Migration(migrations.Migration):
    dependencies = [("deals", "0004_competitor_contract")]

    operations = [
        migrations.AddField(
            "deal",
            "starts_key",
            models.TextField(blank=True, db_default="", default="", editable=False, verbose_name="starts of words"),
        ),
        migrations.RunPython(derive_starts, migrations.RunPython.noop),
    ]
