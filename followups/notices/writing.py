"""The notices of a day, by kind."""

from collections.abc import Callable, Iterable
from datetime import date

from followups.notices.digests import write_digests
from followups.notices.leaks import write_leaks
from followups.notices.returns import write_returns
from followups.states import NoticeKind
from people.business_days import BusinessCalendar

# Failures are told where they happen (followups/alarms.py).
WRITERS: dict[NoticeKind, Callable[[date, BusinessCalendar], int]] = {
    NoticeKind.DIGEST: write_digests,
    NoticeKind.RETURNS: write_returns,
    NoticeKind.LEAKS: write_leaks,
}


def write(kinds: Iterable[NoticeKind], as_of: date, calendar: BusinessCalendar) -> dict[str, int]:
    """Put the notices of these kinds into the outbox; kind → how many were new. Twice writes nothing more."""
    return {kind.value: WRITERS[kind](as_of, calendar) for kind in kinds}
