"""The Celery application: beat and workers start here (`celery -A salesfollow …`)."""

import logging
import os

from celery import Celery
from celery.signals import beat_init, task_prerun, worker_init
from django.db import connections

from salesfollow.schedule import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")

FREQUENT = {"imports": "intake.tasks.bring_in", "runs": "followups.tasks.run_asked"}

POLITENESS = 10  # of 19; what the processes of the web server have is 0

app = Celery("salesfollow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Each task that is sent, received and done is written down; one that runs every few seconds would fill the log."""
    said = record.args
    if isinstance(said, tuple):
        is_frequent = bool(said) and said[0] in FREQUENT
    else:
        is_frequent = (said or {}).get("name") in FREQUENT.values()
    return record.levelno > logging.INFO or not is_frequent


for place in ("celery.beat", "celery.app.trace", "celery.worker.strategy"):
    logging.getLogger(place).addFilter(is_worth_a_line)


@beat_init.connect
@worker_init.connect
def let_pages_go_first(**_: object) -> None:
    """Whatever runs in the background takes what processor time the pages leave: a large import doubled their time.

    A worker's processes inherit it from the one that starts them.
    """
    os.nice(POLITENESS)


@task_prerun.connect
def renew_connections(**_: object) -> None:
    """Drop a database connection that has broken since the last task.

    Celery does so in a worker only. In the embedded mode beat runs the tasks itself, and one restart of the database
    would otherwise end its sweeps until beat is restarted too. A task called inside a transaction keeps its connection.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
