"""The tiles of ストックとフロー in the order of cause and effect: stock, volume, connect rate, appointments (S4-37)."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.addresses import records_url
from dashboards.figures import Figure, of_whole, points
from dashboards.pages.stock_flow_words import decimal, ratio
from dashboards.reports import Asked, answer
from dashboards.reports.callable_stock import cover, stock_days
from dashboards.reports.report import rate
from dashboards.reports.stock_flow import StockFlow
from dashboards.stock_and_flow import LEAST_CASES
from people.composed import composed_once, counts_of

Counts = Mapping[str, int]  # planned, callable, promised, prepared, known


def tiles(asked: Asked, found: StockFlow, counts: Counts) -> list[Figure]:
    """Four that show what happened, four that show how the window was prepared."""
    return [
        _stock(asked, found, counts["callable"]),
        _volume(asked, found),
        _connect(asked, found),
        _appointments(asked, found),
        _leads(asked, found),
        _promises(asked, found, counts["promised"]),
        _share("attendance_known", asked, counts["known"], counts["planned"], _("Attendance known")),
        _share("why_you_now", asked, counts["prepared"], counts["planned"], _("With a reason to call")),
    ]


def _stock(asked: Asked, found: StockFlow, stock: int) -> Figure:
    note = ngettext("%(n)s to call in the window", "%(n)s to call in the window", stock) % {"n": f"{stock:,}"}
    return Figure(
        name="callable_stock", label=_("Callable stock"), value=stock_days(stock, found), unit=_("days of stock"),
        note=note, url=records_url("callable_stock", asked),
    )  # fmt: skip


def _volume(asked: Asked, found: StockFlow) -> Figure:
    team = found.team
    note = _("%(expected)s expected, ratio %(ratio)s (limit %(limit)s)") % {
        "expected": decimal(team.expected), "ratio": ratio(team.ratio), "limit": ratio(team.limit),
    }  # fmt: skip
    return Figure(
        name="stock_flow", label=_("Volume of work"), value=team.window.volume, unit=pgettext("unit", "items"),
        note=note, url=records_url("stock_flow", asked),
    )  # fmt: skip


def _connect(asked: Asked, found: StockFlow) -> Figure:
    window, baseline = found.team.window, found.team.baseline
    enough = min(window.calls, baseline.calls) >= LEAST_CASES
    now, then = rate(window.connected, window.calls), rate(baseline.connected, baseline.calls)
    note = _("%(change)s from %(then)s%% before") % {"change": points(now, then), "then": then}
    return Figure(
        name="connect_rate",
        label=_("Connect rate"),
        value=now if enough else None,
        unit="%" if enough else "",
        note=note if enough else of_whole(window.connected, min(window.calls, baseline.calls)),
        url=records_url("connect_rate", asked),
    )


def _appointments(asked: Asked, found: StockFlow) -> Figure:
    window, baseline = found.team.window, found.team.baseline
    return Figure(
        name="appointments", label=_("Appointments"), value=window.appointments, unit=pgettext("unit", "items"),
        note=_per_day(window.appointments, window.days, baseline.appointments, baseline.days),
        url=records_url("stock_flow", asked, part="appointments"),
    )  # fmt: skip


def _leads(asked: Asked, found: StockFlow) -> Figure:
    window = found.window
    baseline = asked.of_period(window.baseline[0], window.before_on)
    counts = _leads_in(asked, baseline)()
    count, before = counts["now"], counts["before"]
    return Figure(
        name="leads", label=_("New leads"), value=count, unit=pgettext("unit", "items"),
        note=_per_day(count, len(window.days), before, len(window.baseline)), url=records_url("leads", asked),
    )  # fmt: skip


@composed_once
def _leads_in(asked: Asked, baseline: Asked) -> Callable[[], dict[str, int]]:
    return counts_of({"now": answer("leads", asked).rows, "before": answer("leads", baseline).rows})


def _promises(asked: Asked, found: StockFlow, promised: int) -> Figure:
    covered = cover(promised, found.team.expected)
    note = "—" if covered is None else _("%(share)s%% of what is expected") % {"share": covered}
    return Figure(
        name="promised", label=_("Promises for the window"), value=promised, unit=pgettext("unit", "items"),
        note=note, url=records_url("callable_stock", asked, part="promised"),
    )  # fmt: skip


def _share(report: str, asked: Asked, numerator: int, planned: int, label: str) -> Figure:
    """Share of the to-dos of the window."""
    enough = planned >= LEAST_CASES
    return Figure(
        name=report, label=label, value=rate(numerator, planned) if enough else None, unit="%" if enough else "",
        note=of_whole(numerator, planned), url=records_url(report, asked),
    )  # fmt: skip


def _per_day(now: int, days: int, before: int, days_before: int) -> str:
    """How many a working day, now and before."""
    if not days or not days_before:
        return "—"
    return _("%(now)s a day, %(before)s before") % {
        "now": decimal(now / days), "before": decimal(before / days_before)
    }  # fmt: skip
