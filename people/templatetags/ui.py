"""Template tags that every screen uses: icons, navigation, dates, numbers and the clock meter."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Literal, Protocol

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from people.date_styles import second_label
from people.form_tokens import FIELD, new_token
from people.icons import ICONS
from people.templatetags.quick import Place, place_of
from people.text import national_phone
from people.typed_days import japanese_year

register = template.Library()

SHORTEST_SCALE = 14  # days; without it the bar of a deal entered yesterday would be full


class Measured(Protocol):
    """What a meter draws."""

    @property
    def days(self) -> int: ...

    @property
    def limit(self) -> int | None: ...


@register.simple_tag
@cache
def icon(name: str, css_class: str = "") -> SafeString:
    """The icon as inline SVG, hidden from screen readers: a word always stands beside it or in an aria-label.

    An unknown name raises KeyError, so a typing error fails in the first test that renders the page.
    """
    classes = f"i {css_class}".strip()
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', classes, ICONS[name]
    )


@register.simple_tag(takes_context=True)
def once(context: RequestContext) -> SafeString:
    """A form that carries this does its work once, and keeps what was typed when the session ends."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token(context["user"]))


@register.simple_tag(takes_context=True)
def nav_link(
    context: RequestContext, url_name: str, label: str, icon_name: str = "", section: str = "", query: str = ""
) -> SafeString:
    """A link of the navigation, marked as current on its own page ("page") and in its section ("true").

    section: patterns of URL names, separated by spaces, such as "leads:*". query: what the page opens with, "?…".
    """
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    return _nav_link(url_name, str(label), icon_name, section, query, here, place_of(context))


@lru_cache(maxsize=8192)  # every page draws the same links
def _nav_link(
    url_name: str, label: str, icon_name: str, section: str, query: str, here: str, _place: Place
) -> SafeString:
    is_within = any(fnmatchcase(here, pattern) for pattern in section.split())
    current = "page" if here == url_name else "true" if is_within else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<a href="{}"{}>{}{}</a>', reverse(url_name) + query, mark, drawn, label)


@register.filter
def number(value: float | Literal[""] | None) -> str:
    """1234 → 1,234; 42.0 → 42.0 as rates are written; None or nothing → —, so that a gap is never read as zero."""
    return "—" if value is None or value == "" else f"{value:,}"


@register.filter
def money(value: Decimal | None) -> str:
    """An amount in the installation's one currency: 168万 in Japanese where that loses nothing, else 1,685,432."""
    if value is None:
        return "—"
    if get_language() == "ja" and value >= 10_000 and value % 1_000 == 0:
        return f"{value / 10_000:,.1f}".removesuffix(".0") + "万"
    return f"{value:,.2f}".removesuffix(".00")


@register.filter
def estimate(value: Decimal | None) -> str:
    """An amount that was weighed, such as one times its probability: to the thousand, which is all that it can know."""
    return money(value if value is None or value < 10_000 else round(value, -3))


@register.filter
def phone(value: str) -> str:
    """A stored number as it is written here, 03-1234-5678."""
    return national_phone(value)


@register.filter
def day(value: date | None, as_of: date | None = None) -> str:
    """11/26(木), with the year where it differs from that of `as_of` or where no `as_of` is given; None → empty.

    Beside the year stands 令和8年 for a reader who wants it.
    """
    if value is None:
        return ""
    if as_of is not None and as_of.year == value.year:
        return _day_of_this_year(value, get_language())
    return f"{_day_with_year(value, get_language())} {second_label(value)}".rstrip()


@lru_cache(maxsize=4096)  # a list shows the same few weeks again and again
def _day_of_this_year(value: date, _language: str | None) -> str:
    return format_date(value, pgettext("date of this year", "D j M"))


@lru_cache(maxsize=4096)
def _day_with_year(value: date, _language: str | None) -> str:
    return format_date(value, pgettext("date with year", "D j M Y"))


@register.filter
def era(value: date) -> str:
    """令和8年, to stand beside a Western date; empty in English."""
    return japanese_year(value) if get_language() == "ja" else ""


@register.filter
def iso(text: str) -> date:
    """A day of the ledger, kept as ISO text, as a date."""
    return date.fromisoformat(text)


@register.filter
def age(value: date, as_of: date) -> int:
    """Days from `value` to `as_of`; negative while it lies ahead."""
    return (as_of - value).days


@register.filter
def moment(value: datetime | None, as_of: date | None = None) -> str:
    """11/20(金) 6:00 in the installation's time zone; None → empty."""
    if value is None:
        return ""
    local = value.astimezone(timezone.get_current_timezone())
    return f"{day(local.date(), as_of)} {format_date(local, 'G:i')}"


@register.inclusion_tag("_components/meter.html")
def meter(days: int, limit: int | None = None, beside: Sequence[Measured] = ()) -> dict[str, str]:
    """The bar of a clock: `days` gone, and a tick where the rule acts. Past the limit the bar turns vermilion.

    beside: the clocks that stand on one page; their bars share one scale, so that two days never look like sixty.
    """
    scale = max([SHORTEST_SCALE, days, limit or 0, *(max(other.days, other.limit or 0) for other in beside)]) * 1.15
    within = min(days, limit) if limit is not None else days
    label = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if limit is not None:
        label = gettext("%(days)s of %(limit)s") % {"days": label, "limit": limit}
    return {
        "label": label,
        "within": percent(within, scale),
        "limit": percent(limit, scale) if limit is not None else "",
        "over": percent(days - limit, scale) if limit is not None and days > limit else "",
    }


def percent(part: float, whole: float) -> str:
    """A share as an SVG length, the same in every language (no decimal comma)."""
    return f"{100 * part / whole:.2f}%"
