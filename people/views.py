"""The door: logging in and out, the first password, the language, and where each role starts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView, PasswordResetConfirmView
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.i18n import set_language as set_language_cookie

from people.actions import edit_people
from people.forms import LoginForm, MeForm
from people.http import Request, posted, way_on
from people.models import User
from people.once import forget_sent_forms
from people.states import Role

# Where a person starts, by the first of these roles that he holds (domain.md D.1).
HOMES: tuple[tuple[Role, str, str], ...] = (
    (Role.IS_MANAGER, "dashboards:check", ""),
    (Role.IS, "followups:today", ""),
    (Role.FS, "followups:deals", "?mine=1"),
    (Role.OPS_ADMIN, "followups:rules", ""),
    (Role.VIEWER, "dashboards:check", ""),
)


class Login(LoginView):
    """E-mail and password; in the demo also one button per role."""

    template_name = "people/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = Role.choices if settings.DEMO else []
        return super().get_context_data(demo_roles=roles, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        forget_sent_forms(timezone.now() - timedelta(days=1))
        return super().form_valid(form)


def demo_login(request: HttpRequest) -> HttpResponse:
    """Log in as the demo's person of a role; does not exist outside the demo."""
    if not settings.DEMO:
        raise Http404
    user = _demo_user(request.POST.get("role", ""))
    if user is None:
        raise Http404
    login(request, user)
    return redirect(way_on(request, reverse("home")))


def _demo_user(role: str) -> User | None:
    """The active person with that role and the fewest others, so that each button shows one role."""
    people = User.objects.active().filter(role_grants__role=role)
    user: User | None = (
        people.alias(roles_held=Count("role_grants__user__role_grants")).order_by("roles_held", "id").first()
    )
    return user


class SetPassword(PasswordResetConfirmView):
    """The page behind a one-time link: set the first password and be logged in (D3)."""

    template_name = "people/set_password.html"
    success_url = reverse_lazy("home")
    post_reset_login = True

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language, in the cookie and with the user; then back to the page he came from."""
    code = request.POST.get("language", "")
    known = code in dict(settings.LANGUAGES) and check_for_language(code)
    if known and isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language_cookie(request)


def me(request: Request) -> HttpResponse:
    """How do I want to work: language, look, dates and keys?"""
    form = MeForm(posted(request), instance=User.objects.get(pk=request.user.pk))
    if form.is_valid() and form.attempt(lambda: edit_people([form.edit()], by=request.user)):
        translation.activate(form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect("me")
    context = {"form": form, "title": _("Personal settings"), "back_url": reverse("home")}
    return render(request, "people/me.html", context, status=409 if form.conflict else 200)


class ChangePassword(PasswordChangeView):
    """The own password, with the old one; other sessions of the person end with it."""

    template_name = "people/change_password.html"
    success_url = reverse_lazy("me")
    extra_context = {"back_url": reverse_lazy("me")}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password has been changed."))
        return super().form_valid(form)


def home(request: Request) -> HttpResponse:
    """To the page on which this person's day starts."""
    for role, url_name, query in HOMES:
        if request.user.has_role(role):
            return redirect(reverse(url_name) + query.format(user=request.user.pk))
    return redirect("followups:todos")
