"""next_step: calls and meetings that left a next step behind (次の一手 充足率, M-23)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_activities, with_source
from dashboards.reports.report import Report, rate
from followups.next_steps import has_next_step, on_open_records
from people.portions import of_deals_or_leads

DIMENSIONS = of_activities()


def next_step(asked: Asked) -> Report:
    """Whole: calls and meetings on open records up to the day. Rows: those with a next to-do or a reason."""
    held = on_open_records().filter(occurred_on__lte=asked.as_of)
    whole = asked.narrow(with_source(held), DIMENSIONS, "occurred_on")
    rows = whole.filter(has_next_step())

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), whole.order_by().count()
        return {"numerator": numerator, "denominator": denominator, "rate": rate(numerator, denominator)}

    return Report(
        name="next_step",
        title=gettext_lazy("Next step"),
        asked=asked,
        rows=rows,
        whole=whole,
        dimensions=DIMENSIONS,
        whose=of_deals_or_leads(),
        definition=_definition,
        figures=figures,
    )


def _definition() -> str:
    return _(
        "Of the calls and meetings logged here on deals and leads that were not over, those that left an open to-do or"
        " the reason why there is none. Imported ones are left out."
    )
