"""Boxes: the middle half of what was counted, and its median."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.axis import label, link, nice_step, percent

ROW, FOOT = 52, 24  # pixels


@dataclass(frozen=True, slots=True)
class Box:
    """One line of the chart; css_class is s1 … s5 with the fixed meanings of the house."""

    label: str
    q1: float
    median: float
    q3: float
    url: str
    css_class: str = "s1"


def box(boxes: Sequence[Box], *, title: str, unit: str) -> SafeString:
    """One bar from the first to the third quartile per line, the median marked and written. No lines: nothing."""
    if not boxes:
        return format_html("{}", "")
    step = nice_step(max(one.q3 for one in boxes) * 1.4)  # room for the words right of the bar
    highest = step * max(1, -(-max(one.q3 for one in boxes) * 1.4 // step))
    height = ROW * len(boxes) + FOOT
    marks = format_html_join(
        "", "{}", ((_mark(n * step, highest, height, unit),) for n in range(int(highest / step) + 1))
    )
    drawn = format_html_join("", "{}", ((_box(one, highest, n * ROW + 16, unit),) for n, one in enumerate(boxes)))
    desc = "; ".join(_says(one, unit) for one in boxes)
    return format_html(
        '<div class="plot"><svg height="{}" role="group" aria-label="{}"><desc>{}</desc>{}{}</svg></div>',
        height, title, desc, marks, drawn,
    )  # fmt: skip


def _mark(value: float, highest: float, height: int, unit: str) -> SafeString:
    x = 100 * value / highest
    anchor = "start" if not value else "end" if value == highest else "middle"
    return format_html(
        '<line class="grid" x1="{}" x2="{}" y1="0" y2="{}"/>{}',
        percent(x), percent(x), height - FOOT, label(f"{value:,g}{unit}", x=x, y=height - 6, anchor=anchor),
    )  # fmt: skip


def _box(one: Box, highest: float, y: int, unit: str) -> SafeString:
    left, middle, right = (100 * value / highest for value in (one.q1, one.median, one.q3))
    body = format_html(
        '<rect class="hit" x="0" y="{}" width="100%" height="36"/>'
        '<rect class="{} soft" x="{}" y="{}" width="{}" height="20" rx="3"/>'
        '<rect class="{}" x="{}" y="{}" width="3" height="28" rx="1.5"/>',
        y - 8, one.css_class, percent(left), y, percent(max(right - left, 0.5)), one.css_class, percent(middle), y - 4,
    )  # fmt: skip
    words = label(f"{one.label} {one.median:,g}{unit}", x=right + 1.5, y=y + 14, css_class="em", anchor="start")
    return format_html('{}<g class="np" aria-hidden="true">{}</g>', link(one.url, _says(one, unit), body), words)


def _says(one: Box, unit: str) -> str:
    return f"{one.label} {one.median:,g}{unit} ({one.q1:,g}–{one.q3:,g}{unit})"
