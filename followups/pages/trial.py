"""What the editor of a rule shows of a trial: counts with their rows, the histogram, the loads (wireframe 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from followups.forms.studio import TRIED
from followups.models import Rule
from followups.rules.spec import RuleSpec
from followups.rules.whatif import PersonLoad, WhatIf, whatif
from followups.states import LimitFrom, RuleMode

OTHER_VALUES = (30, 45, 60, 90, 120)  # days
BARS = 30
NARROWEST = 5  # days of a bar
TOP, BOTTOM, LOW_TOP = 40, 220, 44
PEOPLE = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar. css_class: s1 found now and then, s2 comes in, s3 drops out, s4 not found."""

    css_class: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Deals by days on the clock, from `first` to `last` (None: and more)."""

    first: int
    last: int | None
    count: int
    x: str
    width: str
    left: str
    drawn: str
    parts: Sequence[Part]
    url: str
    has_label: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line, or the line of a limit at x."""

    place: str
    value: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The picture: bars, lines of the y axis, and where the limits stand. now None: the rule is off or differs."""

    bars: Sequence[Bar]
    grid: Sequence[Line]
    limit: Line
    now: Line | None
    room: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial in words and pictures. seen: the mark that lets it be published."""

    found: WhatIf
    histogram: Histogram
    others: Sequence[tuple[int, int, bool]]
    loads: Sequence["LoadRow"]
    more_people: int
    urls: Mapping[str, str]
    is_off_now: bool
    uses_lead_times: bool
    peak: int
    flood: int

    @property
    def figures(self) -> dict[str, Any]:
        """What an announcement keeps of it."""
        counts = {"matched": len(self.found.hits), "now": len(self.found.now)}
        return counts | {"plus": len(self.found.plus), "minus": len(self.found.minus)}


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One person's ten days as small bars, and the line of his cap."""

    load: PersonLoad
    bars: Sequence[tuple[str, str, str, str]]
    cap_y: str

    @property
    def state(self) -> str:
        """late: above the cap; before: above it on a day without anything from the rule; warn: at the cap; ok."""
        peak = self.load.peak
        if peak.over:
            return "late"
        if any(day.over for day in self.load.days if day.cap):
            return "before"
        return "warn" if peak.total == peak.cap else "ok"


def trial(tried: Rule, current: Rule, as_of: date) -> Trial:
    """Try a rule against the one in force."""
    found = whatif(RuleSpec.of(tried), as_of)
    now = RuleSpec.of(current)
    settings = {name: getattr(tried, name) for name in TRIED}
    before = now if _is_comparable(now, found.rule) else None
    return Trial(
        found=found,
        histogram=_histogram(found, before, tried.code, settings),
        others=[(days, found.at(days), found.limit_days == days and not tried.product_limits) for days in OTHER_VALUES],
        loads=[_row(load) for load in found.loads[:PEOPLE]],
        more_people=max(0, len(found.loads) - PEOPLE),
        urls={part: deals_url(tried.code, settings, part=part) for part in ("hits", "plus", "minus", "now")}
        | {"past": deals_url(tried.code, settings, page="followups:rule_backtest")},
        uses_lead_times=tried.limit_from == LimitFrom.LEAD_TIME,
        is_off_now=current.mode == RuleMode.OFF,
        peak=max((load.peak.total for load in found.loads), default=0),
        flood=max((load.flood for load in found.loads), default=0),
    )


def _is_comparable(now: RuleSpec, tried: RuleSpec) -> bool:
    """Whether both look at the same deals by the same clock, so that only the limit differs."""
    return now.mode != RuleMode.OFF and (now.statuses, now.basis) == (tried.statuses, tried.basis)


def deals_url(code: str, settings: Mapping[str, Any], page: str = "followups:rule_deals", **more: Any) -> str:
    """The list of deals behind a number of a trial, or another page about the settings."""
    sent = {**settings, "is_suppressed_by_promise": "on" if settings["is_suppressed_by_promise"] else ""}
    return f"{reverse(page, args=[code])}?{urlencode(sent | more, doseq=True)}"


def _histogram(found: WhatIf, before: RuleSpec | None, code: str, settings: Mapping[str, Any]) -> Histogram:
    limit = found.limit_days
    now_days = before.own.days(found.as_of) if before else None
    farthest = max(limit, now_days or 0)
    room = NARROWEST * max(1, -(-farthest * 6 // (5 * BARS * NARROWEST)))  # the limit stands in the picture
    piles = [_pile(found, n, room, before) for n in range(BARS)]
    highest = max((sum(pile.values()) for pile in piles), default=0)
    step = _step(highest)
    top = step * max(1, -(-highest // step))
    scale = (BOTTOM - TOP) / top
    return Histogram(
        bars=[_bar(pile, n, room, scale, code, settings) for n, pile in enumerate(piles)],
        grid=[Line(f"{BOTTOM - mark * scale:.1f}", mark) for mark in range(0, top + 1, step)],
        limit=_line(limit, room),
        now=_line(now_days, room) if now_days is not None and now_days != limit else None,
        room=room * BARS,
    )


def _step(highest: int) -> int:
    for power in (1, 10, 100, 1000, 10_000, 100_000):
        for factor in (1, 2, 5):
            if highest <= factor * power * 4:
                return factor * power
    return 1_000_000


def _line(days: int, room: int) -> Line:
    return Line(f"{min(100.0, days / room / BARS * 100):.3f}%", days)


def _pile(found: WhatIf, n: int, room: int, before: RuleSpec | None) -> dict[str, int]:
    """How many deals of a bar are found, come in, drop out, or are not found."""
    pile = dict.fromkeys(("s1", "s2", "s3", "s4"), 0)
    for (age, product_id), count in found.ages.items():
        if min(age // room, BARS - 1) == n:
            then = age >= found.rule.limit_of(product_id).days(found.as_of)
            now = before is not None and age >= before.limit_of(product_id).days(found.as_of)
            pile["s1" if then and now else "s2" if then else "s3" if now else "s4"] += count
    return pile


def _bar(pile: dict[str, int], n: int, room: int, scale: float, code: str, settings: Mapping[str, Any]) -> Bar:
    width, y, parts = 100 / BARS, float(BOTTOM), []
    for css_class, count in pile.items():
        if count:
            y -= count * scale
            parts.append(Part(css_class, f"{y:.1f}", f"{count * scale:.1f}"))
    last = None if n == BARS - 1 else (n + 1) * room - 1
    days: dict[str, Any] = {"min": n * room} | ({"max": last} if last is not None else {})
    return Bar(
        first=n * room, last=last, count=sum(pile.values()), x=f"{n * width:.3f}%", width=f"{width:.3f}%",
        left=f"{n * width + 0.23:.3f}%", drawn=f"{width - 0.47:.3f}%", parts=parts,
        url=deals_url(code, settings, part="reach", **days), has_label=n % 3 == 0,
    )  # fmt: skip


def _row(load: PersonLoad) -> LoadRow:
    cap = max(day.cap for day in load.days)
    highest = max(cap, *(day.total for day in load.days), 1) * 1.05
    bars: list[tuple[str, str, str, str]] = []
    for n, day in enumerate(load.days):
        x = f"{n * 10 + 1.2:.1f}%"
        if not day.cap:
            bars.append(("openf", x, "0", str(LOW_TOP)))
        y = LOW_TOP - day.before * LOW_TOP / highest
        bars.append(("s4", x, f"{y:.1f}", f"{LOW_TOP - y:.1f}"))
        if day.added:
            height = day.added * LOW_TOP / highest
            bars.append(("s1", x, f"{y - height:.1f}", f"{height:.1f}"))
        if day.over and day.cap:
            top = LOW_TOP - day.total * LOW_TOP / highest
            bars.append(("latef", x, f"{top:.1f}", f"{day.over * LOW_TOP / highest:.1f}"))
    return LoadRow(load, bars, f"{LOW_TOP - cap * LOW_TOP / highest:.1f}")
