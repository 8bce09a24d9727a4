"""What the page of the rules shows: each rule with its last run, and the statuses that no rule names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from deals.models import LostReason
from deals.states import DealStatus
from followups.coverage import unruled
from followups.models import Rule
from followups.run_light import run_light


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule, and what it did in the last run (matched, opened, todos_created …); None before the first run."""

    rule: Rule
    last: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class UnruledStatus:
    """A status of live deals that no rule in force names, and how many deals stand in it (D20)."""

    code: str
    label: str
    count: int


def rules_page(as_of: date, now: datetime) -> dict[str, Any]:
    """The context of the page; six queries whatever the number of rules."""
    light = run_light(as_of, now)
    done = light.last_run.summary.get("rules", {}) if light.last_run else {}
    return {
        "as_of": as_of,
        "light": light,
        "cards": [RuleCard(rule, done.get(rule.code)) for rule in Rule.objects.all()],
        "loss_reasons": [reason.label for reason in LostReason._default_manager.filter(in_scope=True, is_active=True)],
        "unruled": unruled_statuses(as_of),
    }


def unruled_statuses(as_of: date) -> list[UnruledStatus]:
    """The statuses outside all rules, in the order of their counts; empty where every live deal is looked at."""
    counts = unruled(as_of).order_by().values_list("status").annotate(count=Count("pk")).order_by("-count", "status")
    return [UnruledStatus(status, str(DealStatus(status).label), count) for status, count in counts]
