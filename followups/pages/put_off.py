"""後で: to-dos that a person puts to the end of today's queue; remembered by the session until the day is over."""

from datetime import date
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

KEY = "put_off"
KEPT_NOTE = 5_000  # characters of a half-written note that wait with the to-do


def put_off(session: SessionBase, todo_id: int, note: str, as_of: date) -> None:
    """Put the to-do behind all others, with what was typed so far."""
    notes = put_off_notes(session, as_of)
    notes.pop(todo_id, None)
    notes[todo_id] = note[:KEPT_NOTE]
    session[KEY] = {"day": as_of.isoformat(), "notes": {str(pk): text for pk, text in notes.items()}}


def put_off_notes(session: SessionBase, as_of: date) -> dict[int, str]:
    """The to-dos put off today, each with the note that was begun."""
    kept: dict[str, Any] = session.get(KEY, {})
    if kept.get("day") != as_of.isoformat():
        return {}
    return {int(pk): text for pk, text in kept["notes"].items()}
