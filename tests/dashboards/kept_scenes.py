"""What people do, for pages whose answers are kept: the scenes of follow-ups, and whatever else such a page counts."""

from datetime import date

from activities.actions import (
    Completion,
    TodoShift,
    cancel_todos,
    complete_todos,
    log_activities,
    move_todos,
    reassign_todos,
)
from activities.models import Activity, Todo
from activities.states import CancelReason
from deals.actions import OwnerChange, edit_deals, hand_over
from deals.models import Deal, DealLoss, FollowUpCycle, Product
from deals.states import CycleEnd
from followups.models import RuleExemption
from people.records import Edit
from tests.dashboards.cohorts import AS_OF, january, lose_deal, lost_deal, reopen_deal, stagnate, win_deal
from tests.dashboards.rows import deal as live_deal
from tests.factories import (
    ExemptionFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)
from tests.followups import test_cohort_days as cohort_days
from tests.followups.test_cohort_days import at, revived_and_closed


def todo(**fields):
    """One of somebody, due in the month of AS_OF."""
    staff = fields.pop("assignee", None) or UserFactory(inside=True)
    dates = {"original_due_on": days_ago(9), "created_on": days_ago(20)}
    return TodoFactory(assignee=staff, **dates | fields)


def a_deal_is_won_back():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 1))
    yield
    win_deal(made, AS_OF)


def a_deal_is_won_back_by_a_new_one():
    _old, new = revived_and_closed()
    Deal.objects.filter(pk=new.pk).update(amount=1000)
    yield
    win_deal(new, AS_OF)


def an_order_that_won_a_deal_back_is_of_another():
    _old, new = revived_and_closed()
    win_deal(new, AS_OF)
    other = lost_deal("B", january(12), "price")
    yield
    edit_deals([Edit(new.pk, {"revived_from": other})])


def an_order_is_taken_back():
    made = live_deal("A", january(1), amount=500)
    win_deal(made, AS_OF)
    yield
    Deal.objects.filter(pk=made.pk).update(status="ongoing", closed_on=None)


def the_follow_up_of_the_deal_that_a_won_one_revives_came_back():
    old, new = revived_and_closed()
    win_deal(new, AS_OF)
    yield
    FollowUpCycle.objects.filter(deal=old.pk).update(end_type=CycleEnd.REOPENED)


def a_deal_is_lost_after_it_was_won_back():
    old, new = revived_and_closed()
    win_deal(new, AS_OF)
    Deal.objects.filter(pk=old.pk).update(status="ongoing", closed_on=None, lost_reason=None, lost_in_scope=None)
    yield
    lose_deal(old, date(2025, 7, 30), "price")


def a_loss_is_of_another_owner_product_and_competitor():
    made = lost_deal("A", january(10), "competitor")
    user, product = UserFactory(field=True), Product.objects.create(name="B")
    yield
    edit_deals([Edit(made.pk, {"product": product, "competitor": "他社"})])
    hand_over([OwnerChange(made.pk, {"fs_owner": user.pk})], by=None, as_of=AS_OF)
    DealLoss.objects.filter(deal=made.pk).update(fs_owner=user)


def a_deal_is_worth_more_and_older():
    made = live_deal("A", january(1), amount=500)
    yield
    edit_deals([Edit(made.pk, {"amount": 700})])
    Deal.objects.filter(pk=made.pk).update(last_contact_on=days_ago(2))


def a_deal_goes_to_another_team():
    made, other = lost_deal("A", january(10), "competitor"), stagnate("B", january(10))
    todo(deal=other)
    team = TeamFactory()
    yield
    edit_deals([Edit(made.pk, {"team": team}), Edit(other.pk, {"team": team})])


def a_todo_is_made():
    made, staff = live_deal("A", january(1)), UserFactory(inside=True)
    yield
    TodoFactory(deal=made, assignee=staff, original_due_on=days_ago(-3))


def a_todo_of_a_lead_is_made():
    lead, staff = LeadFactory(), UserFactory(inside=True)
    yield
    todo(deal=None, lead=lead, assignee=staff)


def a_todo_of_nobody_is_made():
    staff = UserFactory(inside=True)
    yield
    todo(deal=None, is_imported=True, assignee=staff)


def a_todo_is_done():
    made = todo()
    yield
    complete_todos([Completion(made.pk)], by=made.assignee, as_of=AS_OF)


def a_todo_was_done_in_time():
    made = todo()
    yield
    Todo.objects.filter(pk=made.pk).update(status="done", closed_on=days_ago(10))


def a_todo_is_cancelled():
    made = todo()
    yield
    cancel_todos([made.pk], CancelReason.CUSTOMER, by=made.assignee, as_of=AS_OF)


def a_todo_moves():
    made = todo()
    yield
    move_todos([TodoShift(made.pk, days_ago(-4), is_agreed=True)], by=made.assignee, as_of=AS_OF, heeds_limits=False)


def a_todo_goes_to_somebody_else():
    made = todo()
    other = UserFactory(inside=True)
    yield
    reassign_todos([made.pk], other, by=None, as_of=AS_OF)


def a_todo_says_who_and_what():
    made = todo(contact_text="", subject="ご状況伺い")
    yield
    Todo.objects.filter(pk=made.pk).update(contact_text="佐藤", subject="見積の件")


def a_todo_of_a_follow_up_is_done():
    made = TodoFactory(rule_made=True, original_due_on=days_ago(3), assignee=UserFactory(inside=True))
    yield
    complete_todos([Completion(made.pk)], by=made.assignee, as_of=AS_OF)


def a_call_is_logged():
    made, caller = live_deal("A", january(1)), UserFactory(inside=True)
    yield
    call = Activity(kind="call", outcome="callback", occurred_at=at(days_ago(1)), deal=made, owner=caller)
    log_activities([call], by=caller, as_of=AS_OF)


def a_call_to_a_lead_is_logged():
    lead, caller = LeadFactory(), UserFactory(inside=True)
    yield
    call = Activity(kind="call", outcome="callback", occurred_at=at(days_ago(1)), lead=lead, owner=caller)
    log_activities([call], by=caller, as_of=AS_OF)


def a_call_of_nobody_goes():
    caller = UserFactory(inside=True)
    call = Activity.objects.create(kind="call", outcome="callback", occurred_at=at(days_ago(1)), owner=caller)
    yield
    call.delete()


def a_call_names_its_next_step():
    caller = UserFactory(inside=True)
    call = Activity(kind="call", outcome="callback", occurred_at=at(days_ago(1)), owner=caller)
    call.deal, call.lead = live_deal("A", january(1)), LeadFactory()
    call.save()
    yield
    TodoFactory(deal=None, lead=call.lead, assignee=caller, created_at=call.created_at)


def an_approach_comes_due():
    made = lost_deal("A", january(10), "competitor")
    yield
    Deal.objects.filter(pk=made.pk).update(next_approach_on=days_ago(2))
    made.cycles.update(next_approach_on=days_ago(2))


def a_deal_was_lost_in_the_year_before():
    yield
    lost_deal("A", date(2024, 6, 3), "competitor")


def a_deal_is_left_alone():
    made = live_deal("A", january(1))
    yield
    ExemptionFactory(deal=made, starts_on=days_ago(3))


def a_deal_is_left_alone_no_longer():
    made = ExemptionFactory(deal=live_deal("A", january(1)), starts_on=days_ago(3))
    yield
    RuleExemption.objects.filter(pk=made.pk).delete()


def a_deal_with_its_work_goes():
    made = live_deal("A", january(1), amount=9)
    todo(deal=made)
    yield
    Todo.objects.filter(deal=made.pk).delete()
    Deal.objects.filter(pk=made.pk).delete()


OWN = (
    a_deal_is_won_back, a_deal_is_won_back_by_a_new_one, an_order_that_won_a_deal_back_is_of_another,
    an_order_is_taken_back, the_follow_up_of_the_deal_that_a_won_one_revives_came_back,
    a_deal_is_lost_after_it_was_won_back, a_loss_is_of_another_owner_product_and_competitor,
    a_deal_is_worth_more_and_older, a_deal_goes_to_another_team, a_todo_is_made, a_todo_was_done_in_time,
    a_todo_is_cancelled, a_call_names_its_next_step, a_deal_was_lost_in_the_year_before, a_todo_of_a_lead_is_made,
    a_todo_of_nobody_is_made, a_todo_is_done, a_todo_moves, a_todo_goes_to_somebody_else, a_todo_says_who_and_what,
    a_todo_of_a_follow_up_is_done, a_call_is_logged, a_call_to_a_lead_is_logged, a_call_of_nobody_goes,
    an_approach_comes_due, a_deal_is_left_alone, a_deal_is_left_alone_no_longer, a_deal_with_its_work_goes,
)  # fmt: skip
SCENES = (*cohort_days.SCENES, *OWN)
