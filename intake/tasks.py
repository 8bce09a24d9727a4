"""What beat starts here."""

import logging

from celery import shared_task
from django.utils import timezone

from intake.archive.ordered import clear_exports, write_ordered
from intake.runs import work
from intake.undoing.asked import work_undos
from intake.uploads import clear

logger = logging.getLogger(__name__)


@shared_task(name="intake.tasks.bring_in")
def bring_in() -> None:
    """Do the imports, undos and full exports that people have asked for, and go on with those that were broken off.

    A task has 25 minutes. A full export cannot go on where it stopped, so one that has done nothing else begins it.
    """
    imports, undos = work(timezone.now()), work_undos(timezone.now())
    if imports:
        logger.info("imports done: %d", imports)
    if undos:
        logger.info("undos of imports done: %d", undos)
    if not imports and not undos and write_ordered(timezone.now()):
        logger.info("full export done")


@shared_task(name="intake.tasks.clear_uploads")
def clear_uploads() -> None:
    """Delete the files of uploads that are older than 30 days, and full exports older than a week."""
    if gone := clear(timezone.now()):
        logger.info("uploads deleted: %d", gone)
    if gone := clear_exports(timezone.now()):
        logger.info("full exports deleted: %d", gone)
