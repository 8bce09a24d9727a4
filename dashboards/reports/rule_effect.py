"""rule_todos, rule_reopened, rule_exemptions: what a rule has brought about (S3-06)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, dated, deal_status, of_cycles, of_todos, team, user, with_link
from dashboards.reports.report import Part, Report
from followups.rule_effect import IS_DONE, exempted, reopened, todos_made

RULE = gettext_lazy("Rule")
TODOS = of_todos("created_on") | {"rule": Dimension(label=RULE, path="rule_code")}
CYCLES = of_cycles("ended_on") | {"rule": Dimension(label=RULE, path="code")}
EXEMPTIONS = {
    "rule": Dimension(label=RULE, path="code"),
    "team": team("deal__team"),
    "user": user(gettext_lazy("Given by"), "by"),
    "status": deal_status("deal__status"),
    **dated("starts_on"),
}


def rule_todos(asked: Asked) -> Report:
    """To-dos that rules made in the period, and those of them that are done by now."""
    rows = asked.narrow(with_link(todos_made(asked.as_of), "deal", "lead", "contact"), TODOS, "created_on")
    return Report(
        name="rule_todos",
        title=gettext_lazy("To-dos made by rules"),
        asked=asked,
        rows=rows,
        dimensions=TODOS,
        definition=_made,
        split=lambda: rows,
        parts={"done": Part(gettext_lazy("Done"), IS_DONE)},
    )


def rule_reopened(asked: Asked) -> Report:
    """Follow-ups that a rule began, or a loss, and whose deal lived again in the period."""
    return Report(
        name="rule_reopened",
        title=gettext_lazy("Re-opened, by the rule that began it"),
        asked=asked,
        rows=asked.narrow(reopened(asked.as_of), CYCLES, "ended_on"),
        dimensions=CYCLES,
        definition=_reopened,
    )


def rule_exemptions(asked: Asked) -> Report:
    """Exemptions that were given in the period, ended and revoked ones included."""
    return Report(
        name="rule_exemptions",
        title=gettext_lazy("Exemptions given"),
        asked=asked,
        rows=asked.narrow(exempted(asked.as_of), EXEMPTIONS, "starts_on"),
        dimensions=EXEMPTIONS,
        definition=_exempted,
    )


def _made() -> str:
    return _("To-dos that the rules made in the period, by the day on which they were made.")


def _reopened() -> str:
    return _(
        "Follow-ups that ended in the period because the deal lives again, told by the rule that began them; those of"
        " losses by R-LOST."
    )


def _exempted() -> str:
    return _(
        "Exemptions that began in the period, told by their rule; one from every rule counts for the rule that follows"
        " the deal up."
    )
