"""本日の要確認, the page that a manager opens each morning (SC-10)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards.addresses import page_url
from dashboards.filters import DashboardForm
from dashboards.pages import check as page
from dashboards.pages.approaches import Approaches
from dashboards.pages.exceptions import exceptions
from dashboards.pages.signed import signed
from dashboards.pages.trend import Kept, kept
from dashboards.reports import Asked
from dashboards.reports.dimensions import team
from followups.actions.signing import may_sign, sign_leak_check
from followups.leak_counts import WATCHED, LeakCounts, leak_counts
from followups.run_light import run_light
from people.http import Request
from people.models import Team
from people.read_once import reading_once
from people.refusal import Refused

LONGEST = 10  # digits; a longer number was not written by the page
DIMENSIONS = {"team": team("team")}


@require_safe
@reading_once()
def check(request: Request) -> HttpResponse:
    """Is anything leaking? The proof bar, the exceptions, and the light of the rules (SC-10)."""
    now = timezone.now()
    form = DashboardForm(request.GET, DIMENSIONS)
    asked = form.asked(localdate(now))
    of_team = _team(asked)
    month, of_team_id = Approaches.of(asked), of_team.pk if of_team else None
    counts = leak_counts(asked.as_of, asked.grace_cutoff, asked.calendar, of_team_id, also=page.Besides(asked))
    signing = signed(asked, counts, of_team, request.user, localdate(now))
    history = kept(asked, counts, signing.before_on, localdate(now))
    context = {
        "now": now if asked.as_of == localdate(now) else None,
        "form": form,
        "team": of_team,
        "light": run_light(asked.as_of, now, counts.unswept),
        "signed": signing,
        "kept": history,
        "approaches": month.shown(counts.also),
        "found": exceptions(asked, counts, request.GET.get("show", "")),
    }
    return render(request, "dashboards/check.html", context | _numbers(asked, counts, history))


def _numbers(asked: Asked, counts: LeakCounts, history: Kept) -> dict[str, Any]:
    return {
        "as_of": asked.as_of,
        "proof": page.proof(asked, counts),
        "tiles": [history.compared(tile) for tile in page.tiles(asked, counts)],
        "has_inside_sales": counts.staff > 0,
        "load_url": page_url("dashboards:capacity", asked),
    }


@require_POST
def sign(request: Request) -> HttpResponse:
    """Somebody has looked at the day, and says so; what has changed meanwhile is shown instead."""
    now, form = timezone.now(), DashboardForm(request.POST, DIMENSIONS)
    asked = form.asked(localdate(now))
    of_team = _team(asked)
    if form.is_outdated or not may_sign(request.user, of_team):
        raise PermissionDenied
    try:
        sign_leak_check(asked.as_of, _seen(request), by=request.user, now=now, team=of_team)
    except Refused as refused:
        messages.error(request, _("The numbers have changed; look at them once more."))
        for text in refused.errors.values():
            messages.error(request, text)
    else:
        messages.success(request, _("The day is signed."))
    return redirect(page_url("dashboards:check", asked))


def _seen(request: Request) -> dict[str, int]:
    """The counts that stood on the page; what is no number was not shown."""
    sent = {code: request.POST.get(code, "") for code in WATCHED}
    return {code: int(text) for code, text in sent.items() if text.isdecimal() and len(text) < LONGEST}


def _team(asked: Asked) -> Team | None:
    name = asked.where.get("team")
    return Team.objects.filter(name=name).first() if name else None
