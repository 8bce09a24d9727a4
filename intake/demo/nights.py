"""The nights of the demo: floors above keep a day's numbers when it ends, as they do in a real installation."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from django.dispatch import Signal

night_fell = Signal()  # with day: the date that has just ended; the data stands as it did that night

WEEKS = 13  # of trends, ending with the present one
EVERY_NIGHT = 5  # the last days lived


def kept_nights(days: Sequence[date]) -> frozenset[date]:
    """Of the days lived: the first, the last of each of the last weeks, and the latest ones."""
    ends = [list(week)[-1] for _number, week in groupby(days, lambda day: day.isocalendar()[:2])]
    return frozenset([*days[:1], *ends[-WEEKS:], *days[-EVERY_NIGHT:]])
