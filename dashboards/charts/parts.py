"""One bar of parts that add up to a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

GAP = 0.25  # percent of the width between two parts


@dataclass(frozen=True)
class Part:
    """One share of a whole. `code` is also its colour class in the sheet (p-<code>); `url` leads to its rows."""

    code: str
    label: str
    count: int
    url: str


def parts_bar(parts: Sequence[Part], title: str) -> SafeString:
    """One bar of parts that add up to the whole; a part of zero takes no room, an empty whole gives an empty bar."""
    rects = format_html_join("", '<rect class="p-{}" x="{}" width="{}" height="12" rx="2"/>', _rects(parts))
    described = ", ".join(f"{part.label} {part.count:,}" for part in parts)
    return format_html(
        '<svg class="bar" role="img" aria-label="{0}" height="12"><title>{0}</title><desc>{1}</desc>{2}</svg>',
        title,
        described,
        rects,
    )


def _rects(parts: Sequence[Part]) -> list[tuple[str, str, str]]:
    """Code, x and width of each part that has something to show."""
    total = sum(part.count for part in parts)
    rects, done = [], 0
    for part in parts:
        if part.count:
            width = max(100 * part.count / total - GAP, GAP)
            rects.append((part.code, f"{100 * done / total:.3f}%", f"{width:.3f}%"))
            done += part.count
    return rects
