"""double_checks and active_users: is the product used as the program needs it? (M-22, S0-18)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Todo
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, dated, role, team, user
from dashboards.reports.report import Part, Report, rate
from followups.models import LeakCheck
from people.business_days import DAY
from people.models import Team, User
from people.states import Role

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering(Dimension):
    """A team's signatures: its own, and those for everybody."""

    def condition(self, key: str, *, is_checked: bool = False) -> Q:
        everybody = Q(team__isnull=True)
        return everybody | super(Covering, self).condition(key, is_checked=is_checked) if key else everybody


SIGNATURES: dict[str, Dimension] = {
    "team": Covering(label=gettext_lazy("Team"), path="team__name", listing=Team),
    "user": user(gettext_lazy("Signed by"), "signed_by"),
    **dated("checked_on"),
}
STAFF: dict[str, Dimension] = {
    "team": team("team"),
    "user": Dimension(label=gettext_lazy("Person"), path="name", listing=User),
    "role": role(),
}


def double_checks(asked: Asked) -> Report:
    """Business days of the period, the month if none is given, that somebody signed before noon; one row each.

    A team's days are signed by itself or for everybody; without a team those for everybody count.
    """
    asked = asked.of_month_if_open()
    days = business_days(asked)
    in_time = LeakCheck.objects.in_time().filter(checked_on__in=days)
    covering = in_time if "team" in asked.where else in_time.of_company()
    signed = asked.narrow(covering, SIGNATURES, "checked_on")
    first_of_a_day = signed.order_by().values("checked_on").annotate(first=Min("pk")).values("first")
    rows = LeakCheck.objects.filter(pk__in=first_of_a_day)

    def figures() -> dict[str, Any]:
        found = rows.count()
        return {"numerator": found, "denominator": len(days), "rate": rate(found, len(days))}

    return Report(
        name="double_checks",
        title=gettext_lazy("Double checks"),
        asked=asked,
        rows=rows,
        dimensions=SIGNATURES,
        definition=_checks_in_words,
        figures=figures,
    )


def business_days(asked: Asked) -> list[date]:
    """The business days of the period that have come by the day, itself included."""
    last_on = min(asked.last_on or asked.as_of, asked.as_of)
    day, found = asked.first_on or last_on, []
    while day <= last_on:
        if asked.calendar.is_business_day(day):
            found.append(day)
        day += DAY
    return found


def active_users(asked: Asked) -> Report:
    """People of IS and FS who logged work or finished a to-do in the period, the seven days to the day without one.

    Whole: everybody of IS and FS who works here. Figures: `dau` of the day, `wau` of the period.
    """
    span = _span(asked)
    staff = asked.of_period(None, None).narrow(User.objects.active().filter(_is_staff()), STAFF)
    rows, today = staff.filter(used_in(span)), Q(used_in((asked.as_of, asked.as_of)))

    def figures() -> dict[str, Any]:
        found, whole = rows.order_by().count(), staff.order_by().count()
        counts = {"dau": staff.filter(today).order_by().count(), "wau": found}
        return {**counts, "numerator": found, "denominator": whole, "rate": rate(found, whole)}

    return Report(
        name="active_users",
        title=gettext_lazy("People at work in the product"),
        asked=asked,
        rows=rows,
        whole=staff,
        dimensions=STAFF,
        definition=_users_in_words,
        figures=figures,
        split=lambda: staff.annotate(is_there_today=today),
        parts={"today": Part(gettext_lazy("On the day itself"), Q(is_there_today=True))},
    )


def used_in(days: tuple[date, date]) -> Q:
    """Who logged work by hand, or finished a to-do, from the first of these days to the last."""
    logged = Activity.objects.filter(owner=OuterRef("pk"), is_void=False, is_imported=False)
    done = Todo.objects.filter(closed_by=OuterRef("pk"), is_imported=False)
    return Q(Exists(logged.filter(occurred_on__range=days))) | Q(Exists(done.filter(closed_on__range=days)))


def _is_staff() -> Exists:
    held = User.objects.filter(pk=OuterRef("pk"), role_grants__role__in=[Role.IS, Role.FS])
    return Exists(held)


def _span(asked: Asked) -> tuple[date, date]:
    last_on = min(asked.last_on or asked.as_of, asked.as_of)
    return asked.first_on or last_on - WEEK + DAY, last_on


def _checks_in_words() -> str:
    return _(
        "Business days of the period on which the check of the day was signed before noon, for everybody; of one team"
        " also by the team itself. Of all business days of the period that have come."
    )


def _users_in_words() -> str:
    return _(
        "Of the people of inside and field sales, those who logged a call, mail or meeting by hand or finished a to-do"
        " in the period; without one in the seven days to the day. Imported work is no use of the product."
    )
