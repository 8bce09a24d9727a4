"""How sure a number is: intervals of shares, and the middle of what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high, in percent or percentage points."""

    low: float
    high: float


def wilson(numerator: int, denominator: int) -> Interval | None:
    """The 95 % interval of a share after Wilson, in percent; None where there is nothing to divide by."""
    if not denominator:
        return None
    share, spread = numerator / denominator, Z * Z / denominator
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator))
    return Interval(100 * max(0.0, (middle - half) / (1 + spread)), 100 * min(1.0, (middle + half) / (1 + spread)))


def newcombe(now: tuple[int, int], before: tuple[int, int]) -> Interval | None:
    """The 95 % interval of the difference of two shares (numerator, denominator) in points; None where one is empty."""
    one, two = wilson(*now), wilson(*before)
    if one is None or two is None:
        return None
    share, other = 100 * now[0] / now[1], 100 * before[0] / before[1]
    low = sqrt((share - one.low) ** 2 + (two.high - other) ** 2)
    high = sqrt((one.high - share) ** 2 + (other - two.low) ** 2)
    return Interval(share - other - low, share - other + high)


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of whole numbers, between two neighbours in proportion; None where nothing was counted."""

    n: int
    q1: float | None
    median: float | None
    q3: float | None


def spread_of(counts: Mapping[int, int]) -> Spread:
    """The spread of a histogram, value → how many."""
    n = sum(counts.values())
    q1, median, q3 = (_quantile(counts, n, share) for share in (0.25, 0.5, 0.75))
    return Spread(n, q1, median, q3)


def _quantile(counts: Mapping[int, int], n: int, share: float) -> float | None:
    if not n:
        return None
    place = share * (n - 1)
    below = int(place)
    low, high = _at(counts, below), _at(counts, min(below + 1, n - 1))
    return low + (high - low) * (place - below)


def _at(counts: Mapping[int, int], place: int) -> int:
    """The value at that place, counted from 0, if all stood in a row."""
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if place < seen:
            return value
    raise IndexError(place)
