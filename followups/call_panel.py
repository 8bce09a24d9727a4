"""What stands before a person who is about to call: why now, what was said, who refused (SC-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Prefetch, Q

from activities.models import Activity, Todo, WhyYouNow
from activities.querysets import ActivityQuerySet, TodoQuerySet
from activities.states import MEETING_KINDS, CallOutcome
from deals.models import Deal
from followups.timeline import Entry, entry_of
from leads.models import AvailabilityGuess, Company, Contact, Lead

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
        return [entry_of(touch) for touch in self._touches[:LAST_WORDS]]

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
    def _touches(self) -> ActivityQuerySet:
        return _touches(self.todo, self.company, self.person)

    @cached_property
    def _told(self) -> list[Activity]:
        told = self._touches.filter(Q(outcome=CallOutcome.DECLINED) | Q(kind__in=MEETING_KINDS))
        return list(told[:LOOKED_THROUGH])


def panel_todos() -> TodoQuerySet:
    """To-dos with everything the head of the panel shows."""
    return call_todos().prefetch_related("sweep_changes")


def call_todos() -> TodoQuerySet:
    """To-dos with the customer and the people that a call is recorded about.

    Deal and lead are loaded on their own: PostgreSQL plans one join over all fourteen tables longer than the whole page
    may take.
    """
    deals = Deal.objects.select_related("company", "contact", "lost_reason", "fs_owner", "is_owner", "product")
    leads = Lead.objects.select_related("company", "contact", "source")
    whole = Todo.objects.select_related("contact__company", "cycle__reason", "assignee")
    todos: TodoQuerySet = whole.prefetch_related(Prefetch("deal", deals), Prefetch("lead", leads))
    return todos


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


def _touches(todo: Todo, company: Company | None, person: Contact | None) -> ActivityQuerySet:
    """Completed activities of anybody with this customer, the newest first.

    Deals of the company are named by id: an OR over joined tables would read all activities there are.
    """
    about = Q(contact=person) if person else Q()
    if todo.lead_id:
        about |= Q(lead=todo.lead_id)
    if company is not None:
        deals = Deal.objects.filter(company=company).order_by("-id").values_list("pk", flat=True)
        about |= Q(company=company) | Q(deal__in=list(deals[:OTHER_DEALS]))
    if todo.deal_id:
        about |= Q(deal=todo.deal_id)
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
    return AvailabilityGuess.objects.filter(contact=person, starts_on__lte=as_of, ends_on__gte=as_of).last()


def _reasons_now(company: Company | None, as_of: date) -> list[WhyYouNow]:
    """Sentences in force on the day, for every industry or for this one; at most three."""
    open_now = WhyYouNow.objects.filter(starts_on__lte=as_of, expires_on__gte=as_of)
    industry = company.industry if company else ""
    return [why for why in open_now if not why.industries or (industry and industry in why.industries)][:3]


def _people_of(company: Company | None, person: Contact | None) -> list[Contact]:
    """The person to be called first, then the others at the company."""
    colleagues = Contact.objects.filter(company=company) if company else Contact.objects.none()
    others = [colleague for colleague in colleagues if colleague != person]
    return [person, *others] if person else others
