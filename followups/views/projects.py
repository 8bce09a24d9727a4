"""Call projects (SC-09): how far has this list come?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import create_project, edit_project
from activities.models import CallProject
from activities.states import ProjectMemberStatus
from followups.forms.projects import MONTHS, ProjectForm
from followups.pages.project import (
    Progress,
    calls_ahead,
    calls_due,
    member_rows,
    members_in,
    pieces,
    progress_of,
    project_rows,
    results_of,
)
from followups.rights import pages_open_to, rights_on_project
from people.business_days import add_months
from people.http import Request, posted
from people.working_days import load_calendar

PAGE_SIZE = 50
SHOWN = ("running", "mine", "ended")


def projects(request: Request) -> HttpResponse:
    """The lists that are being called, those of the reader, and those that have ended."""
    as_of = timezone.localdate()
    running = CallProject.objects.filter(ends_on__gte=as_of)
    found = {"running": running, "mine": running.filter(owner=request.user)}
    found["ended"] = CallProject.objects.filter(ends_on__lt=as_of)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else SHOWN[0]
    page = Paginator(found[shown].select_related("owner"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "as_of": as_of,
        "shown": shown,
        "counts": {key: of_kind.count() for key, of_kind in found.items()},
        "page": page,
        "rows": project_rows(page, as_of),
        "ahead": calls_ahead(as_of, load_calendar()),
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/projects.html", context)


def project(request: Request, pk: int) -> HttpResponse:
    """One list: its progress, the results of its calls, and its members by status."""
    as_of = timezone.localdate()
    found = get_object_or_404(CallProject.objects.select_related("owner"), pk=pk)
    status = request.GET.get("status", "")
    status = status if status in ProjectMemberStatus.values else ProjectMemberStatus.OPEN.value
    page = Paginator(members_in(found, status), PAGE_SIZE).get_page(request.GET.get("page"))
    progress = progress_of([pk], as_of).get(pk, Progress())
    context: dict[str, Any] = {"as_of": as_of, "project": found, "status": status, "page": page, "progress": progress}
    context |= {
        "rows": member_rows(list(page)),
        "pieces": pieces(progress),
        "results": results_of(found),
        **calls_due(found, request.user, as_of),
        "rights": rights_on_project(request.user, found),
    }
    return render(request, "followups/project.html", context)


def project_add(request: Request) -> HttpResponse:
    """A new list, empty; it is filled from the lists of deals, leads and follow-ups."""
    as_of = timezone.localdate()
    new = CallProject(owner=request.user, starts_on=as_of, ends_on=add_months(as_of, MONTHS))
    form = ProjectForm(posted(request), project=new)
    if form.is_valid() and form.attempt(lambda: create_project(form.new(), by=request.user)):
        messages.success(request, _("The project has been added. Choose deals or leads for it."))
        return redirect("followups:project", new.pk)
    context = {"title": _("Add a call project"), "subject": "", "form": form, "back_url": reverse("followups:projects")}
    return render(request, "followups/project_form.html", context)


def project_edit(request: Request, pk: int) -> HttpResponse:
    """Name, owner and period of a list."""
    found = get_object_or_404(CallProject.objects.select_related("owner"), pk=pk)
    if "followups:project_edit" not in rights_on_project(request.user, found):
        raise PermissionDenied
    name, form = found.name, ProjectForm(posted(request), project=found)
    if form.is_valid() and form.attempt(lambda: edit_project(form.edit())):
        messages.success(request, _("The project has been saved."))
        return redirect("followups:project", pk)
    back_url = reverse("followups:project", args=[pk])
    context = {"title": _("Edit the call project"), "subject": name, "form": form, "back_url": back_url}
    return render(request, "followups/project_form.html", context)
