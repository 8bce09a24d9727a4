"""Who stands on a call project, and when they are called (S2-25, S2-26)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import Added, remove_from_project
from activities.models import CallProject
from activities.states import ListPage, ProjectMemberStatus
from followups.forms.projects import CallDateForm, FillForm
from followups.pages.quick_days import next_step_days
from followups.rights import rights_on_project
from followups.sentences import day
from followups.shifts import with_shift
from followups.views.selection import MOST, selection_of
from people.http import Request, asked_ids, posted
from people.working_days import load_calendar

FILLS = (ListPage.DEALS, ListPage.LEADS, ListPage.FOLLOWUP)  # lists whose rows can be called
NAMED = 5  # of those who were refused


def project_fill(request: Request) -> HttpResponse:
    """Put the rows chosen in a list, or all that its filter finds, on a call project."""
    as_of, chosen = timezone.localdate(), selection_of(request, *FILLS)
    deal_ids, lead_ids = ([], chosen.ids) if chosen.page == ListPage.LEADS else (chosen.ids, [])
    proposed = {"project": request.GET.get("project")}
    form = FillForm(posted(request), found=len(chosen.ids), by=request.user, as_of=as_of, initial=proposed)
    done: list[tuple[CallProject, Added]] = []
    is_asked = 0 < len(chosen.ids) <= MOST and form.is_valid()
    if is_asked and form.attempt(lambda: done.append(form.save(deal_ids, lead_ids))):
        project, added = done[0]
        _report(request, len(chosen.ids), added)
        return redirect("followups:project", project.pk)
    back_url = f"{reverse(chosen.spec.url_name)}?{chosen.query}"
    context = {"as_of": as_of, "chosen": chosen, "most": MOST, "form": form, "back_url": back_url}
    return render(request, "followups/project_fill.html", context | {"chips": next_step_days(as_of, load_calendar())})


def _report(request: Request, found: int, added: Added) -> None:
    """37件中 34件を追加、3件は登録済み; and who may not be called."""
    words = {"found": f"{found:,}", "added": f"{len(added.member_ids):,}", "skipped": f"{added.skipped:,}"}
    messages.success(request, _("Of %(found)s, %(added)s were added; %(skipped)s were on the list already.") % words)
    if added.refused:
        names = _(", ").join(f"{name} ({why})" for name, why in added.refused[:NAMED])
        more = {"count": len(added.refused), "names": names}
        messages.warning(request, _("%(count)s were not added: %(names)s") % more)


def project_call_on(request: Request, pk: int) -> HttpResponse:
    """Set the call date of the chosen members; each has one to-do on that day afterwards."""
    as_of, (project, member_ids) = timezone.localdate(), _chosen(request, pk, "followups:project_call_on")
    form = CallDateForm(posted(request))
    if form.is_valid() and form.attempt(lambda: form.save(member_ids, by=request.user, as_of=as_of)):
        asked, calendar = form.cleaned_data["call_on"], load_calendar()
        words = {"count": len(member_ids), "day": day(calendar.on_or_after(asked))}
        messages.success(request, with_shift(_("%(count)s will be called on %(day)s.") % words, asked, calendar))
        return redirect("followups:project", pk)
    context = {"as_of": as_of, "project": project, "count": len(member_ids), "form": form}
    context |= {"title": _("Set the call date"), "verb": _("Set the call date")}
    context["chips"] = next_step_days(as_of, load_calendar())
    return render(request, "followups/project_verb.html", context)


def project_remove(request: Request, pk: int) -> HttpResponse:
    """Take the chosen members off the list; their planned calls are cancelled."""
    project, member_ids = _chosen(request, pk, "followups:project_remove")
    if request.method == "POST":
        count = remove_from_project(member_ids, by=request.user, as_of=timezone.localdate())
        messages.success(request, _("%(count)s were taken off the list.") % {"count": count})
        return redirect("followups:project", pk)
    context = {"project": project, "count": len(member_ids), "title": _("Take off the list")}
    return render(request, "followups/project_verb.html", context | {"verb": _("Take off the list")})


def _chosen(request: Request, pk: int, right: str) -> tuple[CallProject, list[int]]:
    """The project and those of its members that ?member=…&member=… names, all open ones with ?all=1."""
    project = get_object_or_404(CallProject, pk=pk)
    if right not in rights_on_project(request.user, project):
        raise PermissionDenied
    named = Q(status=ProjectMemberStatus.OPEN) if "all" in request.GET else Q(pk__in=asked_ids(request, "member"))
    ids = list(project.members.filter(named).order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise Http404
    return project, ids
