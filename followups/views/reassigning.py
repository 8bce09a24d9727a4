"""Many deals or to-dos to somebody else: chosen in a list, shown with his load, run, with what did not go (S1-25)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Todo
from activities.states import ListPage
from deals.models import Deal
from followups.actions import Reassigned, reassign_deals, reassign_open_todos
from followups.forms.reassigning import ReassignDealsForm, ReassignForm, ReassignTodosForm
from followups.lists import todo_rows
from followups.pages.reassigning import DealsLoad, TodosLoad, deals_load, todos_load
from followups.rights import may_reassign, rights_on_todo
from followups.views.selection import MOST, Selection, selection_of
from people.http import Request, posted


def reassign(request: Request) -> HttpResponse:
    """Hand what is chosen to somebody else, after a look at what that does to his days."""
    chosen = selection_of(request, ListPage.DEALS, ListPage.FOLLOWUP, ListPage.TODOS)
    return reassign_page(request, chosen, f"{reverse(chosen.spec.url_name)}?{chosen.query}")


def reassign_page(request: Request, chosen: Selection, back_url: str) -> HttpResponse:
    """Ask who, say what that does, and do it; where something stayed, a page names it and why."""
    kind = ReassignTodosForm if chosen.page == ListPage.TODOS else ReassignDealsForm
    form = kind(posted(request), found=len(chosen.ids), by=request.user)
    context: dict[str, Any] = {"chosen": chosen, "most": MOST, "form": form, "as_of": timezone.localdate()}
    context["back_url"] = back_url
    if chosen.ids and len(chosen.ids) <= MOST and form.is_valid():
        reached, refused = _in_reach(request, chosen, form.which)
        done: list[Reassigned] = []
        if form.is_confirmed() and form.attempt(lambda: done.append(_run(request, chosen, reached, form))):
            return _answer(request, chosen, Reassigned(done[0].done, [*refused, *done[0].failed]), context)
        context |= {"load": _load(request, reached, form), "reached": reached, "out_of_reach": len(refused)}
    return render(request, "followups/reassign.html", context)


def _in_reach(request: Request, chosen: Selection, side: str) -> tuple[list[int], list[tuple[int, str]]]:
    """Which of the records are the reader's to hand over; the others with the reason."""
    if chosen.page != ListPage.TODOS:
        deals = Deal.objects.filter(pk__among=chosen.ids).select_related("fs_owner", "is_owner")
        mine = {deal.pk for deal in deals if may_reassign(request.user, deal, side)}
    else:
        todos = Todo.objects.filter(pk__among=chosen.ids).select_related("assignee")
        mine = {todo.pk for todo in todos if "followups:todo_assign" in rights_on_todo(request.user, todo)}
    why = _("You may not hand this over.")
    return [pk for pk in chosen.ids if pk in mine], [(pk, why) for pk in chosen.ids if pk not in mine]


def _run(request: Request, chosen: Selection, ids: Sequence[int], form: ReassignForm) -> Reassigned:
    as_of, answers = timezone.localdate(), form.cleaned_data
    if chosen.page == ListPage.TODOS:
        reason = answers["over_cap_reason"]
        return reassign_open_todos(ids, answers["to"], over_cap_reason=reason, by=request.user, as_of=as_of)
    return reassign_deals(ids, form.which, answers["to"], reason=answers["reason"], by=request.user, as_of=as_of)


def _load(request: Request, ids: Sequence[int], form: ReassignForm) -> DealsLoad | TodosLoad | None:
    to, as_of = form.cleaned_data["to"], timezone.localdate()
    if not isinstance(form, ReassignTodosForm):
        return deals_load(to, form.which, ids) if to else None
    load = todos_load(ids, to, reason=form.cleaned_data["over_cap_reason"], by=request.user, as_of=as_of)
    form.takes_reason = load.takes_reason
    return load


def _answer(request: Request, chosen: Selection, result: Reassigned, context: dict[str, Any]) -> HttpResponse:
    """Back to the list; where something did not go, a page that names each record."""
    text = _("%(count)s were handed over.") % {"count": len(result.done)}
    if not result.failed:
        messages.success(request, text)
        return redirect(context["back_url"])
    whys = dict(result.failed)
    found = todo_rows(Todo.objects.all()) if chosen.page == ListPage.TODOS else Deal.objects.select_related("company")
    failures = [(record, whys[record.pk]) for record in found.filter(pk__among=whys)]
    return render(request, "followups/reassigned.html", context | {"text": text, "failures": failures})
