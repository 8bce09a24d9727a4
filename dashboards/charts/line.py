"""Lines: how a share or a count went over time, large with an axis, or small under a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.charts.axis import FOOT, Scale, hit, label, link, nice_step, percent, pixels, plot

TOP = 22
SPARK_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class Point:
    """One value. None: nothing is known of that time, and the line has a gap. note stands above its dot."""

    label: str
    value: float | None
    url: str = ""
    note: str = ""
    is_minor: bool = False


def line(points: Sequence[Point], *, title: str, unit: str = "%", height: int = 160) -> SafeString:
    """A line from 0 up; every point opens its rows."""
    largest = max((point.value for point in points if point.value is not None), default=0)
    step = nice_step(largest)
    highest = step * max(1, -(-largest // step))
    scale = Scale(highest, step, TOP, height - TOP - FOOT, unit=unit)
    room = 100 / max(1, len(points))
    desc = "; ".join(_says(point, unit) for point in points)
    dots = format_html_join("", "{}", ((_dot(p, scale, n * room, room, unit),) for n, p in enumerate(points)))
    body = format_html("{}{}{}", scale.lines(), _strokes(points, scale, room, "l1"), dots)
    return plot(body, height=height, title=title, desc=desc)


def spark(values: Sequence[float | None], *, title: str, base: float | None = None) -> SafeString:
    """A line without an axis under a figure; the last point is dotted and equals the figure. Under two values: nothing.

    base: a value drawn as a dashed line.
    """
    known = [value for value in (*values, base) if value is not None]
    if len([value for value in values if value is not None]) < 2:
        return format_html("{}", "")
    scale = Scale(max(known) * 1.1 or 1, 1, 4, SPARK_HEIGHT - 8)
    points = [Point("", value) for value in values]
    room = 100 / len(points)
    last = points[-1].value
    dot = "" if last is None else _circle(100 - room / 2, scale.y(last), "3.5")
    body = format_html("{}{}{}", _base(base, scale), _strokes(points, scale, room, "l1 thin"), dot)
    return format_html(
        '<div class="plot"><svg height="{}" role="img" aria-label="{}">{}</svg></div>', SPARK_HEIGHT, title, body
    )


def _base(base: float | None, scale: Scale) -> SafeString:
    if base is None:
        return format_html("{}", "")
    y = pixels(scale.y(base))
    return format_html('<line class="base" x1="0" x2="100%" y1="{}" y2="{}"/>', y, y)


def _strokes(points: Sequence[Point], scale: Scale, room: float, css_class: str) -> SafeString:
    pairs = [
        (css_class, percent((n + 0.5) * room), pixels(scale.y(one.value)),
         percent((n + 1.5) * room), pixels(scale.y(two.value)))
        for n, (one, two) in enumerate(zip(points, points[1:], strict=False))
        if one.value is not None and two.value is not None
    ]  # fmt: skip
    return format_html_join("", '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', pairs)


def _dot(point: Point, scale: Scale, x: float, room: float, unit: str) -> SafeString:
    middle, minor = x + room / 2, "minor" if point.is_minor else ""
    name = label(point.label, x=middle, y=scale.bottom + 18, css_class=minor)
    if point.value is None:
        return name
    y = scale.y(point.value)
    area = hit(x=x, width=room, top=scale.top, height=scale.height)
    shown = link(point.url, _says(point, unit), format_html("{}{}", area, _circle(middle, y, "4")))
    note = label(point.note, x=middle, y=y - 10, css_class="em") if point.note else ""
    return format_html('{}<g class="np" aria-hidden="true">{}{}</g>', shown, name, note)


def _circle(x: float, y: float, radius: str) -> SafeString:
    return format_html('<circle class="d1" cx="{}" cy="{}" r="{}"/>', percent(x), pixels(y), radius)


def _says(point: Point, unit: str) -> str:
    return f"{point.label}: {'—' if point.value is None else f'{point.value:,g}{unit}'}"
