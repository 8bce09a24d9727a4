"""The three rules of domain A6. They are off: an admin looks at what they would do, then switches them on (C-11)."""

from django.db import migrations

RULES = [
    {
        "code": "R-14", "name_ja": "応答のない接触中", "name_en": "Contacting without a reply", "priority": 10,
        "statuses": ["contacting"], "basis": "no_response", "value": 14, "unit": "day", "action": "return",
        "due_base": "last_contact_on", "due_offset_value": 3, "due_offset_unit": "month",
    },
    {
        "code": "R-1M", "name_ja": "進捗のない初回訪問", "name_en": "First visit without progress", "priority": 20,
        "statuses": ["first_visit"], "basis": "status_dwell", "value": 1, "unit": "month", "action": "return",
        "due_base": "first_visit_on", "due_offset_value": 3, "due_offset_unit": "month",
    },
    {
        "code": "R-60", "name_ja": "滞留商談", "name_en": "Stagnant deals", "priority": 30,
        "statuses": ["not_started", "appointment", "ongoing", "quoted"], "basis": "no_activity", "value": 60,
        "unit": "day", "action": "todo", "due_base": "entered_on", "due_offset_value": 0, "due_offset_unit": "day",
    },
]  # fmt: skip
COMMON = {"assignee_strategy": "owner_then_load", "is_suppressed_by_promise": True, "mode": "off"}


def add_rules(apps, schema_editor):
    rule = apps.get_model("followups", "Rule")
    version = apps.get_model("followups", "RuleVersion")
    for row in RULES:
        made = rule.objects.create(**row, **COMMON)
        version.objects.create(rule=made, version=1, content=row | COMMON)


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_initial")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
