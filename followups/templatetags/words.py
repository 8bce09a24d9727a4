"""Sentences that templates ask for."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.models import Todo
from followups import sentences
from followups.models import Rule, SweepChange

register = template.Library()

LENGTH = re.compile(r"(\d+(?:か月|週間|日)(?:後|以上)?|\d+ (?:day|week|month)s?\b)")


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


@register.filter
def unbroken(text: str) -> SafeString:
    """The same words, where no line breaks inside a length of time such as 3か月後."""
    pieces = LENGTH.split(text)  # every second one is a length
    return format_html_join("", "{}", ((_whole(piece) if n % 2 else piece,) for n, piece in enumerate(pieces)))


def _whole(length: str) -> SafeString:
    return format_html('<span class="nb">{}</span>', length)
