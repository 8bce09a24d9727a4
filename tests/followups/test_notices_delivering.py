"""The outbox on its way out: nothing is lost, nothing is sent twice, and a server that is down only delays."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from followups.models import Delivery, Notice
from followups.notices import delivering
from followups.notices.delivering import CLAIM, LONGEST_WAIT, REFUSALS, Delivered, deliver
from followups.outbox import post
from followups.states import Channel, NoticeKind
from people.models import User
from people.working_days import load_calendar
from tests.factories import TODAY, UserFactory, at_noon, days_ago
from tests.services.post_office import chat, free_port, post_office

pytestmark = pytest.mark.django_db

NOON = at_noon(TODAY)
CONTENT = {"due": 3, "promised": 1, "overdue": 2, "new": 0}


def person(**fields) -> User:
    return UserFactory(inside=True, password="a hash", **fields)


def tell(*users: User, kind: NoticeKind = NoticeKind.DIGEST, content: dict = CONTENT) -> None:
    post(kind, TODAY, {user.pk: content for user in users})


def sent(now: datetime = NOON, day=TODAY) -> tuple[int, int, int]:
    done = deliver(day, now, load_calendar())
    return done.sent, done.postponed, done.failed


@pytest.fixture
def smtp(settings):
    with post_office() as office:
        use(settings, office.port)
        yield office


def use(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


class TestMail:
    def test_it_says_in_the_reader_s_language_what_the_notice_says_with_links_that_work(self):
        tell(person(language="en", email="sato@example.jp"))
        assert sent() == (1, 0, 0)
        [told] = mail.outbox
        assert (told.to, told.from_email) == (["sato@example.jp"], "SalesFollow <salesfollow@example.jp>")
        assert told.subject == "[SalesFollow] 07/31/2025 Due today: 3, Promised for today: 1, Overdue: 2"
        assert "Due today: 3\n  https://sales.example.jp/todos/?assignee=me&when=today\n" in told.body
        assert "New by the rules" not in told.body
        assert "&amp;" not in told.body

    def test_a_japanese_reader_gets_it_in_japanese(self):
        tell(person())
        sent()
        assert "本日" in mail.outbox[0].subject
        assert "Due today" not in mail.outbox[0].body

    def test_its_headers_let_programs_stop_it_and_tell_a_repetition(self):
        tell(person())
        sent()
        headers = mail.outbox[0].extra_headers
        notice = Notice.objects.get()
        assert headers["Message-ID"] == f"<notice-{notice.pk}@sales.example.jp>"
        assert headers["List-Unsubscribe"].startswith("<https://sales.example.jp/notices/stop/")
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].strip("<>") in mail.outbox[0].body

    def test_names_with_signs_of_markup_arrive_as_they_are_written(self):
        deals = {"deals": [{"deal": 1, "name": "A&B <新規>", "company": "", "rule": "R-14", "on": "2025-08-05"}]}
        tell(person(), kind=NoticeKind.RETURNS, content=deals)
        sent()
        assert "A&B <新規>" in mail.outbox[0].body

    def test_it_is_sent_once(self):
        tell(person())
        assert (sent(), sent(), sent(NOON + timedelta(days=1))) == ((1, 0, 0), (0, 0, 0), (0, 0, 0))

    @pytest.mark.parametrize(("day", "count"), [(days_ago(-2), 0), (days_ago(-3), 0), (days_ago(-4), 1)])
    def test_on_a_day_off_it_waits_for_the_next_business_day(self, day, count):
        tell(person(), kind=NoticeKind.FAILURE, content={"error": "KeyError"})
        assert sent(at_noon(day), day) == (count, 0, 0)


class TestAServerThatIsDown:
    def test_delays_everything_and_loses_nothing(self, settings):
        use(settings, free_port())
        people = [person() for _ in range(30)]
        tell(*people)
        assert sent() == (0, 20, 0), "one attempt to connect, not thirty"
        assert Delivery.objects.filter(state="queued").count() == 30
        with post_office() as office:
            use(settings, office.port)
            assert sent(NOON + timedelta(hours=2)) == (30, 0, 0)
            assert sorted(office.readers) == sorted(user.email for user in people)

    def test_is_asked_again_after_longer_and_longer_waits(self, settings):
        use(settings, free_port())
        tell(person())
        now, waits = NOON, []
        for _ in range(8):
            assert sent(now) == (0, 1, 0)
            waiting = Delivery.objects.get()
            waits.append((waiting.next_try_at - now).total_seconds() / 60)
            assert sent(waiting.next_try_at - timedelta(seconds=1)) == (0, 0, 0)
            now = waiting.next_try_at
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
        assert "Connection refused" in waiting.last_error

    def test_is_never_given_up(self, settings):
        use(settings, free_port())
        tell(person())
        Delivery.objects.update(attempts=500)
        assert sent() == (0, 1, 0)

    def test_a_connection_that_breaks_between_two_mails_loses_none_of_the_rest(self, smtp):
        tell(*[person() for _ in range(3)])
        delivering.BATCH, kept = 2, delivering.BATCH
        try:
            smtp.on_mail = lambda: (_ for _ in ()).throw(ConnectionError)  # the server dies with the mail in its hands
            assert sent() == (0, 2, 0)
            smtp.on_mail = lambda: None
            assert sent(NOON + timedelta(hours=1)) == (3, 0, 0)
        finally:
            delivering.BATCH = kept

    def test_one_reader_who_is_refused_holds_up_nobody(self, smtp):
        gone, there = person(email="gone@example.jp"), person(email="there@example.jp")
        smtp.refuses = "gone@"
        tell(gone, there)
        assert sent() == (1, 1, 0)
        assert smtp.readers == ["there@example.jp"]

    def test_a_reader_who_is_refused_for_hours_is_given_up_and_still_finds_it_in_the_product(self, smtp):
        gone = person(email="gone@example.jp")
        smtp.refuses = "gone@"
        tell(gone)
        now = NOON
        for _ in range(REFUSALS - 1):
            assert sent(now) == (0, 1, 0)
            now += LONGEST_WAIT
        assert sent(now) == (0, 0, 1)
        assert "550" in Delivery.objects.get(state="failed").last_error
        assert Notice.objects.unread(gone).exists()

    def test_a_notice_that_cannot_be_written_holds_up_nobody(self):
        tell(person(), content={})
        tell(person())
        assert sent() == (1, 1, 0)
        assert "KeyError" in Delivery.objects.get(state="queued").last_error


class Killed(BaseException):
    """What a process does not survive."""


class TestBetweenClaimAndMark:
    def killed_after_sending(self, smtp) -> None:
        """The mail is with the server, and the process is gone before it could say so."""
        settled = delivering._settle
        delivering._settle = lambda *_args, **_values: (_ for _ in ()).throw(Killed)
        try:
            with pytest.raises(Killed):
                sent()
        finally:
            delivering._settle = settled

    def test_who_dies_there_loses_nothing_the_mail_is_sent_again_under_its_own_number(self, smtp):
        tell(person())
        self.killed_after_sending(smtp)
        assert sent(NOON + CLAIM - timedelta(seconds=1)) == (0, 0, 0)
        assert sent(NOON + CLAIM) == (1, 0, 0)
        assert len({told["Message-ID"] for told in smtp.mails}) == 1
        assert len(smtp.mails) == 2

    def test_whose_claim_has_run_out_settles_nothing(self, settings):
        tell(person())
        [mine] = delivering.claim(Channel.MAIL, NOON)
        [theirs] = delivering.claim(Channel.MAIL, NOON + CLAIM)
        delivering._refuse(mine, ValueError("late"), NOON, Delivered())
        assert Delivery.objects.get().next_try_at == NOON + 2 * CLAIM
        assert theirs.attempts == 2

    def test_two_at_the_same_time_send_one_mail(self, smtp):
        assert self.sent_by_two(smtp) == 1

    def test_without_the_claim_they_send_two(self, smtp, monkeypatch):
        def unguarded(channel, now):
            waiting = Delivery.objects.due(now).filter(channel=channel).select_related("notice__user")
            return [] if smtp.mails else list(waiting)

        monkeypatch.setattr(delivering, "claim", unguarded)
        assert self.sent_by_two(smtp) == 2

    def sent_by_two(self, smtp) -> int:
        """While the first waits for the server's word, a second looks into the outbox."""
        tell(person())
        others = []

        def meanwhile() -> None:
            if not others:
                others.append(True)
                sent()

        first, kept = delivering.WAYS[Channel.MAIL], dict(delivering.WAYS)

        @contextmanager
        def interrupted():
            with first() as send:
                yield lambda delivery: (meanwhile(), send(delivery))

        delivering.WAYS[Channel.MAIL] = interrupted
        try:
            sent()
        finally:
            delivering.WAYS.update(kept)
        return len(smtp.mails)


class TestOncePerDay:
    def test_the_constraint_refuses_what_a_careless_writer_would_write_twice(self):
        user = person()
        tell(user)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.create(user=user, kind="digest", for_on=TODAY, content=CONTENT)

    def test_who_has_been_told_is_passed_over_and_the_others_are_told(self):
        first, second = person(), person()
        tell(first)
        assert list(post(NoticeKind.DIGEST, TODAY, {first.pk: {}, second.pk: CONTENT})) == [second.pk]
        assert Delivery.objects.count() == 2

    def test_a_notice_and_its_deliveries_are_written_together_or_not_at_all(self, monkeypatch):
        def broken(*_args):
            raise Killed

        monkeypatch.setattr("followups.outbox._queue", broken)
        with pytest.raises(Killed):
            tell(person())
        assert not Notice.objects.exists()


class TestChat:
    @pytest.fixture
    def room(self, settings):
        with chat() as room:
            settings.CHAT_WEBHOOK_URL = room.url
            yield room

    def test_it_gets_the_same_text_without_the_link_that_stops_mails(self, room):
        tell(UserFactory(inside=True, name="佐藤 美咲", language="en"))
        assert sent() == (1, 0, 0)
        [text] = room.texts
        assert "佐藤 美咲" in text and "https://sales.example.jp/todos/?assignee=me&when=late" in text
        assert "/notices/stop/" not in text

    @pytest.mark.parametrize(("status", "attempts"), [(500, REFUSALS + 5), (429, REFUSALS + 5), (404, REFUSALS)])
    def test_an_answer_that_may_change_is_waited_for_and_a_refusal_is_given_up(self, room, status, attempts):
        tell(person())
        Delivery.objects.filter(channel="mail").delete()
        room.status, now = status, NOON
        for _ in range(REFUSALS + 5):
            sent(now)
            now += LONGEST_WAIT
        waiting = Delivery.objects.get()
        assert waiting.attempts == attempts
        assert waiting.state == ("failed" if status == 404 else "queued")

    def test_a_chat_that_is_down_holds_up_no_mail(self, settings):
        settings.CHAT_WEBHOOK_URL = f"http://127.0.0.1:{free_port()}/"
        tell(person())
        assert sent() == (1, 1, 0)
        assert len(mail.outbox) == 1
