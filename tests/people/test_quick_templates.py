"""A template drawn by functions is the template that Django draws, to the letter."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.template import Context, Engine, TemplateSyntaxError
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from people.quick_templates.nodes import Drawn

PLAIN = ["django.template.loaders.locmem.Loader"]
TAGS = {"libraries": {"i18n": "people.templatetags.quick", "ui": "people.templatetags.ui"}}
TAGS |= {"builtins": ["people.templatetags.quick"]}


class Pair(NamedTuple):
    name: str
    count: int


class Kind(models.TextChoices):
    NEW = "new", "Brand new"


class Person:
    name, nothing, many = "田中 <b>", None, [1, 2]
    kind = Kind.NEW

    def __init__(self):
        self.times = 0

    def asked(self):
        self.times += 1
        return f"asked & {self.times}"

    def wants(self, word):
        return word

    def deletes(self):
        raise AssertionError("a template must not call this")

    deletes.alters_data = True

    @property
    def gone(self):
        raise ObjectDoesNotExist

    @property
    def broken(self):
        raise AttributeError("inside")

    def __len__(self):
        return 3


class Missing(ObjectDoesNotExist):
    silent_variable_failure = True


def known():
    person = Person()
    return {
        "person": person, "lazy": SimpleLazyObject(lambda: person), "rows": [Pair("a", 1), Pair("<b>", 2)],
        "none": None, "pairs": [("x", 1), ("y", 2)], "empty": [], "safe": format_html("<i>{}</i>", "&"),
        "text": "a & b", "zero": 0, "made": (n for n in "abc"),
        "table": {"items": "mine", "1": "one", "k": {"l": "deep"}},
        "n": 12345, "yes": True,
        "price": Decimal("1234.50"), "rate": 1.5, "day": date(2026, 11, 22), "at": time(9, 5),
        "word": gettext_lazy("Today"),
        "moment": datetime(2026, 11, 22, 1, 0, tzinfo=ZoneInfo("UTC")), "function": lambda: "called", "Kind": Kind,
        "name": "k",
    }  # fmt: skip


SNIPPETS = Path(__file__).with_name("quick_templates.snippets").read_text().splitlines()
FILES = {
    "_components/meter.html": "{{ label }} {{ within }} {% if limit %}{{ limit }}{% endif %}{{ over }}",
    "row.html": "[{{ text }}|{{ n }}{% firstof none text %}]",
    "said.html": "{% load i18n %}{% translate 'Today' %}{% url 'home' %}",
    "base.html": "<t>{% block title %}base{% endblock %}</t>{% if text %}{% block rows %}none{% endblock %}{% endif %}",
    "middle.html": "{% extends 'base.html' %}{% block title %}middle/{{ block.super }}{% endblock %}"
    "{% block rows %}<{% block inner %}{% endblock %}>{% endblock %}",
}  # fmt: skip


def engine(kind, text):
    files = FILES | {"page.html": text}
    return Engine(loaders=[(kind, [("django.template.loaders.locmem.Loader", files)])], debug=False, **TAGS)


def drawn_by(kind, text):
    with translation.override("ja"):
        template = engine(kind, text).get_template("page.html")
        return [template.render(Context(known())) for _time in range(2)], template


DJANGO, QUICK = "django.template.loaders.cached.Loader", "people.quick_templates.loader.Loader"


@pytest.mark.parametrize("text", SNIPPETS)
def test_a_quick_template_says_what_django_says_the_first_time_and_the_second(text):
    (expected, _), (said, template) = drawn_by(DJANGO, text), drawn_by(QUICK, text)
    assert said == expected
    assert text.startswith("{% extends") or isinstance(template.nodelist[0], Drawn)


FAILING = [
    ("{{ person.broken }}", AttributeError),
    ("{% for a, b in rows.0 %}{{ a }}{% endfor %}", ValueError),
    ("{% include 'absent.html' %}", Exception),
    ("{% url 'no such page' %}", Exception),
    ("{{ text|default:absent }}", Exception),
]


@pytest.mark.parametrize(("text", "error"), FAILING)
def test_what_fails_fails_in_the_same_way(text, error):
    with pytest.raises(error) as expected:
        drawn_by(DJANGO, text)
    with pytest.raises(error) as found:
        drawn_by(QUICK, text)
    assert type(found.value) is type(expected.value)
    assert str(found.value)[:30] == str(expected.value)[:30]  # then come addresses of memory


def test_a_method_is_called_once_for_each_time_it_is_shown():
    assert (
        drawn_by(QUICK, "{{ person.asked }}{% if person.asked %}{{ person.times }}{% endif %}")[0][0]
        == "asked &amp; 12"
    )


def test_with_debug_on_templates_are_djangos_own_and_errors_name_the_line():
    files = [(QUICK, [("django.template.loaders.locmem.Loader", {"page.html": "{{ person.broken }}"})])]
    template = Engine(loaders=files, debug=True, **TAGS).get_template("page.html")
    assert not isinstance(template.nodelist[0], Drawn)
    with pytest.raises(AttributeError) as error:
        template.render(Context(known()))
    assert error.value.template_debug["line"] == 1


def test_a_template_that_cannot_be_read_is_refused_as_ever():
    with pytest.raises(TemplateSyntaxError):
        drawn_by(QUICK, "{% if %}")
