"""失注理由: why deals are lost, and what is won of them after all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm, DashboardForm
from dashboards.pages import lost_reasons as page
from dashboards.pages.reopportunity import top_of
from dashboards.reports.lost_reasons import DIMENSIONS
from people.read_once import reading_once

FILTERS = {name: DIMENSIONS[name] for name in ("team", "user", "reason", "scope", "source", "product", "competitor")}


@require_safe
@reading_once()
def lost_reasons(request: HttpRequest) -> HttpResponse:
    """Why are deals lost, by month, owner, product and competitor, and is it right not to follow some up?"""
    today = localdate()
    form = DashboardForm(request.GET, FILTERS, page.default_period(AskedForm(request.GET).asked(today).as_of))
    asked = form.asked(today)
    losses = page.losses_of(asked)
    lines = page.reasons(asked, losses, form.labels("reason"))
    total = page.total_of(asked, lines)
    bars, series = page.months(asked, losses)
    context = {
        "form": form,
        "as_of": asked.as_of,
        "tiles": page.tiles(asked, total),
        "bars": bars,
        "series": series,
        "lines": lines,
        "total": total,
        "top": top_of(lines),
        "tables": page.tables(asked, total.tally.began),
    }
    return render(request, "dashboards/lost_reasons.html", context)
