"""お知らせ: the bell, the list, marking as read, and stopping a mail by its link."""

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from followups.models import Delivery, Notice
from followups.notices.delivering import deliver
from followups.notices.stopping import stop_url
from followups.outbox import post
from followups.states import NoticeKind
from people.models import User
from people.working_days import load_calendar
from tests.factories import TODAY, DealFactory, TodoFactory, UserFactory, at_noon, days_ago

pytestmark = pytest.mark.django_db

DIGEST = {"due": 3, "promised": 1, "overdue": 2, "new": 4}


def tell(user: User, kind: str = "digest", content: dict = DIGEST, day=TODAY) -> Notice:
    return Notice.objects.create(user=user, kind=kind, for_on=day, content=content)


def page(client: Client, url: str = "/notices/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def bell(client: Client) -> str:
    return page(client).partition('class="btn ghost icon bell"')[2].partition("</a>")[0]


class TestBell:
    @pytest.mark.parametrize(("unread", "shown"), [(1, ">1<"), (99, ">99<"), (100, ">99+<")])
    def test_it_counts_what_is_unread(self, client, me, unread, shown):
        for number in range(unread):
            tell(me, day=days_ago(number))
        assert shown in bell(client)

    def test_it_shows_no_number_when_everything_is_read_nor_for_what_others_were_told(self, client, me):
        tell(UserFactory())
        assert 'class="count"' not in bell(client)

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_list_asks_as_often_for_thirty_as_for_one(self, client, me, django_assert_num_queries, count):
        for number in range(count):
            tell(me, day=days_ago(number))
        with django_assert_num_queries(3 + 3):
            client.get("/notices/")


class TestList:
    def test_each_notice_leads_to_the_records_it_speaks_of(self, client, me):
        deal = DealFactory(name="勤怠クラウド")
        todo = TodoFactory(assignee=me, original_due_on=TODAY)
        tell(me)
        tell(me, "leaks", {"uncovered": 2, "unassigned": 1})
        tell(
            me,
            "returns",
            {"deals": [{"deal": deal.pk, "name": deal.name, "company": "", "rule": "R-14", "on": "2025-08-05"}]},
        )
        tell(me, "failure", {"missing_since": None})
        shown = client.get("/notices/").context["items"]
        paths = [line.path for item in shown for line in item.told.lines]
        assert len(paths) == 4 + 2 + 1 + 1
        assert todo.pk
        assert all(client.get(path).status_code == 200 for path in paths)
        assert f'href="{reverse("followups:deal", args=[deal.pk])}"' in page(client)

    def test_the_list_behind_a_number_of_today_s_digest_has_as_many_rows(self, client, me, today):
        for in_days, fields in [(0, {}), (0, {"promised": True}), (-1, {}), (2, {"rule_made": True})]:
            TodoFactory(assignee=me, original_due_on=days_ago(-in_days, today), created_on=today, **fields)
        TodoFactory(original_due_on=today, created_on=today)
        tell(me, content={"due": 2, "promised": 1, "overdue": 1, "new": 1}, day=today)
        [item] = client.get("/notices/").context["items"]
        rows = [len(client.get(line.path).context["page"]) for line in item.told.lines]
        assert rows == [2, 1, 1, 1]

    def test_numbers_of_nothing_are_left_out(self, client, me):
        tell(me, content=DIGEST | {"new": 0, "promised": 0})
        assert len(client.get("/notices/").context["items"][0].told.lines) == 2

    def test_what_was_told_before_stays_as_it_was_told(self, client, me):
        TodoFactory(assignee=me, original_due_on=TODAY)
        tell(me)
        assert "3" in client.get("/notices/").context["items"][0].told.headline

    def test_of_many_deals_the_first_twenty_are_named_and_the_rest_counted(self, client, me):
        deal = {"deal": DealFactory().pk, "name": "商談", "company": "", "rule": "R-14", "on": "2025-08-05"}
        tell(me, "returns", {"deals": [deal] * 23})
        lines = client.get("/notices/").context["items"][0].told.lines
        assert len(lines) == 21
        assert "3" in lines[-1].text

    def test_what_broke_off_is_named(self, client, me):
        tell(me, "failure", {"error": "OperationalError: <disk> full"})
        tell(me, "failure", {"run": 7, "errors": 2, "deal": 5, "rule": "R-60", "text": "no such day"}, days_ago(1))
        shown = page(client)
        assert "OperationalError: &lt;disk&gt; full" in shown
        assert "R-60" in shown and reverse("followups:run", args=[7]) in shown

    def test_others_notices_are_not_shown(self, client, me):
        tell(UserFactory())
        assert client.get("/notices/").context["items"] == []

    def test_a_viewer_too_has_a_list(self, client):
        client.force_login(UserFactory(viewer=True))
        assert "8:00" in page(client)

    def test_a_page_number_beyond_the_end_shows_the_last_page(self, client, me):
        tell(me)
        assert len(client.get("/notices/?page=99").context["items"]) == 1


class TestReading:
    def test_one_is_marked(self, client, me):
        one, other = tell(me), tell(me, day=days_ago(1))
        assert client.post(reverse("followups:notice_read", args=[one.pk]))["Location"] == "/notices/"
        assert list(Notice.objects.unread(me)) == [other]

    def test_all_are_marked_and_only_one_s_own(self, client, me):
        theirs = tell(UserFactory())
        tell(me), tell(me, day=days_ago(1))
        client.post(reverse("followups:notices_read"))
        assert list(Notice.objects.filter(read_at=None)) == [theirs]
        assert 'class="count"' not in bell(client)

    def test_somebody_else_s_cannot_be_marked(self, client, me):
        theirs = tell(UserFactory())
        assert client.post(reverse("followups:notice_read", args=[theirs.pk])).status_code == 404
        assert client.get(reverse("followups:notice_read", args=[theirs.pk])).status_code in (403, 405)

    def test_the_moment_of_reading_is_that_of_the_first_time(self, client, me):
        one = tell(me)
        url = reverse("followups:notice_read", args=[one.pk])
        client.post(url)
        first = Notice.objects.get().read_at
        client.post(url)
        assert Notice.objects.get().read_at == first


class TestStopping:
    @pytest.fixture
    def sato(self) -> User:
        return UserFactory(inside=True, name="佐藤 美咲", password="a hash", language="en")

    def path(self, user: User, kind: str = "digest") -> str:
        return stop_url(tell(user, kind, {"error": "x"} if kind == "failure" else DIGEST)).removeprefix(
            "https://sales.example.jp"
        )

    def test_opening_the_link_asks_and_changes_nothing(self, client, sato):
        asked = page(client, self.path(sato))
        assert "佐藤 美咲" in asked and "Stop these mails" in asked
        sato.refresh_from_db()
        assert sato.wants_digest

    def test_pressing_the_button_stops_this_kind_without_a_login(self, sato):
        answer = Client(enforce_csrf_checks=True).post(self.path(sato), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        sato.refresh_from_db()
        assert (sato.wants_digest, sato.wants_leaks, sato.wants_returns, sato.wants_failures) == (
            False,
            True,
            True,
            True,
        )
        assert sato.history.first().history_user == sato

    @pytest.mark.parametrize("spoil", [lambda path: path[:-3] + "x/", lambda _path: "/notices/stop/1/"])
    def test_a_link_that_is_not_ours_stops_nothing(self, client, sato, spoil):
        path = spoil(self.path(sato))
        assert client.post(path).status_code == 200
        sato.refresh_from_db()
        assert sato.wants_digest

    def test_the_link_of_one_who_has_left_does_nothing(self, client, sato):
        path = self.path(sato)
        User.objects.update(is_active=False)
        assert 'method="post"' not in page(client, path).partition("<main")[2].partition("</main")[0]

    def test_what_is_stopped_is_mailed_no_more_and_still_stands_in_the_list(self, client):
        admin = UserFactory(admin=True, password="a hash")
        client.post(self.path(admin, "failure"))
        post(NoticeKind.FAILURE, days_ago(1), {admin.pk: {"error": "KeyError"}})
        assert not Delivery.objects.exists()
        client.force_login(admin)
        assert "KeyError" in page(client)

    def test_what_is_chosen_in_the_personal_settings_holds(self, client, sato):
        client.force_login(sato)
        opened = client.get("/me/").context["form"]
        assert [field.name for field in opened.wanted()] == ["wants_digest"]
        answers = {field.html_name: field.value() for field in opened if field.value() not in (None, False)}
        answers |= {f"initial-{field.name}": field.initial for field in opened if field.initial is not None}
        del answers["wants_digest"]
        assert client.post("/me/", answers).status_code == 302
        post(NoticeKind.DIGEST, TODAY, {sato.pk: DIGEST})
        deliver(TODAY, at_noon(TODAY), load_calendar())
        assert mail.outbox == []

    @pytest.mark.parametrize(
        ("role", "offered"),
        [
            ("IS", "digest"), ("FS", "digest returns"), ("IS_MANAGER", "digest returns leaks"),
            ("OPS_ADMIN", "digest returns leaks failures"), ("VIEWER", ""),
        ],
    )  # fmt: skip
    def test_everybody_chooses_among_what_he_may_get(self, client, role, offered):
        client.force_login(UserFactory(roles=[role]))
        form = client.get("/me/").context["form"]
        assert " ".join(field.name.removeprefix("wants_") for field in form.wanted()) == offered


def test_the_content_of_a_notice_holds_no_words_of_a_language(me, client):
    post(NoticeKind.DIGEST, TODAY, {me.pk: DIGEST})
    assert json.dumps(Notice.objects.get().content).isascii()
