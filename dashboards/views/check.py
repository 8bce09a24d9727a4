"""本日の要確認, the page that a manager opens each morning (SC-10)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm
from dashboards.pages import check as page
from followups.run_light import run_light
from people.models import User


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Is anything leaking? The proof bar, the exceptions, and the light of the rules (SC-10)."""
    now = timezone.now()
    asked = AskedForm(request.GET).asked(localdate(now))
    as_of, proof, overdue = asked.as_of, page.proof(asked), page.overdue(asked)
    context = {
        "as_of": as_of,
        "now": now if as_of == localdate(now) else None,
        "light": run_light(as_of, now),
        "proof": proof,
        "tiles": page.tiles(asked, proof, overdue),
        "overdue": overdue,
        "has_inside_sales": User.objects.follow_up_staff().exists(),
    }
    return render(request, "dashboards/check.html", context)
