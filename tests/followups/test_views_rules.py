"""The rules as sentences, running them by hand, and the history of the runs."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from deals.models import FollowUpCycle
from followups.models import Rule, RuleVersion, SweepRun
from followups.rule_effect import Effect, effects
from followups.rules import sweep
from followups.rules.asked import work
from people.states import Role
from tests.factories import DealFactory, ExemptionFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


class TestRules:
    def test_everybody_reads_the_rules_as_sentences(self, client):
        for role in Role:
            client.force_login(UserFactory(roles=[role]))
            text = client.get(reverse("followups:rules")).content.decode()
            assert "60日以上" in text
            assert "2週間以上" in text or "14日以上" in text
            assert "1か月以上" in text

    def test_only_an_admin_is_offered_to_change_and_run_them(self, client, admin):
        offered = [reverse("followups:rule_edit", args=["R-60"]), reverse("followups:sweep_now")]
        assert all(url in client.get(reverse("followups:rules")).content.decode() for url in offered)
        client.force_login(UserFactory(manager=True))
        assert not any(url in client.get(reverse("followups:rules")).content.decode() for url in offered)

    def test_statuses_that_no_rule_in_force_names_are_counted(self, client, admin):
        DealFactory(status="quoted")
        Rule.objects.update(mode="off")
        unruled = client.get(reverse("followups:rules")).context["unruled"]
        assert [(status.code, status.count) for status in unruled] == [("quoted", 1)]


class TestRunning:
    def test_an_admin_runs_them_as_beat_would(self, client, admin, today):
        UserFactory(inside=True)
        Rule.objects.update(mode="auto")
        DealFactory(created_on=today - timedelta(days=61))
        page = client.post(reverse("followups:sweep_now"))
        assert page.url == reverse("followups:run_progress", args=[SweepRun.objects.get().pk])
        work(timezone.now())
        run = SweepRun.objects.get()
        assert (run.started_by, run.as_of, run.summary["todos_created"]) == (admin, today, 1)

    @pytest.mark.parametrize("role", [Role.IS, Role.FS, Role.IS_MANAGER, Role.VIEWER])
    def test_nobody_else_does(self, client, role):
        client.force_login(UserFactory(roles=[role]))
        assert client.post(reverse("followups:sweep_now")).status_code == 403
        assert not SweepRun.objects.exists()

    def test_opening_its_address_runs_nothing(self, client, admin):
        assert client.get(reverse("followups:sweep_now")).status_code == 200
        assert not SweepRun.objects.exists()

    def test_asked_what_it_would_do_it_says_so_and_writes_nothing(self, client, admin, today):
        UserFactory(inside=True)
        Rule.objects.update(mode="auto")
        DealFactory(created_on=today - timedelta(days=61))
        page = client.get(reverse("followups:sweep_now"), {"as_of": today.isoformat()})
        assert page.context["preview"]["todos_created"] == 1
        assert not SweepRun.objects.exists()

    def test_the_first_run_may_be_as_of_the_end_of_imported_data(self, client, admin, today):
        Rule.objects.update(mode="auto")
        then = today - timedelta(days=400)
        DealFactory(created_on=then - timedelta(days=60))
        DealFactory(created_on=then + timedelta(days=1))
        client.post(reverse("followups:sweep_now"), {"as_of": then.isoformat()})
        work(timezone.now())
        run = SweepRun.objects.get()
        assert (run.as_of, run.summary["todos_created"], run.summary["later"]) == (then, 1, 1)

    @pytest.mark.parametrize(("days", "is_refused"), [(0, False), (1, True)])
    def test_tomorrow_is_refused(self, client, admin, today, days, is_refused):
        page = client.post(reverse("followups:sweep_now"), {"as_of": (today + timedelta(days=days)).isoformat()})
        assert (page.status_code == 200) is is_refused
        assert SweepRun.objects.exists() is not is_refused


class TestModes:
    def test_a_rule_is_paused_by_one_button_and_switched_on_by_publishing_it(self, client, admin):
        rule = Rule.objects.get(code="R-60")
        offer = reverse("followups:rule_edit", args=["R-60"]) + "?mode=auto"
        assert offer in client.get(reverse("followups:rules")).content.decode()
        assert client.get(offer).context["form"].start["mode"] == "auto"
        Rule.objects.update(mode="auto")
        client.post(reverse("followups:rule_pause", args=["R-60"]))
        rule.refresh_from_db()
        assert rule.mode == "off"
        assert RuleVersion.objects.get(rule=rule, version=2).changed_by == admin


class TestEffect:
    def test_of_each_rule_it_is_told_what_it_made_and_what_came_of_it(self, client, admin, today):
        Rule.objects.update(mode="auto")
        deal = DealFactory(created_on=today - timedelta(days=61))
        sweep(as_of=today)
        cycle, todo = deal.cycles.get(), Todo.objects.get(deal=deal)
        Todo.objects.filter(pk=todo.pk).update(status="done", closed_on=today)
        FollowUpCycle.objects.filter(pk=cycle.pk).update(ended_on=today, end_type="reopened")
        ExemptionFactory(deal=deal, cycle=cycle, starts_on=today, expires_on=today)
        assert effects(["R-60", "R-14"], today) == {"R-60": Effect(1, 1, 1, 1), "R-14": Effect()}

    @pytest.mark.parametrize(("days", "made"), [(89, 1), (90, 0)])
    def test_ninety_days_are_counted(self, today, days, made):
        deal = DealFactory(created_on=today - timedelta(days=400))
        TodoFactory(deal=deal, rule_made=True, rule_code="R-60", created_on=today - timedelta(days=days))
        assert effects(["R-60"], today)["R-60"].made == made

    def test_each_number_opens_as_many_rows_as_it_says(self, client, admin, today):
        deals = DealFactory.create_batch(3, created_on=today - timedelta(days=61))
        Rule.objects.update(mode="auto")
        sweep(as_of=today)
        Todo.objects.filter(deal=deals[0]).update(status="done", closed_on=today)
        FollowUpCycle.objects.filter(deal__in=deals[:2]).update(ended_on=today, end_type="reopened")
        TodoFactory(rule_made=True, rule_code="R-60", created_on=today - timedelta(days=90), deal=DealFactory())
        page = client.get(reverse("followups:rules")).content.decode()
        links = re.findall(r'<dd><a class="link" href="([^"]+rule=R-60[^"]*)">(\d+)</a>', page)
        assert [int(said) for _url, said in links] == [3, 1, 2, 0]
        for url, said in links:
            assert client.get(html.unescape(url)).context["page"].paginator.count == int(said)

    def test_a_rule_that_is_on_and_brings_nothing_about_is_marked_and_one_that_is_off_is_not(self, client, admin):
        Rule.objects.filter(code="R-60").update(mode="auto")
        cards = client.get(reverse("followups:rules")).context["cards"]
        assert [card.rule.code for card in cards if card.is_idle] == ["R-60"]


class TestRuns:
    def test_a_run_tells_every_change_with_its_evidence(self, client, admin, today):
        UserFactory(inside=True)
        Rule.objects.update(mode="auto")
        deal = DealFactory(name="シフト 12店舗", created_on=today - timedelta(days=63))
        client.post(reverse("followups:sweep_now"))
        work(timezone.now())
        run_page = client.get(reverse("followups:run", args=[SweepRun.objects.get().pk]))
        text = run_page.content.decode()
        assert deal.name in text
        assert "63日" in text
        assert "R-60" in text

    def test_the_history_is_the_newest_first_with_who_started_it(self, client, admin, today):
        client.post(reverse("followups:sweep_now"))
        client.post(reverse("followups:sweep_now"))
        page = client.get(reverse("followups:runs"))
        assert [run.pk for run in page.context["page"]] == sorted(SweepRun.objects.values_list("pk", flat=True))[::-1]
        assert "山口 亮" in page.content.decode()

    def test_a_failed_run_is_a_row_too(self, client, admin, today):
        SweepRun.objects.create(as_of=today, status="failed", finished_at=timezone.now())
        assert "失敗" in client.get(reverse("followups:runs")).content.decode()

    @pytest.mark.parametrize("mode", ["suggest", "auto"])
    @pytest.mark.parametrize("days", [59, 60])
    def test_a_run_that_changed_nothing_says_whether_something_is_suggested(self, client, admin, today, mode, days):
        Rule.objects.filter(code="R-60").update(mode=mode)
        DealFactory(created_on=today - timedelta(days=days))
        sweep(as_of=today)
        text = client.get(reverse("followups:run", args=[SweepRun.objects.get().pk])).content.decode()

        is_suggested = (mode, days) == ("suggest", 60)
        assert ("提案で確認を待っています" in text) == is_suggested
        assert ("すべてがすでにルールのとおりでした" in text) == (days == 59)

    def test_the_changes_of_a_run_are_filtered_by_rule(self, client, admin, today):
        Rule.objects.update(mode="auto")
        DealFactory(created_on=today - timedelta(days=61))
        client.post(reverse("followups:sweep_now"))
        work(timezone.now())
        address = reverse("followups:run", args=[SweepRun.objects.get().pk])
        assert client.get(address, {"rule": "R-60"}).context["page"].paginator.count == 1
        assert client.get(address, {"rule": "R-14"}).context["page"].paginator.count == 0

    def test_runs_are_filtered_by_who_started_them(self, client, admin, today):
        sweep(as_of=today)
        client.post(reverse("followups:sweep_now"))
        by = {who: client.get(reverse("followups:runs"), {"by": who}).context["page"] for who in ("clock", "person")}
        assert [run.started_by for run in by["clock"]] == [None]
        assert [run.started_by for run in by["person"]] == [admin]

    def test_before_the_first_run_it_says_so(self, client, admin):
        assert "まだ" in client.get(reverse("followups:runs")).content.decode()
