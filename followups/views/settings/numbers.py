"""Numbers of the installation, caps of each person, and targets of a month."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.forms.settings.numbers import CapsForm, TargetsForm, ThresholdsForm
from followups.rights import pages_open_to
from people.business_days import add_months
from people.entries import set_thresholds
from people.http import Request, posted
from people.limits import daily_cap
from people.models import Target, Threshold, User
from people.policy import audience_of, is_admitted
from people.states import Role, TargetMetric, Weekday
from people.workloads import copy_targets, set_targets, set_working_caps


def numbers(request: Request) -> HttpResponse:
    """Which numbers are in force, and what are their defaults?"""
    may_write = is_admitted(request.user, audience_of("settings:numbers", "POST"))
    form = ThresholdsForm(posted(request), in_force=Threshold.objects.in_force(), may_write=may_write)
    if form.is_valid() and form.attempt(lambda: set_thresholds(form.changes(), by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("settings:numbers")
    context = {"form": form, "title": _("Numbers"), "back_url": reverse("settings:overview")}
    return render(request, "settings/numbers.html", context | {"may_write": may_write})


def _carriers() -> QuerySet[User]:
    """Whoever is given to-dos."""
    people: QuerySet[User] = User.objects.active().with_role(Role.IS, Role.FS).order_by("kana", "name", "id")
    return people.prefetch_related("role_grants", "weekday_caps")


def caps(request: Request) -> HttpResponse:
    """How much does each person carry?"""
    thresholds = Threshold.objects.in_force()
    rows = [
        {
            "user": user,
            "todo_cap": daily_cap(user.todo_cap, user.roles, thresholds),
            "is_default": user.todo_cap is None,
            "weekdays": [(Weekday(cap.weekday).label, cap.cap) for cap in user.weekday_caps.all()],
        }
        for user in _carriers()
    ]
    return render(request, "settings/caps.html", {"rows": rows, "rights": pages_open_to(request.user)})


def caps_edit(request: Request, pk: int) -> HttpResponse:
    """Change what one person carries."""
    user = get_object_or_404(User, pk=pk)
    form = CapsForm(posted(request), user=user)

    def save() -> None:
        answers = form.cleaned_data
        set_working_caps(
            user, todo_cap=answers["todo_cap"], deal_cap=answers["deal_cap"], weekdays=form.weekdays(), by=request.user
        )

    if form.is_valid() and form.attempt(save):
        messages.success(request, _("Saved."))
        return redirect("settings:caps")
    context = {"form": form, "title": user.name, "back_url": reverse("settings:caps")}
    return render(request, "settings/caps_form.html", context)


def targets(request: Request) -> HttpResponse:
    """What is each person to reach in this month?"""
    month_on = _month(request.GET.get("month", ""))
    may_write = is_admitted(request.user, audience_of("settings:targets", "POST"))
    present = {(row.user_id, row.metric): row.value for row in Target.objects.filter(month_on=month_on)}
    form = TargetsForm(posted(request), people=list(_carriers()), present=present, may_write=may_write)
    done = ""
    if request.method == "POST" and "copy" in request.POST:
        made = copy_targets(month_on, by=request.user)
        done = ngettext("%(number)s target copied.", "%(number)s targets copied.", made) % {"number": made}
    elif form.is_valid() and form.attempt(lambda: set_targets(month_on, form.keyed_changes(), by=request.user)):
        done = _("Saved.")
    if done:
        messages.success(request, done)
        return redirect(f"{reverse('settings:targets')}?month={month_on:%Y-%m}")
    return render(request, "settings/targets.html", _month_context(month_on) | {"form": form, "may_write": may_write})


def _month_context(month_on: date) -> dict[str, Any]:
    around = {"before": add_months(month_on, -1), "after": add_months(month_on, 1)}
    return {"month_on": month_on, "metrics": TargetMetric.labels} | around


def _month(asked: str) -> date:
    """The first day of the month named by 2026-11; this month where the address names none, or nonsense."""
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
