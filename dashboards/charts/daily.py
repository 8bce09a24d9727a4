"""Small multiples: the days of a baseline and of a window, one row per person, on one meaning of the y axis."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboards.charts.axis import percent, pixels

HEIGHT = 40
LOWEST = 1.5  # pixels, so that a day without anything is seen as one
WIDTH = 0.72  # of a bar's room
HEADROOM = 1.08


def daily(before: Sequence[int], window: Sequence[int], base: float, title: str) -> SafeString:
    """Bars per day: grey before the window, a gap, then the window in the accent. base: a dashed line; 0 draws none."""
    room = 100 / (len(before) + 1 + len(window))  # the gap is as wide as a day
    highest = max([*before, *window, base, 1]) * HEADROOM
    places = enumerate([*before, None, *window])
    rects = [
        _rect("s4" if n < len(before) else "s1", n * room, room, max(LOWEST, _length(value, highest)))
        for n, value in places
        if value is not None
    ]
    bars = format_html("{}" * len(rects), *rects)
    return format_html(
        '<div class="plot"><svg height="{}" role="img" aria-label="{}">{}{}</svg></div>',
        HEIGHT, title, bars, _base(base, highest),
    )  # fmt: skip


@lru_cache(maxsize=16384)  # the rows of a page have the same days, and their bars few heights
def _rect(css_class: str, x: float, room: float, height: float) -> SafeString:
    left = x + room * (1 - WIDTH) / 2
    return format_html(
        '<rect class="{}" x="{}" width="{}" y="{}" height="{}"/>',
        css_class, percent(left), percent(room * WIDTH), pixels(HEIGHT - height), pixels(height),
    )  # fmt: skip


def _length(value: float, highest: float) -> float:
    return (HEIGHT - 2) * value / highest


def _base(base: float, highest: float) -> SafeString:
    if not base:
        return format_html("{}", "")
    y = pixels(HEIGHT - _length(base, highest))
    return format_html('<line class="base ink" x1="0" x2="100%" y1="{}" y2="{}"/>', y, y)
