"""Stacked bars: how a count is made up, period by period."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.axis import Scale, hit, label, link, percent, pixels, plot

WIDTH = 0.62  # of a bar's room
HATCHED = "s5"


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar. css_class is s1 … s5 with the fixed meanings of the house."""

    css_class: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a count per series. is_minor: its words are dropped where there is no room; is_now: it stands out."""

    label: str
    counts: Sequence[int]
    url: str
    is_minor: bool = False
    is_now: bool = False

    @property
    def total(self) -> int:
        """All series together."""
        return sum(self.counts)


def stacked(bars: Sequence[Bar], series: Sequence[Series], *, title: str, height: int = 220) -> SafeString:
    """The first series lies on the base line. Each bar is a link whose name says all its counts."""
    scale = Scale.of_counts([bar.total for bar in bars], height=height)
    room = 100 / max(1, len(bars))
    drawn = format_html_join("", "{}", ((_bar(bar, series, scale, n * room, room),) for n, bar in enumerate(bars)))
    desc = "; ".join(_says(bar, series) for bar in bars)
    return plot(format_html("{}{}", scale.lines(), drawn), height=height, title=title, desc=desc)


def _bar(bar: Bar, series: Sequence[Series], scale: Scale, x: float, room: float) -> SafeString:
    left, width = x + room * (1 - WIDTH) / 2, room * WIDTH
    y, rects = scale.bottom, []
    for part, count in zip(series, bar.counts, strict=True):
        if count:
            y -= scale.length(count)
            rects += _rects(part.css_class, left, y, width, scale.length(count))
    body = format_html_join(
        "", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', rects
    )  # the gap of one pixel between the parts is part of their y
    area = hit(x=x, width=room, top=scale.top, height=scale.height)
    minor = "minor " if bar.is_minor else ""
    return format_html(
        '{}<g class="np" aria-hidden="true">{}{}</g>',
        link(bar.url, _says(bar, series), format_html("{}{}", area, body)),
        label(f"{bar.total:,}", x=x + room / 2, y=y - 6, css_class=f"v {minor}".strip()),
        label(bar.label, x=x + room / 2, y=scale.bottom + 18, css_class=f"{minor}{'em' if bar.is_now else ''}".strip()),
    )


def _rects(css_class: str, x: float, y: float, width: float, height: float) -> list[tuple[str, str, str, str, str]]:
    gap = 1 if height > 2 else 0
    place = percent(x), pixels(y + gap), percent(width), pixels(height - gap)
    rects = [(css_class, *place)]
    return [("bgf", *place), *rects] if css_class == HATCHED else rects


def _says(bar: Bar, series: Sequence[Series]) -> str:
    parts = ", ".join(f"{part.label} {count:,}" for part, count in zip(series, bar.counts, strict=True))
    return f"{bar.label}: {bar.total:,} ({parts})" if len(series) > 1 else f"{bar.label}: {bar.total:,}"
