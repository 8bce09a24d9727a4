"""Whether the rules ran at all."""

from datetime import datetime

from django.utils import timezone

from followups.alarms import tell_of_missing_run
from followups.run_light import is_sweep_missing, newest_run


def watch(now: datetime) -> None:
    """Tell the admins, once a day, when the rules have not run in time."""
    if is_sweep_missing(now):
        run = newest_run()
        tell_of_missing_run(timezone.localdate(now), run.as_of if run else None)
