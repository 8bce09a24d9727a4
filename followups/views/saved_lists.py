"""Filtered lists under a name (S3-24). The address of a list is its state; a name only leads there."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import delete_list, edit_list, save_list
from activities.models import SavedList
from followups.forms.saved_lists import SavedListForm
from followups.pages.saved_queries import canonical_query
from followups.views.selection import LISTS
from people.http import Request, posted


def saved_list(request: Request, pk: int) -> HttpResponse:
    """Open a saved list; what its filter cannot ask for any more is left out, and said."""
    saved = get_object_or_404(SavedList, pk=pk)
    if not (saved.is_shared or saved.owner_id == request.user.pk):
        raise Http404
    spec, asked = LISTS[saved.page], QueryDict(saved.query, mutable=True)
    chosen = spec.filter_of(asked, request, timezone.localdate())
    unknown = [name for name in asked if name not in chosen.filters and name not in spec.also]
    refused = [name for name in chosen.form.errors if name in asked]
    for name in (*unknown, *refused):
        del asked[name]
    if unknown or refused:
        labels = [*unknown, *(str(chosen.filters[name].label) for name in refused)]
        text = _("This list asks for something that no longer exists, so it was left out: %(names)s")
        messages.warning(request, text % {"names": _(", ").join(labels)})
    return redirect(_address(saved.page, asked.urlencode()))


def saved_list_add(request: Request) -> HttpResponse:
    """Give the filter of ?list=…&query=… a name."""
    page = request.GET.get("list", "")
    if page not in LISTS:
        raise Http404
    query = canonical_query(QueryDict(request.GET.get("query", "").removeprefix("?")).lists())
    form, new = SavedListForm(posted(request)), SavedList(owner=request.user, page=page, query=query)
    if form.is_valid() and form.attempt(lambda: save_list(form.named(new))):
        messages.success(request, _("The list has been saved."))
        return redirect(_address(page, query))
    context = {"title": _("Save this filter"), "subject": new.get_page_display(), "form": form}
    return render(request, "followups/saved_list_form.html", context | {"back_url": _address(page, query)})


def saved_list_edit(request: Request, pk: int) -> HttpResponse:
    """Another name for one's own list, or share it."""
    saved = get_object_or_404(SavedList, pk=pk, owner=request.user)
    initial = {"name": saved.name, "is_shared": saved.is_shared}
    form = SavedListForm(posted(request), initial=initial)
    if form.is_valid() and form.attempt(lambda: edit_list(form.edit(saved))):
        messages.success(request, _("The list has been saved."))
        return redirect("followups:saved_list", pk)
    context = {"title": _("Edit the list"), "subject": initial["name"], "form": form, "saved": saved}
    return render(request, "followups/saved_list_form.html", context | {"back_url": _address(saved.page, saved.query)})


def saved_list_delete(request: Request, pk: int) -> HttpResponse:
    """Forget one's own list."""
    saved = get_object_or_404(SavedList, pk=pk, owner=request.user)
    back_url = _address(saved.page, saved.query)
    delete_list(saved)
    messages.success(request, _("The list has been deleted. The records stay."))
    return redirect(back_url)


def _address(page: str, query: str) -> str:
    url = reverse(LISTS[page].url_name)
    return f"{url}?{query}" if query else url
