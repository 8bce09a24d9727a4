"""Changing a rule, the one way for page, admin and command: range checks, a version and an announcement each time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from deals.states import DealStatus
from followups.models import Rule, RuleVersion
from followups.rules.announcing import News, announce
from followups.rules.limits import with_own_limits
from followups.states import RuleMode
from people.models import User
from people.refusal import Refused

# What may be changed; the code never.
SETTINGS = (
    "name_ja", "name_en", "statuses", "basis", "value", "unit", "limit_from", "product_limits", "action",
    "assignee_strategy", "due_base", "due_offset_value", "due_offset_unit", "is_suppressed_by_promise",
    "applies_from_on", "mode", "priority",
)  # fmt: skip


@transaction.atomic
def change_rule(*, rule: Rule, changes: Mapping[str, Any], by: User | None, as_of: date) -> Rule:
    """Set the given columns of the rule from that day on, and announce it: no rule changes unheard (S2-34).

    Values may be texts, as a form or the command gives them. Nothing changed: no version. A limit that changes opens
    and closes nothing that exists (D18). Raises Refused with a message per field.
    """
    before = content(Rule.objects.select_for_update().get(pk=rule.pk))
    changed = write_version(rule=rule, changes=changes, by=by, as_of=as_of)
    after = content(changed)
    if after != before:
        is_for_all = changed.applies_from_on is None
        announce(
            News(
                rule=changed, version=changed.version, before=before, after=after, by=by, effective_on=as_of,
                enacted_on=as_of, applies_to_existing=is_for_all,
            ),
            as_of,
        )  # fmt: skip
    return changed


def write_version(*, rule: Rule, changes: Mapping[str, Any], by: User | None, as_of: date) -> Rule:
    """Set columns of a rule whose announcement is somebody else's business, and keep a version of what it says.

    A new source of the limit computes the limits per product from the wins until as_of, unless they are given. Raises
    Refused with a message per field. Inside a transaction.
    """
    unknown = {name: _("There is no such setting.") for name in changes if name not in SETTINGS}
    if unknown:
        raise Refused(unknown)
    fresh = Rule.objects.select_for_update().get(pk=rule.pk)
    before = content(fresh)
    for name, value in changes.items():
        setattr(fresh, name, value)
    if fresh.limit_from != before["limit_from"] and "product_limits" not in changes:
        with_own_limits(fresh, as_of)
    if errors := faults(fresh):
        raise Refused(errors)
    if content(fresh) != before:
        fresh.version += 1
        fresh.save()
        RuleVersion.objects.create(rule=fresh, version=fresh.version, content=content(fresh), changed_by=by)
    return fresh


def content(rule: Rule) -> dict[str, Any]:
    """What a version of the rule says, as JSON keeps it."""
    said = {name: getattr(rule, name) for name in SETTINGS}
    return said | {"applies_from_on": str(rule.applies_from_on) if rule.applies_from_on else None}


def faults(rule: Rule) -> dict[str, str]:
    """What is wrong with the rule as it stands, saved or not, by setting."""
    errors: dict[str, str] = {}
    try:
        rule.full_clean(exclude=["version", "swept_until"])
    except ValidationError as error:
        errors = {field: " ".join(messages) for field, messages in error.message_dict.items()}
    if not isinstance(rule.statuses, list) or not rule.statuses or rule.unknown_statuses():
        errors["statuses"] = _("Choose at least one status of a live deal.")
    if not isinstance(rule.product_limits, dict):
        errors["product_limits"] = _("Limits per product are computed when a rule is published, not typed.")
    if not errors and (overlap := _overlap(rule)):
        errors["statuses"] = overlap
    return errors


def _overlap(rule: Rule) -> str:
    """Which other rule that is switched on looks at one of the statuses; '' for none."""
    if rule.mode == RuleMode.OFF:
        return ""
    for other in Rule.objects.speaking().exclude(pk=rule.pk):
        for status in DealStatus:
            if status in rule.statuses and status in other.statuses:
                words = {"status": status.label, "rule": other.name}
                return (
                    _("'%(status)s' is looked at by the rule '%(rule)s' already. Leave it out of one of them.") % words
                )
    return ""
