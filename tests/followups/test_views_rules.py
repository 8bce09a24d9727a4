"""The rules as sentences, running them by hand, and the history of the runs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followups.models import Rule, RuleVersion, SweepRun
from people.states import Role
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


def saved(rule: Rule, **changed):
    """The rule's form as it stands, with changes."""
    data = {"mode": rule.mode, "value": rule.value, "unit": rule.unit, "statuses": rule.statuses}
    return data | ({"is_suppressed_by_promise": "on"} if rule.is_suppressed_by_promise else {}) | changed


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

    def test_a_change_is_kept_as_a_version(self, client, admin):
        rule = Rule.objects.get(code="R-60")
        page = client.post(reverse("followups:rule_edit", args=["R-60"]), saved(rule, mode="auto", value="45"))
        assert page.url == reverse("followups:rules")
        rule.refresh_from_db()
        assert (rule.mode, rule.value, rule.version) == ("auto", 45, 2)
        assert RuleVersion.objects.get(rule=rule, version=2).changed_by == admin
        assert "45日以上" in client.get(reverse("followups:rules")).content.decode()

    @pytest.mark.parametrize(("value", "is_refused"), [("0", True), ("1", False), ("3650", False), ("3651", True)])
    def test_a_limit_out_of_range_is_refused_and_stays_to_be_corrected(self, client, admin, value, is_refused):
        rule = Rule.objects.get(code="R-60")
        page = client.post(reverse("followups:rule_edit", args=["R-60"]), saved(rule, value=value))
        assert (page.status_code == 200) is is_refused
        if is_refused:
            assert f'value="{value}"' in page.content.decode()

    def test_a_rule_names_at_least_one_status(self, client, admin):
        page = client.post(
            reverse("followups:rule_edit", args=["R-60"]), saved(Rule.objects.get(code="R-60"), statuses=[])
        )
        assert "statuses" in page.context["form"].errors

    def test_a_rule_that_does_not_exist_is_not_found(self, client, admin):
        assert client.get(reverse("followups:rule_edit", args=["R-99"])).status_code == 404


class TestRunning:
    def test_an_admin_runs_them_as_beat_would(self, client, admin, today):
        UserFactory(inside=True)
        Rule.objects.update(mode="auto")
        DealFactory(created_on=today - timedelta(days=61))
        page = client.post(reverse("followups:sweep_now"))
        run = SweepRun.objects.get()
        assert page.url == reverse("followups:run", args=[run.pk])
        assert (run.started_by, run.as_of, run.summary["todos_created"]) == (admin, today, 1)

    @pytest.mark.parametrize("role", [Role.IS, Role.FS, Role.IS_MANAGER, Role.VIEWER])
    def test_nobody_else_does(self, client, role):
        client.force_login(UserFactory(roles=[role]))
        assert client.post(reverse("followups:sweep_now")).status_code == 403
        assert not SweepRun.objects.exists()

    def test_opening_its_address_runs_nothing(self, client, admin):
        assert client.get(reverse("followups:sweep_now")).status_code == 403
        assert not SweepRun.objects.exists()


class TestRuns:
    def test_a_run_tells_every_change_with_its_evidence(self, client, admin, today):
        UserFactory(inside=True)
        Rule.objects.update(mode="auto")
        deal = DealFactory(name="シフト 12店舗", created_on=today - timedelta(days=63))
        run_page = client.post(reverse("followups:sweep_now"), follow=True)
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

    def test_before_the_first_run_it_says_so(self, client, admin):
        assert "まだ" in client.get(reverse("followups:runs")).content.decode()
