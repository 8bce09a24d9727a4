"""Every figure and rule in words, made from the settings in force: a changed limit changes the text (S0-06)."""

from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.words import call_outcome_words
from dashboards.reports import REPORTS, Asked
from deals.models import LostReason
from deals.states import CycleKind
from deals.words import deal_status_words
from followups.models import OutcomeEffect, Rule
from followups.sentences import effect_sentence, rule_sentence
from leads.words import lead_status_words
from people.models import Threshold
from people.states import THRESHOLD_RANGES, ThresholdCode, WordKind

CYCLE_KINDS: dict[CycleKind, str | Promise] = {
    CycleKind.STAGNANT: _("A live deal whose clock passed the limit of a rule. It ends when field sales is in contact"
                          " again, or the deal is lost, returned or won."),
    CycleKind.LOST: _("A deal lost for a reason that is followed up. It ends when the deal is re-opened or excluded."),
    CycleKind.RETURNED: _("A deal handed back to inside sales, by hand or by a rule. It ends when it is re-opened."),
}  # fmt: skip


class Figure(NamedTuple):
    """A figure of the dashboards, and what is counted."""

    code: str
    title: str | Promise
    definition: str


class RuleInWords(NamedTuple):
    """A rule and its sentence."""

    rule: Rule
    sentence: str


class Number(NamedTuple):
    """A number in force, and the default it had."""

    label: str | Promise
    value: int
    default: int


def definitions(as_of: date) -> dict[str, Any]:
    """The context of the page; the number of queries does not depend on the number of records."""
    return {
        "figures": _figures(as_of),
        "rules": [RuleInWords(rule, rule_sentence(rule)) for rule in Rule.objects.all()],
        "kinds": [(kind.label, text) for kind, text in CYCLE_KINDS.items()],
        "followed": LostReason._default_manager.filter(in_scope=True, is_active=True),
        "not_followed": LostReason._default_manager.filter(in_scope=False, is_active=True),
        "words": [
            (WordKind.DEAL_STATUS.label, deal_status_words().values()),
            (WordKind.LEAD_STATUS.label, lead_status_words().values()),
            (WordKind.CALL_OUTCOME.label, call_outcome_words().values()),
        ],
        "effects": [(effect, effect_sentence(effect)) for effect in OutcomeEffect.objects.all()],
        "numbers": _numbers(),
    }


def _figures(as_of: date) -> list[Figure]:
    asked = Asked(as_of=as_of)  # one question, so that its thresholds are looked up once
    reports = [make(asked) for make in REPORTS.values()]
    return [Figure(report.name, report.title, report.definition()) for report in reports]


def _numbers() -> list[Number]:
    in_force = Threshold.objects.in_force()
    return [Number(ThresholdCode(code).label, in_force[code], spec[0]) for code, spec in THRESHOLD_RANGES.items()]
