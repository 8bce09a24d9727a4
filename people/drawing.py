"""The inputs of forms drawn without templates: a filter with two hundred names took longer than the list under it."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.forms import Select
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.translation import get_language

MARKUP = re.compile("[&<>\"']")  # what a page must not show as it is
Widget = Mapping[str, Any]  # the context of a Django widget


class QuickInputs(DjangoTemplates):
    """Selects, plain inputs and text areas in Python, as Django's templates draw them but for line breaks."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else str(super().render(template_name, context, request))


class LongSelect(Select):
    """A pull-down of plain choices, such as all people: Django describes every option before it draws one."""

    template_name = "long_select"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        whole = self.build_attrs(self.attrs, attrs)
        return {"widget": {"name": name, "attrs": whole, "choices": self.choices, "chosen": self.format_value(value)}}


def _long_select(widget: Widget) -> str:
    top = f'<select name="{_text(widget["name"])}"{_attrs(widget["attrs"])}>'
    return "\n".join([top, _options(tuple(widget["choices"]), tuple(widget["chosen"]), get_language()), "</select>"])


@lru_cache(maxsize=32)  # the same two hundred people stand in every list
def _options(choices: tuple[tuple[object, object], ...], chosen: tuple[str, ...], _language: str | None) -> str:
    """Of plain names: a label that is trusted markup would be known by its text alone, so every label is escaped."""
    lines = []
    for code, label in choices:
        mark = " selected" if str(code) in chosen else ""
        lines.append(f'  <option value="{escape(str(code))}"{mark}>{escape(str(label))}</option>')
    return "\n".join(lines)


def _select(widget: Widget) -> str:
    parts = [f'<select name="{_text(widget["name"])}"{_attrs(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_text(group)}">')
        parts.extend(f"\n  {_option(option)}" for option in options)
        if group:
            parts.append("\n  </optgroup>")
    return "".join(parts) + "\n</select>"


def _option(option: Widget) -> str:
    return f'<option value="{_text(option["value"])}"{_attrs(option["attrs"])}>{_text(option["label"])}</option>'


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{value}{_attrs(widget["attrs"])}>'


def _choice(option: Widget) -> str:
    drawn = _input(option)
    if not option.get("wrap_label"):
        return drawn
    whose = f' for="{_text(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{whose}>{drawn} {_text(option['label'])}</label>"


def _textarea(widget: Widget) -> str:
    text = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attrs(widget["attrs"])}>\n{text}</textarea>'


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _text(value: object) -> str:
    """Escaped, unless it is trusted already; most names and ids hold nothing to escape."""
    text = str(value)
    return conditional_escape(value if isinstance(value, str) else text) if MARKUP.search(text) else text


_DRAWN: dict[str, Callable[[Widget], str]] = {
    LongSelect.template_name: _long_select,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/radio_option.html": _choice,
    "django/forms/widgets/checkbox_option.html": _choice,
    **{
        f"django/forms/widgets/{kind}.html": _input
        for kind in ("text", "number", "email", "hidden", "date", "time", "checkbox")
    },
}
