"""Past losses of a reason whose scope has been changed: what judging them anew would do, and doing it (S0-17)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import LostReason
from followups.actions import Rescoped, judged_otherwise, lacking_answers, rescope_losses
from followups.forms.settings.rescoping import RescopeForm
from followups.rules import sweep
from people.http import Request, posted

PAGE_SIZE = 50


def past_losses(request: Request, pk: int) -> HttpResponse:
    """Which follow-ups would begin or end? The first to-dos are made by a run of the rules that starts right after."""
    as_of, reason = timezone.localdate(), get_object_or_404(LostReason, pk=pk)
    found = judged_otherwise(reason, as_of)
    lacking = set(lacking_answers(found).values_list("pk", flat=True)) if reason.in_scope else set()
    rows = found.select_related("company", "fs_owner", "is_owner").order_by("-closed_on", "id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    count = page.paginator.count
    form = RescopeForm(posted(request), in_scope=reason.in_scope, found=count, lacking=len(lacking), as_of=as_of)
    done: list[Rescoped] = []

    def run() -> None:
        done.append(rescope_losses(pk, in_scope=reason.in_scope, stopgap=form.stopgap(), by=request.user, as_of=as_of))

    if form.is_valid() and form.is_confirmed() and form.attempt(run):
        return _answer(request, done[0])
    context: dict[str, Any] = {"as_of": as_of, "reason": reason, "page": page, "form": form, "lacking": lacking}
    context |= {"title": _("Past losses: %(reason)s") % {"reason": reason.label}, "ready": count - len(lacking)}
    context["back_url"] = reverse("settings:entry_edit", args=["lost-reasons", pk])
    return render(request, "settings/past_losses.html", context)


def _answer(request: Request, done: Rescoped) -> HttpResponse:
    words = {"began": len(done.began), "ended": len(done.ended), "lacking": len(done.lacking)}
    text = _("Follow-ups that began: %(began)s, that ended: %(ended)s, left for want of answers: %(lacking)s.") % words
    messages.success(request, text)
    if not done.began:
        return redirect("settings:entries", "lost-reasons")
    return redirect("followups:run", sweep(as_of=timezone.localdate(), by=request.user)["run"])
