"""The queue is a doorbell: however often it rings, and in whatever order, the tables decide what is done (D12).

A real worker on a real Redis; the same night by `manage.py sweep`, without any queue, is the measure.
"""

import pytest
from celery import Celery
from django.utils import timezone
from redis import Redis

from tests.ops.processes import running, wait_until

pytestmark = [pytest.mark.redis, pytest.mark.slow]

QUEUE = "celery"
WORKER = ["celery", "--app", "salesfollow", "worker", "--concurrency", "2", "--loglevel", "ERROR"]


@pytest.mark.parametrize(
    ("rings", "replays"), [(1, 0), (10, 2)], ids=["rung once", "rung ten times and each ring replayed, last first"]
)
def test_the_task_does_what_the_command_does(crew, database_url, live_redis_url, tmp_path, rings, replays):
    today = timezone.localdate().isoformat()
    crew.do("found")
    crew.do("stage_night", as_of=today, size=20)
    by_command = crew.do("digest_after_command", as_of=today)

    sent = ring(live_redis_url, rings, replays)
    environment = {"DATABASE_URL": database_url, "REDIS_URL": live_redis_url, "VAR_DIR": str(tmp_path)}
    with running(WORKER, environment, tmp_path / "worker.log"):
        wait_until(lambda: crew.do("count_finished_sweeps") == sent, f"{sent} finished sweeps")

    assert crew.do("digest") == by_command
    assert crew.do("look", as_of=today) == {"contradictions": [], "left_undone": []}


def ring(redis_url: str, rings: int, replays: int) -> int:
    """Send the task, then the very same messages again in reverse; how many messages lie in the queue."""
    # Not as the current app: the shared tasks of later tests in this process would publish to it.
    bell = Celery(broker=redis_url, set_as_current=False)
    for _ in range(rings):
        bell.send_task("followups.tasks.sweep")
    queue = Redis.from_url(redis_url)
    messages = queue.lrange(QUEUE, 0, -1)
    for _ in range(replays):
        queue.rpush(QUEUE, *reversed(messages))
    return queue.llen(QUEUE)
