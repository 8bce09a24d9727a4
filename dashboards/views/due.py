"""今月のアプローチ: when are how many customers to be called this month? (SC-11)"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import MonthForm
from dashboards.pages import due as page
from people.business_days import add_months
from people.read_once import reading_once


@require_safe
@reading_once()
def due(request: HttpRequest) -> HttpResponse:
    """The calendar of the month, what was carried over, and the list by date; a day opens its own list."""
    form = MonthForm(request.GET, page.FILTERS)
    asked = form.asked(localdate())
    month = page.month_of(asked, dict(form["reason"].field.widget.choices), form.day)
    show = form.cleaned_data.get("show", "")
    rows = page.list_of(month, form.day, show, request.GET.get("page"))
    context = {
        "as_of": asked.as_of,
        "form": form,
        "month": month,
        "months": [page.month_url(asked, add_months(month.first_on, n)) for n in (-1, 1)],
        "month_url": page.month_url(asked, month.first_on),
        "day": form.day,
        "show": show,
        "page": rows,
        "groups": page.by_date(rows),
    }
    return render(request, "dashboards/due.html", context)
