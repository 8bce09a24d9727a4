"""What would a rule do today if it said something else? The sweep's own plan answers, and nothing is written (P5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count

from followups.desk import Seat
from followups.rules.limits import Limit
from followups.rules.matching import hits, within_reach
from followups.rules.opening import Opening
from followups.rules.plan import Plan, plan, rules_on
from followups.rules.spec import RuleSpec
from followups.states import RuleMode

DAYS_SHOWN = 10  # business days of the loads

Age = tuple[int, int | None]  # days on the clock, id of the product


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One person's day: to-dos that are there already, those the rule would add, and how many fit. cap 0: away."""

    day: date
    before: int
    added: int
    cap: int

    @property
    def total(self) -> int:
        """All to-dos of the day."""
        return self.before + self.added

    @property
    def over(self) -> int:
        """How many do not fit."""
        return max(0, self.total - self.cap)


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """What one person of inside sales would get. flood: the largest day if nothing were levelled; peak: as levelled."""

    user_id: int
    name: str
    added: int
    flood: int
    peak: DayLoad
    days: Sequence[DayLoad]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A trial of one rule as of a day.

    openings: what it would do, deal by deal, with person and day. hits: their deals; now: those of the rule in force
    (none while it is off). ages: deals within reach by days on the clock and product. unassigned: to-dos that nobody
    would get.
    """

    rule: RuleSpec
    as_of: date
    openings: Sequence[Opening]
    hits: frozenset[int]
    now: frozenset[int]
    ages: Counter[Age]
    loads: Sequence[PersonLoad]
    unassigned: int

    @property
    def plus(self) -> frozenset[int]:
        """Deals that come in."""
        return self.hits - self.now

    @property
    def minus(self) -> frozenset[int]:
        """Deals that drop out."""
        return self.now - self.hits

    @property
    def limit_days(self) -> int:
        """The rule's own limit in days."""
        return self.rule.own.days(self.as_of)

    @property
    def by_product(self) -> list[tuple[Limit, int]]:
        """The limits in force per product, and how many deals of the product are found."""
        found = Counter(opening.product_id for opening in self.openings)
        return [(limit, found[product_id]) for product_id, limit in self.rule.product_limits.items()]

    @property
    def last_on(self) -> date | None:
        """The last day on which levelling puts a to-do; None without any."""
        return max((opening.placement.effective_on for opening in self.openings), default=None)

    def at(self, days: int) -> int:
        """How many deals a limit of so many days for all products would find."""
        return sum(count for (age, _product), count in self.ages.items() if age >= days)


def whatif(rule: RuleSpec, as_of: date) -> WhatIf:
    """Try the rule, switched on, in the place of the one with its code, against the rules of that day."""
    trying = replace(rule, mode=RuleMode.AUTO.value, applies_from_on=None)
    made = plan(as_of, trying)
    openings = [opening for opening in made.openings if opening.rule.code == rule.code]
    earlier = _before(rule.code, made.rules)
    return WhatIf(
        rule=trying,
        as_of=as_of,
        openings=openings,
        hits=frozenset(opening.deal_id for opening in openings),
        now=frozenset(hits_now(rule.code, as_of)),
        ages=_ages(trying, as_of, earlier),
        loads=_loads(made, openings),
        unassigned=sum(opening.assignee_id is None for opening in openings),
    )


def hits_now(code: str, as_of: date) -> set[int]:
    """Deals that the rule in force finds; none while it is off."""
    rules = rules_on(as_of)
    current = next(rule for rule in rules if rule.code == code)
    if current.mode == RuleMode.OFF:
        return set()
    return set(hits(current, as_of, _before(code, rules)).values_list("pk", flat=True))


def hits_of(rule: RuleSpec, as_of: date) -> set[int]:
    """Deals that the rule would find if it said this."""
    return set(hits(rule, as_of, _before(rule.code, rules_on(as_of))).values_list("pk", flat=True))


def _before(code: str, rules: Sequence[RuleSpec]) -> list[RuleSpec]:
    """The rules in auto or suggest that come before that one."""
    codes = [rule.code for rule in rules]
    return [rule for rule in rules[: codes.index(code)] if rule.mode != RuleMode.OFF]


def _ages(rule: RuleSpec, as_of: date, earlier: Sequence[RuleSpec]) -> Counter[Age]:
    days = within_reach(rule, as_of, earlier).values_list(rule.clock, "product").annotate(count=Count("pk"))
    return Counter({((as_of - day).days, product): count for day, product, count in days})


def _loads(made: Plan, openings: Sequence[Opening]) -> list[PersonLoad]:
    """Everybody who would get something, who gets most at the top."""
    if made.desk is None or not openings:
        return []
    added: dict[int, Counter[date]] = {}
    wanted: dict[int, Counter[date]] = {}
    for opening in openings:
        if opening.assignee_id is not None:
            added.setdefault(opening.assignee_id, Counter())[opening.placement.effective_on] += 1
            first = made.desk.calendar.on_or_after(opening.placement.due_on)
            wanted.setdefault(opening.assignee_id, Counter())[first] += 1
    first = min(min(days) for days in added.values()) if added else made.as_of
    shown = made.desk.calendar.next_days(first, DAYS_SHOWN)
    seats = made.desk.seats
    loads = [_load(seats[user_id], days, wanted[user_id], shown) for user_id, days in added.items()]
    return sorted(loads, key=lambda load: (-load.added, load.user_id))


def _load(seat: Seat, added: Counter[date], wanted: Counter[date], shown: Sequence[date]) -> PersonLoad:
    days = {day: _day(seat, day, added[day]) for day in {*shown, *added}}
    flood = max(seat.per_day[day] - added[day] + count for day, count in wanted.items())
    peak = max((days[day] for day in sorted(added)), key=lambda load: load.total)
    return PersonLoad(
        seat.limits.user_id, seat.limits.name, added.total(), flood, peak, [days[day] for day in shown]
    )  # fmt: skip


def _day(seat: Seat, day: date, added: int) -> DayLoad:
    cap = 0 if seat.limits.absent_until(day) else seat.limits.cap_on(day)
    return DayLoad(day, seat.per_day[day] - added, added, cap)
