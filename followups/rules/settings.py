"""Changing a rule: the one way for page, admin and command, with range checks and a version each time."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.models import Rule, RuleVersion
from followups.states import AVAILABLE_MODES
from people.models import User
from people.refusal import Refused

# What may be changed; the code never.
SETTINGS = (
    "name_ja", "name_en", "statuses", "basis", "value", "unit", "action", "assignee_strategy", "due_base",
    "due_offset_value", "due_offset_unit", "is_suppressed_by_promise", "mode", "priority",
)  # fmt: skip


@transaction.atomic
def change_rule(*, rule: Rule, changes: Mapping[str, Any], by: User | None) -> Rule:
    """Set the given columns of the rule and keep what it said before as a version.

    Values may be texts, as a form or the command gives them. Nothing changed: no version. A limit that changes opens
    and closes nothing that exists (D18). Raises Refused with a message per field.
    """
    unknown = {name: _("There is no such setting.") for name in changes if name not in SETTINGS}
    if unknown:
        raise Refused(unknown)
    fresh = Rule.objects.select_for_update().get(pk=rule.pk)
    before = content(fresh)
    for name, value in changes.items():
        setattr(fresh, name, value)
    _check(fresh)
    if content(fresh) != before:
        fresh.version += 1
        fresh.save()
        RuleVersion.objects.create(rule=fresh, version=fresh.version, content=content(fresh), changed_by=by)
    return fresh


def content(rule: Rule) -> dict[str, Any]:
    """What a version of the rule says."""
    return {name: getattr(rule, name) for name in SETTINGS}


def _check(rule: Rule) -> None:
    errors: dict[str, str] = {}
    try:
        rule.full_clean(exclude=["version", "swept_until"])
    except ValidationError as error:
        errors = {field: " ".join(messages) for field, messages in error.message_dict.items()}
    if rule.mode not in AVAILABLE_MODES:
        errors.setdefault("mode", _("Choose off or auto."))
    if not isinstance(rule.statuses, list) or not rule.statuses or rule.unknown_statuses():
        errors["statuses"] = _("Choose at least one status of a live deal.")
    if errors:
        raise Refused(errors)
