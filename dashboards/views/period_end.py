"""期末確認: which deals would surprise us after the period is over? (SC-18)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm, DashboardForm
from dashboards.pages import period_end as page
from people.fiscal import fiscal_quarter
from people.policy import WORKERS, is_admitted
from people.read_once import reading_once


@require_safe
@reading_once()
def period_end(request: HttpRequest) -> HttpResponse:
    """Live deals that nobody touched in the period and nothing is planned for, and exemptions that end."""
    today = localdate()
    form = DashboardForm(request.GET, page.ASKED, fiscal_quarter(AskedForm(request.GET).asked(today).as_of))
    asked = form.asked(today)
    context = {
        "as_of": asked.as_of,
        "form": form,
        "shown": page.period_end(asked),
        "may_act": is_admitted(request.user, WORKERS),
    }
    return render(request, "dashboards/period_end.html", context)
