"""What a bulk action is about: the rows ticked in a list, or everything that the list's filter finds (S2-25)."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.http import Http404, QueryDict
from django.utils import timezone

from activities.models import Todo
from activities.states import ListPage
from deals.models import Deal
from followups.cycle_filters import CycleFilter
from followups.filters import DealFilter, TodoFilter
from followups.lead_filters import LeadFilter
from leads.filters import CompanyFilter
from leads.models import Company
from people.filtering import ListFilter
from people.http import Request, asked_ids

MOST = 5000

FilterOf = Callable[[QueryDict, Request, date], ListFilter]


class ListSpec(NamedTuple):
    """A list whose rows can be chosen: its page, the name of its boxes, its filter, and the column of the choice."""

    url_name: str
    box: str
    filter_of: FilterOf
    column: str = "pk"
    also: frozenset[str] = frozenset()  # what the page's address may say beside the filter


def _deals(asked: QueryDict, request: Request, _as_of: date) -> ListFilter:
    return DealFilter(asked, queryset=Deal.objects.all(), request=request)


def _todos(asked: QueryDict, request: Request, as_of: date) -> ListFilter:
    return TodoFilter(asked, queryset=Todo.objects.open(), request=request, as_of=as_of)


def _companies(asked: QueryDict, request: Request, _as_of: date) -> ListFilter:
    return CompanyFilter(asked, queryset=Company.objects.all(), request=request)


def _leads(asked: QueryDict, request: Request, as_of: date) -> ListFilter:
    return LeadFilter(asked, as_of=as_of, request=request)


def _follow_ups(asked: QueryDict, request: Request, as_of: date) -> ListFilter:
    return CycleFilter(asked, as_of=as_of, request=request)


LISTS: dict[str, ListSpec] = {
    ListPage.DEALS: ListSpec("followups:deals", "deal", _deals),
    ListPage.TODOS: ListSpec("followups:todos", "todo", _todos),
    ListPage.COMPANIES: ListSpec("followups:companies", "company", _companies),
    ListPage.LEADS: ListSpec("followups:leads", "lead", _leads),
    ListPage.FOLLOWUP: ListSpec("followups:follow_ups", "deal", _follow_ups, column="deal_id"),
}


class Selection(NamedTuple):
    """The ids of the chosen deals, leads or to-dos; `page` is the list they were chosen in."""

    page: str
    ids: list[int]
    is_all: bool
    query: str

    @property
    def spec(self) -> ListSpec:
        """Its list."""
        return LISTS[self.page]


def selection_of(request: Request, *pages: str) -> Selection:
    """What the address chooses: ?list=deals&deal=1&deal=2, or ?list=deals&all=1&query=… for all that the filter finds.

    404 for a list that is not among the pages; at most MOST records at once.
    """
    page = request.GET.get("list", "")
    if page not in pages:
        raise Http404
    spec, is_all, query = LISTS[page], "all" in request.GET, request.GET.get("query", "").removeprefix("?")
    if not is_all:
        return Selection(page, sorted(set(asked_ids(request, spec.box))), is_all, query)
    found: Any = spec.filter_of(QueryDict(query), request, timezone.localdate()).qs
    ids = found.order_by(spec.column).values_list(spec.column, flat=True).distinct()
    return Selection(page, list(ids[: MOST + 1]), is_all, query)
