"""Work in the background that gives no sign of life: the page that waits for it says so, and what to do."""

from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=5)  # work that broke off goes on by itself sooner, where anybody is there to do it


def silent_minutes(last_sign: datetime | None, now: datetime) -> int:
    """For how many minutes nothing has moved; 0 as long as that is nothing to speak of, or without a last sign."""
    silence = now - last_sign if last_sign else timedelta()
    return silence // timedelta(minutes=1) if silence >= PATIENCE else 0
