"""What stands between the braces: names, filters and conditions, each as one function of the context."""

import html
import operator
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from django.template import Context, VariableDoesNotExist
from django.template.base import FilterExpression, Variable, render_value_in_context
from django.template.defaulttags import TemplateLiteral
from django.utils.safestring import SafeData, SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

from people.drawing import MARKUP

Value = Callable[[Context], Any]

_REFUSALS = (TypeError, AttributeError, KeyError, ValueError, IndexError)
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "is": operator.is_, "is not": operator.is_not, "in": lambda one, many: one in many,
    "not in": lambda one, many: one not in many,
}  # fmt: skip


class Nothing(Exception):
    """The next name belongs to None."""


class NotPlain(Exception):
    """Django's own way knows better."""


def shown(value: Any, context: Context) -> str:
    """The value as a page shows it, escaped; whole numbers have no thousands separator in either language."""
    kind = type(value)
    if kind is SafeString:
        return str(value)
    if kind is str and context.autoescape:
        return html.escape(value) if MARKUP.search(value) else value
    return str(value) if kind is int else str(render_value_in_context(value, context))


def value_of(expression: FilterExpression, missing: Any = "") -> Value:
    """What an expression says. missing: what it says of a name that is not there; None where a tag does not mind."""

    def as_django(context: Context) -> Any:
        return expression.resolve(context, ignore_failures=missing is None)

    if not all(_is_plain_filter(args) for _func, args in expression.filters):
        return as_django
    find = _head(expression, missing)
    return _filtered(find, [_step(*one) for one in expression.filters], as_django) if expression.filters else find


def _head(expression: FilterExpression, missing: Any) -> Value:
    variable = expression.var
    if not isinstance(variable, Variable):
        return lambda _context: variable
    if variable.lookups is None or variable.translate:
        return variable.resolve

    def as_django(context: Context) -> Any:
        try:
            return variable.resolve(context)
        except VariableDoesNotExist:
            return missing

    return looked_up(variable, as_django, lambda _context: missing)


def looked_up(variable: Variable, as_django: Value, under_none: Value) -> Value:
    """The value of a.b.c. under_none: what is said of a name that belongs to None."""
    first, *names = variable.lookups or ()
    inner = [(name, int(name) if name.isdecimal() else None) for name in names]

    def find(context: Context) -> Any:
        for known in reversed(context.dicts):
            if first in known:
                value = known[first]
                break
        else:
            return as_django(context)
        if not inner and not callable(value):
            return value
        try:
            return _inside(value, inner)
        except Nothing:
            return under_none(context)
        except Exception:  # noqa: BLE001 - Django's way raises it again, or is silent where it should be
            return as_django(context)

    return find


def _inside(value: Any, inner: list[tuple[str, int | None]]) -> Any:
    """What the names lead to, one after the other: an item, else an attribute, else a place in a list."""
    if callable(value):
        value = _called(value)
    for name, index in inner:
        if value is None:
            raise Nothing
        kind = type(value)
        if index is not None and (kind is list or kind is tuple):
            value = value[index]
        else:
            value = _item(value, name) if _has_items(kind) else getattr(value, name)  # type: ignore[arg-type]
        if callable(value):
            value = _called(value)
    return value


def _item(value: Any, name: str) -> Any:
    """What a template means by value.name: an item, else an attribute."""
    try:
        return value[name]
    except _REFUSALS:
        return getattr(value, name)


@cache
def _has_items(kind: Hashable) -> bool:
    """Whether value["name"] can be anything but an error."""
    return getattr(kind, "__getitem__", list.__getitem__) not in (list.__getitem__, tuple.__getitem__, str.__getitem__)


def _called(value: Any) -> Any:
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise NotPlain
    return value()


def _is_plain_filter(args: list[tuple[bool, Any]]) -> bool:
    return all(is_name or type(arg) is SafeString for is_name, arg in args)


def _filtered(find: Value, steps: list[Callable[[Any, Context], Any]], as_django: Value) -> Value:
    def find_filtered(context: Context) -> Any:
        value = find(context)
        try:
            for step in steps:
                value = step(value, context)
        except NotPlain:
            return as_django(context)
        return value

    return find_filtered


def _step(func: Callable[..., Any], args: list[tuple[bool, Any]]) -> Callable[[Any, Context], Any]:
    """One filter, applied to a value."""
    wants_local, wants_escape, keeps_safe = (
        getattr(func, flag, False) for flag in ("expects_localtime", "needs_autoescape", "is_safe")
    )
    values = [_argument(arg) if is_name else arg for is_name, arg in args]

    def apply(value: Any, context: Context) -> Any:
        if keeps_safe and isinstance(value, SafeData):
            raise NotPlain
        if wants_local:
            value = template_localtime(value, context.use_tz)
        told = [arg(context) if callable(arg) else arg for arg in values]
        return func(value, *told, autoescape=context.autoescape) if wants_escape else func(value, *told)

    if not values and not (wants_local or wants_escape or keeps_safe):
        return lambda value, _context: func(value)
    return apply


def _argument(variable: Variable) -> Any:
    """A function of the context, or what is the same in all contexts: a number."""
    if variable.lookups is None:
        return variable.resolve if variable.translate else variable.literal
    return looked_up(variable, variable.resolve, variable.resolve)


def condition_of(condition: Any) -> Value:
    """Whether an {% if %} holds; an error inside a comparison means that it does not."""
    if isinstance(condition, TemplateLiteral):
        return value_of(condition.value, None)  # type: ignore[arg-type]  # a literal of a template is an expression
    if condition.id == "not":
        return _negated(condition_of(condition.first))
    if condition.id in ("and", "or"):
        return _joined(condition.id, condition_of(condition.first), condition_of(condition.second))
    compare = _COMPARED.get(condition.id)
    if compare is None:
        return condition.eval  # type: ignore[no-any-return]
    return _compared(compare, condition_of(condition.first), condition_of(condition.second))


def _negated(inner: Value) -> Value:
    def holds(context: Context) -> bool:
        try:
            return not inner(context)
        except Exception:  # noqa: BLE001 - as in Django's own
            return False

    return holds


def _joined(word: str, first: Value, second: Value) -> Value:
    is_and = word == "and"

    def holds(context: Context) -> Any:
        try:
            found = first(context)
            return second(context) if bool(found) is is_and else found
        except Exception:  # noqa: BLE001 - as in Django's own
            return False

    return holds


def _compared(compare: Callable[[Any, Any], Any], first: Value, second: Value) -> Value:
    def holds(context: Context) -> Any:
        try:
            return compare(first(context), second(context))
        except Exception:  # noqa: BLE001 - as in Django's own
            return False

    return holds
