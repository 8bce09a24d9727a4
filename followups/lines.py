"""The lines of lists as flat values: what a row shows and nothing else, so that a line is known again by what it says.

A page of fifty rows used to be two hundred records with a descriptor between any two names. A line is a tuple; two
lines that are equal look alike, which is what `templatetags/lines.py` draws them once for.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from activities.models import Todo
from deals.models import Deal
from deals.querysets import DealQuerySet
from deals.states import CycleKind, DealStatus
from leads.models import picklist_label
from leads.states import LeadStatus
from people.prepared import prepared

DEAL_COLUMNS = (
    "pk", "name", "company__name", "status", "status_entered_on", "last_contact_on", "amount", "probability",
    "fs_owner__name", "is_owner__name", "cycle_kind",
)  # fmt: skip
STEP_COLUMNS = ("deal_id", "subject", "status", "effective_due_on", "due_time")
TODO_COLUMNS = (  # as the fields of _Read
    "pk", "subject", "hook", "origin", "status", "effective_due_on", "due_time", "contact_text", "deal_id",
    "deal__company__name", "deal__name", "deal__status", "lead_id", "lead__company__name", "lead__name",
    "lead__status", "contact__name", "contact__title", "cycle__kind", "cycle__reason__label_ja",
    "cycle__reason__label_en",
)  # fmt: skip
ASSIGNEE_COLUMNS = ("assignee_id", "assignee__name", "assignee__team_id", "assignee__manager_id")


class Step(NamedTuple):
    """The next to-do of a deal, as far as a row of the deal shows it."""

    subject: str
    status: str
    effective_due_on: date
    due_time: time | None


class DealLine(NamedTuple):
    """One deal of a list. company, fs_owner, is_owner and cycle_kind: None where there is none; step: the next one."""

    pk: int
    name: str
    company: str | None
    status: str
    status_entered_on: date
    last_contact_on: date | None
    amount: Decimal | None
    probability: int | None
    fs_owner: str | None
    is_owner: str | None
    cycle_kind: str | None
    step: Step | None

    @classmethod
    def of(cls, deal: Any) -> Self:
        """From a record of `deal_rows`."""
        company, fs_owner, is_owner = (one and one.name for one in (deal.company, deal.fs_owner, deal.is_owner))
        step = next(iter(deal.open_todos), None)
        return cls(
            deal.pk, deal.name, company, str(deal.get_status_display()), deal.status_entered_on, deal.last_contact_on,
            deal.amount, deal.probability, fs_owner, is_owner, deal.cycle_kind,
            step and Step(step.subject, step.status, step.effective_due_on, step.due_time),
        )  # fmt: skip


class Assignee(NamedTuple):
    """Who has a to-do, as far as a right on it depends on him."""

    pk: int
    name: str
    team_id: int | None
    manager_id: int | None


class TodoLine(NamedTuple):
    """One to-do of a list. name: of the customer; what: the hook, else the subject; situation: '' where none shows."""

    pk: int
    name: str
    what: str
    whom: str
    title: str
    situation: str
    deal_id: int | None
    origin: str
    cycle_kind: str
    status: str
    effective_due_on: date
    due_time: time | None
    assignee: Assignee | None

    @property
    def assignee_id(self) -> int | None:
        """As on the record."""
        return self.assignee.pk if self.assignee else None


class Labels(dict[str, str]):
    """Labels in the reader's language by their codes, each looked up once for a page."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def __missing__(self, code: str) -> str:
        self[code] = label = str(self.choices(code).label)
        return label


def deal_lines(ids: list[int]) -> list[DealLine]:
    """Lines of these deals, in any order; two queries."""
    steps: dict[int, Step] = {}
    for deal_id, *step in _steps(ids):
        steps.setdefault(deal_id, Step(*step))
    status = Labels(DealStatus)
    return [
        DealLine._make((pk, name, company, status[code], *rest, steps.get(pk)))
        for pk, name, company, code, *rest in _deals(ids)
    ]


@prepared
def _deals(ids: list[int]) -> Any:
    return with_cycle_kind(Deal.objects.filter(pk__in=ids)).order_by().values_list(*DEAL_COLUMNS)


@prepared
def _steps(deal_ids: list[int]) -> Any:
    steps = Todo.objects.open().filter(deal__in=deal_ids).order_by("effective_due_on", "id")
    return steps.values_list(*STEP_COLUMNS)


def with_cycle_kind(deals: DealQuerySet) -> DealQuerySet:
    """Deals with `cycle_kind`, the kind of the open follow-up; None: not followed up."""
    open_cycle = FilteredRelation("cycles", condition=Q(cycles__ended_on__isnull=True))
    followed: DealQuerySet = deals.annotate(open_cycle=open_cycle, cycle_kind=F("open_cycle__kind"))
    return followed


class _Read(NamedTuple):
    """A to-do with its names as the database has them: None where there is no such record."""

    pk: int
    subject: str
    hook: str
    origin: str
    status: str
    effective_due_on: date
    due_time: time | None
    contact_text: str
    deal_id: int | None
    deal_company: str | None
    deal_name: str | None
    deal_status: str
    lead_id: int | None
    lead_company: str | None
    lead_name: str | None
    lead_status: str
    contact: str | None
    title: str | None
    cycle_kind: str | None
    reason_ja: str | None
    reason_en: str

    @property
    def reason(self) -> str:
        """'' where the follow-up has none."""
        return picklist_label(self.reason_ja, self.reason_en) if self.reason_ja is not None else ""


def todo_lines(ids: list[int]) -> list[TodoLine]:
    """Lines of these to-dos for the list of everybody's, in any order; one query."""
    kinds, statuses, width = Labels(CycleKind), Labels(DealStatus), len(TODO_COLUMNS)
    lines = []
    for row in _todos(ids):
        todo, assignee = _Read._make(row[:width]), row[width:]
        name = todo.deal_company or todo.deal_name or todo.lead_name or todo.contact or todo.subject
        if todo.cycle_kind:
            situation = f"{kinds[todo.cycle_kind]} {todo.reason}".rstrip()
        else:
            situation = statuses[todo.deal_status] if todo.deal_id else _("Lead") if todo.lead_id else ""
        lines.append(_line(todo, name, situation, Assignee._make(assignee) if assignee[0] else None))
    return lines


def queue_lines(ids: list[int]) -> dict[int, TodoLine]:
    """Lines of these to-dos for the queue of the person who has them, by their ids; one query."""
    kinds, statuses = Labels(CycleKind), Labels(LeadStatus)
    lines = {}
    for todo in map(_Read._make, _queued(ids)):
        customer = todo.deal_company or todo.deal_name or todo.lead_company or todo.lead_name
        if todo.cycle_kind and todo.reason:
            situation = f"{kinds[todo.cycle_kind]} {todo.reason}"
        else:
            situation = statuses[todo.lead_status] if todo.lead_id and not todo.deal_id else ""
        lines[todo.pk] = _line(todo, customer or todo.contact or todo.subject, situation)
    return lines


@prepared
def _todos(ids: list[int]) -> Any:
    return Todo.objects.filter(pk__in=ids).order_by().values_list(*TODO_COLUMNS, *ASSIGNEE_COLUMNS)


@prepared
def _queued(ids: list[int]) -> Any:
    return Todo.objects.filter(pk__in=ids).order_by().values_list(*TODO_COLUMNS)


def _line(todo: _Read, name: str, situation: str, assignee: Assignee | None = None) -> TodoLine:
    return TodoLine(
        todo.pk, name, todo.hook or todo.subject, todo.contact or todo.contact_text, todo.title or "", situation,
        todo.deal_id, todo.origin, todo.cycle_kind or "", todo.status, todo.effective_due_on, todo.due_time, assignee,
    )  # fmt: skip
