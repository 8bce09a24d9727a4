"""over_cap: the days of people that hold more to-dos than fit, among the next ten business days (M-06)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.capacity import STRIP_BUSINESS_DAYS
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import dated, team, user
from dashboards.reports.load import LOAD_ON, load_on
from dashboards.reports.report import Report
from followups.workload import open_todos
from people.limits import Limits, cap_in_rows
from people.models import Absence
from people.portions import of_deals_or_leads

WHOSE = of_deals_or_leads()
DIMENSIONS = {"team": team("assignee__team"), "user": user(gettext_lazy("Person"), "assignee"), **dated(LOAD_ON)}


def over_cap(asked: Asked) -> Report:
    """People times days: each row is one person's day, told by the first of its to-dos.

    A day is over where it holds more than the cap, and where it holds any while he is away.
    """
    return Report(
        name="over_cap",
        title=gettext_lazy("Over the cap"),
        asked=asked,
        rows=_crowded(asked.narrow(_near(asked), DIMENSIONS, LOAD_ON), asked),
        dimensions=DIMENSIONS,
        definition=definition,
    )


def held_by_day(asked: Asked) -> QuerySet[Any]:
    """Person, day and number of the to-dos of the next ten business days."""
    todos = asked.narrow(_near(asked), DIMENSIONS, LOAD_ON).order_by()
    counted: QuerySet[Any] = todos.values_list("assignee", LOAD_ON).annotate(held=Count("pk"))
    return counted


def crowded_days(days: Iterable[tuple[int, date, int]], limits: Mapping[int, Limits]) -> int:
    """How many rows the report has, from rows of `held_by_day`. limits: of everybody who holds something."""
    return sum(
        held > (0 if limits[user_id].absent_until(day) else limits[user_id].cap_on(day)) for user_id, day, held in days
    )


def _near(asked: Asked) -> QuerySet[Any]:
    """The to-dos that fill the next ten business days, with the day they fill and its day of the week."""
    days = asked.calendar.next_days(asked.as_of, STRIP_BUSINESS_DAYS)
    todos = open_todos(asked.as_of).filling_days().filter(assignee__isnull=False, effective_due_on__lte=days[-1])
    weekday = Case(
        *[When(load_on=day, then=Value(day.weekday())) for day in days], default=Value(0), output_field=IntegerField()
    )
    return todos.annotate(load_on=load_on(asked)).annotate(weekday=weekday)


def _crowded(todos: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """One to-do per person and day that are over: with `held`, how many the day holds, and `cap`, 0 while away."""
    day = ["assignee", LOAD_ON]
    away = Absence.objects.filter(user=OuterRef("assignee"), starts_on__lte=OuterRef(LOAD_ON))
    ever_away = Absence.objects.filter(ends_on__gte=asked.as_of).order_by().values("user")  # the few to look at
    cap = cap_in_rows("assignee", "weekday", asked.thresholds)
    counted = todos.annotate(
        held=Window(Count("pk"), partition_by=day),
        place=Window(RowNumber(), partition_by=day, order_by="pk"),
        cap=Case(
            When(Q(assignee__in=ever_away) & Exists(away.filter(ends_on__gte=OuterRef(LOAD_ON))), then=Value(0)),
            default=cap,
            output_field=IntegerField(),
        ),
    )
    crowded: QuerySet[Any] = counted.filter(place=1, held__gt=F("cap"))
    return crowded


def definition() -> str:
    return _(
        "Days of people, of the next ten business days, that hold more open to-dos than the cap of the person allows,"
        " and any to-do on a day away. What is overdue fills the first day; call projects that do not count to the cap"
        " are left out."
    )
