"""The whole installation as one file: ordered on a page, written in the background, fetched when it is ready."""

import logging

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.archive import ordered
from intake.silence import silent_minutes
from intake.views.going import going
from people.http import Request

logger = logging.getLogger(__name__)


def export(request: Request) -> HttpResponse:
    """Order a full export; how far it is, and those that can be fetched."""
    if request.method == "POST":
        if not ordered.order(request.user):
            messages.info(request, _("An export is under way already. It is offered here when it is ready."))
        return redirect("intake:export")
    context = {
        "under_way": ordered.under_way(),
        "silent": silent_minutes(ordered.last_sign(), timezone.now()),
        "why_failed": ordered.why_failed(),
        "exports": ordered.exports(),
        "kept_days": ordered.KEPT_FOR.days,
    }
    is_over = not context["under_way"]
    return going(request, "intake/_export_progress.html", "intake/export.html", context, is_over=is_over)


def export_file(request: Request, name: str) -> HttpResponseBase:
    """Fetch a finished one."""
    path = ordered.path_of(name)
    if path is None:
        raise Http404
    logger.info("full export %s fetched by user %s", name, request.user.pk)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
