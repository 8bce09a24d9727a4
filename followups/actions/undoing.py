"""Taking a call back with all that it started (D25)."""

from datetime import date, datetime

from activities.actions import undo_activity
from activities.models import Activity
from people.models import User


def undo_outcome(activity_id: int, *, now: datetime, by: User, as_of: date) -> Activity:
    """Void a call within ten seconds and take back what it started. Refused: later, or somebody has worked on since."""
    return undo_activity(activity_id, now=now, by=by, as_of=as_of)
