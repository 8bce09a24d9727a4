"""活動と架電結果 (SC-16): what was done, and what came of it?"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dashboards.filters import AskedForm, DashboardForm
from dashboards.pages import activity as page
from dashboards.pages import activity_panels as panels
from dashboards.reports.dimensions import Grain, of_activities
from dashboards.spans import month_of
from people.actions import choose_activity_panels
from people.http import Request
from people.read_once import reading_once
from people.states import LAUNCH_PANELS, ActivityPanel

DIMENSIONS = {name: dimension for name, dimension in of_activities().items() if name in ("team", "user", "source")}
GRAINS = {
    Grain.MONTH: pgettext_lazy("one bar", "Month"),
    Grain.WEEK: pgettext_lazy("one bar", "Week"),
    Grain.DAY: pgettext_lazy("one bar", "Day"),
}


class ActivityForm(DashboardForm):
    """Day, period, person, team, source, and the grain of the bars, which a link changes."""

    grain = forms.ChoiceField(choices=[(one.value, one.value) for one in Grain], required=False)

    def __init__(self, request: HttpRequest) -> None:
        as_of = AskedForm(request.GET).asked(localdate()).as_of
        month = month_of(as_of)
        super().__init__(request.GET, DIMENSIONS, (month.first_on, month.last_on))
        self.fields["grain"].widget = forms.HiddenInput()


@require_safe
@reading_once()
def activity(request: Request) -> HttpResponse:
    """Appointments, sources, volume, results and new leads; each reader chooses what he sees (S3-39)."""
    form = ActivityForm(request)
    asked = form.asked(localdate())
    grain = Grain(form.cleaned_data.get("grain") or Grain.WEEK)
    chosen = request.user.activity_panels
    question = page.Question(asked, grain, LAUNCH_PANELS if chosen is None else chosen)
    context = {
        "form": form,
        "as_of": asked.as_of,
        "span": question.span,
        "this_month": month_of(asked.as_of),
        "last_month": month_of(asked.as_of).earlier(1),
        "grains": [(one.value, label, one is grain) for one, label in GRAINS.items()],
        "choices": [(code, label, code in question.panels) for code, label in ActivityPanel.choices],
        "query": request.GET.urlencode(),
        "lead_series": [panels.LEAD_SERIES],
        **_panels(question),
    }
    return render(request, "dashboards/activity.html", context)


def _panels(question: page.Question) -> dict[str, Any]:
    """What each chosen panel shows; what is not shown is not counted."""
    won, won_bars = page.won_by_span(question)
    leads, lead_counts = page.leads_by_span(question)
    makers: dict[ActivityPanel, Callable[[], object]] = {
        ActivityPanel.OUTCOMES: lambda: panels.outcomes(question),
        ActivityPanel.SOURCES: lambda: panels.sources(question),
        ActivityPanel.LEADS: lambda: panels.lead_bars(question, lead_counts, won_bars),
        ActivityPanel.CONNECT_RATE: lambda: page.rates(question),
        ActivityPanel.STOCK_RATIO: lambda: panels.stock(question),
        ActivityPanel.PEOPLE: lambda: panels.people(question),
        ActivityPanel.NURTURING: lambda: panels.nurtured(question),
    }
    shown = {panel.value: make() for panel, make in makers.items() if question.needs(panel)}
    goal = page.goal(question, won[-1]) if question.needs(ActivityPanel.APPOINTMENTS) else None
    return shown | {"tiles": page.tiles(question, won, leads), "goal": goal}


@require_POST
def activity_panels(request: Request) -> HttpResponse:
    """Keep which panels the reader wants; unknown ones are left out. Back to the page as it was."""
    choose_activity_panels(request.user, request.POST.getlist("panel"))
    query = request.POST.get("query", "")
    return redirect(reverse("dashboards:activity") + (f"?{query}" if query else ""))
