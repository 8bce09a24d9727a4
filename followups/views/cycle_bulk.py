"""Several deals at once: make the to-dos they lack, exempt them, plan a step, return them (SC-10, SC-18).

What cannot be done is named with why, and the others are done.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.actions import add_todos
from deals.models import Deal
from followups.actions import exempt, return_to_is
from followups.actions.covering import cover_deals
from followups.forms.deal_bulk import DealsReturnForm, DealsTodoForm
from followups.forms.moving import ExemptManyForm
from followups.rights import may_use
from people.apart import to_each_that_can
from people.forms import VerbForm
from people.http import Request, asked_ids, posted, way_back
from people.refusal import refuse

Verb = Callable[[list[Deal]], object]

_SHOWN = ("company", "fs_owner")


def cover(request: Request) -> HttpResponse:
    """Make the to-do that each of these follow-ups lacks."""
    as_of = timezone.localdate()

    def make(deals: list[Deal]) -> object:
        return cover_deals([deal.pk for deal in deals], by=request.user, as_of=as_of)

    said = _("Each gets its to-do as the nightly run would make it: for its IS owner or who has most room.")
    return _verb(request, VerbForm(posted(request)), make, title=_("Make the to-dos"), said=said)


def exempt_many(request: Request) -> HttpResponse:
    """Leave these deals alone for a while, for one reason."""
    as_of = timezone.localdate()
    form = ExemptManyForm(posted(request), as_of=as_of)

    def leave(deals: list[Deal]) -> object:
        return exempt(form.exemptions(deals), by=request.user, as_of=as_of)

    said = _("Until that day no rule touches the deal and no to-do is made for it.")
    return _verb(request, form, leave, title=_("Exempt"), said=said)


def deals_todo(request: Request) -> HttpResponse:
    """Plan the same step for these deals on one day."""
    as_of = timezone.localdate()
    form = DealsTodoForm(posted(request), as_of=as_of)

    def plan(deals: list[Deal]) -> object:
        return add_todos(form.todos(deals, request.user), by=request.user, as_of=as_of)

    said = _("Each deal gets a to-do with these words, for its field sales owner unless you name somebody.")
    return _verb(request, form, plan, title=_("Add a to-do"), said=said)


def deals_return(request: Request) -> HttpResponse:
    """Hand these deals back to inside sales for one reason."""
    as_of = timezone.localdate()
    form = DealsReturnForm(posted(request), as_of=as_of)

    def hand_back(deals: list[Deal]) -> object:
        for position, deal in enumerate(deals):
            if not may_use("followups:return", request.user, deal, None):
                refuse(_("It belongs to somebody else; only he or his manager gives it away."), position=position)
        return return_to_is(form.returns(deals), by=request.user, as_of=as_of)

    said = _("The deals are with inside sales from now on, each with a to-do for the call; open to-dos go along.")
    return _verb(request, form, hand_back, title=_("Return to IS"), said=said)


def _verb(request: Request, form: VerbForm, verb: Verb, **context: Any) -> HttpResponse:
    """Ask, and do it to each that can; the others are named with why."""
    chosen = list(Deal.objects.filter(pk__in=asked_ids(request, "deal")).select_related(*_SHOWN).order_by("pk"))
    if not chosen:
        raise Http404
    back_url = way_back(request, "/dashboards/today/")
    if not form.is_valid():
        context |= {"as_of": timezone.localdate(), "form": form, "deals": chosen, "back_url": back_url}
        return render(request, "followups/cycles_verb.html", context)
    found = to_each_that_can(chosen, verb)
    number = len(found.done)
    if number:
        said = ngettext("%(number)s deal has been changed.", "%(number)s deals have been changed.", number)
        messages.success(request, said % {"number": number})
    for aside in found.aside:
        messages.error(request, f"{aside.record}: {aside.why}")
    return redirect(back_url)
