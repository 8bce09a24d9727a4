"""自分の商談: what needs a hand, when a rule acts and what keeps it away, the board, and what comes back from IS."""

from datetime import date

import pytest
from django.urls import reverse

from deals.models import Deal
from followups.actions import object_to_return
from followups.models import Proposal, Rule, RuleExemption
from people.refusal import Refused
from tests.factories import (
    ActivityFactory,
    CycleFactory,
    DealFactory,
    ExemptionFactory,
    TodoFactory,
    UserFactory,
    days_ago,
    reason,
)
from tests.lines import ids

pytestmark = pytest.mark.django_db

TODAY = date(2025, 7, 31)
MINE = "/deals/?mine=1"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    Rule.objects.update(mode="auto")


@pytest.fixture
def fs(client):
    user = UserFactory(field=True)
    client.force_login(user)
    return user


def visited(fs, days: int, **fields) -> Deal:
    """A deal whose first visit was so many days ago; the month of R-1M ends on 30 August for one of today."""
    deal = DealFactory(fs_owner=fs, status="first_visit", created_on=days_ago(days), **fields)
    TodoFactory(deal=deal, assignee=fs, original_due_on=days_ago(-5))
    return deal


def row_of(client, deal: Deal):
    return next(row for row in client.get(MINE).context["rows"] if row.deal == deal)


class TestTheList:
    def test_field_sales_starts_here(self, client, fs):
        assert client.get("/", follow=True).redirect_chain[-1][0] == MINE

    def test_only_his_own_deals_stand_in_it(self, client, fs):
        his = visited(fs, 3)
        DealFactory(fs_owner=UserFactory(field=True))
        assert [row.deal for row in client.get(MINE).context["rows"]] == [his]

    def test_a_deal_without_a_next_step_needs_a_hand_and_says_so(self, client, fs):
        bare = DealFactory(fs_owner=fs, created_on=days_ago(3))
        visited(fs, 3)
        page = client.get(MINE)
        assert page.context["sizes"] == {"all": 2, "urgent": 1, "rest": 1}
        assert [row.deal for row in page.context["rows"]][0] == bare
        assert "未設定" in page.content.decode()

    def test_the_tab_shows_only_what_needs_a_hand(self, client, fs):
        bare = DealFactory(fs_owner=fs, created_on=days_ago(3))
        visited(fs, 3)
        assert [row.deal for row in client.get(MINE + "&show=urgent").context["rows"]] == [bare]

    def test_the_last_contact_is_named(self, client, fs):
        deal = visited(fs, 10, last_contact_on=days_ago(4))
        ActivityFactory(deal=deal, day=days_ago(9), visit=True)
        ActivityFactory(deal=deal, day=days_ago(4), reached=True)
        assert row_of(client, deal).touch == "架電 再架電必要"

    def test_without_any_deal_the_page_says_so(self, client, fs):
        assert "担当商談はありません" in client.get(MINE).content.decode()


class TestTheLoad:
    def test_it_stands_above_the_list_and_the_board(self, client, fs):
        TodoFactory.create_batch(2, assignee=fs, original_due_on=days_ago(1))
        for view in ("", "&view=board"):
            load = client.get(MINE + view).context["load"]
            assert (load.person, load.today.count, load.today.cap) == (fs, 2, 8)

    def test_the_rest_of_the_week_is_what_is_left_of_it(self, client, fs):
        # Thursday 31 July: Friday belongs to the week, Monday does not.
        for day in (TODAY, days_ago(-1), days_ago(-4)):
            TodoFactory(assignee=fs, original_due_on=day)
        assert client.get(MINE).context["load"].week == (2, 16)

    @pytest.mark.parametrize(("todos", "deals", "is_led"), [(7, 1, False), (8, 1, True), (7, 2, False), (7, 3, True)])
    def test_it_leads_to_what_could_be_handed_back_at_the_cap_of_a_day_or_above_that_of_deals(
        self, client, fs, todos, deals, is_led
    ):
        fs.deal_cap = 2
        fs.save()
        TodoFactory.create_batch(todos, deal=DealFactory(), assignee=fs, original_due_on=days_ago(-1))
        DealFactory.create_batch(deals, fs_owner=fs)
        assert ("#handback" in client.get(MINE).content.decode()) is is_led


class TestTheCountdown:
    @pytest.mark.parametrize(("days", "left"), [(17, 14), (16, None), (26, 5), (30, 1), (31, -1)])
    def test_it_begins_a_fortnight_before_the_rule_acts(self, client, fs, days, left):
        found = row_of(client, visited(fs, days)).countdown
        assert (found.left if found else None) == left

    def test_it_says_what_will_happen(self, client, fs):
        visited(fs, 26)
        assert "あと5日でインサイド戻し" in client.get(MINE).content.decode()

    def test_a_rule_that_is_off_counts_nothing_down(self, client, fs):
        Rule.objects.update(mode="off")
        assert row_of(client, visited(fs, 26)).countdown is None

    def test_a_promise_keeps_the_rule_away(self, client, fs):
        deal = visited(fs, 26)
        TodoFactory(deal=deal, promised=True, original_due_on=days_ago(-3))
        assert row_of(client, deal).countdown.is_held

    def test_a_deal_in_follow_up_counts_nothing_down(self, client, fs):
        cycle = CycleFactory(deal=visited(fs, 26))
        assert row_of(client, cycle.deal).countdown is None


class TestObjecting:
    def test_the_rule_waits_until_the_next_step(self, client, fs):
        deal = visited(fs, 26)
        client.post(reverse("followups:object", args=[deal.pk, "R-1M"]))
        exemption = RuleExemption.objects.get(deal=deal)
        assert (exemption.rule_code, exemption.expires_on) == ("R-1M", days_ago(-5))
        found = row_of(client, deal).countdown
        assert found.is_held
        assert not found.may_object

    def test_it_waits_thirty_days_at_most(self, fs):
        deal = DealFactory(fs_owner=fs, status="first_visit", created_on=days_ago(26))
        TodoFactory(deal=deal, original_due_on=days_ago(-90))
        assert object_to_return(deal.pk, "R-1M", by=fs, as_of=TODAY).expires_on == days_ago(-30)

    def test_without_a_next_step_it_is_refused(self, fs):
        deal = DealFactory(fs_owner=fs, status="first_visit", created_on=days_ago(26))
        with pytest.raises(Refused):
            object_to_return(deal.pk, "R-1M", by=fs, as_of=TODAY)

    def test_a_second_one_in_the_same_status_is_refused(self, fs):
        deal = visited(fs, 26)
        ExemptionFactory(deal=deal, rule_code="R-1M", starts_on=days_ago(20), expires_on=days_ago(5))
        with pytest.raises(Refused):
            object_to_return(deal.pk, "R-1M", by=fs, as_of=TODAY)

    def test_one_of_an_earlier_stay_does_not_count(self, fs):
        deal = visited(fs, 26)
        ExemptionFactory(deal=deal, rule_code="R-1M", starts_on=days_ago(40), expires_on=days_ago(30))
        object_to_return(deal.pk, "R-1M", by=fs, as_of=TODAY)

    @pytest.mark.parametrize("code", ["R-14", "R-99"])
    def test_a_rule_of_another_status_is_refused(self, fs, code):
        with pytest.raises(Refused):
            object_to_return(visited(fs, 26).pk, code, by=fs, as_of=TODAY)

    def test_a_colleagues_deal_is_not_his_to_object_for(self, client, fs):
        deal = visited(UserFactory(field=True), 26)
        assert client.post(reverse("followups:object", args=[deal.pk, "R-1M"])).status_code == 403


class TestTheBoard:
    def test_it_counts_and_sums_the_same_deals_by_status(self, client, fs):
        DealFactory(fs_owner=fs, status="quoted", amount=1_200_000, probability=30)
        DealFactory(fs_owner=fs, status="quoted", amount=800_000, probability=None)
        visited(fs, 3)
        columns = client.get(MINE + "&view=board").context["columns"]
        assert {status: one.count for status, one in columns.items() if one.count} == {"first_visit": 1, "quoted": 2}
        assert columns["quoted"].expected == 360_000
        assert len(columns["quoted"].rows) == 2

    def test_the_same_filter_gives_the_same_number(self, client, fs):
        DealFactory(fs_owner=fs, status="quoted", name="シフト")
        DealFactory(fs_owner=fs, status="ongoing", name="勤怠")
        asked = MINE + "&q=シフト"
        board = client.get(asked + "&view=board").context["columns"]
        assert sum(one.count for one in board.values()) == len(client.get(asked).context["rows"]) == 1

    def test_a_card_moves_without_dragging_and_leads_back(self, client, fs):
        deal = visited(fs, 3)
        back = MINE + "&view=board"
        url = reverse("followups:advance", args=[deal.pk])
        page = client.post(f"{url}?next={back.replace('&', '%26')}", {"status": "ongoing", "on": TODAY.isoformat()})
        deal.refresh_from_db()
        assert (deal.status, page.url) == ("ongoing", back)


class TestAppointmentsFromInsideSales:
    @pytest.fixture
    def proposal(self, fs):
        cycle = CycleFactory(deal=DealFactory(fs_owner=fs, status="ongoing"))
        asking = UserFactory(inside=True, name="佐藤 美咲")
        return Proposal.objects.create(
            deal=cycle.deal, fs=fs, meeting_on=days_ago(-7), proposed_on=TODAY, proposed_by=asking
        )

    def test_it_stands_on_the_list_and_on_the_deal(self, client, proposal):
        assert client.get(MINE).context["proposals"] == [proposal]
        page = client.get(reverse("followups:deal", args=[proposal.deal_id]))
        assert page.context["reader_decides"]
        assert "佐藤 美咲" in page.content.decode()

    def test_a_colleague_may_not_answer(self, client, proposal):
        client.force_login(UserFactory(field=True))
        assert client.post(reverse("followups:accept", args=[proposal.pk])).status_code == 403

    def test_it_is_taken_by_one_press(self, client, fs, proposal):
        client.post(reverse("followups:accept", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.status == "accepted"
        assert client.get(MINE).context["proposals"] == []
        # It stood further along than `appointment`, so it stays there.
        assert (proposal.deal.status, proposal.deal.fs_owner, proposal.deal.is_followed) == ("ongoing", fs, False)

    def test_it_is_declined_with_a_reason_only(self, client, proposal):
        url = reverse("followups:decline", args=[proposal.pk])
        assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
        client.post(url, {"reason": "その日は出張"})
        proposal.refresh_from_db()
        assert (proposal.status, proposal.decline_reason) == ("declined", "その日は出張")

    def test_inside_sales_proposes_from_the_deal(self, client, fs):
        inside = UserFactory(inside=True)
        deal = CycleFactory(deal=DealFactory(fs_owner=fs), is_owner=inside).deal
        client.force_login(inside)
        url = reverse("followups:propose", args=[deal.pk])
        assert url in client.get(reverse("followups:deal", args=[deal.pk])).content.decode()
        client.post(url, {"fs": fs.pk, "meeting_on": "8/7", "meeting_time": "10:00", "way": "visit"})
        found = Proposal.objects.get(deal=deal)
        assert (found.fs, found.meeting_on, found.status) == (fs, date(2025, 8, 7), "pending")
        assert url not in client.get(reverse("followups:deal", args=[deal.pk])).content.decode()


class TestLossesToClassify:
    def lost_as_other(self, days: int) -> Deal:
        return DealFactory(lost=True, lost_reason=reason("other"), lost_in_scope=False, created_on=days_ago(days))

    @pytest.mark.parametrize(("days", "late"), [(7, 0), (8, 1)])
    def test_the_manager_sees_how_many_are_late(self, client, days, late):
        client.force_login(UserFactory(manager=True))
        self.lost_as_other(days)
        assert client.get("/deals/?classify=1").context["unclassified"].late == late

    def test_the_list_holds_them_alone(self, client):
        client.force_login(UserFactory(manager=True))
        other = self.lost_as_other(3)
        DealFactory(lost_on_price=True)
        page = client.get("/deals/?classify=1")
        assert ids(page.context["page"]) == [other.pk]
        assert reverse("followups:reclassify", args=[other.pk]) in page.content.decode()


@pytest.mark.parametrize(("view", "queries"), [("", 19), ("&view=board", 18)])
@pytest.mark.parametrize("rows", [1, 50])
def test_it_asks_as_often_for_fifty_deals_as_for_one(client, fs, django_assert_num_queries, rows, view, queries):
    for _ in range(rows):
        deal = visited(fs, 26, is_owner=UserFactory(inside=True))
        ActivityFactory(deal=deal, day=days_ago(4))
    with django_assert_num_queries(queries):
        assert client.get(MINE + view).status_code == 200
