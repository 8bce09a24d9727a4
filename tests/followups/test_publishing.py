"""From a draft to a rule in force that everybody has been told of."""

from datetime import timedelta

import pytest

from deals.models import FollowUpCycle
from followups.models import Announcement, Receipt, Rule, RuleDraft, RuleVersion
from followups.rules import plan, sweep
from followups.rules.publishing import Publication, as_it_would_be, publish, save_draft, withdraw
from followups.rules.seen import mark_of_trial
from followups.rules.settings import change_rule, content
from people.refusal import Conflict, Refused
from tests.followups.scenes import TODAY, ago, inside, live_deal

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def ryo():
    return inside("山口 亮")


def mark(by, as_of=TODAY, code="R-60", **changed):
    rule = Rule.objects.get(code=code)
    return mark_of_trial(code, rule.version, content(as_it_would_be(rule, changed)), by=by, as_of=as_of)


def published(by, *, effective_on=TODAY, existing=True, seen=None, version=None, code="R-60", **changed):
    rule = Rule.objects.get(code=code)
    publication = Publication(
        content=changed, seen=mark(by, code=code, **changed) if seen is None else seen,
        version=version or rule.version, effective_on=effective_on, applies_to_existing=existing, reason="着電率",
    )  # fmt: skip
    return publish(code=code, publication=publication, by=by, as_of=TODAY)


def test_it_is_in_force_at_once_has_a_version_and_is_announced(ryo):
    made = published(ryo, value=45, mode="auto")
    rule = Rule.objects.get(code="R-60")
    assert (rule.value, rule.mode, rule.version) == (45, "auto", 2)
    assert (made.version, made.enacted_on, made.before["value"], made.after["value"]) == (2, TODAY, 60, 45)
    assert made.changes == {"value": 45, "mode": "auto"}
    assert RuleVersion.objects.get(rule=rule, version=2).changed_by == ryo
    assert Receipt.objects.get(announcement=made).user == ryo  # who publishes it has read it


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("nothing", {"value": 45}),
        ("another limit", {"value": 45}),
        ("another person", {"value": 45}),
        ("yesterday", {"value": 45}),
    ],
)
def test_what_was_not_tried_like_this_by_this_person_today_is_refused(ryo, told, asked):
    marks = {
        "nothing": "",
        "another limit": mark(ryo, value=46),
        "another person": mark(inside(), value=45),
        "yesterday": mark(ryo, ago(1), value=45),
    }
    with pytest.raises(Refused):
        published(ryo, seen=marks[told], **asked)
    assert not Announcement.objects.exists()
    assert Rule.objects.get(code="R-60").value == 60


def test_a_trial_against_an_older_version_is_no_trial_of_this_one(ryo):
    old = mark(ryo, value=45)
    change_rule(rule=Rule.objects.get(code="R-60"), changes={"priority": 31}, by=None, as_of=TODAY)
    with pytest.raises(Refused):
        published(ryo, seen=old, value=45)


def test_of_two_admins_the_second_is_told_and_nothing_of_his_is_written(ryo):
    published(ryo, value=45)
    with pytest.raises(Conflict):
        published(inside(), version=1, value=30)
    assert Rule.objects.get(code="R-60").value == 45


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": 0}, "value"),
        ({"value": 10_000}, "value"),
        ({"statuses": []}, "statuses"),
        ({"statuses": ["contacting"], "mode": "auto"}, "statuses"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(ryo, changed, field):
    Rule.objects.filter(code="R-14").update(mode="auto")
    with pytest.raises(Refused) as refused:
        published(ryo, **changed)
    assert list(refused.value.errors) == [field]
    with pytest.raises(Refused):
        save_draft(code="R-60", changed=changed, by=ryo)


@pytest.mark.parametrize(
    ("unit", "value", "is_refused"),
    [("day", 3650, False), ("day", 3651, True), ("week", 521, False), ("week", 522, True), ("month", 120, False),
     ("month", 121, True)],
)  # fmt: skip
def test_ten_years_are_the_longest_limit(ryo, unit, value, is_refused):
    if not is_refused:
        assert published(ryo, value=value, unit=unit).after["value"] == value
        return
    with pytest.raises(Refused):
        published(ryo, value=value, unit=unit)


def test_two_rules_may_share_a_status_while_one_of_them_is_off(ryo):
    assert published(ryo, statuses=["contacting"], mode="auto").enacted_on == TODAY


def test_a_rule_that_says_the_same_is_not_announced(ryo):
    with pytest.raises(Refused):
        published(ryo)


def test_yesterday_is_refused_and_today_is_not(ryo):
    with pytest.raises(Refused):
        published(ryo, value=45, effective_on=ago(1))
    assert published(ryo, value=45, effective_on=TODAY).enacted_on == TODAY


def test_a_later_day_waits_and_the_sweep_of_that_day_puts_it_in_force(ryo):
    made = published(ryo, value=45, mode="auto", effective_on=TOMORROW)
    deal = live_deal(last_contact_on=ago(50))
    sweep(as_of=TODAY)
    assert (Rule.objects.get(code="R-60").value, FollowUpCycle.objects.count()) == (60, 0)
    assert [opening.deal_id for opening in plan(TOMORROW).openings] == [deal.pk]  # a dry run knows it already
    sweep(as_of=TOMORROW)
    made.refresh_from_db()
    cycle = FollowUpCycle.objects.get()
    assert (Rule.objects.get(code="R-60").value, made.enacted_on, cycle.rule_version) == (45, TOMORROW, 2)


def test_while_one_waits_another_is_refused_until_it_is_withdrawn(ryo):
    first = published(ryo, value=45, effective_on=TOMORROW)
    with pytest.raises(Refused):
        published(ryo, value=30)
    withdraw(first.pk)
    assert published(ryo, value=30).enacted_on == TODAY
    sweep(as_of=TOMORROW)
    assert Rule.objects.get(code="R-60").value == 30


def test_what_is_in_force_cannot_be_withdrawn(ryo):
    with pytest.raises(Refused):
        withdraw(published(ryo, value=45).pk)


def test_one_that_fits_no_longer_on_its_day_says_why_and_holds_up_nothing(ryo):
    made = published(ryo, statuses=["contacting"], mode="auto", effective_on=TOMORROW)
    Rule.objects.filter(code="R-14").update(mode="auto")
    assert sweep(as_of=TOMORROW)["run"]
    made.refresh_from_db()
    assert (made.enacted_on, "接触中" in made.refusal) == (None, True)
    assert Rule.objects.get(code="R-60").mode == "off"


def test_deals_over_the_limit_already_are_left_alone_if_so_published(ryo):
    over, reaches_it = live_deal(last_contact_on=ago(45)), live_deal(last_contact_on=ago(44))
    published(ryo, value=45, mode="auto", existing=False, effective_on=TOMORROW)
    sweep(as_of=TOMORROW)
    assert [cycle.deal for cycle in FollowUpCycle.objects.all()] == [reaches_it]
    type(over).objects.filter(pk=over.pk).update(last_contact_on=TODAY)  # its clock starts anew
    sweep(as_of=TODAY + timedelta(days=45))
    assert FollowUpCycle.objects.filter(deal=over).exists()


def test_a_draft_changes_nothing_and_is_used_up_by_publishing(ryo):
    save_draft(code="R-60", changed={"value": 45}, by=ryo)
    assert (RuleDraft.objects.get().content["value"], Rule.objects.get(code="R-60").value) == (45, 60)
    save_draft(code="R-60", changed={"value": 40}, by=ryo)
    assert RuleDraft.objects.get().content["value"] == 40
    published(ryo, value=40)
    assert not RuleDraft.objects.exists()
