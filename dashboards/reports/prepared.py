"""attendance_known, why_you_now: how well the to-dos of a window are prepared before it begins (S4-14, S4-17)."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.callable_stock import DIMENSIONS, planned_todos
from dashboards.reports.dimensions import Label
from dashboards.reports.report import Report
from dashboards.reports.stock_flow import window_of


def attendance_known(asked: Asked) -> Report:
    """Of the to-dos of the window, those whose contact's days in it somebody noted."""
    return _share(asked, "attendance_known", gettext_lazy("Attendance known"), Q(is_known=True), _attendance)


def why_you_now(asked: Asked) -> Report:
    """Of the to-dos of the window, those that say why to call now."""
    return _share(asked, "why_you_now", gettext_lazy("With a reason to call"), Q(is_prepared=True), _reason)


def _share(asked: Asked, name: str, title: Label, condition: Q, definition: Callable[[], str]) -> Report:
    window = window_of(asked)
    asked = asked.of_period(window.first_on, window.last_on)
    planned = planned_todos(asked, window)
    return Report(
        name=name, title=title, asked=asked, rows=planned.filter(condition), whole=planned, dimensions=DIMENSIONS,
        definition=definition,
    )  # fmt: skip


def _attendance() -> str:
    return _(
        "Of the to-dos due in the window that stood when it began, those whose contact's days in the window somebody"
        " has noted."
    )


def _reason() -> str:
    return _(
        "Of the to-dos due in the window that stood when it began, those with a hook of their own or of their"
        " follow-up, or with a sentence of the why-you-now list that is valid in the window and speaks to the industry."
    )
