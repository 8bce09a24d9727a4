"""The rows of lists, with everything a row shows loaded by a constant number of queries."""

from django.db.models import Count, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from activities.models import Todo
from activities.querysets import TodoQuerySet
from deals.models import Deal
from deals.querysets import DealQuerySet
from leads.models import Contact
from leads.querysets import CompanyQuerySet
from people.models import User


def deal_rows(deals: DealQuerySet) -> DealQuerySet:
    """Deals with company, owners, `open_todos` (the next one first) and `cycle_kind` (None: not followed up)."""
    open_todos = Prefetch("todos", Todo.objects.open().order_by("effective_due_on", "id"), to_attr="open_todos")
    open_cycle = FilteredRelation("cycles", condition=Q(cycles__ended_on__isnull=True))
    return (
        deals.select_related("company", "fs_owner", "is_owner")
        .annotate(open_cycle=open_cycle, cycle_kind=F("open_cycle__kind"))
        .prefetch_related(open_todos)
    )


def deals_to_work_on(user: User) -> DealQuerySet:
    """Deals on which the person has an open to-do, the one due first at the top."""
    his = Todo.objects.open().filter(deal=OuterRef("pk"), assignee=user).order_by("effective_due_on")
    due = Subquery(his.values("effective_due_on")[:1])
    return Deal.objects.annotate(next_on=due).filter(next_on__isnull=False).order_by("next_on", "id")


def todo_rows(todos: TodoQuerySet) -> TodoQuerySet:
    """To-dos in the order of their days, with the deal, the people and the follow-up they belong to."""
    return todos.select_related("deal__company", "lead", "contact", "assignee", "cycle__reason").order_by(
        "effective_due_on", "due_time", "id"
    )


def company_rows(companies: CompanyQuerySet) -> CompanyQuerySet:
    """Companies with `n_contacts` and `n_deals`."""
    return companies.annotate(n_contacts=_count_of(Contact), n_deals=_count_of(Deal))


def _count_of(model: type[Contact] | type[Deal]) -> Coalesce:
    """How many rows of the model name the company; a subquery each, so that two counts do not multiply."""
    rows = model._default_manager.filter(company=OuterRef("pk")).order_by().values("company")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
