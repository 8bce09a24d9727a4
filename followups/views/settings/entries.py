"""The lists of the settings: look, add, change, remove."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from followups.rights import pages_open_to
from followups.views.settings.books import BOOKS, Book, name_of
from people.actions import set_members
from people.entries import add_entry, change_entry, remove_entry
from people.forms import RecordForm
from people.http import Request, posted
from people.models import Absence, Team
from people.records import Edit
from people.refusal import Refused

PAGE_SIZE = 50


def entries(request: Request, book: str) -> HttpResponse:
    """What stands in this list, and what does it mean?"""
    found = _book(book)
    page = Paginator(found.rows(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "entry": entry,
            "name": name_of(entry),
            "hint": found.hint(entry),
            "cells": [(label, cell(entry)) for label, cell in found.columns],
            "is_retired": not getattr(entry, "is_active", True),
        }
        for entry in page
    ]
    context = {"book": found, "code": book, "page": page, "rows": rows, "rights": pages_open_to(request.user)}
    return render(request, "settings/entries.html", context)


def entry_add(request: Request, book: str) -> HttpResponse:
    """Take one more row into the list."""
    found = _book(book)
    form = found.form(posted(request))
    if form.is_valid() and form.attempt(lambda: _add(form, request)):
        messages.success(request, _("Saved."))
        return _next(book, form.instance)
    return _form_page(request, book, found, form, found.add)


def entry_edit(request: Request, book: str, pk: int) -> HttpResponse:
    """Change one row, or retire it."""
    found = _book(book)
    entry = get_object_or_404(found.model._default_manager.all(), pk=pk)
    form = found.form(posted(request), instance=entry)
    title = name_of(entry)
    if form.is_valid() and form.attempt(lambda: _change(form, request)):
        messages.success(request, _("Saved."))
        return _next(book, entry, is_rescoped="in_scope" in form.changed_data)
    return _form_page(request, book, found, form, title)


def _next(book: str, entry: Model, *, is_rescoped: bool = False) -> HttpResponse:
    """Back to the list, or to what the change asks for: to-dos within an absence, past losses judged otherwise."""
    if isinstance(entry, Absence):
        return redirect("followups:absence", entry.pk)
    if is_rescoped:
        return redirect("settings:past_losses", entry.pk)
    return redirect("settings:entries", book)


def entry_delete(request: Request, book: str, pk: int) -> HttpResponse:
    """Remove a row that nothing refers to; one in use stays, and the page says what to do instead."""
    found = _book(book)
    entry = get_object_or_404(found.model._default_manager.all(), pk=pk)
    try:
        remove_entry(entry, by=request.user)
    except Refused as refused:
        form = found.form(instance=entry)
        return _form_page(request, book, found, form, name_of(entry), refused="; ".join(refused.errors.values()))
    messages.success(request, _("Deleted."))
    return redirect("settings:entries", book)


def _book(code: str) -> Book:
    if code not in BOOKS:
        raise Http404
    return BOOKS[code]


def _form_page(
    request: Request, code: str, book: Book, form: RecordForm, title: object, **more: Any
) -> HttpResponse:  # fmt: skip
    context = {"code": code, "book": book, "form": form, "title": title, "entry": form.instance}
    context |= {"back_url": reverse("settings:entries", args=[code])}
    return render(request, "settings/entry_form.html", context | more, status=409 if form.conflict else 200)


@transaction.atomic
def _add(form: RecordForm, request: Request) -> None:
    entry = add_entry(form.instance, by=request.user)
    _seat_members(entry, form, request)


@transaction.atomic
def _change(form: RecordForm, request: Request) -> None:
    edit = form.edit()
    own = {name: value for name, value in edit.values.items() if name != "members"}
    entry = change_entry(type(form.instance), Edit(edit.id, own, edit.version), by=request.user)
    _seat_members(entry, form, request)


def _seat_members(entry: Model, form: RecordForm, request: Request) -> None:
    if isinstance(entry, Team) and "members" in form.changed_data:
        set_members(entry, form.cleaned_data["members"], by=request.user)
