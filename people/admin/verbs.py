"""A verb over the rows chosen in a list of the admin: a page with its questions, then the verb, all rows or none."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import ngettext

from people.admin.office import OfficeAdmin
from people.refusal import Refused

Answers = dict[str, Any]
Act = Callable[[Sequence[Any], Answers], object]


class NoQuestions(forms.Form):
    """A verb that needs nothing but a second look."""


def ask(
    page: OfficeAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    title: str | Promise,
    act: Act,
    form_class: type[forms.Form] = NoQuestions,
    facts: Callable[[Sequence[Any]], Sequence[tuple[str | Promise, int]]] | None = None,
) -> TemplateResponse | None:
    """The page of a verb, or None once the verb is done; what it refuses stands beside the field or row it is about.

    act gets the rows and the answers. facts: what to show about the rows beforehand, as (label, number).
    """
    rows = list(queryset.order_by("pk"))
    form = form_class(request.POST if "apply" in request.POST else None)
    if form.is_bound and form.is_valid() and _is_done(form, rows, act):
        text = ngettext("Done for %(count)d record.", "Done for %(count)d records.", len(rows))
        page.message_user(request, text % {"count": len(rows)})
        return None
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": title,
        "form": form,
        "rows": rows,
        "facts": facts(rows) if facts else (),
        "action": request.POST["action"],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/verb.html", context)


def _is_done(form: forms.Form, rows: Sequence[Any], act: Act) -> bool:
    try:
        act(rows, form.cleaned_data)
    except Refused as refused:
        for field, message in refused.errors.items():
            form.add_error(field if field in form.fields else None, f"{rows[refused.position]}: {message}")
        return False
    return True
