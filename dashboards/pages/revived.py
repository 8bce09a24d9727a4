"""What became of the deals that live again: how many this month, how many won, how soon, and by which channel."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.addresses import records_url
from dashboards.charts.box import Box
from dashboards.figures import FEW, Figure, rate_of, share_of
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Grain, Label
from dashboards.reports.reopened import began_in
from dashboards.reports.report import rate
from dashboards.reports.won import CHANNELS, NEW, REVIVED, Orders, spreads
from dashboards.reports.won import counted as counted_orders

NAMES = {REVIVED: "s1", NEW: "s4"}  # the part of days_to_won and its colour
FITTING = ("team", "source", "product", "competitor")  # what an order can be narrowed by as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Days to won of revived or of new deals. The numbers are None where there are too few."""

    label: Label
    n: int
    q1: float | None
    median: float | None
    q3: float | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Orders of one channel; share in percent of all; amount in the installation's currency, None where unknown."""

    label: Label
    n: int
    share: float | None
    amount: Decimal | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revived:
    """The panels below the cohorts."""

    tiles: list[Figure]
    spreads: list[Spread]
    boxes: list[Box]
    channels: list[Channel]
    won: int
    days_in_words: str
    channels_in_words: str


def revived(asked: Asked, counted: Asked | None, began: int) -> Revived:
    """Orders of the period by channel and by days; counted: the question about the months of the headline.

    began: how many follow-ups those months have, as the headline has counted them.
    """
    orders = replace(asked, where={name: key for name, key in asked.where.items() if name in FITTING})
    days, won = answer("days_to_won", orders), answer("won", orders)
    found = counted_orders(orders)
    spread, channels = _spreads(orders, spreads(found)), _channels(orders, found)
    return Revived(
        tiles=[_this_month(asked), *_reengaged(counted, began), _won_rate(asked)],
        spreads=spread,
        boxes=[_box(one, css_class) for one, css_class in zip(spread, NAMES.values(), strict=True) if one.n >= FEW],
        channels=channels,
        won=sum(channel.n for channel in channels),
        days_in_words=days.definition(),
        channels_in_words=won.definition(),
    )


def _spreads(orders: Asked, found: dict[str, Any]) -> list[Spread]:
    labels: dict[str, Label] = {REVIVED: _("Revived"), NEW: _("New")}
    return [
        Spread(
            label=labels[name], n=found[name]["n"], url=records_url("days_to_won", orders, part=name),
            **{key: found[name][key] if found[name]["n"] >= FEW else None for key in ("q1", "median", "q3")},
        )
        for name in NAMES
    ]  # fmt: skip


def _box(one: Spread, css_class: str) -> Box:
    assert one.q1 is not None and one.median is not None and one.q3 is not None  # enough were counted
    return Box(str(one.label), one.q1, one.median, one.q3, one.url, css_class)


def _channels(orders: Asked, found: list[Orders]) -> list[Channel]:
    won = sum(one.n for one in found)
    return [
        _channel(orders, code, label, [one for one in found if one.channel == code], won) for code, label in CHANNELS
    ]


def _channel(orders: Asked, code: str, label: Label, found: list[Orders], won: int) -> Channel:
    number, amounts = sum(one.n for one in found), [one.amount for one in found if one.amount is not None]
    return Channel(
        label=label, n=number, share=rate(number, won), amount=sum(amounts, Decimal(0)) if amounts else None,
        url=records_url("won", orders, channel=code),
    )  # fmt: skip


def _this_month(asked: Asked) -> Figure:
    """当月再商談化数 with the months in which they began (M-01d)."""
    month = asked.of_period(*Grain.MONTH.span(Grain.MONTH.key(asked.as_of)))
    report = answer("reopened", month)
    months = began_in(report)
    return Figure(
        name=report.name, label=_("Re-opened this month"), value=sum(months.values()), unit=pgettext("unit", "items"),
        note=_began_in_words(months), url=records_url(report.name, month), definition=report.definition,
    )  # fmt: skip


def _began_in_words(months: dict[str, int]) -> str:
    """うち1月入り2件: the three latest months."""
    latest = sorted(months.items(), reverse=True)[:3]
    text = pgettext("of the re-openings, how many began in that month", "%(month)s: %(number)s")
    return ", ".join(text % {"month": date.fromisoformat(f"{m}-01").strftime("%y/%m"), "number": n} for m, n in latest)


def _reengaged(counted: Asked | None, began: int) -> list[Figure]:
    """再検討機会率 (M-01a) of the same months as the headline; nothing before the first month is mature."""
    if counted is None:
        return []
    report = answer("reengagement", counted)
    return [share_of(report, report.total, began, label=_("Re-engagement rate"))]


def _won_rate(asked: Asked) -> Figure:
    report = answer("won_after_reopening", asked)
    return rate_of(report, label=_("Won of the re-opened"))
