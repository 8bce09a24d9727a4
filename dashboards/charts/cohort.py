"""Cohorts: a share per month with its 95 % interval; months that are not ripe yet stand on hatched ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.axis import Scale, hit, label, link, nice_step, percent, pixels, plot
from dashboards.reports.report import rate
from dashboards.statistics import Interval, wilson

TOP, FOOT = 26, 42  # pixels for the words above the plot, and for the two lines of words under it


@dataclass(frozen=True, slots=True)
class Month:
    """One cohort. is_muted: drawn hollow, as what came before the start or is not ripe."""

    label: str
    numerator: int
    denominator: int
    url: str
    is_muted: bool = False
    is_minor: bool = False

    @property
    def share(self) -> float | None:
        """In percent; None without cases."""
        return rate(self.numerator, self.denominator)

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval in percent."""
        return wilson(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the ground changes, as indices of months: the start of the program, and the first month that is not ripe.

    base: the share before the start in percent, as a dashed line. Each may be None.
    """

    start: int | None = None
    unripe: int | None = None
    base: float | None = None
    start_label: str = ""
    unripe_label: str = ""


def cohort(months: Sequence[Month], marks: Marks, *, title: str, height: int = 268) -> SafeString:
    """Dots with whiskers; under each month its numerator and denominator. A month without cases has its words alone."""
    scale = _scale(months, marks, height)
    room = 100 / max(1, len(months))
    drawn = format_html_join("", "{}", ((_month(month, scale, n * room, room),) for n, month in enumerate(months)))
    body = format_html("{}{}{}", scale.lines(), _ground(marks, scale, room), drawn)
    return plot(body, height=height, title=title, desc="; ".join(_says(month) for month in months))


def _scale(months: Sequence[Month], marks: Marks, height: int) -> Scale:
    """Up to the highest whisker, at most 100 %."""
    tops = [found.high for month in months if (found := month.interval)]
    largest = min(100, max([*tops, marks.base or 0, 10]))
    step = nice_step(largest)
    highest = min(100, step * -(-largest // step))
    return Scale(highest, step if highest % step == 0 else 25, TOP, height - TOP - FOOT, unit="%")


def _ground(marks: Marks, scale: Scale, room: float) -> SafeString:
    parts = []
    if marks.unripe is not None:
        x = marks.unripe * room
        parts.append(
            format_html(
                '<rect class="openf" x="{}" y="{}" width="{}" height="{}"/>{}',
                percent(x),
                pixels(scale.top),
                percent(100 - x),
                pixels(scale.height),
                label(marks.unripe_label, x=x, y=scale.top - 8, anchor="start"),
            )  # fmt: skip
        )
    if marks.start is not None:
        x = marks.start * room
        line = '<line class="base" x1="{}" x2="{}" y1="6" y2="{}"/>{}'
        words = label(marks.start_label, x=x + 0.5, y=scale.top - 8, anchor="start")
        parts.append(format_html(line, percent(x), percent(x), pixels(scale.bottom), words))
    if marks.base is not None:
        y, end = pixels(scale.y(marks.base)), 100 if marks.unripe is None else marks.unripe * room
        parts.append(format_html('<line class="base" x1="0" x2="{}" y1="{}" y2="{}"/>', percent(end), y, y))
    return format_html_join("", "{}", ((part,) for part in parts))


def _month(month: Month, scale: Scale, x: float, room: float) -> SafeString:
    middle, minor = x + room / 2, "minor" if month.is_minor else ""
    area = hit(x=x, width=room, top=scale.top, height=scale.height)
    words = format_html(
        '<g class="np" aria-hidden="true">{}{}</g>',
        label(month.label, x=middle, y=scale.bottom + 18, css_class=minor),
        label(f"{month.numerator:,}/{month.denominator:,}", x=middle, y=scale.bottom + 35, css_class="v minor"),
    )
    if not month.denominator:
        return words
    return format_html(
        "{}{}", link(month.url, _says(month), format_html("{}{}", area, _dot(month, scale, middle))), words
    )


def _dot(month: Month, scale: Scale, x: float) -> SafeString:
    found = month.interval
    assert found is not None  # a month without cases is not drawn
    return format_html(
        '<line class="ci{}" x1="{}" x2="{}" y1="{}" y2="{}"/><circle class="{}" cx="{}" cy="{}" r="5"/>',
        " mute" if month.is_muted else "", percent(x), percent(x), pixels(scale.y(found.low)),
        pixels(scale.y(min(found.high, scale.highest))), "d4" if month.is_muted else "d1", percent(x),
        pixels(scale.y(100 * month.numerator / month.denominator)),
    )  # fmt: skip


def _says(month: Month) -> str:
    found, share = month.interval, month.share
    if found is None or share is None:
        return f"{month.label}: {month.numerator:,}/{month.denominator:,}"
    interval = _("95%% interval from %(low)s to %(high)s") % {"low": f"{found.low:.1f}", "high": f"{found.high:.1f}"}
    return f"{month.label}: {share:.1f}% ({month.numerator:,}/{month.denominator:,}, {interval})"
