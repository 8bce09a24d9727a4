"""People: invite, change, let go and take back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.actions import deactivate_user, preview_deactivation, set_roles
from followups.forms.settings.people import PersonForm, SuccessorForm
from followups.rights import pages_open_to
from people.actions import edit_people, invite
from people.histories import changes_of
from people.http import Request, posted
from people.models import User
from people.records import Edit
from people.welcome import welcome_path

PAGE_SIZE = 50


def people(request: Request) -> HttpResponse:
    """Who works here, with which roles, and who can log in?"""
    found = (
        User.objects.select_related("team").prefetch_related("role_grants").order_by("-is_active", "kana", "name", "id")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "settings/people.html", {"page": page, "rights": pages_open_to(request.user)})


def person_add(request: Request) -> HttpResponse:
    """Invite somebody; the link to set a password is shown next. Who works here already without one is taken up."""
    known = _waiting(request.POST.get("email", ""))
    form = PersonForm(posted(request), instance=known)

    def save() -> object:
        return _change(form, request) if known else invite(form.instance, form.cleaned_data["roles"], by=request.user)

    if form.is_valid() and form.attempt(save):
        messages.success(request, _("Invited."))
        return redirect("settings:person_link", form.instance.pk)
    return _person_page(request, form, _("Invite somebody"))


def _waiting(email: str) -> User | None:
    """The person with that e-mail who has no password yet, as an import leaves people."""
    user = User.objects.active().filter(email=email.strip().lower()).first()
    return user if user and not user.has_usable_password() else None


def person_edit(request: Request, pk: int) -> HttpResponse:
    """Change a person and his roles."""
    user = get_object_or_404(User.objects.prefetch_related("role_grants"), pk=pk)
    name = user.name
    form = PersonForm(posted(request), instance=user)
    if form.is_valid() and form.attempt(lambda: _change(form, request)):
        messages.success(request, _("Saved."))
        return redirect("settings:people")
    return _person_page(request, form, name, person=user)


def _person_page(request: Request, form: PersonForm, title: str, person: User | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "person": person, "back_url": reverse("settings:people")}
    context["changes"] = changes_of(person) if person else []
    return render(request, "settings/person_form.html", context, status=409 if form.conflict else 200)


@transaction.atomic
def _change(form: PersonForm, request: Request) -> None:
    edit = form.edit()
    own = {name: value for name, value in edit.values.items() if name != "roles"}
    edit_people([Edit(edit.id, own, edit.version)], by=request.user)
    if "roles" in edit.values:
        user = User.objects.get(pk=edit.id)
        set_roles(user, form.cleaned_data["roles"], by=request.user, as_of=timezone.localdate())


def person_link(request: Request, pk: int) -> HttpResponse:
    """The one-time link behind which the person sets a password; it is handed over by the admin."""
    user = get_object_or_404(User, pk=pk)
    link = request.build_absolute_uri(welcome_path(user)) if user.is_active and user.email else ""
    context = {"person": user, "link": link, "back_url": reverse("settings:people")}
    return render(request, "settings/person_link.html", context)


def person_leave(request: Request, pk: int) -> HttpResponse:
    """Let somebody go: what he holds is shown before, and passes on with it."""
    user = get_object_or_404(User.objects.active(), pk=pk)
    form = SuccessorForm(posted(request), leaver=user)

    def leave() -> None:
        deactivate_user(user, form.cleaned_data["successor"], by=request.user, as_of=timezone.localdate())

    if form.is_valid() and form.attempt(leave):
        messages.success(request, _("%(name)s has left.") % {"name": user.name})
        return redirect("settings:people")
    context = {"person": user, "held": preview_deactivation(user), "form": form}
    context |= {"back_url": reverse("settings:person_edit", args=[pk])}
    return render(request, "settings/person_leave.html", context)


def person_return(request: Request, pk: int) -> HttpResponse:
    """Take somebody back; what passed on stays where it is."""
    user = get_object_or_404(User, pk=pk, is_active=False)
    edit_people([Edit(user.pk, {"is_active": True})], by=request.user)
    messages.success(request, _("%(name)s works here again.") % {"name": user.name})
    return redirect("settings:person_edit", pk)
