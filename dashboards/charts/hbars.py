"""Bars side by side, one line each: which of a few names has most."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.axis import percent

THICKNESS = 14  # pixels


@dataclass(frozen=True, slots=True)
class HBar:
    """One line. text: the number as it is read, with its unit. css_class: s1 for what matters, s4 for the rest."""

    label: str
    count: int
    text: str
    url: str
    css_class: str = "s4"


def hbars(bars: Sequence[HBar], *, title: str) -> SafeString:
    """A list of names, bars and numbers; the longest bar is full, and each number opens its rows."""
    longest = max((bar.count for bar in bars), default=0) or 1
    lines = format_html_join(
        "",
        '<li><span class="nm">{}</span><svg height="{}" aria-hidden="true"><rect class="{}" width="{}" height="{}"'
        ' rx="2"/></svg><a class="vl" href="{}">{}</a></li>',
        [
            (bar.label, THICKNESS, bar.css_class, percent(100 * bar.count / longest), THICKNESS, bar.url, bar.text)
            for bar in bars
        ],
    )
    return format_html('<ul class="hbars" aria-label="{}">{}</ul>', title, lines)
