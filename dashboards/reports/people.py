"""people: who works here, by role (D1)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import role, team
from dashboards.reports.report import Report
from people.models import User
from people.states import Role

DIMENSIONS = {"role": role(), "team": team("team")}


def people(asked: Asked) -> Report:
    """Active people. Who holds several roles stands in each of their groups; figures: both IS and FS."""
    rows = asked.narrow(User.objects.active(), DIMENSIONS)

    def figures() -> dict[str, Any]:
        return {"both": rows.filter(pk__in=_holding(Role.IS)).filter(pk__in=_holding(Role.FS)).count()}

    return Report(
        name="people",
        title=gettext_lazy("People"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def _holding(held: Role) -> Any:
    return User.objects.filter(role_grants__role=held).values("pk")


def _definition() -> str:
    return _("Active people. One person may hold several roles and then counts in each.")
