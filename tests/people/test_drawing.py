"""Forms and tags drawn the quick way say, letter for letter, what Django's own say."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Engine, Template
from django.urls import set_script_prefix
from django.utils import translation

from people.drawing import LongSelect, QuickInputs
from people.forms import DayInput

HOSTILE = "<b>\"Tom\" & 'Jerry'</b>"
CHOICES = [("", "---"), (1, "one"), ("a&b", HOSTILE), ("group", [("x", "in a group"), ("y", "too")])]

WIDGETS = {
    "select": (forms.Select(attrs={"class": "wide"}, choices=CHOICES), ["", "1", "a&b", "x", None]),
    "several": (forms.SelectMultiple(choices=CHOICES), [["1", "y"], []]),
    "text": (forms.TextInput(attrs={"placeholder": HOSTILE, "required": True, "disabled": False}), ["", None, HOSTILE]),
    "number": (forms.NumberInput(), [0, 5]),
    "hidden": (forms.HiddenInput(), [7, HOSTILE]),
    "day": (DayInput(), [date(2026, 10, 1), None]),
    "time": (forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), ["9:30"]),
    "tick": (forms.CheckboxInput(), [True, False, "on"]),
    "text area": (forms.Textarea(attrs={"rows": 2}), ["", HOSTILE, "two\nlines"]),
    "radio": (forms.RadioSelect(choices=CHOICES[:3]), ["1", None]),
}


@pytest.mark.parametrize("kind", WIDGETS)
def test_an_input_is_drawn_as_django_draws_it(kind):
    widget, values = WIDGETS[kind]
    for value in values:
        quick, slow = (widget.render("it", value, {"id": "id_it"}, each()) for each in (QuickInputs, DjangoTemplates))
        assert re.sub(r">\s+<", "><", quick) == re.sub(r">\s+<", "><", slow)


@pytest.mark.parametrize("value", ["", "1", "a&b", None])
def test_a_long_pull_down_is_drawn_as_django_draws_a_short_one(value):
    plain, long = (kind(attrs={"class": "wide"}, choices=CHOICES[:3]) for kind in (forms.Select, LongSelect))
    quick = long.render("it", value, {"id": "id_it"}, QuickInputs())
    slow = plain.render("it", value, {"id": "id_it"}, DjangoTemplates())
    assert re.sub(r">\s+<", "><", quick) == re.sub(r">\s+<", "><", slow)


SENTENCES = [
    '{% translate "Deals" %}',
    '{% translate "Open" context "verb" %}',
    '{% translate "100%% of <b>it</b>" %}',
    "{% translate word %}",
    '{% translate "Deals" as kept %}[{{ kept }}]',
    "{% blocktranslate trimmed count days=three %}{{ days }} day{% plural %}{{ days }} days{% endblocktranslate %}",
    "{% blocktranslate trimmed count days=one %}{{ days }} day{% plural %}{{ days }} days{% endblocktranslate %}",
    "{% blocktranslate %}Select {{ word }}{% endblocktranslate %}",
    "{% blocktranslate with name=word %}Select {{ name }} at 100 %{% endblocktranslate %}",
    "{% blocktranslate %}Nobody said {{ missing }}{% endblocktranslate %}",
    "{% blocktranslate with n=large asvar kept %}{{ n }}{% endblocktranslate %}[{{ kept }}]",
    '{% blocktranslate context "sales" with n=large %}{{ n }} of {{ day }}{% endblocktranslate %}',
    "{% url 'followups:deals' %}|{% url 'followups:deal' three %}|{% url 'followups:rule_edit' word2 %}",
    "{% url 'followups:deal' 'three' as gone %}[{{ gone }}]|{% url name three %}|{% url 'admin:index' %}",
]
VALUES = {
    "word": HOSTILE, "word2": "R-14", "one": 1, "three": 3, "large": 1234567, "day": date(2026, 10, 1),
    "name": "followups:deal",
}  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_tag_says_what_djangos_own_says(sentence, language):
    slow = Engine(libraries={"i18n": "django.templatetags.i18n"})
    with translation.override(language):
        expected = slow.from_string("{% load i18n %}" + sentence).render(Context(VALUES))
        quick = Template("{% load i18n %}" + sentence)
        assert [quick.render(Context(VALUES)), quick.render(Context(VALUES))] == [expected, expected]


def test_a_word_that_was_said_once_changes_with_the_language():
    template = Template('{% load i18n %}{% translate "Deals" %}')
    said = []
    for language in ("ja", "en", "ja"):
        with translation.override(language):
            said.append(template.render(Context()))
    assert said == ["商談", "Deals", "商談"]


def test_an_address_follows_the_place_where_the_product_is_served():
    template = Template("{% url 'followups:deal' 5 %}")
    assert template.render(Context()) == "/deals/5/"
    set_script_prefix("/sales/")
    try:
        assert template.render(Context()) == "/sales/deals/5/"
    finally:
        set_script_prefix("/")
