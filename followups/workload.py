"""Open to-dos as everybody counts them: the page, the reports and the notices (M-05, M-06)."""

from datetime import date

from django.db.models import QuerySet

from activities.models import Todo
from activities.querysets import TodoQuerySet
from deals.models import Deal


def open_todos(as_of: date) -> TodoQuerySet:
    """Open to-dos, linked to a record or not, but none of deals that are later than the day (D11)."""
    return Todo.objects.open().exclude(deal__in=_later(as_of))


def overdue_todos(as_of: date) -> TodoQuerySet:
    """Open to-dos whose effective due date lies before the day."""
    return Todo.objects.overdue(as_of).exclude(deal__in=_later(as_of))


def _later(as_of: date) -> QuerySet[Deal, int]:
    return Deal.objects.later(as_of).order_by().values_list("pk", flat=True)
