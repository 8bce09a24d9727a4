"""Bars side by side, each made up of parts: how a few names compare, and what theirs consists of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.axis import percent
from dashboards.charts.parts import GAP

THICKNESS = 12  # pixels


@dataclass(frozen=True, slots=True)
class HStack:
    """One line. counts: its parts, each with its colour class (s1 … s5, latef, warnf); text: the number as read."""

    label: str
    counts: Sequence[tuple[str, int]]
    text: str
    url: str

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(count for _css_class, count in self.counts)


def hstacked(lines: Sequence[HStack], *, title: str) -> SafeString:
    """A list of names, bars and numbers; the longest bar is full, and each number opens its rows."""
    longest = max((line.total for line in lines), default=0) or 1
    drawn = format_html_join(
        "",
        '<li><span class="nm">{}</span><svg height="{}" aria-hidden="true">{}</svg><a class="vl" href="{}">{}</a></li>',
        [(line.label, THICKNESS, rects(line.counts, longest), line.url, line.text) for line in lines],
    )
    return format_html('<ul class="hbars" aria-label="{}">{}</ul>', title, drawn)


def share_bar(counts: Sequence[tuple[str, int]], longest: int) -> SafeString:
    """The bar alone, for a cell of a table whose numbers stand beside it; hidden from who cannot see it."""
    return format_html(
        '<svg class="plot-bar" height="{}" aria-hidden="true">{}</svg>', THICKNESS, rects(counts, max(1, longest))
    )


def rects(counts: Sequence[tuple[str, int]], longest: int) -> SafeString:
    """The parts of one bar from the left; a part of zero takes no room."""
    drawn, x = [], 0.0
    for css_class, count in counts:
        if count:
            width = 100 * count / longest
            drawn.append((css_class, percent(x), percent(max(width - GAP, GAP)), THICKNESS))
            x += width
    return format_html_join("", '<rect class="{}" x="{}" width="{}" height="{}" rx="2"/>', drawn)
