"""What beat starts. A task carries no state: it reads the clock and lets the tables decide."""

import logging

from celery import shared_task
from django.utils import timezone

from followups.rules import sweep as run_sweep

logger = logging.getLogger(__name__)


@shared_task(name="followups.tasks.sweep")
def sweep() -> None:
    """Run the rules as of today; running it twice, late or after a crash changes nothing more (D12)."""
    summary = run_sweep(as_of=timezone.localdate())
    logger.info("sweep %(run)s as of %(as_of)s: %(changes)s changes, %(errors)s errors", summary)
