"""Whether the installation is well, for the machines that watch it."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from followups.run_light import is_sweep_missing, newest_run, ran_at


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether the database answers and the rules have run in time; 503 when not."""
    try:
        run, is_missing = newest_run(), is_sweep_missing(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": "failed", "last_sweep": None, "sweep": "unknown"}, status=503)
    found = {
        "database": "ok",
        "last_sweep": localtime(ran_at(run)).isoformat() if run else None,
        "sweep": "missing" if is_missing else "ok",
    }
    return JsonResponse(found, status=503 if is_missing else 200)
