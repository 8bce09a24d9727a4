"""Small parts of rows that look alike in row after row: drawn once for what they say, then kept in memory."""

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from activities.models import Todo
from people.date_styles import second_label

register = template.Library()


@dataclass(frozen=True, slots=True)
class Due:
    """What the template of the day reads of a to-do."""

    status: str
    effective_due_on: date
    due_time: time | None


@register.simple_tag
def due_of(todo: Todo, as_of: date) -> SafeString:
    """The day a to-do is due, in words when it is late or today."""
    due = Due(todo.status, todo.effective_due_on, todo.due_time)
    return _due(due, as_of, get_language(), second_label(due.effective_due_on))


@lru_cache(maxsize=4096)
def _due(due: Due, as_of: date, _language: str | None, _second_label: str) -> SafeString:
    return render_to_string("_components/due.html", {"todo": due, "as_of": as_of})


@register.simple_tag
def origin_of(todo: Todo) -> SafeString:
    """Why a to-do exists, as a badge; its cycle is loaded."""
    return _origin(todo.origin, todo.cycle.kind if todo.cycle else "", get_language())


@lru_cache(maxsize=64)
def _origin(origin: str, kind: str, _language: str | None) -> SafeString:
    return render_to_string("_components/origin.html", {"todo": {"origin": origin, "cycle": {"kind": kind}}})
