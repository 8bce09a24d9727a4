"""Putting notices into the outbox: in the list of the person, and on the ways on which they leave the product."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from followups.models import Delivery, Notice
from followups.states import SHARED_KINDS, WANTED, Channel, NoticeKind
from people.models import User
from people.rows import insert_rows

Contents = Mapping[int, Mapping[str, Any]]


@transaction.atomic
def post(kind: NoticeKind, for_on: date, contents: Contents) -> dict[int, int]:
    """Write what each person (user id → content) is told about that day; gives back user id → notice of those written.

    Who has been told about the day already is passed over, however many write at once: the constraint decides. The
    notice and its deliveries are written together or not at all; sending is somebody else's work.
    """
    rows = [(user_id, dict(content)) for user_id, content in contents.items()]
    constants = {"kind": kind.value, "for_on": for_on}
    made = insert_rows(
        Notice, ("user_id", "content"), rows, constants=constants, returning=("id", "user_id"), skip_conflicts=True
    )
    notices = {user_id: notice_id for notice_id, user_id in made}
    _queue(kind, for_on, notices)
    return notices


def _queue(kind: NoticeKind, for_on: date, notices: Mapping[int, int]) -> None:
    if kind not in WANTED:  # it has no way of its own out of the product
        return
    willing = set(_willing(kind, notices))
    rows = [(notices[user_id], Channel.MAIL.value) for user_id in sorted(willing & _reachable(notices))]
    if settings.CHAT_WEBHOOK_URL:
        told = _told_in_chat(kind, for_on, notices) if kind in SHARED_KINDS else sorted(willing)
        rows += [(notices[user_id], Channel.CHAT.value) for user_id in told]
    insert_rows(Delivery, ("notice_id", "channel"), rows)


def _willing(kind: NoticeKind, user_ids: Collection[int]) -> list[int]:
    wanted = User.objects.active().filter(pk__in=user_ids, **{WANTED[kind]: True})
    return list(wanted.order_by().values_list("pk", flat=True)) if user_ids else []


def _reachable(user_ids: Collection[int]) -> set[int]:
    if not settings.MAILS_NOTICES or not user_ids:
        return set()
    return set(User.objects.reachable().filter(pk__in=user_ids).order_by().values_list("pk", flat=True))


def _told_in_chat(kind: NoticeKind, for_on: date, notices: Mapping[int, int]) -> list[int]:
    """The first of those who get a shared notice, unless the chat knows of that day already."""
    same_day = Delivery.objects.filter(channel=Channel.CHAT, notice__kind=kind, notice__for_on=for_on)
    return [] if not notices or same_day.exists() else [min(notices)]
