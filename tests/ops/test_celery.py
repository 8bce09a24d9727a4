"""Celery as the settings have it: nothing lost with a broker, nothing needed without one."""

import psycopg
import pytest
from celery import shared_task
from django.db import OperationalError, connection

from deals.models import LostReason
from salesfollow.celery import app
from salesfollow.schedule import BEAT_SCHEDULE
from tests.ops.processes import run, running, wait_until
from tests.ops.test_compose import missed_yesterdays_run
from tests.services.postgres import with_database


@shared_task
def count_lost_reasons() -> int:
    return LostReason.objects.count()


def test_without_redis_a_task_runs_where_it_is_called():
    assert app.conf.task_always_eager
    assert app.conf.broker_url.startswith("memory:")


def test_a_task_is_acknowledged_after_its_work_and_given_back_when_its_worker_dies():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_no_task_runs_for_ever():
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit


@pytest.mark.parametrize(("begins", "politeness"), [("beat_init", 10), ("worker_init", 10), ("task_prerun", 0)])
def test_beat_and_workers_leave_the_processor_to_the_pages_and_nothing_else_does(begins, politeness):
    asked = "import os; from celery import signals; from salesfollow.celery import app; before = os.nice(0); "
    asked += f"signals.{begins}.send(None); print(os.nice(0) - before)"
    answer = run(["python", "-c", asked], {})

    assert answer.stdout.split() == [str(politeness)], answer.stderr


def test_the_schedule_is_read_in_japanese_time_and_holds_nothing_but_our_table():
    assert app.conf.timezone == "Asia/Tokyo"
    assert app.conf.beat_schedule == BEAT_SCHEDULE
    assert app.conf.result_expires is None


def test_with_redis_a_frozen_broker_gives_up_and_an_unacknowledged_task_outlives_the_time_limit():
    asked = "from salesfollow.celery import app; t = app.conf.broker_transport_options; print(t['socket_timeout'],"
    asked += (
        "t['socket_connect_timeout'], t['visibility_timeout'] > app.conf.task_time_limit, app.conf.task_always_eager)"
    )
    answer = run(["python", "-c", asked], {"REDIS_URL": "redis://127.0.0.1:1/0"})

    assert answer.stdout.split() == ["5", "2", "True", "False"], answer.stderr


def test_beat_alone_makes_up_for_a_missed_sweep_with_nothing_installed(tmp_path):
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "REDIS_URL": "",
        "VAR_DIR": str(tmp_path),
    }
    assert run(["python", "manage.py", "migrate", "--verbosity", "0"], environment).returncode == 0
    missed_yesterdays_run(tmp_path)

    with running(["celery", "--app", "salesfollow", "beat", "--pidfile="], environment, tmp_path / "log") as beat:
        asked = "from followups.models import SweepRun; print(SweepRun.objects.count())"
        command = ["python", "manage.py", "shell", "--verbosity", "0", "--command", asked]
        wait_until(lambda: run(command, environment).stdout.strip() == "1", "a sweep in the database")

    assert beat.returncode == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_task_in_beat_survives_a_restart_of_the_database(postgres_server):
    before = count_lost_reasons.apply().get()
    break_our_connection(postgres_server)
    with pytest.raises(OperationalError):
        count_lost_reasons.run()

    assert count_lost_reasons.apply().get() == before


@pytest.mark.django_db
def test_a_task_called_inside_a_transaction_keeps_its_connection():
    LostReason.objects.create(code="inside", label_ja="途中")

    assert count_lost_reasons.apply().get() == LostReason.objects.count()


def break_our_connection(server_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()
    with psycopg.connect(with_database(server_url, "postgres")) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", ours)
