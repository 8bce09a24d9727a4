"""The outbox with real processes: one is killed while the server has its mail, and several empty it at once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from followups.models import Delivery
from followups.notices.delivering import claim
from followups.outbox import post
from followups.states import Channel, NoticeKind
from people.models import User
from tests.factories import TODAY, UserFactory, at_noon
from tests.ops.processes import run, running, wait_until
from tests.services.post_office import post_office

THURSDAY = TODAY.isoformat()
WRITE = """
from datetime import date
from followups.outbox import post
from followups.states import NoticeKind
from people.models import User
user = User.objects.create_user("sato@example.jp", "a long password", name="佐藤")
post(NoticeKind.DIGEST, date(2025, 7, 31), {user.pk: {"due": 1, "promised": 0, "overdue": 0, "new": 0}})
"""
ASK = "from followups.models import Delivery as D; print(*D.objects.values_list('state', 'attempts').get())"
END_CLAIM = "from followups.models import Delivery as D; D.objects.update(next_try_at=None)"
SEND = ["python", "manage.py", "send_notices", "--as-of", THURSDAY]


@pytest.mark.slow
def test_a_process_that_is_killed_while_the_server_has_its_mail_loses_nothing(tmp_path: Path) -> None:
    with post_office() as office:
        environment = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "VAR_DIR": str(tmp_path), "DEMO": "0",
            "EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
        }  # fmt: skip

        def shell(words: str) -> str:
            return run(["python", "manage.py", "shell", "-v0", "-c", words], environment).stdout.strip()

        assert run(["python", "manage.py", "migrate", "-v0"], environment).returncode == 0
        shell(WRITE)
        with running(SEND, environment, tmp_path / "log") as process:
            office.on_mail = lambda: os.kill(process.pid, signal.SIGKILL)
            wait_until(lambda: process.poll() is not None, "the kill")
        office.on_mail = lambda: None

        assert process.returncode == -signal.SIGKILL
        assert shell(ASK) == "queued 1", "its claim holds"
        assert run(SEND, environment).returncode == 0
        assert len(office.mails) == 1
        shell(END_CLAIM)
        assert run(SEND, environment).returncode == 0
        assert shell(ASK) == "sent 2"
        assert run(SEND, environment).returncode == 0
        assert len(office.mails) == 2
        assert len({mail["Message-ID"] for mail in office.mails}) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_who_empty_it_at_once_never_hold_the_same_row() -> None:
    people = [UserFactory(password="a hash") for _ in range(120)]
    post(NoticeKind.DIGEST, TODAY, {user.pk: {} for user in people})

    def take(_number: int) -> list[int]:
        try:
            return [delivery.pk for _ in range(4) for delivery in claim(Channel.MAIL, at_noon(TODAY))]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crew:
        taken = [pk for share in crew.map(take, range(4)) for pk in share]
    assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert User.objects.count() == len(taken)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_who_write_the_same_morning_at_once_tell_everybody_once() -> None:
    people = [UserFactory(password="a hash") for _ in range(20)]
    contents = {user.pk: {"due": 1} for user in people}

    def write(_number: int) -> int:
        try:
            return len(post(NoticeKind.DIGEST, TODAY, contents))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crew:
        assert sum(crew.map(write, range(4))) == len(people)
    assert Delivery.objects.count() == len(people)
