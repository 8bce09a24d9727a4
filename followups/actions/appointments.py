"""What an appointment is, before anybody has accepted it (C-05)."""

from dataclasses import dataclass
from datetime import date, time

from followups.states import MeetingWay


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting that a call won: who of field sales holds it, when and how."""

    fs_id: int
    meeting_on: date
    meeting_time: time | None
    way: MeetingWay
    note: str = ""
