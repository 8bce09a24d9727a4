"""What stands before a person who is about to call: why now, what was said, who refused (SC-02)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import Activity, Todo, WhyYouNow
from activities.querysets import ActivityQuerySet, TodoQuerySet
from activities.states import MEETING_KINDS, CallOutcome
from deals.models import Deal
from followups.timeline import Entry, entry_of
from leads.models import AvailabilityGuess, Company, Contact

LAST_WORDS = 5
OTHER_DEALS = 50  # of the company, whose activities are shown too
LOOKED_THROUGH = 24


@dataclass(slots=True)
class CallPanel:
    """The customer of one to-do. Empty lists: nothing is known."""

    todo: Todo
    company: Company | None
    person: Contact | None
    phone: str
    words: list[Entry] = field(default_factory=list)
    refusals: list[Activity] = field(default_factory=list)
    meetings: list[Activity] = field(default_factory=list)
    guess: AvailabilityGuess | None = None
    reasons_now: list[WhyYouNow] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Whom the call goes to: the company, else the deal or lead."""
        record = self.company or self.todo.deal or self.todo.lead or self.person
        return str(record) if record else self.todo.subject

    @property
    def bantc(self) -> list[tuple[str, str, str]]:
        """Letter, word and answer of the five questions; none without a deal."""
        deal = self.todo.deal
        if deal is None:
            return []
        return [
            ("B", _("Budget"), deal.budget),
            ("A", _("Authority"), deal.authority),
            ("N", _("Needs"), deal.needs),
            ("T", _("Timeframe"), deal.timeframe),
            ("C", _("Competitor"), deal.competitor),
        ]


def panel_todos() -> TodoQuerySet:
    """To-dos with everything the head of the panel shows."""
    todos: TodoQuerySet = Todo.objects.select_related(
        "deal__company", "deal__contact", "deal__lost_reason", "deal__fs_owner", "deal__is_owner", "deal__product",
        "lead__company", "lead__contact", "lead__source", "contact__company", "cycle__reason", "assignee", "closed_by",
        "done_by_activity",
    ).prefetch_related("sweep_changes")  # fmt: skip
    return todos


def call_panel(todo: Todo, as_of: date) -> CallPanel:
    """Everything known about the customer of the to-do; six queries, however much there is."""
    record = todo.deal or todo.lead
    person = todo.contact or (record.contact if record else None)
    company = (record.company if record else None) or (person.company if person else None)
    lead_phone = todo.lead.phone if todo.lead else ""
    panel = CallPanel(todo, company, person, (person.phone if person else "") or lead_phone or _phone_of(company))
    touches = _touches(todo, company, person)
    panel.words = [entry_of(touch) for touch in touches[:LAST_WORDS]]
    told = touches.filter(Q(outcome=CallOutcome.DECLINED) | Q(kind__in=MEETING_KINDS))[:LOOKED_THROUGH]
    panel.refusals = [touch for touch in told if touch.outcome == CallOutcome.DECLINED][:3]
    panel.meetings = _first_of_each(touch for touch in told if touch.kind in MEETING_KINDS)
    panel.guess = _guess(person, as_of)
    panel.reasons_now = _reasons_now(company, as_of)
    panel.contacts = _people_of(company, person)
    return panel


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
    return touches.select_related("owner", "contact", "no_appointment_reason").order_by("-occurred_at", "-id")


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
