"""Forms of one lead: enter, correct, change its status, make a deal of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.forms.lead_status import LeadStatusForm
from followups.forms.leads import LeadAddForm, LeadConvertForm, LeadForm
from followups.pages.lead import todos_of_lead, whole_leads
from followups.pages.quick_days import next_step_days
from followups.shifts import with_shift
from leads.models import Lead
from people.http import Request, posted
from people.working_days import load_calendar


def lead_add(request: Request) -> HttpResponse:
    """A new lead. Who may be the same person is shown before it is entered; 「それでも登録」 enters it all the same."""
    form = LeadAddForm(posted(request), instance=Lead(), by=request.user)
    is_preview = "preview" in request.GET
    doubles = form.doubles() if form.is_valid() or is_preview else []
    is_meant = form.is_valid() and not is_preview and ("anyway" in request.POST or not doubles)
    if is_meant and form.attempt(lambda: form.save_new(by=request.user, as_of=timezone.localdate())):
        messages.success(request, _("The lead has been added."))
        return redirect("followups:lead", form.instance.pk)
    context = {"title": _("Add a lead"), "form": form, "doubles": doubles, "back_url": reverse("followups:leads")}
    return render(request, "followups/lead_add.html", context | {"as_of": timezone.localdate()})


def lead_edit(request: Request, pk: int) -> HttpResponse:
    """Correct who it is, how he is reached, and where he came from."""
    found = get_object_or_404(whole_leads(), pk=pk)
    name, form = found.name, LeadForm(posted(request), instance=found)
    if form.is_valid() and form.attempt(form.save_edit):
        messages.success(request, _("The lead has been saved."))
        return redirect("followups:lead", pk)
    context = {
        "title": _("Edit the lead"),
        "subject": name,
        "form": form,
        "back_url": reverse("followups:lead", args=[pk]),
    }
    return render(request, "followups/lead_form.html", context, status=409 if form.conflict else 200)


def lead_status(request: Request, pk: int) -> HttpResponse:
    """Change the status, with the reasons and the to-do that go with it; ?to= proposes one."""
    found, as_of = get_object_or_404(whole_leads(), pk=pk), timezone.localdate()
    form = LeadStatusForm(posted(request), lead=found, initial={"status": request.GET.get("to")})
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user, as_of=as_of)):
        asked = form.cleaned_data["next_due_on"]
        messages.success(request, with_shift(_("The status has been changed."), asked, load_calendar()))
        return redirect("followups:lead", pk)
    context = {
        "as_of": as_of,
        "title": _("Change the status"),
        "lead": found,
        "words": form.words[found.status],
        "form": form,
        "chips": next_step_days(as_of, load_calendar()),
        "todos": todos_of_lead(found),
        "back_url": reverse("followups:lead", args=[pk]),
    }
    return render(request, "followups/lead_status.html", context, status=409 if form.conflict else 200)


def lead_convert(request: Request, pk: int) -> HttpResponse:
    """商談にする: the meeting is won, the lead becomes a deal."""
    found, as_of = get_object_or_404(whole_leads(), pk=pk), timezone.localdate()
    form = LeadConvertForm(posted(request), lead=found)
    made: list[Deal] = []
    if form.is_valid() and form.attempt(lambda: made.append(form.save(by=request.user, as_of=as_of))):
        messages.success(request, _("The lead has become a deal."))
        return redirect("followups:deal", made[0].pk)
    at_company = Deal.objects.filter(company=found.company_id, status__in=OPEN_STATUSES) if found.company_id else None
    context = {
        "as_of": as_of,
        "title": _("Make a deal"),
        "lead": found,
        "form": form,
        "running": list(at_company.order_by("-id")) if at_company is not None else [],
        "back_url": reverse("followups:lead", args=[pk]),
    }
    return render(request, "followups/lead_convert.html", context)
