"""Appointments that inside sales won for a deal: proposed, accepted, or declined with a reason (D9)."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import FollowUpCycle
from followups.actions import accept_proposal, decline_proposal
from followups.deal_page import whole_deals
from followups.forms.proposing import DeclineForm, ProposeForm
from followups.models import Proposal
from followups.rights import may_decide, may_use
from people.http import Request, posted, way_back
from people.refusal import Refused


def propose(request: Request, pk: int) -> HttpResponse:
    """Offer the deal with its meeting to somebody of field sales."""
    deal, as_of = get_object_or_404(whole_deals(), pk=pk), timezone.localdate()
    cycle = FollowUpCycle.objects.open().filter(deal=deal).first()
    if not may_use("followups:propose", request.user, deal, cycle):
        raise PermissionDenied
    form = ProposeForm(posted(request), deal=deal, as_of=as_of)
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user, as_of=as_of)):
        messages.success(request, _("The appointment has been proposed."))
        return redirect("followups:deal", pk)
    context = {"as_of": as_of, "deal": deal, "form": form, "title": _("Propose an appointment")}
    return render(request, "followups/deal_verb.html", context | {"verb": _("Propose")})


def accept(request: Request, pk: int) -> HttpResponse:
    """Take the deal and its meeting."""
    proposal = _his(request, pk)
    _say(
        request,
        lambda: accept_proposal(pk, by=request.user, as_of=timezone.localdate()),
        _("You have taken the deal. The meeting is a promised to-do."),
    )
    return redirect(way_back(request, reverse("followups:deal", args=[proposal.deal_id])))


def decline(request: Request, pk: int) -> HttpResponse:
    """Leave the deal with inside sales, and say why."""
    proposal, as_of = _his(request, pk), timezone.localdate()
    form = DeclineForm(posted(request))
    if form.is_valid() and form.attempt(
        lambda: decline_proposal(pk, by=request.user, as_of=as_of, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("The appointment has been declined. Inside sales has a to-do."))
        return redirect(way_back(request, reverse("followups:deal", args=[proposal.deal_id])))
    context = {"as_of": as_of, "deal": proposal.deal, "form": form, "title": _("Decline the appointment")}
    return render(request, "followups/deal_verb.html", context | {"verb": _("Decline the appointment")})


def _his(request: Request, pk: int) -> Proposal:
    proposal = get_object_or_404(Proposal.objects.select_related("deal__company"), pk=pk)
    if not may_decide(request.user, proposal):
        raise PermissionDenied
    return proposal


def _say(request: Request, verb: Callable[[], object], done: str) -> None:
    try:
        verb()
    except Refused as refused:
        messages.error(request, " ".join(refused.errors.values()))
    else:
        messages.success(request, done)
