"""Every figure and rule in words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards import definitions as in_words
from people.read_once import reading_once


@require_safe
@reading_once()
def definitions(request: HttpRequest) -> HttpResponse:
    """What exactly does this figure or rule mean, as the settings stand today?"""
    return render(request, "dashboards/definitions.html", in_words.definitions(localdate()))
