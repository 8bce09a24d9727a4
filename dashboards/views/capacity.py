"""キャパシティ: who overflows when, and what can be done about it (SC-15)."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.addresses import page_url
from dashboards.filters import DashboardForm
from dashboards.pages import capacity as page
from dashboards.pages.load_map import load_map
from dashboards.pages.load_rows import PAGE
from dashboards.pages.strain import strains
from dashboards.reports import answer
from people.http import Request, asked_id
from people.read_once import reading_once


@require_safe
@reading_once()
def capacity(request: Request) -> HttpResponse:
    """The load of everybody on the next ten business days; ?person= and day= open one of them, sos=all names all."""
    form = DashboardForm(request.GET, page.DIMENSIONS)
    asked = form.asked(localdate())
    person_id = asked_id(request, "person")
    shown = load_map(asked, request.GET.get("page", 1), person_id)
    panel = page.panel_of(shown, asked, request.user, person_id, _day(request))
    context = {
        "as_of": asked.as_of,
        "form": form,
        "map": shown,
        "panel": panel,
        "chosen": panel and panel.cell,
        "strains": strains(shown, asked, all_helpless=request.GET.get("sos") == "all"),
        "sos_url": page_url(PAGE, asked, sos="all"),
        "definition": answer("load", asked).definition(),
    }
    return render(request, "dashboards/capacity.html", context)


def _day(request: Request) -> date | None:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None
