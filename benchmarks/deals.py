"""A sales team's past, for an empty benchmark database (`benchmarks.fill`).

People, companies and deals are entered by the product's own verbs, with the keys, cycles and events that these make;
calls are written by its writer of many rows, with the defaults of their model. The same seed gives the same rows. 60 %
live deals over six statuses, 25 % lost (in a cycle, not yet swept), 15 % won; nine in ten deals have one of eighteen
products, each of which takes a week or two longer to win than the one before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import md5
from itertools import count, islice
from math import log
from random import Random
from typing import NamedTuple, TypeVar

from django.utils import timezone

from activities.models import Activity
from activities.states import RIGHT_PARTY_OUTCOMES, ActivityKind, CallOutcome
from benchmarks.data import AS_OF
from deals.actions import create_deals, ensure_products
from deals.models import Deal, LostReason
from deals.states import CLOSED_STATUSES, OPEN_STATUSES, DealStatus
from followups.models import Rule
from leads.actions import create_companies
from leads.models import Company
from people.actions import add_roles, create_people
from people.models import User
from people.rows import Row, insert_rows
from people.states import Role

One = TypeVar("One")

BATCH = 5000
LIVE, LOST = 0.60, 0.85  # of the draw: live below the first, lost below the second, won above
TOUCHED, SPREAD, LONGEST = log(20), 1.1, 700  # days since the last touch, log-normal: median, deviation; at most
APART = 5  # days between two activities of a deal
COLUMNS = ("outcome", "occurred_at", "occurred_on", "owner_id", "deal_id", "note")  # of a call
OUTCOMES = (CallOutcome.NOT_CONNECTED, CallOutcome.CALLBACK, CallOutcome.APPOINTMENT, CallOutcome.DECLINED)
PRODUCTS, DEALS_OF_A_COMPANY = 20, 10


class Touched(NamedTuple):
    """What the activities of a deal are drawn from. number: its place among all deals, the same in every database."""

    number: int
    deal_id: int
    fs_owner_id: int


def fill(deals: int, users: int, activities_each: int) -> None:
    """People, companies, deals and their calls; the rules act by themselves."""
    touched = add_deals(deals, hire(users))
    for batch in batches(calls(touched, activities_each)):
        insert_rows(Activity, COLUMNS, batch, constants={"kind": ActivityKind.CALL.value})
    Rule.objects.update(mode="auto")


def hire(number_of_people: int) -> list[int]:
    """Three of five people for inside sales, two for field sales; their ids."""
    numbers = range(1, number_of_people + 1)
    people = [User(external_id=f"u{n}", name=f"user {n}", email=f"u{n}@example.co.jp") for n in numbers]
    staff = [person.pk for person in create_people(people, by=None)]
    add_roles(((pk, Role.IS if n % 5 < 3 else Role.FS) for n, pk in enumerate(staff, 1)), by=None)
    return staff


def add_deals(number_of_deals: int, staff: Sequence[int]) -> dict[date, list[Touched]]:
    """Companies and their deals; the deals by the day of the last touch."""
    companies = [Company(name=f"会社{number}") for number in range(number_of_deals // DEALS_OF_A_COMPANY)]
    for batch in batches(companies):
        create_companies(batch)
    products = sorted(product.pk for product in ensure_products(f"製品{n:02}" for n in range(PRODUCTS)).values())
    rng, unreachable = Random(42), LostReason.objects.get(code="unreachable").pk
    touched: dict[date, list[Touched]] = defaultdict(list)
    for numbers in batches(range(1, number_of_deals + 1)):
        drawn = [drawn_deal(number, rng, staff, unreachable) for number in numbers]
        for number, deal in zip(numbers, drawn, strict=True):
            deal.company_id = companies[number % len(companies)].pk
            deal.product_id = products[number % PRODUCTS] if number % 10 else None
        create_deals(drawn, by=None, as_of=AS_OF)
        for number, deal in zip(numbers, drawn, strict=True):
            touched[deal.last_contact_on].append(Touched(number, deal.pk, deal.fs_owner_id))
    return touched


def drawn_deal(number: int, rng: Random, staff: Sequence[int], reason_id: int) -> Deal:
    """One deal without company and product; reason_id: why it was lost, if it was."""
    draw, person = rng.random(), rng.randrange(len(staff))
    touched_on = AS_OF - timedelta(min(LONGEST, round(rng.lognormvariate(TOUCHED, SPREAD))))
    deal = Deal(external_id=f"x{number}", name=f"案件{number}", amount=1000 * number, last_contact_on=touched_on)
    deal.status = status_of(draw)
    deal.is_owner_id = staff[person] if number % 3 == 0 else None
    deal.fs_owner_id = staff[(person + 7) % len(staff)]
    deal.created_on = touched_on - timedelta(90)
    deal.status_entered_on = deal.first_visit_on = touched_on - timedelta(number % 60)
    answered = next(before for before in count() if outcome_of(number, before) in RIGHT_PARTY_OUTCOMES)
    deal.last_response_on = touched_on - timedelta(APART * answered)
    if deal.status in CLOSED_STATUSES:
        deal.closed_on = touched_on
    if deal.status == DealStatus.WON:
        deal.created_on -= timedelta(weeks=number % PRODUCTS)
    if deal.status == DealStatus.LOST:
        deal.lost_reason_id, deal.next_approach_on = reason_id, touched_on + timedelta(90)
        deal.approach_contact_text, deal.hook = "担当者", "予算策定の時期に"
        deal.has_default_approach_date = True
    return deal


def status_of(draw: float) -> DealStatus:
    """The status that a number from 0 to 1 stands for."""
    if draw < LIVE:
        return OPEN_STATUSES[int(draw / LIVE * len(OPEN_STATUSES))]
    return DealStatus.LOST if draw < LOST else DealStatus.WON


def outcome_of(number: int, before: int) -> CallOutcome:
    """What came of a call; before: how many calls of the deal came after it."""
    return OUTCOMES[(number + before) % len(OUTCOMES)]


def calls(touched: dict[date, list[Touched]], each: int) -> Iterator[Row]:
    """So many calls of each deal, the last on the day of its last touch; the oldest first, as they happened."""
    on, last = min(touched) - timedelta(APART * (each - 1)), max(touched)
    while on <= last:
        at = timezone.make_aware(datetime.combine(on, time(10)))
        for before in range(each):
            for deal in touched.get(on + timedelta(APART * before), ()):
                note = f"メモ{md5(f'{deal.number} {before}'.encode(), usedforsecurity=False).hexdigest()}"
                yield outcome_of(deal.number, before).value, at, on, deal.fs_owner_id, deal.deal_id, note
        on += timedelta(1)


def batches(rows: Iterable[One]) -> Iterator[list[One]]:
    """The rows by the thousand, as many as one statement takes well."""
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch
