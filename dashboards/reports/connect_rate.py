"""connect_rate: how many of our calls were answered, reached the right person, became a real talk (着電率, M-07)."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.states import ANSWERED_OUTCOMES, RIGHT_PARTY_OUTCOMES, VALID_TALK_OUTCOMES, CallOutcome
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_activities, with_source
from dashboards.reports.report import Part, Report, rate

DIMENSIONS = of_activities()
PARTS = {
    "right_party": Part(gettext_lazy("Right person"), Q(outcome__in=RIGHT_PARTY_OUTCOMES)),
    "valid_talk": Part(gettext_lazy("Real talks"), Q(outcome__in=VALID_TALK_OUTCOMES)),
    "appointment": Part(gettext_lazy("Appointments won"), Q(outcome=CallOutcome.APPOINTMENT)),
}


def connect_rate(asked: Asked) -> Report:
    """Rows: answered calls. Whole: outbound calls with a result. Figures: the further rates of the same calls."""
    dialled = Activity.objects.dialled().filter(occurred_on__lte=asked.as_of)
    whole = asked.narrow(with_source(dialled), DIMENSIONS, "occurred_on")
    return Report(
        name="connect_rate",
        title=gettext_lazy("Connect rate"),
        asked=asked,
        rows=whole.filter(outcome__in=ANSWERED_OUTCOMES),
        whole=whole,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=lambda: _figures(whole),
        split=lambda: whole,
        parts=PARTS,
    )


def _figures(whole: QuerySet[Any]) -> dict[str, Any]:
    counts = {code: Count("pk", filter=part.condition) for code, part in PARTS.items()}
    answered = Count("pk", filter=Q(outcome__in=ANSWERED_OUTCOMES))
    found = whole.order_by().aggregate(denominator=Count("pk"), numerator=answered, **counts)
    calls = found["denominator"]
    return found | {
        "rate": rate(found["numerator"], calls),
        "right_party_rate": rate(found["right_party"], calls),
        "valid_talk_rate": rate(found["valid_talk"], calls),
        "appointment_rate": rate(found["appointment"], calls),
        "appointment_per_valid_talk": rate(found["appointment"], found["valid_talk"]),
    }


def _definition() -> str:
    return _(
        "Of our outbound calls with a result, those that somebody relevant answered: call back, appointment, talk"
        " without appointment, wrong person. Stopped at the reception is not connected. Calls of customers are left"
        " out."
    )
