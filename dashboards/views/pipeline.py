"""商談状況: in which status do the deals lie, and for how long? (SC-17)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import DashboardForm
from dashboards.pages import pipeline as page
from people.read_once import reading_once


@require_safe
@reading_once()
def pipeline(request: HttpRequest) -> HttpResponse:
    """Live deals by status and days since the last contact."""
    form = DashboardForm(request.GET, page.ASKED)
    asked = form.asked(localdate()).of_period(None, None)
    context = {"as_of": asked.as_of, "form": form, "shown": page.pipeline(asked)}
    return render(request, "dashboards/pipeline.html", context)
