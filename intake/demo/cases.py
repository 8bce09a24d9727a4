"""The deals and inquiries of two years, each with its course; drawn before anything is written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from activities.models import Todo
from deals.models import Deal, Product
from deals.states import OPEN_STATUSES, DealStatus, Priority
from intake.demo.cast import Cast
from intake.demo.courses import FROM_FIELD, FROM_LEAD, Deed, course
from intake.demo.inquiries import Attempt, to_meeting, to_nowhere
from intake.demo.market import Account
from leads.models import Lead, LeadSource
from people.business_days import BusinessCalendar
from people.models import User

DEALS = 600
DEAD_ENDS = 620  # inquiries that become no deal
NEW_TODAY = 4  # of these came in today
IN_TALKS = 20  # inquiries of today that will become deals in the coming days
FROM_INQUIRY = 0.55  # of the deals; FS found the others
BEYOND = timedelta(days=120)  # calls are planned so far into the coming months
SECOND_DEAL = 0.08  # of the deals are with a company that has one already
CHANCES = {
    DealStatus.NOT_STARTED: 5,
    DealStatus.CONTACTING: 10,
    DealStatus.APPOINTMENT: 20,
    DealStatus.FIRST_VISIT: 30,
    DealStatus.ONGOING: 45,
    DealStatus.QUOTED: 65,
}


@dataclass(slots=True, eq=False)
class Inquiry:
    """Somebody asked for material; inside sales calls."""

    account: Account
    owner: User
    created_on: date
    attempts: list[Attempt]
    record: Lead = field(default_factory=Lead)
    todo: Todo | None = None


@dataclass(slots=True, eq=False)
class Case:
    """One deal: who has it, what is still to happen to it, and where it stands."""

    account: Account
    rep: User
    deeds: list[Deed]
    inquiry: Inquiry | None = None
    record: Deal = field(default_factory=Deal)
    status: DealStatus = DealStatus.NOT_STARTED
    todo: Todo | None = None
    lost_on: date | None = None
    unanswered: int = 0

    @property
    def begins_on(self) -> date:
        """The day on which the deal is made."""
        return self.deeds[0].day

    def as_new(self) -> Deal:
        """The unsaved deal, of the lead that has been saved by now."""
        if self.inquiry:
            self.record.lead = self.inquiry.record
        return self.record

    @property
    def is_live(self) -> bool:
        return self.status in OPEN_STATUSES


def draw_cases(
    rng: Random, calendar: BusinessCalendar, first: date, last: date, cast: Cast, accounts: Iterator[Account]
) -> list[Case]:
    """The deals that begin between the two days, in the order in which they begin, and a few of the coming days."""
    cases: list[Case] = []
    coming = [calendar.add(last, rng.randint(3, 6)) for _ in range(IN_TALKS)]
    for begins_on in [*sorted(_days(rng, calendar, first, last, DEALS)), *coming]:
        is_second = cases and rng.random() < SECOND_DEAL
        account = rng.choice(cases).account if is_second else next(accounts)
        path = FROM_LEAD if begins_on > last or rng.random() < FROM_INQUIRY else FROM_FIELD
        case = Case(account, rng.choice(cast.field), list(course(rng, calendar, begins_on, path)))
        if path is FROM_LEAD:
            case.inquiry = _won_inquiry(rng, calendar, case, cast)
            case.deeds[0] = Deed(begins_on, None, FROM_LEAD[0])
        cases.append(case)
    return cases


def draw_dead_ends(
    rng: Random, calendar: BusinessCalendar, first: date, last: date, cast: Cast, accounts: Iterator[Account]
) -> list[Inquiry]:
    """The inquiries between the two days that become no deal; a few of the last day are still new."""
    span, until = (last - first).days, last + BEYOND
    days = sorted(first + timedelta(days=rng.randrange(span)) for _ in range(DEAD_ENDS - NEW_TODAY))
    return [
        Inquiry(next(accounts), rng.choice(cast.inside), day, list(to_nowhere(rng, calendar, day, until)))
        for day in [*days, *[last] * NEW_TODAY]
    ]


def fill_deal(rng: Random, case: Case, products: Sequence[Product], sources: dict[str, LeadSource]) -> None:
    """Give the case its unsaved deal, with as much known about it as a rep would know."""
    customer, facts = case.account.customer, case.account.customer.facts
    product = rng.choice(products)
    source = sources[customer.source] if case.inquiry else None
    case.status = case.deeds[0].status or DealStatus.NOT_STARTED
    case.record = Deal(
        name=f"{product.name} {customer.size}名",
        company=case.account.company,
        contact=case.account.contact,
        product=product,
        source=source,
        is_owner=case.inquiry.owner if case.inquiry else None,
        fs_owner=case.rep,
        team=case.rep.team,
        status=case.status,
        priority=rng.choices(Priority.values, (25, 50, 25))[0],
        probability=CHANCES[case.status],
        amount=customer.amount,
        created_on=case.begins_on,
        needs=facts["topic"],
        budget=facts["budget"] if rng.random() < 0.6 else "",
        authority=facts["decider"] if rng.random() < 0.7 else "",
        timeframe=facts["event"] if rng.random() < 0.5 else "",
        competitor=facts["competitor"] if rng.random() < 0.5 else "",
    )


def fill_lead(inquiry: Inquiry, sources: dict[str, LeadSource]) -> None:
    """Give the inquiry its unsaved lead."""
    account = inquiry.account
    inquiry.record = Lead(
        name=account.contact.name,
        company=account.company,
        contact=account.contact,
        email=account.contact.email,
        phone=account.contact.phone,
        source=sources[account.customer.source],
        owner=inquiry.owner,
        created_on=inquiry.created_on,
        status_entered_on=inquiry.created_on,
    )


def _won_inquiry(rng: Random, calendar: BusinessCalendar, case: Case, cast: Cast) -> Inquiry:
    created_on, attempts = to_meeting(rng, calendar, case.begins_on)
    return Inquiry(case.account, rng.choice(cast.inside), created_on, attempts)


def _days(rng: Random, calendar: BusinessCalendar, first: date, last: date, count: int) -> list[date]:
    span = (last - first).days
    return [calendar.on_or_after(first + timedelta(days=rng.randrange(span))) for _ in range(count)]
