"""Bringing the outbox to its readers: claim a row, send it, settle it.

At least once: whoever dies between sending and settling leaves a claim that runs out, and the row is sent again, with
the same Message-ID. At most once would lose a notice in that gap. Two that deliver at the same time never hold the
same row, and a claim that has run out settles nothing any more.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from followups.models import Delivery
from followups.notices.channels import WAYS, Refused
from followups.states import Channel, DeliveryState
from people.business_days import BusinessCalendar

logger = logging.getLogger(__name__)

BATCH = 20  # rows claimed at once
CLAIM = timedelta(minutes=15)  # longer than BATCH mails take, each at its timeout
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
REFUSALS = 8  # attempts after which a refused message is given up: two hours
LONGEST_ERROR = 300


@dataclass(slots=True)
class Delivered:
    """What one round did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0


def deliver(as_of: date, now: datetime, calendar: BusinessCalendar) -> Delivered:
    """Send what waits, except on a day off (D35). A server that is down delays it, for as long as it takes."""
    done = Delivered()
    if calendar.is_business_day(as_of):
        for channel in Channel:
            while batch := claim(channel, now):
                if not _send_all(channel, batch, now, done):
                    break
    return done


@transaction.atomic
def claim(channel: Channel, now: datetime) -> list[Delivery]:
    """Take the oldest rows that may be tried; for the length of a claim nobody else takes them.

    PostgreSQL passes over what somebody else is taking; on SQLite the transaction lets nobody else in.
    """
    free = Delivery.objects.due(now).filter(channel=channel).select_for_update(skip_locked=True)
    ids = list(free.values_list("pk", flat=True)[:BATCH])
    taken = Delivery.objects.filter(pk__in=ids)
    taken.update(attempts=F("attempts") + 1, next_try_at=now + CLAIM)
    return list(taken.select_related("notice__user").order_by("pk")) if ids else []


def _send_all(channel: Channel, batch: Sequence[Delivery], now: datetime, done: Delivered) -> bool:
    """Whether the other side could be reached."""
    waiting = list(batch)
    try:
        with WAYS[channel]() as send:
            while waiting:
                try:
                    send(waiting[0])
                except (Refused, LookupError, TypeError, ValueError) as error:
                    _refuse(waiting.pop(0), error, now, done)
                else:
                    _settle(waiting.pop(0), state=DeliveryState.SENT, sent_at=Now(), next_try_at=None, last_error="")
                    done.sent += 1
    except OSError as error:
        logger.warning("%s: %d notices wait: %s", channel, len(waiting), error)
        for delivery in waiting:
            _postpone(delivery, error, now)
        done.postponed += len(waiting)
        return False
    return True


def _refuse(delivery: Delivery, error: Exception, now: datetime, done: Delivered) -> None:
    """What is refused again and again is given up; its reader still finds it in the product."""
    if delivery.attempts < REFUSALS:
        _postpone(delivery, error, now)
        done.postponed += 1
        return
    logger.error("notice %d (%s) is given up: %s", delivery.notice_id, delivery.channel, error)
    _settle(delivery, state=DeliveryState.FAILED, next_try_at=None, last_error=_text(error))
    done.failed += 1


def _postpone(delivery: Delivery, error: Exception, now: datetime) -> None:
    """1, 2, 4, … minutes, an hour at most."""
    wait = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10), LONGEST_WAIT)
    _settle(delivery, next_try_at=now + wait, last_error=_text(error))


def _settle(delivery: Delivery, **values: object) -> None:
    """Only while the claim is ours."""
    own = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.QUEUED)
    own.update(**values)


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
