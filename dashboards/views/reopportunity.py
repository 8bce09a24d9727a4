"""再商談化, the page that shows what following up brings (SC-13)."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm, DashboardForm
from dashboards.pages import reopened_by
from dashboards.pages import reopportunity as page
from dashboards.pages.before_after import before_and_since
from dashboards.pages.revived import revived
from dashboards.reports.reopportunity import COMBINED, DIMENSIONS, VIEWS
from people.read_once import reading_once

FILTERS = {name: DIMENSIONS[name] for name in ("team", "user", "reason", "source", "product", "competitor", "trigger")}


class CohortForm(DashboardForm):
    """The filters with the kind that is looked at; a kind that is none is left out, and the page says so."""

    kind = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS], widget=forms.HiddenInput)


@require_safe
@reading_once()
def reopportunity(request: HttpRequest) -> HttpResponse:
    """Does following up bring anything? Cohorts, reasons, days to won and channels."""
    today = localdate()
    period = page.default_period(AskedForm(request.GET).asked(today).as_of)
    form = CohortForm(request.GET, FILTERS, period)
    asked = page.whole_months(form.asked(today))
    shown = page.board(form.cleaned_data.get("kind") or COMBINED, asked)
    head, labels = page.headline(shown), form.labels("reason", "trigger")
    reasons, triggers = reopened_by.by_reason(shown, labels), reopened_by.by_trigger(shown, labels)
    context = {
        "form": form,
        "as_of": asked.as_of,
        "views": page.views(shown.view),
        "shown": shown,
        "head": head,
        "cohort_chart": page.chart(shown, head),
        "cohorts": page.cohorts(shown, page.by_kind(shown), reopened_by.left_out(shown)),
        "changes": before_and_since(shown, head),
        "reasons": reasons,
        "triggers": triggers,
        "top": page.top_of([*reasons, *triggers]),
        "revived": revived(asked, shown.calendar.counted(), head.line.tally.began if head.line else 0),
    }
    return render(request, "dashboards/reopportunity.html", context)
