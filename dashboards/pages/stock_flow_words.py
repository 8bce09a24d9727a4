"""Verdicts in words: a hint with its evidence, never a grade (D31)."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.figures import points
from dashboards.reports.dimensions import Label
from dashboards.reports.report import rate
from dashboards.stock_and_flow import Compared, Verdict


class Badge(NamedTuple):
    """How a verdict looks: its words, the class of its colour and its icon."""

    label: Label
    css_class: str
    icon: str


BADGES = {
    Verdict.STOCK: Badge(gettext_lazy("Stock type"), "ok", "check"),
    Verdict.FLOW: Badge(gettext_lazy("Flow type suspected"), "late", "down"),
    Verdict.WEAKER: Badge(gettext_lazy("Volume kept, results down"), "warn", "alert"),
    Verdict.OPEN: Badge(gettext_lazy("Left open"), "", "info"),
    Verdict.AWAY: Badge(gettext_lazy("Not judged"), "", "info"),
    Verdict.AHEAD: Badge(gettext_lazy("Judged when over"), "", "clock"),
}


def evidence(compared: Compared, verdict: Verdict, promised: int) -> str:
    """What the verdict rests on; promised: to-dos agreed with the customer for the window."""
    if verdict is Verdict.AWAY:
        return _("No working day in the window.")
    if verdict is Verdict.OPEN:
        text = _("%(expected)s expected; fewer than %(least)s are not judged.")
        return text % {"expected": decimal(compared.expected), "least": compared.bar.least_expected}
    if verdict is Verdict.WEAKER:
        return " ".join([_volume(compared), *_weaker(compared)])
    if verdict is Verdict.AHEAD:
        return _("%(expected)s expected.") % {"expected": decimal(compared.expected)} + " " + _promises(promised)
    return f"{_volume(compared)} {_promises(promised)}"


def decimal(value: float) -> str:
    """One decimal, with separators."""
    return f"{value:,.1f}"


def ratio(value: float | None) -> str:
    """Three decimals; a dash for nothing."""
    return "—" if value is None else f"{value:.3f}"


def _volume(compared: Compared) -> str:
    text = _("%(volume)s done where %(expected)s were expected.")
    return text % {"volume": f"{compared.counted:,}", "expected": decimal(compared.expected)}


def _promises(promised: int) -> str:
    text = ngettext("%(n)s promise for the window.", "%(n)s promises for the window.", promised)
    return text % {"n": f"{promised:,}"}


def _weaker(compared: Compared) -> list[str]:
    said, window, baseline = [], compared.window, compared.baseline
    if compared.connects_less:
        change = points(rate(window.connected, window.calls), rate(baseline.connected, baseline.calls))
        said.append(_("Connect rate %(change)s.") % {"change": change})
    if compared.wins_less:
        text = _("Appointments per day %(now)s, before %(before)s.")
        now, before = window.appointments / window.days, baseline.appointments / baseline.days
        said.append(text % {"now": f"{now:.1f}", "before": f"{before:.1f}"})
    return said
