"""What beat starts. A task carries no state: it reads the clock and lets the tables decide."""

import logging

from celery import shared_task
from django.utils import timezone

from followups.notices.delivering import deliver
from followups.notices.watching import watch
from followups.notices.writing import write
from followups.rollups import refresh_rollups as refresh_all_rollups
from followups.rules import sweep as run_sweep
from followups.rules.asked import work
from followups.states import NoticeKind
from people.working_days import load_calendar

logger = logging.getLogger(__name__)


@shared_task(name="followups.tasks.sweep")
def sweep() -> None:
    """Run the rules as of today; running it twice, late or after a crash changes nothing more (D12)."""
    summary = run_sweep(as_of=timezone.localdate())
    logger.info("sweep %(run)s as of %(as_of)s: %(changes)s changes, %(errors)s errors", summary)


@shared_task(name="followups.tasks.run_asked")
def run_asked() -> None:
    """Do the runs that the page has asked for."""
    if done := work(timezone.now()):
        logger.info("runs done that were asked for: %d", done)


@shared_task(name="followups.tasks.write_digests")
def write_digests() -> None:
    """What is due today, for each person, and what field sales will lose; nothing on days off."""
    _write(NoticeKind.DIGEST, NoticeKind.RETURNS)


@shared_task(name="followups.tasks.write_leaks")
def write_leaks() -> None:
    """What has leaked, for the managers."""
    _write(NoticeKind.LEAKS)


def _write(*kinds: NoticeKind) -> None:
    written = write(kinds, timezone.localdate(), load_calendar())
    logger.info("notices written: %s", written)


@shared_task(name="followups.tasks.deliver_notices")
def deliver_notices() -> None:
    """Send what waits in the outbox."""
    done = deliver(timezone.localdate(), timezone.now(), load_calendar())
    if done.sent or done.postponed or done.failed:
        logger.info("notices: %d sent, %d wait, %d given up", done.sent, done.postponed, done.failed)


@shared_task(name="followups.tasks.refresh_rollups")
def refresh_rollups() -> None:
    """Count the days again whose activities have changed, so that pages need not."""
    days = refresh_all_rollups()
    if days:
        logger.info("rollups: %d days counted again", days)


@shared_task(name="followups.tasks.watch_rules")
def watch_rules() -> None:
    """Tell the admins when the rules have not run in time."""
    watch(timezone.now())
