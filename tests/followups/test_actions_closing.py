"""Follow-ups that end for good, and deals left alone for a while."""

import pytest
from django.db import IntegrityError, transaction

from deals.actions import Exclusion, Loss, Win
from deals.models import FollowUpCycle
from followups.actions import (
    Closing,
    Exemption,
    close_cycle,
    exempt,
    mark_out_of_target,
    win,
)
from followups.models import RuleExemption
from people.models import Threshold
from people.refusal import Refused
from tests.factories import (
    TODAY,
    CycleFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
    days_ago,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside():
    return UserFactory(inside=True)


def price(deal, **answers):
    return Loss(deal_id=deal.pk, reason_id=reason("price").pk, **answers)


def history(deal):
    return list(deal.events.values_list("kind", "from_status", "to_status"))


def fresh(record):
    return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize("trait", [{}, {"lost": True}, {"returned": True}])
def test_a_won_or_excluded_deal_has_no_open_rule_made_todo(trait):
    won, excluded = CycleFactory(**trait), CycleFactory(**trait)
    todos = [TodoFactory(rule_made=True, cycle=cycle) for cycle in (won, excluded)]

    win([Win(won.deal_id)], by=None, as_of=TODAY)
    mark_out_of_target([Exclusion(excluded.deal_id, "逆営業")], by=None, as_of=TODAY)

    assert [fresh(todo).status for todo in todos] == ["superseded", "superseded"]
    assert [fresh(cycle).end_type for cycle in (won, excluded)] == ["won", "excluded"]
    assert not FollowUpCycle.objects.filter(has_open_todo=True).exists()


def test_a_follow_up_is_given_up_with_a_reason_and_the_clocks_start_anew(inside):
    todo = TodoFactory(rule_made=True)

    close_cycle([Closing(todo.deal_id, " 先方の要望 ")], by=inside, as_of=TODAY)

    cycle, deal = fresh(todo.cycle), fresh(todo.deal)
    assert (cycle.end_type, cycle.end_reason, cycle.ended_by) == ("closed_by_user", "先方の要望", inside)
    assert (deal.status, deal.is_followed, deal.no_activity_from) == ("ongoing", False, TODAY)
    assert fresh(todo).status == "superseded"
    assert history(deal) == [("cycle_ended", "", "")]


def test_giving_up_needs_a_reason_and_something_to_give_up():
    with pytest.raises(Refused) as refused:
        close_cycle([Closing(CycleFactory().deal_id, "")], by=None, as_of=TODAY)
    with pytest.raises(Refused):
        close_cycle([Closing(DealFactory().pk, "先方の要望")], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["reason"]


def test_giving_up_many_costs_as_many_queries_as_giving_up_one(django_assert_num_queries):
    for count in (1, 50):
        closings = [Closing(cycle.deal_id, "先方の要望") for cycle in CycleFactory.create_batch(count)]
        with django_assert_num_queries(11):  # one of them marks the days of appointments
            close_cycle(closings, by=None, as_of=TODAY)


@pytest.mark.parametrize(
    ("field", "gap"),
    [
        ("reason", {"reason": "　"}),
        ("expires_on", {"expires_on": days_ago(1)}),
        ("expires_on", {"expires_on": days_ago(-31)}),
    ],
)
def test_an_exemption_needs_a_reason_and_ends_within_the_limit(field, gap):
    wanted = Exemption(**{"deal_id": DealFactory().pk, "reason": "先方の要望", "expires_on": TODAY, **gap})

    with pytest.raises(Refused) as refused:
        exempt([wanted], by=UserFactory(manager=True), as_of=TODAY)

    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("days", [0, 30])
def test_an_exemption_may_last_from_one_day_to_the_limit(days):
    deal, manager = DealFactory(), UserFactory(manager=True)

    exempt([Exemption(deal.pk, "先方の要望", days_ago(-days))], by=manager, as_of=TODAY)

    stored = RuleExemption.objects.get()
    assert (stored.deal, stored.cycle, stored.starts_on, stored.by) == (deal, None, TODAY, manager)
    assert history(deal) == [("exempted", "", "")]


def test_the_limit_of_an_exemption_is_a_threshold():
    Threshold.objects.create(code="exemption_max_days", value=7)

    with pytest.raises(Refused):
        exempt([Exemption(DealFactory().pk, "先方の要望", days_ago(-8))], by=UserFactory(), as_of=TODAY)


def test_an_exemption_of_a_followed_deal_stands_in_for_its_todo():
    cycle = CycleFactory(returned=True)

    exempt([Exemption(cycle.deal_id, "先方の要望", days_ago(-5))], by=UserFactory(), as_of=TODAY)

    assert RuleExemption.objects.get().cycle == cycle


def test_a_won_deal_is_not_exempted():
    with pytest.raises(Refused):
        exempt([Exemption(DealFactory(won=True).pk, "先方の要望", TODAY)], by=UserFactory(), as_of=TODAY)


def test_a_deal_cannot_stand_in_two_open_cycles():
    cycle = CycleFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpCycle.objects.create(deal=cycle.deal, number=2, kind="stagnant", entered_on=TODAY)


def test_a_cycle_has_one_open_rule_made_todo():
    todo = TodoFactory(rule_made=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        TodoFactory(rule_made=True, cycle=todo.cycle, step=2)
