"""習慣: is the work logged, dated and explained? (SC-14)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm, DashboardForm
from dashboards.pages import habits as page
from dashboards.reports.dimensions import Grain
from people.read_once import reading_once


@require_safe
@reading_once()
def habits(request: HttpRequest) -> HttpResponse:
    """The habits of everybody and of each person; the month of the day without a period."""
    today = localdate()
    as_of = AskedForm(request.GET).asked(today).as_of
    form = DashboardForm(request.GET, page.ASKED, Grain.MONTH.span(Grain.MONTH.key(as_of)))
    asked = form.asked(today)
    return render(
        request,
        "dashboards/habits.html",
        {"as_of": asked.as_of, "form": form, "asked": asked, "shown": page.habits(asked, request.GET.get("page", 1))},
    )
