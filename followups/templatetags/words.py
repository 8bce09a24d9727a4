"""Sentences that templates ask for."""

from django import template

from activities.models import Todo
from followups import sentences
from followups.models import Rule, SweepChange

register = template.Library()


@register.filter
def why(todo: Todo) -> str:
    """Why a rule-made to-do exists; '' for one that a person made."""
    return sentences.why(todo)


@register.filter
def why_of(change: SweepChange) -> str:
    """What the sweep did and on what evidence."""
    return sentences.why_of(change)


@register.filter
def sentence(rule: Rule) -> str:
    """The whole rule in one sentence."""
    return sentences.rule_sentence(rule)
