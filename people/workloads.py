"""Verbs about how much people carry and reach: caps of a person and of his weekdays, and the targets of a month."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.actions import set_caps
from people.business_days import add_months
from people.models import Target, User, WeekdayCap
from people.records import insert_records
from people.refusal import Refused
from people.states import TargetMetric

HIGHEST_CAP = 500
HIGHEST_TARGET = 100_000

TargetKey = tuple[int, str]  # person, figure


@transaction.atomic
def set_working_caps(
    user: User, *, todo_cap: int | None, deal_cap: int | None, weekdays: Mapping[int, int | None], by: User
) -> None:
    """To-dos a day, deals held, and the cap of single weekdays; None leaves the general one in force.

    Refused at the field for a number out of range.
    """
    named = {"todo_cap": todo_cap, "deal_cap": deal_cap} | {f"day_{day}": cap for day, cap in weekdays.items()}
    errors = {name: text for name, cap in named.items() if (text := _cap_error(cap))}
    if errors:
        raise Refused(errors)
    set_caps(user, todo_cap=todo_cap, deal_cap=deal_cap, by=by)
    stored = {row.weekday: row for row in WeekdayCap.objects.select_for_update().filter(user=user)}
    for day in sorted({*stored, *weekdays}):
        row, cap = stored.get(day), weekdays.get(day)
        if row is not None and cap is None:
            _remove(row, by)
        elif cap is not None and (row is None or row.cap != cap):
            row = row or WeekdayCap(user=user, weekday=day)
            row.cap = cap
            _save(row, by)


def _save(row: WeekdayCap | Target, by: User) -> None:
    """With who did it in its history."""
    row._history_user = by  # type: ignore[union-attr]
    row.save()


def _remove(row: WeekdayCap | Target, by: User) -> None:
    row._history_user = by  # type: ignore[union-attr]
    row.delete()


def _cap_error(cap: int | None) -> str:
    if cap is None or 0 <= cap <= HIGHEST_CAP:
        return ""
    return _("Enter a number from %(low)s to %(high)s.") % {"low": 0, "high": HIGHEST_CAP}


@transaction.atomic
def set_targets(month_on: date, changes: Mapping[TargetKey, tuple[int | None, int | None]], *, by: User) -> None:
    """Set targets of that month, (person, figure) → (what the editor saw, the new one); None takes the target away.

    Refused, by person and figure, for a number out of range and where somebody else has changed it meanwhile.
    """
    present = {(row.user_id, row.metric): row for row in Target.objects.select_for_update().filter(month_on=month_on)}
    errors = {}
    for key, (seen, value) in changes.items():
        stored = present[key].value if key in present else None
        if stored not in (seen, value):
            errors[field_name(key)] = _("Somebody else has set this to %(value)s meanwhile.") % {"value": stored}
        elif value is not None and not 0 <= value <= HIGHEST_TARGET:
            text = _("Enter a number from %(low)s to %(high)s.")
            errors[field_name(key)] = text % {"low": 0, "high": f"{HIGHEST_TARGET:,}"}
    if errors:
        raise Refused(errors)
    for key, (_seen, value) in changes.items():
        _set_target(present.get(key), month_on, key, value, by)


def _set_target(stored: Target | None, month_on: date, key: TargetKey, value: int | None, by: User) -> None:
    if value is None:
        if stored is not None:
            _remove(stored, by)
        return
    if stored is not None and stored.value == value:
        return
    target = stored or Target(user_id=key[0], month_on=month_on, metric=key[1])
    target.value = value
    try:
        target.full_clean()
    except ValidationError as error:
        raise Refused({field_name(key): " ".join(error.messages)}) from error
    _save(target, by)


@transaction.atomic
def copy_targets(month_on: date, *, by: User) -> int:
    """Take over the targets of the month before for people who have none yet; gives back how many were made."""
    taken = set(Target.objects.filter(month_on=month_on).values_list("user_id", "metric"))
    earlier = Target.objects.filter(month_on=add_months(month_on, -1), user__is_active=True)
    missing = [
        Target(user_id=row.user_id, month_on=month_on, metric=row.metric, value=row.value)
        for row in earlier
        if (row.user_id, row.metric) not in taken
    ]
    insert_records(missing)
    Target.history.bulk_history_create(missing, default_user=by)
    return len(missing)


def field_name(key: TargetKey) -> str:
    """The name of the input of one person and figure."""
    return f"{key[1]}_{key[0]}"


def all_keys(people: Iterable[User]) -> list[TargetKey]:
    """Every person with every figure that a target may count."""
    return [(user.pk, metric) for user in people for metric in TargetMetric.values]
