"""To-dos that give the customer nothing: without promise, and without a purpose of their own (S1-26, S1-28, C-10)."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from activities.models import LintPattern, Todo
from people.limits import Limits
from people.read_once import read_once
from people.states import PromiseMode
from people.text import search_key


def offered_phrases() -> list[str]:
    """The phrases that are looked for, as they are written in the settings."""
    active = LintPattern.objects.filter(is_active=True)
    return list(read_once("empty phrases", lambda: list(active.values_list("text", flat=True))))


def empty_phrases() -> list[str]:
    """The same with width and kana folded."""
    return [search_key(text) for text in offered_phrases()]


def lacks_purpose(todo: Todo, phrases: Collection[str]) -> bool:
    """Whether neither a promise nor a hook says why to contact the customer; an empty phrase says nothing.

    A to-do of a follow-up has the purpose of that follow-up.
    """
    if todo.is_promised or todo.cycle_id is not None or todo.cycle is not None:
        return False
    if not todo.hook.strip():
        return True
    said = search_key(todo.subject, todo.hook)
    return any(phrase in said for phrase in phrases if phrase)


def purpose_errors(
    todos: Sequence[Todo], limits: Mapping[int, Limits], phrases: Collection[str] | None = None
) -> dict[int, dict[str, str]]:
    """What the teams of the assignees object to, by position: block refuses, warn wants a reason (then: no errors).

    phrases: `empty_phrases`, where they are read already.
    """
    modes = {n: _mode(todo, limits) for n, todo in enumerate(todos)}
    minding = [n for n, mode in modes.items() if mode != PromiseMode.OFF]
    if phrases is None:
        phrases = empty_phrases() if any(todos[n].hook.strip() and not todos[n].is_promised for n in minding) else []
    return {n: _objection(todos[n], modes[n]) for n in minding if lacks_purpose(todos[n], phrases)}


def _mode(todo: Todo, limits: Mapping[int, Limits]) -> str:
    own = limits.get(todo.assignee_id or 0)
    return own.promise_mode if own is not None else PromiseMode.OFF.value


def _objection(todo: Todo, mode: str) -> dict[str, str]:
    if mode == PromiseMode.BLOCK:
        return {"hook": _("No promise or purpose. Say what the customer gains by the contact.")}
    if todo.no_promise_reason.strip():
        return {}
    return {"no_promise_reason": _("No promise or purpose. Save anyway? Then say why.")}
