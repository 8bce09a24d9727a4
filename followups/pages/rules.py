"""What the page of the rules shows: each rule with its last run, and the statuses that no rule names."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from deals.models import LostReason
from deals.states import DealStatus
from followups.coverage import unruled
from followups.models import Rule, RuleExemption
from followups.rule_effect import Effect, effect_since, effects, rule_of_exemption
from followups.rules.suggesting import pending
from followups.run_light import run_light
from followups.states import LOSS_CODE, RuleMode


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule, what it did in the last run (matched, opened, todos_created …; None before the first), and of 90 days.

    exempt: deals that are exempt from it on that day. suggested: deals that wait for a word.
    """

    rule: Rule
    last: dict[str, Any] | None
    effect: Effect
    exempt: int
    suggested: int

    @property
    def is_idle(self) -> bool:
        """Whether the rule is switched on and has brought nothing about in 90 days (S3-06)."""
        return self.rule.mode != RuleMode.OFF and self.effect.is_none


@dataclass(frozen=True, slots=True)
class UnruledStatus:
    """A status of live deals that no rule in force names, and how many deals stand in it (D20)."""

    code: str
    label: str
    count: int


def rules_page(as_of: date, now: datetime) -> dict[str, Any]:
    """The context of the page; ten queries whatever the number of rules."""
    light = run_light(as_of, now)
    done = light.last_run.summary.get("rules", {}) if light.last_run else {}
    rules = list(Rule.objects.select_related("draft"))
    effect = effects([LOSS_CODE, *(rule.code for rule in rules)], as_of)
    exempt = _exempt(as_of)
    return {
        "as_of": as_of,
        "light": light,
        "cards": [
            RuleCard(rule, done.get(rule.code), effect[rule.code], exempt[rule.code], pending(rule, as_of).count())
            for rule in rules
        ],
        "loss_effect": effect[LOSS_CODE],
        "loss_code": LOSS_CODE,
        "effect_since": effect_since(as_of),
        "loss_reasons": [reason.label for reason in LostReason._default_manager.filter(in_scope=True, is_active=True)],
        "unruled": unruled_statuses(as_of),
    }


def _exempt(as_of: date) -> Counter[str]:
    """Deals exempt on that day, per rule."""
    given = RuleExemption.objects.unexpired(as_of).order_by().annotate(code=rule_of_exemption())
    return Counter(dict(given.values_list("code").annotate(n=Count("deal", distinct=True))))


def unruled_statuses(as_of: date) -> list[UnruledStatus]:
    """The statuses outside all rules, in the order of their counts; empty where every live deal is looked at."""
    counts = unruled(as_of).order_by().values_list("status").annotate(count=Count("pk")).order_by("-count", "status")
    return [UnruledStatus(status, str(DealStatus(status).label), count) for status, count in counts]
