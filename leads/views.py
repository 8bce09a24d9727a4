"""Forms to make and edit companies and contacts. The pages that show them live in followups."""

from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.actions import create_companies, create_contacts, edit_companies, edit_contacts
from leads.forms import CompanyForm, ContactForm
from leads.merged import kept_ids
from leads.models import Company, Contact, Merge
from leads.states import MergeKind
from people.http import Request, asked_id, posted

Customer = TypeVar("Customer", Company, Contact)


def company_add(request: Request) -> HttpResponse:
    """A new company."""
    form = CompanyForm(posted(request))
    if form.is_valid() and form.attempt(lambda: create_companies([form.save(commit=False)])):
        messages.success(request, _("The company has been added."))
        return redirect("followups:company", form.instance.pk)
    context = {"title": _("Add a company"), "form": form, "back_url": reverse("followups:companies")}
    return render(request, "leads/company_form.html", context)


def company_edit(request: Request, pk: int) -> HttpResponse:
    """Change a company."""
    company = _standing(request, Company, MergeKind.COMPANY, pk)
    name, form = company.name, CompanyForm(posted(request), instance=company)
    if form.is_valid() and form.attempt(lambda: edit_companies([form.edit()])):
        messages.success(request, _("The company has been saved."))
        return redirect("followups:company", company.pk)
    back_url = reverse("followups:company", args=[company.pk])
    context = {"title": _("Edit the company"), "subject": name, "form": form, "back_url": back_url}
    return render(request, "leads/company_form.html", context, status=409 if form.conflict else 200)


def contact_add(request: Request) -> HttpResponse:
    """A new contact of the company named by ?company=; without it, of none."""
    pk = asked_id(request, "company")
    company = get_object_or_404(Company, pk=pk) if pk else None
    form = ContactForm(posted(request), instance=Contact(company=company))
    back_url = reverse("followups:company", args=[company.pk]) if company else reverse("followups:companies")
    if form.is_valid() and form.attempt(lambda: create_contacts([form.save(commit=False)])):
        messages.success(request, _("The contact has been added."))
        return redirect(back_url)
    context = {"title": _("Add a contact"), "company": company, "form": form, "back_url": back_url}
    return render(request, "leads/contact_form.html", context)


def contact_edit(request: Request, pk: int) -> HttpResponse:
    """Change a contact."""
    contact = _standing(request, Contact, MergeKind.CONTACT, pk)
    name, company = contact.name, contact.company
    form = ContactForm(posted(request), instance=contact)
    back_url = reverse("followups:company", args=[company.pk]) if company else reverse("followups:companies")
    if form.is_valid() and form.attempt(lambda: edit_contacts([form.edit()])):
        messages.success(request, _("The contact has been saved."))
        return redirect(back_url)
    context = {"title": _("Edit the contact"), "subject": name, "company": company, "form": form, "back_url": back_url}
    return render(request, "leads/contact_form.html", context, status=409 if form.conflict else 200)


def _standing(request: Request, model: type[Customer], kind: MergeKind, pk: int) -> Customer:
    """The record of this address; where it was merged away while somebody typed, the one that stands for it."""
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        found = get_object_or_404(model, pk=kept_ids(kind, [pk]).get(pk))
        words = {"name": Merge.objects.get(kind=kind, gone_id=pk).gone["name"]}
        messages.info(request, _("%(name)s has been merged into this record; you were led here.") % words)
    return found
