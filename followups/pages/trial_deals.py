"""The deals behind a number of a trial, as a list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from followups.models import Rule
from followups.rules.matching import within_reach
from followups.rules.spec import RuleSpec
from followups.rules.whatif import hits_now, hits_of

PARTS = {
    "hits": _("Found with these settings"),
    "now": _("Found as the rule is now"),
    "plus": _("Come in"),
    "minus": _("Drop out"),
    "reach": _("By days on the clock"),
}
OLDEST = 99_999  # days


@dataclass(frozen=True, slots=True)
class Shown:
    """Which deals: a part of PARTS, its title, and the clock column by which they are ordered."""

    part: str
    title: str
    clock: str
    ids: Collection[int]


def deals_of(tried: Rule, asked: Mapping[str, str], as_of: date) -> Shown:
    """The deals of the part that the address names by ?part=, else those that are found."""
    part = asked.get("part", "hits")
    part = part if part in PARTS else "hits"
    rule = RuleSpec.of(tried)
    return Shown(part, str(PARTS[part]), rule.clock, _ids(part, rule, asked, as_of))


def _ids(part: str, rule: RuleSpec, asked: Mapping[str, str], as_of: date) -> Collection[int]:
    if part == "reach":
        from_on = as_of - timedelta(days=_days(asked, "max", OLDEST))
        until = as_of - timedelta(days=_days(asked, "min", 0))
        reach = within_reach(rule, as_of).filter(**{f"{rule.clock}__range": (from_on, until)})
        return set(reach.values_list("pk", flat=True))
    if part == "now":
        return hits_now(rule.code, as_of)
    hits = hits_of(rule, as_of)
    if part == "hits":
        return hits
    now = hits_now(rule.code, as_of)
    return hits - now if part == "plus" else now - hits


def _days(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    return min(int(text), OLDEST) if text.isdecimal() and len(text) < len(str(OLDEST)) + 1 else default
