"""Two years in the order in which they happened: the past is brought along, then every day is lived through."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from random import Random
from typing import TypeVar

from activities.models import Todo
from deals.actions import advance, edit_deals, ensure_products
from deals.models import LostReason
from deals.states import DealStatus
from followups.actions import close_cycle, create_deals, lose, mark_out_of_target, reopen, return_to_is, win
from followups.models import Announcement, FollowUpProgram, Receipt, Rule, SweepChange, SweepRun
from followups.rule_news import asked_to_confirm, confirm
from followups.rules import sweep
from followups.rules.settings import change_rule
from followups.states import ChangeVerb, RuleMode
from intake.demo.cases import (
    CHANCES,
    DEAD_ENDS,
    DEALS,
    IN_TALKS,
    Case,
    Inquiry,
    draw_cases,
    draw_dead_ends,
    fill_deal,
    fill_lead,
)
from intake.demo.cast import PART_TIMER, Cast, hire
from intake.demo.diary import ZONE, Diary
from intake.demo.field import FieldWork
from intake.demo.inside import InsideWork
from intake.demo.market import customers, enter, world
from intake.demo.nights import kept_nights, night_fell
from intake.demo.past import Past
from intake.demo.targets import set_goals
from intake.demo.today import exempt_some, fill_days, take_leave
from intake.demo.told import TOLD_FOR, put_away, tell
from leads.actions import create_leads, ensure_sources
from leads.models import NurturingReason
from people.business_days import BusinessCalendar, add_months
from people.entries import add_entry
from people.models import User
from people.records import Edit
from people.working_days import load_calendar

SEED = 20_240_110
MONTHS = 24
MONTHS_WITH_RULES = 10
MARKET = DEALS + IN_TALKS + DEAD_ENDS  # companies, one for each at most
EVERY_DAY_FOR = timedelta(days=30)
LATE_FOR = 6  # business days
BEHIND = {PART_TIMER: 1, "佐藤 美咲": 2, "中村 健太": 1}  # what they got done a day in these days
SWEEP_HOUR = time(6, 0)
ORDER = (reopen, advance, win, mark_out_of_target, lose, return_to_is, close_cycle)

T = TypeVar("T")


@dataclass(slots=True)
class Story:
    """The made-up company, day by day. Every random choice comes from one seed, every date from as_of."""

    as_of: date
    rng: Random = field(default_factory=lambda: Random(SEED))
    calendar: BusinessCalendar = field(default_factory=load_calendar)
    cases: dict[int, Case] = field(default_factory=dict)
    coming: list[Case] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    asking: list[Inquiry] = field(default_factory=list)
    cast: Cast = field(init=False)
    field_work: FieldWork = field(init=False)
    inside_work: InsideWork = field(init=False)

    def tell(self, progress: Callable[[int, int], None]) -> None:
        """Write two years down. progress: days told, days in all."""
        self._prepare()
        self._bring_along()
        self._switch_rules_on()
        days = [*self._days(), self.as_of]
        kept = kept_nights(days[:-1])
        told_from = self.calendar.add(self.as_of, -TOLD_FOR)
        since = self.calendar.add(self.rules_from, -1)
        for number, day in enumerate(days, start=1):
            if self._is_swept(day, since):
                self._sweep(day)
            if day >= told_from:
                tell(self.calendar, day)
            self._take_in(day)
            if day < self.as_of:
                self._live(day, since)
            if day in kept:
                night_fell.send(sender=type(self), day=day)
            since = day
            progress(number, len(days))
        self._estimate()
        set_goals(self.cast, self.as_of)
        put_away(self.calendar, self.as_of)

    @property
    def begins_on(self) -> date:
        """The first day of the data."""
        return add_months(self.as_of, -MONTHS)

    @property
    def rules_from(self) -> date:
        """The first day on which rules run."""
        return self.calendar.on_or_after(add_months(self.as_of, -MONTHS_WITH_RULES))

    def _days(self) -> list[date]:
        """The days that are told: every second business day, and every one of late."""
        days = list(takewhile(lambda day: day < self.as_of, self.calendar.from_day(self.rules_from)))
        early = [day for day in days if day < self.as_of - EVERY_DAY_FOR]
        return early[::2] + days[len(early) :]

    def _prepare(self) -> None:
        self.cast = hire()
        take_leave(self.cast, self.calendar, self.as_of)
        reasons = dict(LostReason.objects.values_list("code", "pk"))
        self.field_work = FieldWork(self.rng, reasons)
        nurturing = dict(NurturingReason.objects.values_list("code", "pk"))
        self.inside_work = InsideWork(self.rng, self.calendar, self.field_work, nurturing)
        found = customers(self.rng)
        accounts = iter(enter([next(found) for _ in range(MARKET)]))
        first, last = self.begins_on, self.calendar.add(self.as_of, -2)
        self.coming = draw_cases(self.rng, self.calendar, first, last, self.cast, accounts)
        dead_ends = draw_dead_ends(self.rng, self.calendar, first, self.as_of, self.cast, accounts)
        won = [case.inquiry for case in self.coming if case.inquiry]
        self.asking = sorted([*won, *dead_ends], key=lambda inquiry: inquiry.created_on)
        products = list(ensure_products(world()["products"]).values())
        sources = {source.name: source for source in ensure_sources(world()["sources"]).values()}
        for inquiry in self.asking:
            fill_lead(inquiry, sources)
        for case in self.coming:
            fill_deal(self.rng, case, products, sources)

    def _bring_along(self) -> None:
        past = Past(self.rng, self.calendar, self.rules_from, self.cast)
        asked, self.asking = _split(self.asking, lambda inquiry: inquiry.created_on < self.rules_from)
        begun, self.coming = _split(self.coming, lambda case: case.begins_on < self.rules_from)
        past.leads(asked, self.inside_work, self.inside_work.nurturing_reasons)
        past.deals(begun, self.field_work)
        past.calls_after_losses(begun, self.field_work)
        past.diary.close(ORDER)
        self.inquiries = asked
        self.cases = {case.record.pk: case for case in begun}

    def _switch_rules_on(self) -> None:
        for rule in Rule.objects.order_by("pk"):
            change_rule(rule=rule, changes={"mode": RuleMode.AUTO}, by=self.cast.admin, as_of=self.rules_from)
        moment = datetime.combine(self.rules_from, SWEEP_HOUR, ZONE)
        Announcement.objects.update(published_at=moment)
        for announcement in Announcement.objects.all():
            for person in asked_to_confirm():
                confirm(announcement, person)
        Receipt.objects.update(confirmed_at=moment)
        add_entry(FollowUpProgram(started_on=self.rules_from.replace(day=1)), by=self.cast.admin)

    def _estimate(self) -> None:
        """The chances of the live deals, by how far they have come; the others have none."""
        cases = self.cases.values()
        edit_deals([Edit(case.record.pk, {"probability": CHANCES.get(case.status)}) for case in cases])

    def _is_swept(self, day: date, since: date) -> bool:
        """In the first months the rules ran at the start of each week, now they run every morning."""
        return day.isocalendar()[:2] != since.isocalendar()[:2] or day >= self.as_of - EVERY_DAY_FOR

    def _sweep(self, day: date) -> None:
        summary = sweep(as_of=day)
        moment = datetime.combine(day, SWEEP_HOUR, ZONE)
        SweepRun.objects.filter(pk=summary["run"]).update(started_at=moment, finished_at=moment + timedelta(seconds=1))
        if not summary["changes"]:
            return
        returned = SweepChange.objects.filter(run=summary["run"], verb=ChangeVerb.RETURNED)
        for deal_id in returned.values_list("deal_id", flat=True):
            case = self.cases[deal_id]
            case.status, case.deeds, case.todo = DealStatus.RETURNED_TO_IS, [], None

    def _live(self, day: date, since: date) -> None:
        diary = Diary(day, self.rng, since)
        room = self._room(day)
        for inquiry in self.inquiries:
            if inquiry.attempts and inquiry.attempts[0].day <= day and _takes_place(room, inquiry.owner):
                self.inside_work.call(inquiry, diary)
        for case in self.cases.values():
            if case.is_live and case.deeds and case.deeds[0].day <= day and _takes_place(room, case.rep):
                self.field_work.work(case, diary)
        self.inside_work.follow_up(self.cases, self._due(day, room), diary)
        diary.close(ORDER)
        if day == self.calendar.add(self.as_of, -1):
            exempt_some(self.cast, day)
            fill_days(self.cast, self.calendar, self.as_of, day)

    def _room(self, day: date) -> Counter[str]:
        """How much more somebody gets done today, by name; who is not named gets everything done."""
        is_late = day >= self.calendar.add(self.as_of, -LATE_FOR)
        return Counter(BEHIND if is_late else {})

    def _take_in(self, day: date) -> None:
        """New leads, and the deals that begin today."""
        asked, self.asking = _split(self.asking, lambda inquiry: inquiry.created_on <= day)
        create_leads([inquiry.record for inquiry in asked], by=None, as_of=day)
        self.inquiries += asked
        begun, self.coming = _split(self.coming, lambda case: case.begins_on <= day)
        for case in begun:
            by: User = case.inquiry.owner if case.inquiry else case.rep
            create_deals([case.as_new()], by=by, as_of=day)
            self.cases[case.record.pk] = case

    def _due(self, day: date, room: Counter[str]) -> Iterator[Todo]:
        """The to-dos on deals that inside sales gets to."""
        todos = Todo.objects.open().filter(deal__isnull=False, assignee__in=self.cast.inside, effective_due_on__lte=day)
        for todo in todos.select_related("assignee", "cycle").order_by("effective_due_on", "pk"):
            if todo.assignee and _takes_place(room, todo.assignee):
                yield todo


def _takes_place(room: Counter[str], person: User) -> bool:
    """Whether he still gets to it today; it takes his time."""
    if person.name not in room:
        return True
    room[person.name] -= 1
    return room[person.name] >= 0


def _split(things: Sequence[T], is_first: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    """Those for which it holds, and the others; the order stays."""
    return [thing for thing in things if is_first(thing)], [thing for thing in things if not is_first(thing)]
