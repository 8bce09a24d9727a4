"""A person's days away, entered by himself or by who looks after him, and what becomes of his to-dos (S1-14)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.absences import people_to_excuse, plan_moves, todos_within
from followups.forms.absences import OwnAbsenceForm
from followups.rights import rights_on_todo
from followups.sentences import day
from followups.views.relieving import plan_page
from people.absences import end_absence
from people.entries import add_entry, change_entry
from people.http import Request, asked_id, asked_ids, posted
from people.models import Absence
from people.refusal import Refused


def absence_add(request: Request) -> HttpResponse:
    """One's own days away, or those of ?user= for who looks after others; his to-dos of those days are shown next."""
    people, asked = people_to_excuse(request.user), asked_id(request, "user")
    person = people.filter(pk=asked).first() if asked else request.user
    if person is None:
        raise PermissionDenied
    form = OwnAbsenceForm(posted(request), instance=Absence(user=person), people=people)
    if form.is_valid() and form.attempt(lambda: add_entry(form.instance, by=request.user)):
        messages.success(request, _("The absence has been entered."))
        return redirect("followups:absence", form.instance.pk)
    context = {"title": _("Enter an absence"), "form": form, "back_url": reverse("followups:capacity")}
    return render(request, "followups/absence.html", context, status=409 if form.conflict else 200)


def absence(request: Request, pk: int) -> HttpResponse:
    """Change one, and see which to-dos fall within it."""
    found, as_of = _in_reach(request, pk), timezone.localdate()
    form = OwnAbsenceForm(posted(request), instance=found, people=people_to_excuse(request.user))
    if form.is_valid() and form.attempt(lambda: change_entry(Absence, form.edit(), by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("followups:absence", pk)
    stored = Absence.objects.select_related("user").get(pk=pk)
    context: dict[str, Any] = {"title": _("Absence"), "subject": stored.user.name, "form": form, "absence": stored}
    context |= {"as_of": as_of, "todos": todos_within(stored, as_of), "is_over": stored.ends_on < as_of}
    context["back_url"] = f"{reverse('followups:capacity')}?user={stored.user_id}"
    return render(request, "followups/absence.html", context, status=409 if form.conflict else 200)


def absence_end(request: Request, pk: int) -> HttpResponse:
    """He is back, or does not go."""
    found = _in_reach(request, pk)
    try:
        end_absence(found, by=request.user, as_of=timezone.localdate())
        messages.success(request, _("%(name)s works on these days.") % {"name": found.user.name})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('followups:capacity')}?user={found.user_id}")


def absence_move(request: Request, pk: int) -> HttpResponse:
    """The chosen to-dos on the next days with room: shown first, then done."""
    found, as_of = _in_reach(request, pk), timezone.localdate()
    todos = list(todos_within(found, as_of).filter(pk__in=asked_ids(request, "todo")))
    if not todos:
        raise Http404
    if any("followups:todo_move" not in rights_on_todo(request.user, todo) for todo in todos):
        raise PermissionDenied
    why = _("Away from %(start)s to %(end)s") % {"start": day(found.starts_on), "end": day(found.ends_on)}
    context = {"absence": found, "person": found.user, "back_url": reverse("followups:absence", args=[pk])}
    return plan_page(request, plan_moves(todos, as_of), why, context)


def _in_reach(request: Request, pk: int) -> Absence:
    found = get_object_or_404(Absence.objects.select_related("user"), pk=pk)
    if found.user_id != request.user.pk and not people_to_excuse(request.user).filter(pk=found.user_id).exists():
        raise PermissionDenied
    return found
