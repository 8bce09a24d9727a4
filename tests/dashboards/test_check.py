"""本日の要確認: what needs somebody, what can be done about it at once, and the signature under the day."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followups.models import LeakCheck
from people.models import Team
from people.states import Role
from tests.dashboards.rows import call, lost, person, stagnant, todo
from tests.factories import LeadFactory

AS_OF = date(2025, 7, 31)
NOW = datetime.combine(AS_OF, time(9, 10), timezone.get_default_timezone())
PAGE, SIGN = "/dashboards/today/", "/dashboards/today/sign/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Thursday, 31 July 2025, 9:10 in Tokyo."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def manager():
    return person("渡辺", Role.IS_MANAGER, language="en")


@pytest.fixture
def browser(manager):
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def late():
    """A follow-up of the team in the east, a day late."""
    cycle = stagnant("遅延", date(2025, 7, 1), team=Team.objects.create(name="東"))
    return todo(cycle, date(2025, 7, 30), person("佐藤", Role.IS, team="東"))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def shown(browser, address=PAGE):
    response = browser.get(address)
    assert response.status_code == 200
    return response.context


def sign(browser, **answers):
    signed = shown(browser)["signed"]
    return browser.post(SIGN, {"as_of": "2025-07-31", **signed.seen} | answers, follow=True)


class TestExceptions:
    def test_the_gravest_kind_is_open_and_the_others_are_a_click_away(self, browser, late):
        lost("未設定", AS_OF, date(2025, 10, 1))
        found = shown(browser)["found"]
        assert [(tab.kind.code, tab.count, tab.is_chosen) for tab in found.tabs] == [
            ("uncovered", 1, True), ("overdue_todos", 1, False), ("untouched", 1, False),
        ]  # fmt: skip
        assert [cycle.deal.name for cycle in found.rows] == ["未設定"]

        found = shown(browser, f"{PAGE}?show=overdue_todos")["found"]
        assert list(found.rows) == [late]

    @pytest.mark.parametrize("asked", ["nothing", "unassigned", ""])
    def test_a_kind_without_rows_falls_back_to_the_gravest(self, browser, late, asked):
        assert shown(browser, f"{PAGE}?show={asked}")["found"].chosen.kind.code == "overdue_todos"

    def test_a_morning_without_exceptions_says_so(self, browser):
        assert shown(browser)["found"].chosen is None
        assert "Nothing needs anybody" in text_of(browser.get(PAGE))

    def test_late_to_dos_go_to_the_verbs_of_the_to_do_list(self, browser, late):
        text = text_of(browser.get(PAGE))
        assert f'name="todo" value="{late.pk}"' in text
        assert reverse("followups:todo_assign") in text

    def test_a_follow_up_without_a_to_do_can_be_given_one_or_exempted(self, browser):
        deal = stagnant("未設定", date(2025, 7, 1)).deal
        text = text_of(browser.get(PAGE))
        assert f"{reverse('followups:todo_add')}?deal={deal.pk}&amp;next=" in text
        assert reverse("followups:exempt", args=[deal.pk]) in text

    def test_leads_stand_beside_the_follow_ups(self, browser):
        lead = LeadFactory(created_on=date(2025, 7, 1))
        assert list(shown(browser, f"{PAGE}?show=stale_leads")["found"].rows) == [lead]
        assert {tile.name: tile.value for tile in shown(browser)["tiles"]}["stale_leads"] == 1


class TestTheMonth:
    def test_the_approaches_of_the_month_stand_by_kind_with_what_was_carried_over(self, browser):
        for n, day in enumerate([date(2025, 7, 1), date(2025, 7, 31), date(2025, 8, 1), date(2025, 6, 30)]):
            lost(f"失注{n}", date(2025, 5, 1), day)
        month = shown(browser)["approaches"]
        assert (month["total"], month["carried_over"]) == (2, 1)
        assert [(kind.count, kind.label) for kind in month["kinds"]] == [(2, "Lost")]
        assert shown(browser, month["url"])["page"].paginator.count == 2


class TestTeam:
    def test_one_team_sees_its_own_numbers_in_every_link(self, browser, late):
        stagnant("西", date(2025, 7, 1))
        context = shown(browser, f"{PAGE}?team=東")
        assert (context["proof"].open, shown(browser)["proof"].open) == (1, 2)
        assert all("team=%E6%9D%B1" in tile.url for tile in context["tiles"])

    def test_a_team_that_is_gone_is_left_out_and_the_page_says_so(self, browser, late):
        context = shown(browser, f"{PAGE}?team=解散")
        assert (context["team"], context["form"].is_outdated, context["proof"].open) == (None, True, 1)

    def test_who_answers_for_the_check_is_named(self, browser, late):
        Team.objects.update(leak_check_owner=late.assignee)
        assert "Answers for the check: 佐藤" in text_of(browser.get(f"{PAGE}?team=東"))


class TestSigning:
    def test_the_button_signs_what_the_page_showed(self, browser, manager, late):
        assert "Mark as checked" in text_of(browser.get(PAGE))

        response = sign(browser)

        check = LeakCheck.objects.get()
        assert (check.checked_on, check.team, check.signed_by, check.signed_at) == (AS_OF, None, manager, NOW)
        assert (check.counts["overdue_todos"], check.counts["open"]) == (1, 1)
        assert "The day is signed." in text_of(response)
        assert "Mark as checked" not in text_of(response)

    def test_numbers_that_changed_meanwhile_are_shown_again_and_not_signed(self, browser, late):
        response = sign(browser, overdue_todos=0)

        assert not LeakCheck.objects.exists()
        assert "Overdue to-dos: 0 were shown, 1 stand there now." in text_of(response)

    @pytest.mark.parametrize("sent", ["", "x", "９" * 5000, "-1", "1" * 5000])
    def test_what_no_page_sends_is_not_signed(self, browser, sent):
        assert sign(browser, overdue_todos=sent).status_code == 200
        assert not LeakCheck.objects.exists()

    def test_a_day_to_come_is_not_offered_and_refused(self, browser):
        assert shown(browser, f"{PAGE}?as_of=2025-08-01")["signed"].may_sign is False
        assert "not come yet" in text_of(sign(browser, as_of="2025-08-01"))
        assert not LeakCheck.objects.exists()

    def test_a_team_that_is_gone_is_not_signed_for(self, browser):
        assert sign(browser, team="解散").status_code == 403

    @pytest.mark.parametrize("role", [Role.IS, Role.FS, Role.VIEWER])
    def test_others_see_the_page_without_the_button(self, late, role):
        client = Client()
        client.force_login(person("他", role, language="en"))
        assert "Mark as checked" not in text_of(client.get(PAGE))
        assert client.post(SIGN, {"as_of": "2025-07-31"}).status_code == 403

    def test_who_answers_for_a_team_signs_its_page(self, late):
        Team.objects.update(leak_check_owner=late.assignee)
        client = Client()
        client.force_login(late.assignee)
        seen = shown(client, f"{PAGE}?team=東")["signed"].seen

        client.post(SIGN, {"as_of": "2025-07-31", "team": "東", **seen})

        assert LeakCheck.objects.get().team.name == "東"
        assert client.post(SIGN, {"as_of": "2025-07-31", **seen}).status_code == 403


class TestTheDayBefore:
    def test_an_unsigned_business_day_before_is_said_with_a_way_to_it(self, browser):
        text = text_of(browser.get(PAGE))
        assert "has not been checked" in text
        assert "?as_of=2025-07-30" in text

    def test_a_signed_one_is_said_with_who_and_when(self, browser, manager):
        at = NOW - timedelta(days=1, minutes=5)
        LeakCheck.objects.create(checked_on=date(2025, 7, 30), signed_by=manager, signed_at=at, run_state="current")

        text = text_of(browser.get(PAGE))
        assert "Business day before checked: 渡辺" in text
        assert "has not been checked" not in text

    def test_on_a_monday_it_is_the_friday(self, browser):
        assert shown(browser, f"{PAGE}?as_of=2025-07-28")["signed"].before_on == date(2025, 7, 25)


class TestTheArticlesExample:
    """E.4: four follow-ups past the grace and one in it, built underneath the actions (D32)."""

    @pytest.fixture
    def e4(self):
        staff = person("佐藤", Role.IS)
        todo(lost("U1", date(2025, 7, 1), date(2025, 10, 1)), date(2025, 10, 1), staff)
        todo(lost("U2", date(2025, 5, 10), date(2025, 7, 15)), date(2025, 7, 15), staff)
        stagnant("U3", date(2025, 7, 20))
        touched = stagnant("U4", date(2025, 7, 10))
        todo(touched, date(2025, 8, 5), staff)
        call(staff, date(2025, 7, 11), deal=touched.deal)
        lost("U5", AS_OF, date(2025, 10, 1))

    def test_the_page_the_file_and_the_json_say_the_same(self, browser, e4):
        context = shown(browser)
        tiles = {tile.name: tile.value for tile in context["tiles"]}
        assert (tiles["untouched"], tiles["todo_leaks"], tiles["overdue"]) == (2, 1, 1)
        rate = shown(browser, "/records/untouched/")["rate"]
        assert (rate.numerator, rate.whole, rate.percent) == (2, 4, 50.0)
        file = browser.get("/records/untouched.csv")
        assert b"".join(file.streaming_content).decode("utf-8-sig").count("\r\n") == 3
        found = browser.get("/records/untouched.json").json()
        assert found["figures"] == {"numerator": 2, "denominator": 4, "rate": 50.0, "literal_rate": 75.0}
        assert [browser.get(f"/records/{name}.json").json()["total"] for name in ("todo_leaks", "overdue")] == [1, 1]
