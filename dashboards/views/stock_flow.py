"""ストックとフロー: did the volume of work hold in a short window? (SC-19)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm
from dashboards.pages import stock_flow as page
from dashboards.pages.stock_flow_form import StockFlowForm
from dashboards.reports.stock_flow import definition, usual_window
from people.read_once import reading_once


@require_safe
@reading_once()
def stock_flow(request: HttpRequest) -> HttpResponse:
    """A window beside the 20 business days before it, for the team and each person."""
    today = localdate()
    plain = AskedForm(request.GET).asked(today)
    form = StockFlowForm(request.GET, usual_window(plain.calendar, plain.as_of))
    asked = form.asked(today)
    choices = page.choices(asked)
    context = {
        "as_of": asked.as_of,
        "form": form,
        "shown": page.stock_flow(asked, is_either=form.is_either, number=request.GET.get("page", 1)),
        "choices": choices,
        "coming": next((choice for choice in choices if choice.is_next), None),
        "is_either": form.is_either,
        "definition": definition(),
    }
    return render(request, "dashboards/stock_flow.html", context)
