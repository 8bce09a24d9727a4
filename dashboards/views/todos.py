"""ToDo状況: were the days kept? (SC-12)"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import DashboardForm
from dashboards.pages import todos as page
from dashboards.reports.dimensions import Grain
from people.read_once import reading_once


@require_safe
@reading_once()
def todos(request: HttpRequest) -> HttpResponse:
    """What became of the to-dos of a period, the month if none is asked for; ?trend=month draws months."""
    today = localdate()
    form = DashboardForm(request.GET, page.FILTERS, Grain.MONTH.span(Grain.MONTH.key(today)))
    asked = form.asked(today)
    grain = Grain.MONTH if request.GET.get("trend") == Grain.MONTH.value else Grain.WEEK
    context = {
        "as_of": asked.as_of,
        "form": form,
        "asked": asked,
        "periods": page.period_urls(asked),
        "status": page.status_of(asked, grain, request.GET.get("page", 1)),
    }
    return render(request, "dashboards/todos.html", context)
