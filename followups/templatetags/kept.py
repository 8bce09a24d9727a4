"""Rows of lists, and small parts of rows: drawn once for what they say, then kept in memory.

What is kept is known by everything that it is drawn from: the values of the line, the day of the page, and how its
reader wants it. So nothing has to be forgotten when a record changes: the line then says something else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache, reduce
from operator import add
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from followups.lines import Assignee, DealLine, Step, TodoLine
from followups.pages.hits import Hit
from followups.rights import rights_on_todo
from people.date_styles import chosen, second_label
from people.templatetags.quick import Place, place_of

register = template.Library()

NOTHING = format_html("{}", "")
KEPT_ROWS = 4096  # a row is about a thousand characters


@dataclass(frozen=True, slots=True)
class Due:
    """What the template of the day reads of a to-do."""

    status: str
    effective_due_on: date
    due_time: time | None


@register.simple_tag
def due_of(todo: Step | TodoLine, as_of: date) -> SafeString:
    """The day a to-do is due, in words when it is late or today."""
    due = Due(todo.status, todo.effective_due_on, todo.due_time)
    return _due(due, as_of, get_language(), second_label(due.effective_due_on))


@lru_cache(maxsize=4096)
def _due(due: Due, as_of: date, _language: str | None, _second_label: str) -> SafeString:
    return render_to_string("_components/due.html", {"todo": due, "as_of": as_of})


@register.simple_tag
def origin_of(todo: TodoLine) -> SafeString:
    """Why a to-do exists, as a badge."""
    return _origin(todo.origin, todo.cycle_kind, get_language())


@lru_cache(maxsize=64)
def _origin(origin: str, kind: str, _language: str | None) -> SafeString:
    return render_to_string("_components/origin.html", {"todo": {"origin": origin, "cycle": {"kind": kind}}})


class Frame(NamedTuple):
    """What a row depends on besides its line. flags: what it offers; onward: what its links carry along, or ''."""

    template: str
    as_of: date | None
    place: Place
    date_style: str
    flags: frozenset[str] = frozenset()
    onward: str = ""

    @classmethod
    def of(cls, template_name: str, context: RequestContext, *flags: str, onward: str = "") -> "Frame":
        """On the page that is being drawn."""
        return cls(template_name, context.get("as_of"), place_of(context), chosen(), frozenset(flags), onward)


def _drawn(line: Any, frame: Frame) -> SafeString:
    told = {"line": line, "as_of": frame.as_of, "flags": frame.flags, "onward": frame.onward}
    return render_to_string(frame.template, told)


_kept = lru_cache(maxsize=KEPT_ROWS)(_drawn)


def _drawer() -> Callable[[Any, Frame], SafeString]:
    """What draws a row; with DEBUG on a changed template shows at once."""
    return _drawn if settings.DEBUG else _kept


def _rows(drawn: Iterable[SafeString]) -> SafeString:
    return reduce(add, drawn, NOTHING)


@register.simple_tag(takes_context=True)
def deal_rows(context: RequestContext, deals: Iterable[DealLine], boxes: str = "") -> SafeString:
    """boxes: a URL name; who may use it chooses rows. On the page of a company its name is left out."""
    rights, request = context["rights"], context["request"]
    flags = ["box"] if boxes in rights else []
    flags += ["log"] if "followups:log_call" in rights else []
    flags += ["of_company"] if context.get("company") else []
    if not (request.GET.get("classify") and "followups:reclassify" in rights):
        frame = Frame.of("followups/_deal_row.html", context, *flags)
    else:
        frame = Frame.of("followups/_deal_row.html", context, *flags, "classify", onward=request.get_full_path())
    draw = _drawer()
    return _rows(draw(deal, frame) for deal in deals)


@register.simple_tag(takes_context=True)
def todo_rows(context: RequestContext, todos: Iterable[TodoLine]) -> SafeString:
    """The box and the verb stand in the rows of those to-dos that the reader may work on."""
    reader, name = context["user"], "followups/_todo_row.html"
    frames: dict[Assignee | None, Frame] = {}  # what he may do depends on whose it is
    rows, draw = [], _drawer()
    for todo in todos:
        if todo.assignee not in frames:
            frames[todo.assignee] = Frame.of(name, context, *rights_on_todo(reader, todo))
        rows.append(draw(todo, frames[todo.assignee]))
    return _rows(rows)


@register.simple_tag(takes_context=True)
def queue_rows(context: RequestContext, todos: Iterable[TodoLine]) -> SafeString:
    """The row of the to-do in the panel is marked."""
    query, panel = context["place"].query, context.get("todo")
    plain = Frame.of("followups/_queue_row.html", context, onward=query)
    current = Frame.of("followups/_queue_row.html", context, "current", onward=query)
    draw = _drawer()
    return _rows(draw(todo, current if panel and todo.pk == panel.pk else plain) for todo in todos)


@register.simple_tag(takes_context=True)
def hit_rows(context: RequestContext, hits: Iterable[Hit]) -> SafeString:
    """What a search has found."""
    frame = Frame.of("followups/_hit.html", context)._replace(as_of=None)
    draw = _drawer()
    return _rows(draw(hit, frame) for hit in hits)
