"""What beat starts here."""

import logging

from celery import shared_task
from django.utils import timezone

from intake.runs import work

logger = logging.getLogger(__name__)


@shared_task(name="intake.tasks.bring_in")
def bring_in() -> None:
    """Do the imports that people have asked for on the page, and go on with those that were broken off."""
    if done := work(timezone.now()):
        logger.info("imports done: %d", done)
