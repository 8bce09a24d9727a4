"""appointments: appointments won, by source and by channel (アポ獲得数, M-09, M-10)."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, of_activities, with_source
from dashboards.reports.report import Part, Report
from deals.states import CycleKind
from followups.appointments_won import NEW, appointments_won, with_channel, with_fate
from people.rollups import REBOOKING_DAYS

CHANNEL = Dimension(
    label=gettext_lazy("Channel"),
    path="channel",
    choices=(
        (NEW, gettext_lazy("New business")),
        (CycleKind.STAGNANT.value, gettext_lazy("Revived, stagnant")),
        (CycleKind.LOST.value, gettext_lazy("Revived, lost")),
        (CycleKind.RETURNED.value, gettext_lazy("Handed back")),
    ),
)
DIMENSIONS = of_activities() | {"channel": CHANNEL}
PARTS = {
    "standing": Part(gettext_lazy("Not cancelled"), Q(fate="standing")),
    "cancelled": Part(gettext_lazy("Cancelled"), Q(fate="cancelled")),
}


def appointments(asked: Asked) -> Report:
    """Calls that won an appointment up to the day, gross. Figures: gross, cancelled, and net, their difference."""
    won = with_source(with_channel(appointments_won().filter(occurred_on__lte=asked.as_of)))
    rows = asked.narrow(won, DIMENSIONS, "occurred_on")

    def figures() -> dict[str, Any]:
        counts = with_fate(rows).order_by().aggregate(
            gross=Count("pk"), cancelled=Count("pk", filter=Q(fate="cancelled"))
        )  # fmt: skip
        return counts | {"net": counts["gross"] - counts["cancelled"]}

    return Report(
        name="appointments",
        title=gettext_lazy("Appointments won"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
        split=lambda: with_fate(rows),
        parts=PARTS,
    )


def _definition() -> str:
    return _(
        "Calls with the result “appointment won”, once per deal or lead and follow-up, by the day of the call. Booked"
        " again within %(days)s days it is the same appointment. The source is the deal's, else the lead's; the channel"
        " is the follow-up in which the deal was. Cancelled ones are counted and can be looked at apart."
    ) % {"days": REBOOKING_DAYS}
