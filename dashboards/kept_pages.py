"""Which pages of numbers have their answers kept: as they are opened first, of the day and not narrowed (ADR 11)."""

from datetime import date, datetime

from dashboards.pages import lost_reasons
from people.keeping import keep_answers

LOOKS = (lost_reasons.look,)


def keep_pages(day: date, now: datetime) -> int | None:
    """Keep the answers of these pages; gives back how many, None where there was nothing to do."""
    return keep_answers(LOOKS, day, now)
