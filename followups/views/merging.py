"""まとめる (SC-25): the same company or person twice becomes one, after both were looked at side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.actions import Merging, merge_companies, merge_contacts
from followups.actions.merging import moving
from followups.forms.merging import MergeForm
from followups.pages.alike import Likeness, alike_companies, alike_contacts
from leads.merged import kept_ids
from leads.models import Company, Contact, Merge
from leads.states import MergeKind
from people.http import Request, asked_id, posted
from people.models import User


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between companies and contacts."""

    model: type[Any]
    page: str
    verb: Callable[..., Sequence[Any]]
    alike: Callable[[Any], list[Likeness]]


COMPANIES = _Kind(Company, "followups:company", merge_companies, alike_companies)
CONTACTS = _Kind(Contact, "followups:contact", merge_contacts, alike_contacts)


def company_merge(request: Request, pk: int) -> HttpResponse:
    """Merge the company named by ?with= into this one; without it, choose among those that look the same."""
    return _merge(request, COMPANIES, pk)


def contact_merge(request: Request, pk: int) -> HttpResponse:
    """Merge the contact named by ?with= into this one; without it, choose among those that look the same."""
    return _merge(request, CONTACTS, pk)


def _merge(request: Request, kind: _Kind, pk: int) -> HttpResponse:
    kept = get_object_or_404(kind.model, pk=pk)
    other = asked_id(request, "with")
    gone = kind.model.objects.filter(pk=other).exclude(pk=pk).first() if other else None
    context: dict[str, Any] = {"kept": kept, "page": kind.page, "merge_page": f"{kind.page}_merge"}
    if gone is None:
        context |= {"alike": kind.alike(kept), "is_gone": other is not None}
        return render(request, "followups/merge_choose.html", context, status=404 if other else 200)
    form = MergeForm(posted(request), kept=kept, gone=gone)
    if form.is_valid() and form.attempt(lambda: _do(kind, form.merging(), request.user, timezone.localdate())):
        messages.success(request, _("%(gone)s has been merged into this record.") % {"gone": gone.name})
        return redirect(kind.page, pk)
    context |= {"gone": gone, "form": form, "moving": _counted(moving(gone))}
    return render(request, "followups/merge.html", context)


def _do(kind: _Kind, merging: Merging, by: User, as_of: date) -> None:
    kind.verb([merging], by=by, as_of=as_of)


def _counted(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Rows by the name of their kind; two columns of one table are counted together."""
    found: dict[str, int] = {}
    for label, count in counts.items():
        name = str(apps.get_model(label.rpartition(".")[0])._meta.verbose_name_plural)
        found[name] = found.get(name, 0) + count
    return list(found.items())


def standing_or_404(request: Request, kind: MergeKind, pk: int) -> HttpResponse:
    """To the record into which the one of this old address was merged, with a word about it; else 404."""
    kept = kept_ids(kind, [pk]).get(pk)
    if kept is None:
        raise Http404
    gone = Merge.objects.get(kind=kind, gone_id=pk).gone["name"]
    messages.info(request, _("%(name)s has been merged into this record; you were led here.") % {"name": gone})
    return redirect(f"followups:{kind.value}", kept)
