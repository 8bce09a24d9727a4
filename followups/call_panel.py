"""What stands before a person who is about to call: why now, what was said, who refused (SC-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from activities.actions import Held
from activities.actions.held import HeldDeal, with_last_loss
from activities.models import Activity, Todo, WhyYouNow
from activities.querysets import ActivityQuerySet, TodoQuerySet
from activities.states import MEETING_KINDS, CallOutcome
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.models import SweepChange
from followups.timeline import Entry, entry_of
from leads.models import AvailabilityGuess, Company, Contact, Lead
from people.prepared import prepared

LAST_WORDS = 5
OTHER_DEALS = 50  # of the company, whose activities are shown too
LOOKED_THROUGH = 24
SHOWN = (
    "kind", "direction", "outcome", "occurred_at", "occurred_on", "created_at", "subject", "note", "is_bulk",
    "owner__name", "contact__name", "no_appointment_reason__label_ja", "no_appointment_reason__label_en",
)  # fmt: skip


@dataclass
class CallPanel:
    """The customer of one to-do, each part asked for when it is first shown. Empty lists: nothing is known."""

    todo: Todo
    as_of: date
    company: Company | None
    person: Contact | None
    phone: str

    @property
    def name(self) -> str:
        """Whom the call goes to: the company, else the deal or lead."""
        record = self.company or self.todo.deal or self.todo.lead or self.person
        return str(record) if record else self.todo.subject

    @cached_property
    def words(self) -> list[Entry]:
        """What was done last, newest first."""
        return [entry_of(touch) for touch in _words(*self._about)]

    @property
    def refusals(self) -> list[Activity]:
        """Calls that gave no appointment, the latest three."""
        return [touch for touch in self._told if touch.outcome == CallOutcome.DECLINED][:3]

    @property
    def meetings(self) -> list[Activity]:
        """The latest meeting of each pair of people."""
        return _first_of_each(touch for touch in self._told if touch.kind in MEETING_KINDS)

    @cached_property
    def guess(self) -> AvailabilityGuess | None:
        """How busy the person is believed to be on the day."""
        return _guess(self.person, self.as_of)

    @cached_property
    def reasons_now(self) -> list[WhyYouNow]:
        """Why you, why now: sentences that fit the company on the day."""
        return _reasons_now(self.company, self.as_of)

    @cached_property
    def contacts(self) -> list[Contact]:
        """The person to be called first, then the others at the company."""
        return _people_of(self.company, self.person)

    @cached_property
    def _about(self) -> tuple[int | None, int | None, int | None, int | None, list[int]]:
        """Person, lead, deal and company of the call, and the company's deals.

        Deals are named by id: an OR over joined tables would read all activities there are.
        """
        company_id = self.company.pk if self.company else None
        deals = _deals_of(company_id) if company_id is not None else []
        return self.person.pk if self.person else None, self.todo.lead_id, self.todo.deal_id, company_id, deals

    @cached_property
    def _told(self) -> list[Activity]:
        return _told(*self._about)


def panel_todo(pk: int | None) -> Todo | None:
    """`call_todo` with the changes that made it, which the panel explains."""
    todo = call_todo(pk)
    if todo is not None:
        todo._prefetched_objects_cache = {"sweep_changes": _changes(todo.pk)}  # type: ignore[attr-defined]
    return todo


def call_todo(pk: int | None) -> Todo | None:
    """A to-do with the customer and the people that a call is recorded about; None where it is gone.

    Deal and lead are loaded on their own: PostgreSQL plans one join over all fourteen tables longer than the whole page
    may take.
    """
    todo: Todo | None = next(iter(_todo(pk)), None) if pk is not None else None
    if todo is not None and todo.deal_id is not None:
        todo.deal = next(iter(_deal(todo.deal_id)), None)
    if todo is not None and todo.lead_id is not None:
        todo.lead = next(iter(_lead(todo.lead_id)), None)
    return todo


def held_call(pk: int) -> tuple[Todo, Held | None] | None:
    """The to-do of a call that is being saved, read as it is locked: its deal first, then itself. None: it is gone.

    Held is None where the to-do got its deal at this very moment: then the verbs lock both.
    """
    deal = next(iter(_held_deal(pk)), None)
    todo: Todo | None = next(iter(_held_todo(pk)), None)
    if todo is None:
        return None
    if todo.lead_id is not None:
        todo.lead = next(iter(_lead(todo.lead_id)), None)
    if todo.deal_id != (deal.pk if deal else None):
        return todo, None
    todo.deal = deal
    return todo, _held(todo)


def _held(todo: Todo) -> Held:
    deal, cycle = todo.deal, todo.cycle
    people = [person for person in (todo.contact, deal.contact if deal else None) if person]
    return Held(
        {deal.pk: HeldDeal.of(deal)} if deal else {},
        frozenset(person.pk for person in people if not person.do_not_contact_reason),
        {todo.pk: todo},
        {cycle.deal_id: cycle} if cycle and cycle.is_open else {},
    )


@prepared
def _held_deal(todo_id: int) -> Any:
    asked = Todo.objects.filter(pk=todo_id).order_by().values("deal_id")
    rows = with_last_loss(Deal.objects.select_related("company", "contact").filter(pk__in=asked))
    return rows.select_for_update(no_key=True, of=("self",))


@prepared
def _held_todo(pk: int) -> Any:
    rows = Todo.objects.select_related("contact__company", "cycle", "assignee", "closed_by").filter(pk=pk)
    return rows.select_for_update(no_key=True, of=("self",))


@prepared
def _todo(pk: int) -> TodoQuerySet:
    return Todo.objects.filter(pk=pk).select_related("contact__company", "cycle__reason", "assignee", "closed_by")


@prepared
def _deal(pk: int) -> DealQuerySet:
    whole = Deal.objects.select_related("company", "contact", "lost_reason", "fs_owner", "is_owner", "product")
    return whole.filter(pk=pk)


@prepared
def _lead(pk: int) -> "QuerySet[Lead]":
    return Lead.objects.select_related("company", "contact", "source").filter(pk=pk)


@prepared
def _changes(todo_id: int) -> "QuerySet[SweepChange]":
    return SweepChange.objects.filter(todo=todo_id)


def call_panel(todo: Todo, as_of: date) -> CallPanel:
    """Everything known about the customer of the to-do; six queries, however much there is."""
    record = todo.deal or todo.lead
    person = todo.contact or (record.contact if record else None)
    company = (record.company if record else None) or (person.company if person else None)
    lead_phone = todo.lead.phone if todo.lead else ""
    phone = (person.phone if person else "") or lead_phone or _phone_of(company)
    return CallPanel(todo, as_of, company, person, phone)


def _phone_of(company: Company | None) -> str:
    return company.phone if company else ""


@prepared
def _deals_of(company_id: int) -> Any:
    deals = Deal.objects.filter(company=company_id).order_by("-id").values_list("pk", flat=True)
    return deals[:OTHER_DEALS]


@prepared
def _words(*about: Any) -> ActivityQuerySet:
    return _touches(*about)[:LAST_WORDS]


@prepared
def _told(*about: Any) -> ActivityQuerySet:
    told = _touches(*about).filter(Q(outcome=CallOutcome.DECLINED) | Q(kind__in=MEETING_KINDS))
    return told[:LOOKED_THROUGH]


def _touches(
    person_id: int | None, lead_id: int | None, deal_id: int | None, company_id: int | None, deal_ids: list[int]
) -> ActivityQuerySet:
    """Completed activities of anybody with this customer, the newest first."""
    about = Q(contact=person_id) if person_id else Q()
    if lead_id:
        about |= Q(lead=lead_id)
    if company_id:
        about |= Q(company=company_id) | Q(deal__in=deal_ids)
    if deal_id:
        about |= Q(deal=deal_id)
    touches: ActivityQuerySet = Activity.objects.filter(about, is_void=False, is_completed=True, is_bulk=False)
    people = touches.select_related("owner", "contact", "no_appointment_reason").only(*SHOWN)
    return people.order_by("-occurred_at", "-id")


def _first_of_each(meetings: Iterable[Activity]) -> list[Activity]:
    """The latest meeting of each pair of people: who met whom."""
    latest: dict[tuple[int | None, int | None], Activity] = {}
    for meeting in meetings:
        latest.setdefault((meeting.owner_id, meeting.contact_id), meeting)
    return list(latest.values())[:3]


def _guess(person: Contact | None, as_of: date) -> AvailabilityGuess | None:
    if person is None:
        return None
    return next(iter(_guesses(person.pk, as_of)), None)


@prepared
def _guesses(person_id: int, as_of: date) -> "QuerySet[AvailabilityGuess]":
    guesses = AvailabilityGuess.objects.filter(contact=person_id, starts_on__lte=as_of, ends_on__gte=as_of)
    return guesses.reverse()[:1]


def _reasons_now(company: Company | None, as_of: date) -> list[WhyYouNow]:
    """Sentences in force on the day, for every industry or for this one; at most three."""
    open_now: list[WhyYouNow] = _in_force(as_of)
    industry = company.industry if company else ""
    return [why for why in open_now if not why.industries or (industry and industry in why.industries)][:3]


@prepared
def _in_force(as_of: date) -> "QuerySet[WhyYouNow]":
    return WhyYouNow.objects.filter(starts_on__lte=as_of, expires_on__gte=as_of)


@prepared
def _colleagues(company_id: int) -> "QuerySet[Contact]":
    return Contact.objects.filter(company=company_id)


def _people_of(company: Company | None, person: Contact | None) -> list[Contact]:
    """The person to be called first, then the others at the company."""
    colleagues: list[Contact] = _colleagues(company.pk) if company else []
    others = [colleague for colleague in colleagues if colleague != person]
    return [person, *others] if person else others
