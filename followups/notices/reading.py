"""The list of one's notices, and marking them as read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Now

from followups.models import Notice
from followups.notices.texts import Told, told
from people.models import User


@dataclass(frozen=True, slots=True)
class Item:
    """One notice of the list, in words."""

    notice: Notice
    told: Told


def items(notices: Iterable[Notice]) -> list[Item]:
    """The notices of a page in the reader's language; asks the database for nothing more."""
    return [Item(notice, told(notice)) for notice in notices]


def mark_read(user: User, notice_id: int | None = None) -> int:
    """Mark one notice of this person as read, or all of them; gives back how many were unread."""
    unread = Notice.objects.unread(user)
    return (unread if notice_id is None else unread.filter(pk=notice_id)).update(read_at=Now())
