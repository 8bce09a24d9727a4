"""The to-do list by the day on which it is due: 遅延, 今日, 今週, 来週, 以降 (SC-03)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.querysets import TodoQuerySet
from followups.lines import TodoLine
from people.business_days import DAY
from people.long_counts import kept_while_long


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; None is open-ended."""

    key: str
    label: str | Promise
    first: date | None
    last: date | None

    @property
    def days(self) -> Q:
        """The condition on a to-do whose effective due date lies in the span."""
        from_first = Q() if self.first is None else Q(effective_due_on__gte=self.first)
        return from_first if self.last is None else from_first & Q(effective_due_on__lte=self.last)

    def holds(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(slots=True)
class Group:
    """The to-dos of one span on this page of the list; `count` is that of the whole list."""

    span: Span
    count: int
    todos: list[TodoLine] = field(default_factory=list)


def spans(as_of: date) -> tuple[Span, ...]:
    """The five spans of the list, seen from as_of. Weeks begin on Monday; on a Sunday this week is empty."""
    sunday = as_of + timedelta(days=6 - as_of.weekday())
    return (
        Span("late", _("Overdue"), None, as_of - DAY),
        Span("today", _("Today"), as_of, as_of),
        Span("this_week", _("This week"), as_of + DAY, sunday),
        Span("next_week", _("Next week"), sunday + DAY, sunday + timedelta(days=7)),
        Span("later", _("Later"), sunday + timedelta(days=8), None),
    )


def span_sizes(todos: TodoQuerySet, as_of: date) -> dict[str, int]:
    """How many to-dos each span holds, and `all` of them, by one query; of a long list see people/long_counts.py."""
    sizes = {span.key: Count("pk", filter=span.days) for span in spans(as_of)}
    whole = todos.order_by()
    return dict(kept_while_long(whole, lambda: whole.aggregate(all=Count("pk"), **sizes), as_of))


def grouped(todos: Iterable[TodoLine], sizes: dict[str, int], as_of: date) -> list[Group]:
    """The to-dos of one page in their spans, in the order of the days; spans without a row on the page are left out."""
    groups = [Group(span, sizes[span.key]) for span in spans(as_of)]
    for todo in todos:
        next(group for group in groups if group.span.holds(todo.effective_due_on)).todos.append(todo)
    return [group for group in groups if group.todos]
