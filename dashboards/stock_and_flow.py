"""Stock or flow: did the volume of work hold in a short window? (M-13, D31). Nothing but arithmetic.

The expected count of a window is E = volume per working day of the baseline × working days of the window. If nothing
has changed the count of the window is about Poisson with mean E, its standard deviation √E, so that the ratio count / E
falls under 1 − 1.645/√E in five cases of a hundred (1.645 is the 95 % point of the normal distribution; see any table,
for example NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1). A fixed 10 % would raise a false alarm in 18 of
100 windows at E = 90. Under E = 30 the approximation is poor and nothing is said. With the noise of a baseline of 20
business days included, an unchanged team is called flow in at most 6.0 % of the weeks, whatever its true E from 40 to
400 and a window of three days.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import sqrt

QUANTILE = 1.645  # one-sided 95 %
BASELINE_DAYS = 20  # business days before the window
WEEK_DAYS = 5  # the week before it, within the baseline
LEAST_CASES = 5  # fewer calls or expected appointments say nothing about the result
CONNECT_DROP = Fraction(5, 100)
APPOINTMENT_DROP = Fraction(20, 100)


@dataclass(frozen=True, slots=True)
class Bar:
    """What a verdict needs; settings. tolerance: a smaller drop is nobody's concern, however sure, in percent.

    least_expected: where less is expected, nothing is said.
    """

    tolerance: int = 10
    least_expected: int = 30

    def limit(self, expected: float) -> float | None:
        """1 − max(tolerance, 1.645/√E); None under the least expected."""
        if expected < self.least_expected:
            return None
        return 1 - max(self.tolerance / 100, QUANTILE / sqrt(expected))


class Verdict(Enum):
    """What the numbers hint at; never a grade."""

    STOCK = "stock"
    FLOW = "flow"
    WEAKER = "weaker"
    OPEN = "open"
    AWAY = "away"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was done in some days. days: working days of a person, or of several people together.

    volume: calls and individual mails. calls: those with a result, of which `connected` were answered.
    """

    days: int = 0
    volume: int = 0
    calls: int = 0
    connected: int = 0
    appointments: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            days=self.days + other.days,
            volume=self.volume + other.volume,
            calls=self.calls + other.calls,
            connected=self.connected + other.connected,
            appointments=self.appointments + other.appointments,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A window beside what went before it.

    expected: what the baseline makes one expect of the window. counted: the volume of those of whom anything is
    expected; a newcomer without a baseline neither helps nor hurts. The two of the week are the same beside the week.
    """

    window: Tally
    baseline: Tally
    expected: float
    counted: int
    week_expected: float
    week_counted: int
    bar: Bar = Bar()

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(
            window=self.window + other.window,
            baseline=self.baseline + other.baseline,
            expected=self.expected + other.expected,
            counted=self.counted + other.counted,
            week_expected=self.week_expected + other.week_expected,
            week_counted=self.week_counted + other.week_counted,
            bar=other.bar,
        )

    @property
    def ratio(self) -> float | None:
        """Volume per working day of the window ÷ the same of the baseline; None where nothing is expected."""
        return self.counted / self.expected if self.expected else None

    @property
    def week_ratio(self) -> float | None:
        """The same against the week before; None where nothing is expected."""
        return self.week_counted / self.week_expected if self.week_expected else None

    @property
    def limit(self) -> float | None:
        """Under this ratio the volume has fallen; None where too little is expected to tell."""
        return self.bar.limit(self.expected)

    def verdict(self, *, is_over: bool = True, is_either: bool = False) -> Verdict:
        """is_over: the window has passed. is_either: falling behind the week before is enough, too (D31)."""
        if not self.window.days:
            return Verdict.AWAY
        if not is_over:
            return Verdict.AHEAD
        if self.limit is None:
            return Verdict.OPEN
        if _is_under(self.ratio, self.limit) or (is_either and self.is_under_week):
            return Verdict.FLOW
        return Verdict.WEAKER if self.connects_less or self.wins_less else Verdict.STOCK

    @property
    def is_under_week(self) -> bool:
        """The volume fell behind the week before; False where that week expects too little to tell."""
        return _is_under(self.week_ratio, self.bar.limit(self.week_expected))

    @property
    def connects_less(self) -> bool:
        """The connect rate fell by 5 points or more."""
        if min(self.window.calls, self.baseline.calls) < LEAST_CASES:
            return False
        before = Fraction(self.baseline.connected, self.baseline.calls)
        return before - Fraction(self.window.connected, self.window.calls) >= CONNECT_DROP

    @property
    def wins_less(self) -> bool:
        """Appointments per working day fell by 20 % or more."""
        if not self.baseline.days:
            return False
        expected = Fraction(self.baseline.appointments * self.window.days, self.baseline.days)
        return expected >= LEAST_CASES and self.window.appointments <= (1 - APPOINTMENT_DROP) * expected


NOTHING = Compared(
    window=Tally(), baseline=Tally(), expected=0, counted=0, week_expected=0, week_counted=0
)  # fmt: skip


def compare(window: Tally, baseline: Tally, week: Tally, bar: Bar = Bar()) -> Compared:
    """One person's window beside his baseline and the week before."""
    expected, week_expected = expected_of(baseline, window.days), expected_of(week, window.days)
    return Compared(
        window=window,
        baseline=baseline,
        expected=expected,
        counted=window.volume if expected else 0,
        week_expected=week_expected,
        week_counted=window.volume if week_expected else 0,
        bar=bar,
    )


def expected_of(before: Tally, days: int) -> float:
    """The volume that so many working days would bring at the pace of before; 0 without a day worked before."""
    return before.volume * days / before.days if before.days else 0.0


def _is_under(ratio: float | None, limit: float | None) -> bool:
    return ratio is not None and limit is not None and ratio < limit
