"""A page about work that goes on in the background and asks for itself until it is over."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from people.http import Request


def going(request: Request, part: str, page: str, context: Mapping[str, Any], *, is_over: bool) -> HttpResponse:
    """The whole page; where it asks for itself, the part that moves, and when the work is over the word to reload."""
    if not request.htmx:
        return render(request, page, dict(context))
    return HttpResponseClientRefresh() if is_over else render(request, part, dict(context))
