"""The links of every page: the same for all who hold the same roles, so they are drawn once for each page."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from people.templatetags.quick import place_of

register = template.Library()

MOST_KEPT = 2000  # pages times sets of roles

_kept: dict[Any, SafeString] = {}


@register.simple_tag(takes_context=True)
def kept_links(context: RequestContext, template_name: str) -> SafeString:
    """A part of the layout that depends on nothing but the page, the reader's roles and his language."""
    request, user = context.get("request"), context.get("user")
    told = {"request": request, "user": user}
    match = getattr(request, "resolver_match", None)
    if match is None or user is None or not user.is_authenticated or settings.DEBUG:
        return render_to_string(template_name, told)
    key = template_name, match.view_name, user.powers, place_of(context)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = render_to_string(template_name, told)
    return _kept[key]
