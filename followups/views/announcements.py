"""What was published about the rules, the confirmations, and the whole policy on one page (SC-42)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import LostReason
from followups import rule_news
from followups.models import Announcement
from followups.pages.announcements import items, readers, said, waits_for_a_run, whole_policy
from followups.rights import pages_open_to
from followups.rules.publishing import withdraw
from people.http import Request, way_back
from people.refusal import Refused


def announcements(request: Request) -> HttpResponse:
    """How have the rules changed? The newest one stands open."""
    return _page(request, None)


def announcement(request: Request, pk: int) -> HttpResponse:
    """One announcement beside all others."""
    return _page(request, pk)


def _page(request: Request, pk: int | None) -> HttpResponse:
    found = items(request.user)
    chosen = next((item for item in found if pk in (None, item.announcement.pk)), None)
    if chosen is None and pk is not None:
        raise Http404
    context = {
        "as_of": timezone.localdate(), "items": found, "chosen": chosen, "rights": pages_open_to(request.user),
        "said": said(chosen.announcement) if chosen else None, "readers": readers(chosen) if chosen else [],
        "waits_for_a_run": bool(chosen and waits_for_a_run(chosen)),
    }  # fmt: skip
    return render(request, "followups/announcements.html", context)


def confirm(request: Request, pk: int) -> HttpResponse:
    """確認しました; twice is once."""
    found = get_object_or_404(Announcement, pk=pk)
    rule_news.confirm(found, request.user)
    messages.success(request, _("Thank you. Your confirmation has been noted."))
    return redirect(way_back(request, reverse("followups:announcement", args=[pk])))


def remind(request: Request, pk: int) -> HttpResponse:
    """Tell those again who have not confirmed it, once a day at most."""
    found = get_object_or_404(Announcement.objects.select_related("rule"), pk=pk)
    count = rule_news.remind(found, timezone.localdate())
    if count:
        text = ngettext("%(n)s person has been reminded.", "%(n)s people have been reminded.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.info(request, _("Nobody was told again: all who have not confirmed were told today already."))
    return redirect("followups:announcement", pk)


def withdraw_announcement(request: Request, pk: int) -> HttpResponse:
    """Take back a version whose day has not come."""
    get_object_or_404(Announcement, pk=pk)
    try:
        withdraw(pk)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The version has been withdrawn. The rule stays as it is."))
    return redirect("followups:announcement", pk)


def rule_policy(request: Request) -> HttpResponse:
    """The whole policy as one page to print: every rule with its version, what waits, and its earlier versions."""
    policy = whole_policy()
    reasons = [reason.label for reason in LostReason._default_manager.filter(in_scope=True, is_active=True)]
    context = {"as_of": timezone.localdate(), "policy": policy, "reasons": reasons}
    return render(request, "followups/rule_policy.html", context)
