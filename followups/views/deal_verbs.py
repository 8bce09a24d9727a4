"""What can be done with a deal: lose (SC-06), return (SC-07), and the shorter forms."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Todo
from deals.actions import advance as advance_deals
from deals.models import Deal, FollowUpCycle
from followups import actions
from followups.deal_page import people_made, whole_deals
from followups.desk import Desk
from followups.forms.losing import LoseForm, ReclassifyForm
from followups.forms.moving import AdvanceForm, ExemptForm, ReasonForm, ReopenForm, ReturnForm, WinForm
from followups.pages.handing import loss_context, return_context
from followups.rights import RIGHTS, may_use, rights_on_todo
from followups.shifts import with_shift
from people.forms import VerbForm
from people.http import Request, posted, way_back
from people.working_days import load_calendar


def lose(request: Request, pk: int) -> HttpResponse:
    """When, whom and with what hook does this start again?"""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = LoseForm(posted(request), deal=deal, as_of=as_of, todos=_decidable(request, deal))
    if _attempt(request, form, lambda: form.save(by=request.user, as_of=as_of)):
        text = with_shift(_("The deal has been marked as lost."), form.first_step_on(), load_calendar())
        return _done(request, deal, text)
    return _page(request, deal, form, "followups/lose.html", title=_("Mark as lost"), **loss_context(form))


def reclassify(request: Request, pk: int) -> HttpResponse:
    """Another reason for a loss: その他 must become a real one within some business days."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = ReclassifyForm(posted(request), deal=deal, as_of=as_of)
    if _attempt(request, form, lambda: form.save(by=request.user, as_of=as_of)):
        return _done(request, deal, _("The reason of the loss has been changed."))
    context = loss_context(form) | {"after": []}
    return _page(request, deal, form, "followups/lose.html", title=_("Change the lost reason"), **context)


def return_to_is(request: Request, pk: int) -> HttpResponse:
    """Who takes over, from when on, and what should be asked next?"""
    deal, as_of, desk = _deal(request, pk), timezone.localdate(), Desk.load(timezone.localdate())
    proposed = max(actions.default_call_day(deal, as_of), desk.calendar.add(as_of, 1))
    todos = _decidable(request, deal)
    form = ReturnForm(posted(request), deal=deal, as_of=as_of, default_day=proposed, todos=todos)
    if _attempt(request, form, lambda: form.save(by=request.user, as_of=as_of)):
        asked = form.cleaned_data["next_approach_on"]
        return _done(request, deal, with_shift(_("The deal has been returned to IS."), asked, desk.calendar))
    context = return_context(form, desk)
    return _page(request, deal, form, "followups/return.html", title=_("Return to IS"), **context)


def reopen(request: Request, pk: int) -> HttpResponse:
    """The same deal is live again with field sales."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = ReopenForm(posted(request), deal=deal, by=request.user)
    if _attempt(request, form, lambda: actions.reopen([form.reopening()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The deal is live again."))
    after = [
        _("The same deal is live again with field sales."),
        _("The follow-up ends as re-opened. Its answers stay in the history."),
        _("Open to-dos made by rules are closed. Promised and manual ones stay."),
    ]
    return _page(request, deal, form, "followups/reopen.html", title=_("Re-open deal"), after=after)


def advance(request: Request, pk: int) -> HttpResponse:
    """Move the deal on among the open statuses."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = AdvanceForm(posted(request), deal=deal, as_of=as_of)
    if _attempt(request, form, lambda: advance_deals([form.move()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The status has been changed."))
    return _page(request, deal, form, "followups/advance.html", title=_("Change the status"))


def win(request: Request, pk: int) -> HttpResponse:
    """The deal is won; its follow-up, if there is one, ends with it."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = WinForm(posted(request), deal=deal, as_of=as_of)
    if _attempt(request, form, lambda: actions.win([form.won()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The deal has been marked as won."))
    return _page(request, deal, form, title=_("Mark as won"))


def exclude(request: Request, pk: int) -> HttpResponse:
    """The deal was never a target, or is none any more (対象外)."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = ReasonForm(posted(request), deal=deal)
    if _attempt(request, form, lambda: actions.mark_out_of_target([form.exclusion()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The deal has been excluded."))
    after = [_("The deal is closed and stands in no figure any more. Its follow-up ends.")]
    return _page(request, deal, form, title=_("Exclude the deal"), after=after)


def exempt(request: Request, pk: int) -> HttpResponse:
    """Leave the deal alone for a while (対象から外す)."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = ExemptForm(posted(request), deal=deal, as_of=as_of)
    if _attempt(request, form, lambda: actions.exempt([form.exemption()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The deal is exempted."))
    after = [
        _("Until that day no rule touches the deal and no to-do is made for it."),
        _("It is listed as exempted on today's check. Open to-dos stay."),
    ]
    return _page(request, deal, form, title=_("Exempt"), after=after)


def close_cycle(request: Request, pk: int) -> HttpResponse:
    """Give up the follow-up (フォローを終える); the deal keeps its status."""
    deal, as_of = _deal(request, pk), timezone.localdate()
    form = ReasonForm(posted(request), deal=deal)
    if _attempt(request, form, lambda: actions.close_cycle([form.closing()], by=request.user, as_of=as_of)):
        return _done(request, deal, _("The follow-up has ended."))
    after = [
        _("Open to-dos made by rules are closed. Promised and manual ones stay."),
        _("If the deal is still open, its clocks start again today with the whole limit."),
    ]
    return _page(request, deal, form, title=_("End the follow-up"), after=after)


def _deal(request: Request, pk: int) -> Deal:
    """The deal, if the verb of this address is the reader's on it; a word of warning where it does not fit any more."""
    deal = get_object_or_404(whole_deals(), pk=pk)
    match = request.resolver_match
    url_name = match.view_name if match else ""
    cycle = FollowUpCycle.objects.open().filter(deal=deal).first()
    if not may_use(url_name, request.user, deal, cycle):
        raise PermissionDenied
    if request.method != "POST" and not RIGHTS[url_name].fits(deal):
        text = _("The deal is in the status “%(status)s” now, so this is not possible any more.")
        messages.warning(request, text % {"status": deal.get_status_display()})
    return deal


def _decidable(request: Request, deal: Deal) -> list[Todo]:
    """The open to-dos that the reader may decide about; the others go along with the deal."""
    return [todo for todo in people_made(deal) if rights_on_todo(request.user, todo)]


def _attempt(request: Request, form: VerbForm, verb: Callable[[], object]) -> bool:
    """Whether it was done. ?preview only asks what would be done with the answers so far."""
    return form.is_valid() and "preview" not in request.GET and form.attempt(verb)


def _done(request: Request, deal: Deal, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(way_back(request, reverse("followups:deal", args=[deal.pk])))


def _page(
    request: Request, deal: Deal, form: VerbForm, template: str = "followups/deal_verb.html", **context: Any
) -> HttpResponse:
    context = {"as_of": timezone.localdate(), "deal": deal, "form": form, "todos": people_made(deal)} | context
    return render(request, template, {"verb": context["title"]} | context)
