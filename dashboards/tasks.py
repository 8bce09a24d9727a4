"""What beat starts each minute and at the end of a day. It reads the clock and carries no state."""

import logging

from celery import shared_task
from django.utils import timezone

from dashboards.kept_pages import keep_pages
from dashboards.snapshots import take_snapshot as keep_the_day

logger = logging.getLogger(__name__)


@shared_task(name="dashboards.tasks.keep_answers")
def keep_answers() -> None:
    """Keep what the pages of numbers count, so that they need not count it; late or never shows no other number."""
    now = timezone.now()
    kept = keep_pages(timezone.localdate(now), now)
    if kept is not None:
        logger.info("answers kept: %d", kept)


@shared_task(name="dashboards.tasks.take_snapshot")
def take_snapshot() -> None:
    """Keep the day's numbers; twice or late, the day is counted anew, and a missed night stays missing."""
    now = timezone.now()
    logger.info("snapshot of %s: %s numbers", timezone.localdate(now), keep_the_day(timezone.localdate(now), now=now))
