"""Verbs for the rows that an admin keeps in the settings: add, change and remove one, whatever the list.

Where the model keeps a history, it says who. `Wording` and `Threshold` rows exist only where something differs from
the product's own, so they are set, and removing them is going back.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from people.models import Threshold, User, Wording
from people.records import Edit, version_of
from people.refusal import ALL, Conflict, Refused, refuse
from people.states import THRESHOLD_RANGES
from people.text import normalised_name

Entry = TypeVar("Entry", bound=models.Model)


@transaction.atomic
def add_entry(entry: Entry, *, by: User) -> Entry:
    """Take in a new row. Refused, field by field, for what the model does not allow and for what is there already."""
    return _save(entry, by)


@transaction.atomic
def change_entry(model: type[Entry], edit: Edit, *, by: User) -> Entry:
    """Give a row its new values. Raises Conflict where it says something else than its editor saw."""
    entry = model._default_manager.select_for_update().filter(pk=edit.id).first()
    if entry is None:
        refuse(_("This record no longer exists."))
    if edit.version is not None and edit.version != version_of(entry):
        raise Conflict(entry)
    for name, value in edit.values.items():
        setattr(entry, name, value)
    return _save(entry, by)


@transaction.atomic
def remove_entry(entry: models.Model, *, by: User) -> None:
    """Remove a row that nothing refers to; one that is in use is refused and may be retired instead."""
    if getattr(entry, "is_needed", False):
        refuse(_("The product itself uses this value, so it cannot be deleted. Retire it instead."))
    entry._history_user = by  # type: ignore[attr-defined]
    try:
        entry.delete()
    except ProtectedError:
        refuse(in_use_text(entry))


def in_use_text(entry: models.Model) -> str:
    """Why a row in use stays, and what to do instead where that is possible."""
    if hasattr(entry, "is_active"):
        return _("A value in use cannot be deleted. Retire it instead.")
    return _("A value in use cannot be deleted.")


def free_code(model: type[models.Model], label: str) -> str:
    """A code for a new value of a pull-down: from its English label, else numbered."""
    stem = slugify(label)[:32].replace("-", "_") or "value"
    taken = set(model._default_manager.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if code not in taken)


@transaction.atomic
def set_words(wording: Wording, edit: Edit, *, by: User) -> Wording:
    """Put the admin's words in the place of the product's own. Raises Conflict where somebody did so meanwhile."""
    stored = Wording.objects.filter(kind=wording.kind, code=wording.code).first()
    if stored is not None:
        return change_entry(Wording, Edit(stored.pk, edit.values, edit.version), by=by)
    return add_entry(wording, by=by)


@transaction.atomic
def set_thresholds(changes: Mapping[str, tuple[int | None, int | None]], *, by: User) -> None:
    """Set numbers, code → (what the editor saw, the new one); a new one of None is the default again.

    Refused field by field for a number out of its range, and where somebody else has changed it meanwhile.
    """
    in_force = Threshold.objects.in_force()
    errors: dict[str, str] = {}
    for code, (seen, value) in changes.items():
        if seen is not None and in_force[code] not in (seen, value):
            errors[code] = _("Somebody else has set this to %(value)s meanwhile.") % {"value": in_force[code]}
        elif value is not None:
            errors |= _range_error(code, value)
    if errors:
        raise Refused(errors)
    for code, (_seen, value) in changes.items():
        _set_threshold(code, value, by)


def _set_threshold(code: str, value: int | None, by: User) -> None:
    stored = Threshold.objects.filter(code=code).first()
    if value is None or value == THRESHOLD_RANGES[code][0]:
        if stored is not None:
            remove_entry(stored, by=by)
    elif stored is None or stored.value != value:
        _save(stored or Threshold(code=code), by, value=value)


def _range_error(code: str, value: int) -> dict[str, str]:
    _default, lowest, highest = THRESHOLD_RANGES[code]
    if lowest <= value <= highest:
        return {}
    return {code: _("Enter a number from %(low)s to %(high)s.") % {"low": lowest, "high": highest}}


def _save(entry: Entry, by: User, **values: Any) -> Entry:
    for name, value in values.items():
        setattr(entry, name, value)
    if hasattr(entry, "name_key"):
        entry.name_key = normalised_name(entry.name)  # type: ignore[attr-defined]
    try:
        entry.full_clean()
    except ValidationError as error:
        raise Refused(_messages(error)) from error
    entry._history_user = by  # type: ignore[attr-defined]
    entry.save()
    return entry


def _messages(error: ValidationError) -> dict[str, str]:
    """One sentence per field; the folded name is the name, and twice the same is said in plain words."""
    found: dict[str, str] = {}
    for field, errors in error.error_dict.items():
        name = {"name_key": "name", "__all__": ALL}.get(field, field)
        texts = [_already() if one.code in ("unique", "unique_together") else " ".join(one.messages) for one in errors]
        found[name] = " ".join(texts)
    return found


def _already() -> str:
    return _("This is in the list already.")
