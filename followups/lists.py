"""The rows of lists, with everything a row shows loaded by a constant number of queries."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from activities.models import Todo
from activities.querysets import TodoQuerySet
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.lines import with_cycle_kind
from leads.models import Contact
from leads.querysets import CompanyQuerySet
from people.long_counts import count_of, known_count_of
from people.models import User

PAGE_SIZE = 50
READ_AT_ONCE = 1000  # ids, which takes about as long as to count them
Loader = Callable[[list[int]], list[Any]]
TODO_ORDER = ("effective_due_on", "due_time", "id")
NEXT_STEP = ("deal", "subject", "status", "effective_due_on", "due_time", "is_promised")


class OfPage:
    """A long list of which one page is shown, for a Paginator: its ids are put in order, then its rows are loaded.

    What a row shows comes from eight tables. Ordering their join reads all of them for every row of the list, and
    PostgreSQL thinks longer about such a question than it takes to answer it in two.
    """

    def __init__(self, found: "models.QuerySet[Any]", load: Loader) -> None:
        self.found, self.load = found, load

    @cached_property
    def first_ids(self) -> list[int]:
        """The ids at the top of the list, and one more where it is longer: a short list is counted by them."""
        return list(self.found.values_list("pk", flat=True)[: READ_AT_ONCE + 1])

    def count(self) -> int:
        """How long the whole list is."""
        known = known_count_of(self.found)
        if known is None and len(self.first_ids) <= READ_AT_ONCE:
            return len(self.first_ids)
        return count_of(self.found) if known is None else known

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, page: slice) -> list[Any]:
        """The rows of the page in their order; one that is deleted at this moment is left out."""
        is_read = "first_ids" in self.__dict__ and page.stop <= READ_AT_ONCE
        ids = self.first_ids[page] if is_read else list(self.found.values_list("pk", flat=True)[page])
        if not ids:
            return []
        rows = {row.pk: row for row in self.load(ids)}
        return [rows[pk] for pk in ids if pk in rows]


def page_of(found: "models.QuerySet[Any]", load: Loader, number: str | None, count: int | None = None) -> Page[Any]:
    """One page of a list as it is ordered. load: its rows by their ids, in any order. count: how long the list is."""
    paginator: Paginator[Any] = Paginator(OfPage(found, load), PAGE_SIZE)  # type: ignore[arg-type]  # sliced only
    if count is not None:
        paginator.count = count
    return paginator.get_page(number)


def next_steps() -> TodoQuerySet:
    """Open to-dos of deals, as a row of a deal shows the next one."""
    steps: TodoQuerySet = Todo.objects.open().only(*NEXT_STEP).order_by("effective_due_on", "id")
    return steps


def deal_rows(deals: DealQuerySet) -> DealQuerySet:
    """Deals with company, owners, `open_todos` (the next one first) and `cycle_kind` (None: not followed up)."""
    rows = with_cycle_kind(deals.select_related("company", "fs_owner", "is_owner"))
    return rows.prefetch_related(Prefetch("todos", next_steps(), to_attr="open_todos"))


def deals_to_work_on(user: User) -> DealQuerySet:
    """Deals on which the person has an open to-do, the one due first at the top."""
    his = Todo.objects.open().filter(deal=OuterRef("pk"), assignee=user).order_by("effective_due_on")
    due = Subquery(his.values("effective_due_on")[:1])
    return Deal.objects.annotate(next_on=due).filter(next_on__isnull=False).order_by("next_on", "id")


def todo_rows(todos: TodoQuerySet) -> TodoQuerySet:
    """To-dos in the order of their days, with the deal, the people and the follow-up they belong to."""
    rows = todos.select_related("deal__company", "lead", "contact", "assignee", "cycle__reason")
    return rows.order_by(*TODO_ORDER)


def company_rows(companies: CompanyQuerySet) -> CompanyQuerySet:
    """Companies with `n_contacts` and `n_deals`."""
    return companies.annotate(n_contacts=_count_of(Contact), n_deals=_count_of(Deal))


def _count_of(model: type[Contact] | type[Deal]) -> Coalesce:
    """How many rows of the model name the company; a subquery each, so that two counts do not multiply."""
    rows = model._default_manager.filter(company=OuterRef("pk")).order_by().values("company")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
