"""What is published for a later day: part of the rules of that day, and put in force by the first sweep of it."""

from datetime import date

from django.db import transaction

from followups.models import Announcement, Rule
from followups.rules.settings import write_version
from people.refusal import Refused


def in_force_on(as_of: date) -> list[Rule]:
    """The rules as they will stand on that day, unsaved, first to act first."""
    rules = {rule.pk: rule for rule in Rule.objects.all()}
    for announcement in Announcement.objects.waiting(as_of):
        rule = rules[announcement.rule_id]
        for name, value in announcement.changes.items():
            setattr(rule, name, date.fromisoformat(value) if name == "applies_from_on" and value else value)
        rule.version += 1
    return sorted(rules.values(), key=lambda rule: (rule.priority, rule.code))


def put_in_force(as_of: date) -> None:
    """Let the rules say what was published for that day or an earlier one.

    One that no longer fits beside the other rules is not put in force and says why; nothing else is held up by it.
    """
    for announcement in Announcement.objects.waiting(as_of).select_related("rule", "published_by"):
        by = announcement.published_by
        try:
            with transaction.atomic():
                rule = write_version(rule=announcement.rule, changes=announcement.changes, by=by, as_of=as_of)
        except Refused as refused:
            announcement.refusal = str(refused)[:400]
        else:
            announcement.version, announcement.enacted_on = rule.version, as_of
        announcement.save(update_fields=["refusal", "version", "enacted_on"])
