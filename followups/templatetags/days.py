"""One day of a person as the strips draw it."""

from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from followups.pages.day_loads import DayLoad
from people.date_styles import second_label

register = template.Library()


@register.simple_tag
def day_cell(load: DayLoad, as_of: date) -> SafeString:
    """A day with its count and cap. Eighty people in field sales have ten each, and most of them look alike."""
    return _cell(load, as_of, get_language(), second_label(load.day))


@lru_cache(maxsize=4096)
def _cell(load: DayLoad, as_of: date, _language: str | None, _second_label: str) -> SafeString:
    return render_to_string("followups/_day_cell.html", {"load": load, "as_of": as_of})
