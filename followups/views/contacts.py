"""A person at a customer (SC-25): who he is, what everybody has talked about with him, and when he may be called."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.forms.contacts import AvailabilityForm, ConsentForm
from followups.pages.customer import contact_page
from followups.timeline_kinds import Shown
from followups.views.companies import asked_lines
from followups.views.merging import standing_or_404
from leads.actions import end_availability
from leads.models import AvailabilityGuess, Contact
from leads.states import ConsentKind, MergeKind
from people.http import Request, posted

USUAL_PERIOD = 7  # days that a new guess is proposed for


def contact(request: Request, pk: int) -> HttpResponse:
    """One person with his deals and leads and what was talked about with him."""
    found = Contact.objects.select_related("company").filter(pk=pk).first()
    if found is None:
        return standing_or_404(request, MergeKind.CONTACT, pk)
    context = contact_page(found, request.user, timezone.localdate(), asked_lines(request), Shown.of(request.GET))
    return render(request, "followups/contact.html", context)


def contact_consent(request: Request, pk: int) -> HttpResponse:
    """Stop contacting the person, or lift that; whichever fits how he stands."""
    found = get_object_or_404(Contact.objects.select_related("company"), pk=pk)
    form = ConsentForm(posted(request), contact=found)
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user, as_of=timezone.localdate())):
        messages.success(request, _("Recorded."))
        return redirect("followups:contact", pk)
    stops = form.kind == ConsentKind.STOPPED
    return _form(request, found, form, _("Do not contact any more") if stops else _("Allow contact again"))


def availability_add(request: Request, pk: int) -> HttpResponse:
    """Note what is believed about the person's days in a period."""
    found, as_of = get_object_or_404(Contact.objects.select_related("company"), pk=pk), timezone.localdate()
    proposed = {"starts_on": as_of, "ends_on": as_of + timedelta(days=USUAL_PERIOD)}
    form = AvailabilityForm(posted(request), contact=found, initial=proposed)
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user)):
        messages.success(request, _("Recorded."))
        return redirect("followups:contact", pk)
    return _form(request, found, form, _("How things stand there"))


def availability_end(request: Request, pk: int) -> HttpResponse:
    """The guess no longer holds."""
    guess = get_object_or_404(AvailabilityGuess, pk=pk)
    end_availability([pk], as_of=timezone.localdate())
    messages.success(request, _("The guess has ended."))
    return redirect("followups:contact", guess.contact_id)


def _form(request: Request, found: Contact, form: ConsentForm | AvailabilityForm, title: str) -> HttpResponse:
    back_url = reverse("followups:contact", args=[found.pk])
    context = {"title": title, "subject": found.name, "company": found.company, "form": form, "back_url": back_url}
    return render(request, "leads/contact_form.html", context | {"chips": []})
