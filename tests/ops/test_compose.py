"""docker-compose.yml: its shape, and its services' commands run without an engine on a real PostgreSQL and Redis."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from celery.beat import PersistentScheduler
from django.conf import settings

from salesfollow.celery import app
from tests.ops.processes import run, running, wait_until
from tests.services.redis import free_port

COMPOSE = yaml.safe_load((Path(settings.BASE_DIR) / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]

INTERPOLATION = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def test_the_secrets_have_no_default():
    texts = re.findall(INTERPOLATION, str(SERVICES))

    assert {kind for name, kind, _text in texts if name in ("SECRET_KEY", "POSTGRES_PASSWORD")} == {"?"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_up_has_a_health_check_and_comes_up_again(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_service_waits_for_its_database_its_broker_and_the_migrations(name):
    conditions = {on: need["condition"] for on, need in SERVICES[name]["depends_on"].items()}

    assert conditions == {
        "database": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_data_lives_in_named_volumes():
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert mounted == set(COMPOSE["volumes"])
    assert "appendonly" in " ".join(SERVICES["redis"]["command"])


@pytest.mark.redis
@pytest.mark.postgres
def test_beat_sends_the_sweep_and_the_worker_carries_it_out(postgres_url, live_redis_url, tmp_path):
    environment = {name: environment_of(name, postgres_url, live_redis_url, tmp_path) for name in OURS}
    migrated = run(SERVICES["migrate"]["command"], environment["migrate"])
    assert migrated.returncode == 0, migrated.stderr

    missed_yesterdays_run(tmp_path)
    with (
        running(SERVICES["worker"]["command"], environment["worker"], tmp_path / "worker.log") as worker,
        running(SERVICES["beat"]["command"], environment["beat"], tmp_path / "beat.log") as beat,
    ):
        wait_until(lambda: number_of_sweeps(postgres_url) == 1, "a sweep in the database")
        for name in ("worker", "beat"):
            assert run(SERVICES[name]["healthcheck"]["test"][1:], environment[name]).returncode == 0, name

    assert (worker.returncode, beat.returncode) == (0, 0)


@pytest.mark.redis
@pytest.mark.postgres
def test_the_web_service_answers_its_health_check_once_the_rules_ran(postgres_url, live_redis_url, tmp_path):
    environment = environment_of("web", postgres_url, live_redis_url, tmp_path)
    port = str(free_port())
    run(SERVICES["migrate"]["command"], environment)
    run(["python", "manage.py", "sweep"], environment)
    run(["python", "manage.py", "collectstatic", "--noinput"], environment)
    command = [part.replace("8000", port) for part in SERVICES["web"]["command"]]
    check = SERVICES["web"]["healthcheck"]["test"][1:]

    with running(command, environment, tmp_path / "web.log"):
        wait_until(lambda: run(check, environment | {"PORT": port}).returncode == 0, "a healthy web service")


def environment_of(name: str, database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """The service's environment as Compose would build it, with the test's own servers and folder."""
    values = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "p"}
    declared = {
        key: INTERPOLATION.sub(lambda found: values.get(found[1], found[3] or ""), text)
        for key, text in SERVICES[name]["environment"].items()
    }
    return declared | {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "VAR_DIR": str(folder)}


def missed_yesterdays_run(folder: Path) -> None:
    """A schedule file as beat leaves it behind when it is stopped for two days: the sweep is due at once."""
    scheduler = PersistentScheduler(app, schedule_filename=str(folder / "celerybeat-schedule"))
    entry = scheduler.schedule["sweep"]
    entry.last_run_at -= timedelta(days=2)
    scheduler.close()


def number_of_sweeps(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT count(*) FROM followups_sweeprun").fetchone()[0]
