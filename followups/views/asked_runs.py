"""A run that the page asked for: how far it is, stopping it, and doing it here where nobody else does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.models import SweepRun
from followups.rights import pages_open_to
from followups.rules.asked import cancel, do, is_silent, is_stuck
from people.http import Request


def run_progress(request: Request, pk: int) -> HttpResponse:
    """How far is it? Once it is over, its page with the result."""
    found = SweepRun.objects.asked_for().select_related("started_by").filter(pk=pk).first()
    if found is None:
        result = redirect("followups:run", get_object_or_404(SweepRun, pk=pk).pk)
        return HttpResponse(headers={"HX-Redirect": result.url}) if request.htmx else result
    now = timezone.now()
    context = {"run": found, "is_stuck": is_stuck(found, now), "is_silent": is_silent(found, now)}
    context |= {"as_of": timezone.localdate(), "rights": pages_open_to(request.user)}
    page = "followups/_run_progress.html" if request.htmx else "followups/run_progress.html"
    return render(request, page, context)


def run_cancel(request: Request, pk: int) -> HttpResponse:
    """Stop it, as long as nothing has been written."""
    if cancel(get_object_or_404(SweepRun, pk=pk)):
        messages.info(request, _("The run stops before it writes anything."))
    else:
        messages.error(request, _("The run is writing already or is over. Let it end, then undo it from its page."))
    return redirect("followups:run_progress", pk)


def run_start(request: Request, pk: int) -> HttpResponse:
    """Do it in this very request, where no beat and no worker is there to do it."""
    if not do(get_object_or_404(SweepRun, pk=pk)):
        messages.info(request, _("The run has been picked up meanwhile."))
    return redirect("followups:run_progress", pk)
