"""The product's pages and two that show nothing: what the door costs, and what every page shares.

`/empty/` is what login, session and middleware cost by themselves. `/layout/` is a page of the product without content:
its base template with the navigation, the bell, the search and what else stands on each page.
"""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """A page for people who are logged in, without content."""
    return HttpResponse(f"<p>{request.user.pk}</p>")


def layout(request: HttpRequest) -> HttpResponse:
    """The same as a page of the product."""
    return HttpResponse(_without_content().render({}, request))


@cache
def _without_content() -> Any:
    return engines["django"].from_string('{% extends "base.html" %}{% block content %}<p></p>{% endblock %}')


# Named like a page that everybody may open, so that the policy table lets it through.
urlpatterns = [
    path("empty/", empty, name="home"),
    path("layout/", layout, name="home"),
    path("", include("salesfollow.urls")),
]
