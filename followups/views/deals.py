"""The list of deals (SC-04), one deal (SC-05), and the forms to make and edit one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Deal
from followups.deal_page import deal_page, whole_deals
from followups.filters import DealFilter
from followups.forms.deal import DealAddForm, DealForm
from followups.lines import deal_lines
from followups.lists import page_of
from followups.pages.unclassified import losses_to_classify
from followups.rights import pages_open_to
from followups.timeline_kinds import Shown
from followups.views.my_deals import my_deals
from leads.models import Company
from people.http import Request, asked_id, posted
from people.policy import MANAGERS, is_admitted
from people.states import Role


def deals(request: Request) -> HttpResponse:
    """All deals, newest first; what the address asks for is what is shown. Field sales sees its own as 自分の商談."""
    if request.GET.get("mine") and request.user.has_role(Role.FS):
        return my_deals(request)
    as_of = timezone.localdate()
    chosen = DealFilter(request.GET, queryset=Deal.objects.all(), request=request)
    page = page_of(chosen.qs, deal_lines, request.GET.get("page"))
    context = {"as_of": as_of, "filter": chosen, "page": page, "rights": pages_open_to(request.user)}
    classifies = is_admitted(request.user, MANAGERS)
    if classifies and request.GET.get("classify"):
        context["unclassified"] = losses_to_classify(as_of)
    context["classifies"] = classifies
    return render(request, "followups/deals.html", context)


def deal(request: Request, pk: int) -> HttpResponse:
    """How far is this deal, and what comes next?"""
    found = get_object_or_404(whole_deals(), pk=pk)
    context = deal_page(found, request.user, timezone.localdate(), Shown.of(request.GET))
    return render(request, "followups/deal.html", context)


def deal_add(request: Request) -> HttpResponse:
    """A new deal, with the company named by ?company=."""
    as_of, pk = timezone.localdate(), asked_id(request, "company")
    company = get_object_or_404(Company, pk=pk) if pk else None
    form = DealAddForm(posted(request), instance=Deal(company=company), by=request.user)
    if form.is_valid() and form.attempt(lambda: form.save_new(by=request.user, as_of=as_of)):
        messages.success(request, _("The deal has been added."))
        return redirect("followups:deal", form.instance.pk)
    back_url = reverse("followups:company", args=[company.pk]) if company else reverse("followups:deals")
    context = {"title": _("Add a deal"), "subject": company.name if company else "", "form": form, "back_url": back_url}
    return render(request, "followups/deal_form.html", context)


def deal_edit(request: Request, pk: int) -> HttpResponse:
    """Correct what a deal says about itself, or who holds it."""
    found = get_object_or_404(whole_deals(), pk=pk)
    name, form = found.name, DealForm(posted(request), instance=found, by=request.user)
    if form.is_valid() and form.attempt(lambda: form.save_edit(by=request.user, as_of=timezone.localdate())):
        messages.success(request, _("The deal has been saved."))
        return redirect("followups:deal", pk)
    back_url = reverse("followups:deal", args=[pk])
    context = {"title": _("Edit the deal"), "subject": name, "form": form, "back_url": back_url}
    return render(request, "followups/deal_form.html", context, status=409 if form.conflict else 200)
