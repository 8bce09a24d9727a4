"""What every plot shares: percent positions, round steps, the y axis, the frame."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

FOOT = 24  # pixels under the plot for the labels of the x axis


def percent(share: float) -> str:
    """A horizontal position or width; share is in percent of the plot's width."""
    return f"{share:.3f}".rstrip("0").rstrip(".") + "%"


def pixels(value: float) -> str:
    """A vertical position or height, to a tenth."""
    return f"{value:.1f}"


def nice_step(highest: float, steps: int = 4) -> float:
    """The round step (1, 2, 2.5, 5 × 10ⁿ) by which at most `steps` lines reach the highest value; 1 where that is 0.

    Counts are whole: no step is smaller than 1.
    """
    if highest <= 0:
        return 1
    raw = highest / steps
    power = 10.0 ** math.floor(math.log10(raw))
    steps_above = (factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999999)
    return max(1, next(step for step in steps_above if step < 1 or step == int(step)))


@dataclass(frozen=True, slots=True)
class Scale:
    """The y axis: `highest` lies `top` pixels under the upper edge, `lowest` (0 for bars) `height` pixels deeper."""

    highest: float
    step: float
    top: float
    height: float
    lowest: float = 0
    unit: str = ""

    @classmethod
    def of_counts(cls, values: Iterable[float], *, height: int, top: int = 20, foot: int = FOOT) -> "Scale":
        """From 0 to the round number above the largest value, in a picture of that height in pixels."""
        largest = max(values, default=0)
        step = nice_step(largest)
        return cls(step * max(1, math.ceil(largest / step)), step, top, height - top - foot)

    @property
    def bottom(self) -> float:
        """Where the lowest value lies."""
        return self.top + self.height

    def length(self, value: float) -> float:
        """How many pixels a value is long."""
        return self.height * value / (self.highest - self.lowest)

    def y(self, value: float) -> float:
        """Where a value lies."""
        return self.bottom - self.length(value - self.lowest)

    def lines(self) -> SafeString:
        """The lines across the plot with their values at the left."""
        count = round((self.highest - self.lowest) / self.step)
        marks = [self.lowest + number * self.step for number in range(count + 1)]
        return format_html_join(
            "",
            '<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/><text x="-8" y="{}" text-anchor="end">{}{}</text>',
            [
                ("grid" if number else "axis", pixels(self.y(mark)), pixels(self.y(mark)), pixels(self.y(mark) + 4),
                 f"{mark:,g}", self.unit)
                for number, mark in enumerate(marks)
            ],
        )  # fmt: skip


def plot(body: SafeString, *, height: int, title: str, desc: str, has_axis: bool = True) -> SafeString:
    """The frame: title and description for who cannot see the picture. Links inside keep their own names."""
    return format_html(
        '<div class="plot{}"><svg height="{}" role="group" aria-label="{}"><desc>{}</desc>{}</svg></div>',
        " y" if has_axis else "", height, title, desc, body,
    )  # fmt: skip


def label(text: object, *, x: float, y: float, css_class: str = "", anchor: str = "middle") -> SafeString:
    """Words in the picture; x in percent, y in pixels."""
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        css_class, percent(x), pixels(y), anchor, conditional_escape(str(text)),
    )  # fmt: skip


def link(url: str, says: str, body: SafeString) -> SafeString:
    """A part of the picture that opens its rows; without an address it is drawn and leads nowhere."""
    if not url:
        return format_html("<g><title>{}</title>{}</g>", says, body)
    return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', url, says, says, body)


def hit(*, x: float, width: float, top: float, height: float) -> SafeString:
    """The area of a link, larger than what is drawn."""
    return format_html(
        '<rect class="hit" x="{}" y="{}" width="{}" height="{}"/>',
        percent(x), pixels(top), percent(width), pixels(height),
    )  # fmt: skip
