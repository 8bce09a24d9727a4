"""The three clocks of the deal page, the status path and the timeline."""

from datetime import timedelta

import pytest

from activities.actions import log_activities
from activities.models import Activity
from deals.actions import Advance, advance
from deals.models import Deal, DealEvent
from deals.states import DealStatus
from followups.clocks import clocks_of
from followups.models import Rule
from followups.status_path import status_path
from followups.timeline import timeline
from tests.factories import TODAY, ActivityFactory, ContactFactory, CycleFactory, DealFactory, UserFactory, days_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules():
    Rule.objects.update(mode="auto")
    return Rule.objects.all()


def days_and_limits(deal: Deal, rules) -> list[tuple[int, int | None, int]]:
    return [(clock.days, clock.limit, clock.over) for clock in clocks_of(deal, rules, TODAY)]


class TestClocks:
    @pytest.mark.parametrize(("days", "over"), [(59, 0), (60, 0), (61, 1)])
    def test_the_limit_of_the_rule_that_names_the_status(self, rules, days, over):
        deal = DealFactory(created_on=days_ago(days), status="quoted")
        assert days_and_limits(deal, rules)[0] == (days, 60, over)

    @pytest.mark.parametrize(("days", "left"), [(45, None), (46, 14), (59, 1), (60, None)])
    def test_it_counts_down_the_last_fortnight(self, rules, days, left):
        deal = DealFactory(created_on=days_ago(days), status="quoted")
        assert clocks_of(deal, rules, TODAY)[0].left == left

    def test_a_deal_in_follow_up_is_not_counted_down(self, rules):
        deal = CycleFactory(deal=DealFactory(created_on=days_ago(55), status="quoted")).deal
        assert clocks_of(deal, rules, TODAY)[0].left is None

    def test_a_clock_no_rule_looks_at_has_no_limit(self, rules):
        deal = DealFactory(created_on=days_ago(20), status="quoted")
        assert [limit for _days, limit, _over in days_and_limits(deal, rules)] == [60, None, None]

    def test_a_limit_in_months_is_the_days_of_those_months(self, rules):
        deal = DealFactory(status="first_visit", status_entered_on=days_ago(30), created_on=days_ago(90))
        assert days_and_limits(deal, rules)[2] == (30, 31, 0)  # 1 to 31 July: one month is 31 days

    def test_without_rules_in_force_there_is_no_limit(self):
        assert {limit for _days, limit, _over in days_and_limits(DealFactory(), [])} == {None}

    @pytest.mark.parametrize("trait", ["won", "lost", "excluded"])
    def test_a_closed_deal_has_no_clocks(self, rules, trait):
        assert clocks_of(DealFactory(**{trait: True}), rules, TODAY) == []

    def test_it_names_the_activity_that_set_it_and_no_newer_one_that_did_not(self, rules):
        deal = DealFactory(created_on=days_ago(90))
        contact = ContactFactory(name="西村 由佳")
        log_activities(
            [
                ActivityFactory.build(
                    deal=deal, contact=contact, inbound_mail=True, day=days_ago(20), note="検討します"
                ),
                ActivityFactory.build(deal=deal, newsletter=True, day=days_ago(3)),
            ],
            by=UserFactory(inside=True),
            as_of=TODAY,
        )
        deal.refresh_from_db()
        contacted, answered, _dwell = clocks_of(deal, rules, TODAY)
        assert (contacted.days, answered.days) == (20, 20)
        assert "西村 由佳" in contacted.note
        assert "「検討します」" in contacted.note

    def test_without_any_contact_it_says_from_when_it_counts(self, rules):
        assert "ステータスに入った日" in clocks_of(DealFactory(), rules, TODAY)[0].note

    def test_no_clock_starts_before_the_last_follow_up_ended(self, rules):
        cycle = CycleFactory(deal=DealFactory(created_on=days_ago(90)), ended=True, ended_on=days_ago(5))
        deal = Deal.objects.get(pk=cycle.deal_id)
        assert [clock.days for clock in clocks_of(deal, rules, TODAY)] == [5, 5, 5]
        assert "前回のフォロー" in clocks_of(deal, rules, TODAY)[2].note


class TestStatusPath:
    def path(self, deal: Deal):
        return status_path(deal, DealEvent.objects.filter(deal=deal), TODAY)

    def test_what_was_passed_is_done_with_its_day_and_length(self):
        from deals.actions import create_deals

        by = UserFactory(field=True)
        create_deals([DealFactory.build(company=None, status="contacting")], by=by, as_of=days_ago(30))
        deal = Deal.objects.get()
        advance([Advance(deal.pk, DealStatus.FIRST_VISIT, days_ago(10))], by=by, as_of=TODAY)
        deal.refresh_from_db()
        found = {step.label: (step.state, step.on, step.days) for step in self.path(deal).steps}
        assert found["接触中"] == ("done", days_ago(30), 20)
        assert found["初回訪問"] == ("now", days_ago(10), 10)
        assert found["アポ獲得"] == ("done", None, None)
        assert found["受注"] == ("", None, None)

    def test_an_imported_deal_without_events_still_has_a_place(self):
        path = self.path(DealFactory(status="quoted"))
        assert (path.now.label, path.now.days) == ("見積提出", 30)

    def test_an_exit_is_where_the_deal_stands_now(self):
        path = self.path(DealFactory(lost=True))
        assert path.now.label == "失注"
        assert [exit.state for exit in path.exits] == ["now", "", ""]


class TestTimeline:
    def test_everything_stands_in_one_line_newest_first(self):
        from followups.actions import Return, return_to_is
        from followups.rules import sweep

        inside, field = UserFactory(inside=True), UserFactory(field=True)
        Rule.objects.update(mode="auto")
        stagnant = DealFactory(created_on=days_ago(70), fs_owner=field)
        ActivityFactory(deal=stagnant, day=days_ago(69), owner=field, note="最初の電話")
        sweep(as_of=TODAY)
        stagnant.refresh_from_db()
        return_to_is(
            [Return(deal_id=stagnant.pk, reason="来期の予算を聞く")], by=field, as_of=TODAY + timedelta(days=1)
        )
        entries = timeline(stagnant, DealEvent.objects.filter(deal=stagnant).select_related("by"))
        assert [entry.on for entry in entries] == sorted((entry.on for entry in entries), reverse=True)
        assert entries[-1].text == "最初の電話"
        assert any(str(field) in entry.who and str(inside) in entry.who for entry in entries)
        assert sum(entry.what.startswith("ルール") for entry in entries) == 1

    def test_a_call_taken_back_is_not_told(self):
        deal = DealFactory()
        ActivityFactory(deal=deal, is_void=True)
        assert timeline(deal, []) == []
        assert Activity.objects.count() == 1
