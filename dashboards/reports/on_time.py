"""on_time: to-dos done by the day that was committed to (M-04, D17)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, DateTimeField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo
from activities.states import CancelReason, TodoStatus
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_todos, origin, with_link
from dashboards.reports.report import Part, Report, rate
from deals.models import Deal
from people.business_days import DAY, BusinessCalendar
from people.portions import of_deals_or_leads

COMMITTED_ON = "committed_on"
DIMENSIONS = of_todos(dated_on=COMMITTED_ON) | {"origin": origin()}
LONGEST_BREAK = timedelta(days=14)  # no run of days off is longer
DONE_ON_TIME = Q(status=TodoStatus.DONE, closed_on__lte=F(COMMITTED_ON))


def on_time(asked: Asked) -> Report:
    """Of the to-dos of a period by their committed day, those done by then. Without a period: the month of the day.

    Not counted at all: what was cancelled or superseded, what nobody had, and what is open and not yet past its day.
    """
    asked = asked.of_month_if_open()
    done = Q(status=TodoStatus.DONE, closed_on__lte=asked.as_of)
    judged = done | (Q(status__in=(TodoStatus.OPEN, TodoStatus.DONE)) & Q(committed_on__lt=asked.as_of))
    not_useful = Q(status=TodoStatus.CANCELLED, cancel_reason=CancelReason.NOT_USEFUL)
    todos = asked.narrow(with_link(committed_todos(asked), "deal", "lead", "contact"), DIMENSIONS, COMMITTED_ON)
    whole = todos.filter(judged)
    rows = whole.filter(done & DONE_ON_TIME)

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), whole.order_by().count()
        return {"numerator": numerator, "denominator": denominator, "rate": rate(numerator, denominator)}

    return Report(
        name="on_time",
        title=gettext_lazy("Done on time"),
        asked=asked,
        rows=rows,
        whole=whole,
        dimensions=DIMENSIONS,
        whose=of_deals_or_leads(),
        definition=_definition,
        figures=figures,
        split=lambda: todos,
        parts={
            "late": Part(gettext_lazy("Done late"), done & Q(closed_on__gt=F(COMMITTED_ON))),
            "open": Part(gettext_lazy("Past the day and not done"), judged & ~done),
            "not_useful": Part(gettext_lazy("Cancelled as not useful, not counted"), not_useful),
        },
    )


def committed_todos(asked: Asked) -> QuerySet[Todo]:
    """To-dos that somebody has, with a column `committed_on`: the first business day from the committed date on.

    None of deals that are later than the day (D11).
    """
    later = Deal.objects.later(asked.as_of).order_by().values("pk")
    todos = Todo.objects.filter(_near(asked), assignee__isnull=False).exclude(deal__in=later)
    shifts = list(_shifts(*_span(asked, todos), asked.calendar))
    return todos.annotate(committed_on=Case(*shifts, default=F("committed_due_on"), output_field=DateField()))


def _near(asked: Asked) -> Q:
    """Committed dates that can lie in the period once days off are passed over; an index answers it."""
    first_on = asked.first_on and asked.first_on - LONGEST_BREAK
    return Asked(as_of=asked.as_of, first_on=first_on, last_on=asked.last_on).period("committed_due_on")


def _span(asked: Asked, todos: QuerySet[Todo]) -> tuple[date, date]:
    """The days for which days off matter; looked up where an end of the period is open."""
    if asked.first_on and asked.last_on:
        return asked.first_on - LONGEST_BREAK, asked.last_on
    found = todos.order_by().aggregate(first=Min("committed_due_on"), last=Max("committed_due_on"))
    return found["first"] or asked.as_of, found["last"] or asked.as_of


def _shifts(first: date, last: date, calendar: BusinessCalendar) -> Iterator[When]:
    """Days off by how far the next business day is: few branches, however long the period."""
    by_length = defaultdict[int, list[date]](list)
    for n in range((last - first).days + 1):
        day = first + n * DAY
        if not calendar.is_business_day(day):
            by_length[(calendar.on_or_after(day) - day).days].append(day)
    for length, days in by_length.items():
        later = ExpressionWrapper(F("committed_due_on") + Value(timedelta(days=length)), output_field=DateTimeField())
        yield When(committed_due_on__in=days, then=Cast(later, DateField()))


def _definition() -> str:
    return _(
        "To-dos by the business day committed to: done on or before it, of all whose day has passed or that are done."
        " The day committed to moves only when the customer agreed before it passed; who puts a to-do off by himself"
        " keeps the old day. Cancelled and superseded to-dos and those that nobody has are left out, and an open one"
        " counts from the day after."
    )
