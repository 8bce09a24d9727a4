"""What is kept of follow-ups by their day never says anything else than the rows, whatever becomes of them."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cache
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.actions import edit_activities, log_activities, undo_activity
from activities.models import Activity, PersonDay
from deals.actions import CycleEnding, Exclusion, Loss, create_deals, edit_deals, end_cycles, revive_cycles
from deals.actions import take_back_status as take_back
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd, DealStatus
from followups.actions import mark_out_of_target, reclassify_loss
from followups.cohort_days import (
    COHORT,
    NEAR,
    _extent,
    cohort_rows,
    cohorts_of,
    count_cohorts,
    kept_cohorts,
    refresh_cohorts,
    uncounted_cohorts,
)
from followups.invariants.rollups import days_of_other_cohorts
from followups.models import AppointmentDay, CohortDay, SweepRun
from followups.rollups import rebuild_rollups
from followups.rules import sweep, undo_sweep
from people import rollups
from people.composed import rows_of
from people.models import RollupMark
from people.records import Edit
from people.rollups import on_days
from people.states import Rollup
from tests.dashboards.cohorts import AS_OF, golden, hand_back, january, lose_deal, lost_deal, reopen_deal, stagnate
from tests.dashboards.rows import deal as live_deal
from tests.factories import UserFactory, reason
from tests.followups.scenes import TODAY, ago, inside, rules_in_auto
from tests.followups.scenes import live_deal as stale_deal
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

EVER = date(2024, 1, 1), date(2026, 12, 31)
DAYS = (date.max, date(2025, 3, 12), january(12))  # days that are asked as of


def truth(as_of):
    """Day, sort and number of all follow-ups, by the rows alone."""
    return Counter((is_chain, *row) for is_chain in (True, False) for row in all_rows(as_of, is_chain)())


@cache
def all_rows(as_of, is_chain):
    """Asked for hundreds of times, so composed once."""
    return rows_of(cohort_rows(as_of, is_chain=is_chain).order_by().values_list("entered_on", *COHORT))


def told(as_of):
    """The same from what is kept where it is trusted, else from the rows."""
    uncounted = uncounted_cohorts(EVER[0], min(EVER[1], as_of), as_of)
    found = Counter()
    for is_chain, *sort, rows in kept_cohorts(EVER[0], min(EVER[1], as_of), uncounted).values_list(
        "is_chain", "began_on", *COHORT, "rows"
    ):
        found[is_chain, *sort] += rows
    for is_chain in (True, False):
        rows = cohort_rows(as_of, is_chain=is_chain).filter(on_days("entered_on", uncounted)).order_by()
        found.update((is_chain, *row) for row in rows.values_list("entered_on", *COHORT))
    return found


def agree():
    """Before the tick, from what is trusted and from the rows; after it, from what is kept alone; as of any day."""
    expected = {as_of: truth(as_of) for as_of in DAYS}
    before = told(date.max) == expected[date.max] and days_of_other_cohorts() == []
    refresh_cohorts()
    assert not RollupMark.objects.filter(rollup=Rollup.COHORTS).exists()
    return before and {as_of: told(as_of) for as_of in DAYS} == expected and days_of_other_cohorts() == []


def waited():
    """After how many days the chains that there are came back, as the page is told."""
    return sorted((sort[-1] for sort in told(date.max).elements() if sort[0]), key=lambda days: days or 1000)


def at(day):
    return datetime.combine(day, time(10), timezone.get_default_timezone())


def log(made, day):
    call = Activity(kind="call", outcome="callback", occurred_at=at(day), deal=Deal.objects.get(pk=made.pk))
    return log_activities([call], by=None, as_of=max(day, AS_OF)).activities[0]


def revive(old, on, name="新しい商談"):
    return create_deals([Deal(name=name, revived_from=old, created_on=on)], by=None, as_of=on).deals[0]


def cycle_of(made):
    return FollowUpCycle.objects.filter(deal=made.pk).latest("number")


def end(made, on, how):
    end_cycles([CycleEnding(cycle_of(made), on)], end_type=how, by=None)


def reopened_and_lost_again(days=2, why="price"):
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 10))
    lose_deal(made, date(2025, 3, 10) + timedelta(days=days), why)
    return made


def out_of_target(made):
    mark_out_of_target([Exclusion(deal_id=made.pk, reason="逆営業")], by=None, as_of=date(2025, 3, 1), cause="test")


# What people do, each after a start: what is there already, and what then changes what became of it.


def begins():
    made = live_deal("A", january(1))
    yield
    stagnate("", january(10), made=made)


def goes_on_as_a_loss():
    made = stagnate("A", january(6))
    yield
    lose_deal(made, january(20), "competitor")


def goes_on_as_a_return():
    made = stagnate("A", january(6))
    hand_back(made, january(10))
    yield
    reopen_deal(made, january(20))


def lives_again():
    made = lost_deal("A", january(10), "competitor")
    yield
    reopen_deal(made, date(2025, 3, 15))


def lives_no_more():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 15))
    Deal.objects.filter(pk=made.pk).update(is_followed=False)
    yield
    revive_cycles([cycle_of(made)])


def was_none():
    made = stagnate("A", january(10))
    yield
    end(made, january(12), CycleEnd.UNDONE)


def is_excluded():
    made = lost_deal("A", january(10), "competitor")
    yield
    reclassify_loss(Loss(deal_id=made.pk, reason_id=reason("price").pk), by=None, as_of=january(20))


def has_another_reason():
    made = lost_deal("A", january(10), "competitor")
    answers = {"next_approach_on": date(2026, 1, 5), "approach_contact_text": "山田", "hook": "予算の時期"}
    other = Loss(deal_id=made.pk, reason_id=reason("deprioritised").pk, **answers)
    yield
    reclassify_loss(other, by=None, as_of=january(20))


def has_another_trigger():
    made = lost_deal("A", january(10), "competitor")
    yield
    edit_deals([Edit(made.pk, {"change_trigger": "budget"})])


def moves_to_another_day():
    made = lost_deal("A", january(10), "competitor")
    yield
    edit_deals([Edit(made.pk, {"closed_on": january(4)})])


def is_revived_by_a_new_deal():
    old = lost_deal("A", january(10), "competitor")
    yield
    revive(old, date(2025, 3, 1))


def is_revived_after_a_person_had_closed_it():
    old = lost_deal("A", january(10), "competitor")
    end(old, january(20), CycleEnd.CLOSED_BY_USER)
    yield
    revive(old, date(2025, 3, 1))


def revived_and_closed():
    old = lost_deal("A", january(10), "competitor")
    end(old, january(20), CycleEnd.CLOSED_BY_USER)
    return old, revive(old, date(2025, 3, 1))


def the_new_deal_is_lost_at_once():
    _old, new = revived_and_closed()
    yield
    lose_deal(new, date(2025, 3, 5), "competitor")


def the_new_deal_is_lost_at_once_for_a_reason_that_is_not_followed_up():
    _old, new = revived_and_closed()
    yield
    lose_deal(new, date(2025, 3, 5), "price")


def the_new_deal_is_out_of_target():
    _old, new = revived_and_closed()
    yield
    out_of_target(new)


def the_new_deal_is_a_target_after_all():
    _old, new = revived_and_closed()
    out_of_target(new)
    yield
    take_back(new.pk, by=None, as_of=date(2025, 3, 2), cause="test")


def the_new_deal_was_made_on_another_day():
    _old, new = revived_and_closed()
    yield
    edit_deals([Edit(new.pk, {"created_on": date(2025, 2, 1)})])


def the_new_deal_is_said_to_revive_another():
    _old, new = revived_and_closed()
    other = lost_deal("B", january(14), "competitor")
    end(other, january(20), CycleEnd.CLOSED_BY_USER)
    yield
    edit_deals([Edit(new.pk, {"revived_from": other})])


def the_new_deal_is_said_to_revive_none():
    _old, new = revived_and_closed()
    yield
    edit_deals([Edit(new.pk, {"revived_from": None})])


def an_old_deal_is_said_to_revive_another():
    old = lost_deal("A", january(10), "competitor")
    new = live_deal("B", date(2025, 2, 2))
    yield
    edit_deals([Edit(new.pk, {"revived_from_id": old.pk})])


def is_lost_again_within_the_week():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 10))
    yield
    lose_deal(made, date(2025, 3, 12), "price")


def the_second_loss_was_later():
    made = reopened_and_lost_again()
    yield
    edit_deals([Edit(made.pk, {"closed_on": date(2025, 3, 18)})])


def a_contact_before_the_second_loss_comes_in_late():
    made = reopened_and_lost_again()
    yield
    log(made, date(2025, 3, 11))


def a_contact_before_the_second_loss_is_taken_back():
    made = reopened_and_lost_again()
    call = log(made, date(2025, 3, 12))
    yield
    undo_activity(call.pk, now=call.created_at, by=None, as_of=AS_OF)


def a_contact_before_the_second_loss_was_on_another_day():
    made = reopened_and_lost_again()
    call = log(made, date(2025, 3, 12))
    yield
    edit_activities([Edit(call.pk, {"occurred_at": at(date(2025, 3, 13))})], by=None, as_of=AS_OF)


def a_contact_before_the_second_loss_was_with_another():
    made, other = reopened_and_lost_again(), live_deal("B", january(1))
    call = log(made, date(2025, 3, 12))
    yield
    edit_activities([Edit(call.pk, {"deal": other})], by=None, as_of=AS_OF)


def a_contact_comes_in_late_though_the_deal_has_moved_on():
    made = reopened_and_lost_again()
    reopen_deal(made, date(2025, 3, 12))
    Deal.objects.filter(pk=made.pk).update(status_entered_on=date(2025, 3, 1))
    yield
    log(made, date(2025, 3, 11))


def a_contact_of_the_new_deal_comes_in_late():
    _old, new = revived_and_closed()
    lose_deal(new, date(2025, 3, 5), "competitor")
    yield
    log(new, date(2025, 3, 3))


def is_out_of_target():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 2, 15))
    yield
    out_of_target(made)


def is_a_target_after_all():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 2, 15))
    out_of_target(made)
    yield
    assert take_back(made.pk, by=None, as_of=date(2025, 3, 2), cause="test")


def stale_tonight():
    rules_in_auto()
    inside("佐藤 美咲")
    stale_deal(last_contact_on=ago(90))


def the_sweep_finds_it():
    stale_tonight()
    yield
    sweep(as_of=TODAY)


def the_sweep_is_undone():
    stale_tonight()
    sweep(as_of=TODAY)
    yield
    undo_sweep(SweepRun.objects.get().pk, by=UserFactory(), as_of=TODAY)


SCENES = (
    begins, goes_on_as_a_loss, goes_on_as_a_return, lives_again, lives_no_more, was_none, is_excluded,
    has_another_reason, has_another_trigger, moves_to_another_day, is_revived_by_a_new_deal,
    is_revived_after_a_person_had_closed_it, the_new_deal_is_lost_at_once,
    the_new_deal_is_lost_at_once_for_a_reason_that_is_not_followed_up, the_new_deal_is_out_of_target,
    the_new_deal_is_a_target_after_all, the_new_deal_was_made_on_another_day, the_new_deal_is_said_to_revive_another,
    the_new_deal_is_said_to_revive_none, an_old_deal_is_said_to_revive_another, is_lost_again_within_the_week,
    the_second_loss_was_later, a_contact_before_the_second_loss_comes_in_late,
    a_contact_before_the_second_loss_is_taken_back, a_contact_before_the_second_loss_was_on_another_day,
    a_contact_before_the_second_loss_was_with_another, a_contact_comes_in_late_though_the_deal_has_moved_on,
    a_contact_of_the_new_deal_comes_in_late, is_out_of_target, is_a_target_after_all, the_sweep_finds_it,
    the_sweep_is_undone,
)  # fmt: skip


def play(scene):
    """The scene up to its change, all counted; then the change."""
    lost_deal("遠い商談", date(2024, 6, 1), "competitor")  # the days between are counted too
    lost_deal("遠い商談", date(2025, 12, 1), "competitor")
    steps = scene()
    next(steps)
    refresh_cohorts()
    before = truth(date.max)
    assert next(steps, None) is None
    assert truth(date.max) != before


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_follow_up_counts_at_once_and_after_the_tick(scene):
    play(scene)
    assert agree()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_without_its_marks_the_page_would_be_told_what_was(scene):
    play(scene)
    RollupMark.objects.filter(rollup=Rollup.COHORTS).delete()
    assert told(date.max) != truth(date.max)
    assert days_of_other_cohorts() != []
    rebuild_rollups()
    assert agree()


def test_the_golden_deals_are_told_from_what_is_kept():
    golden()
    refresh_cohorts()
    assert uncounted_cohorts(january(1), january(31), date.max)[:5] == [january(day) for day in range(1, 6)]
    assert agree()
    assert waited() == [28, 64, 124, 186, None, None, None]


def test_what_happened_later_is_read_from_the_rows():
    reopen_deal(lost_deal("A", january(10), "competitor"), date(2025, 3, 15))
    lost_deal("B", january(20), "competitor")
    refresh_cohorts()
    assert uncounted_cohorts(january(10), january(20), date(2025, 3, 15)) == []
    assert uncounted_cohorts(january(10), january(20), date(2025, 3, 14)) == [january(10)]
    assert agree()


@pytest.mark.parametrize("happens", [lambda made: lose_deal(made, date(2025, 3, 12), "price"), out_of_target])
def test_a_loss_or_an_exclusion_of_a_coming_day_does_not_count_yet(happens):
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 2, 10))
    happens(made)
    assert agree()


def test_what_was_never_counted_is_never_trusted():
    lost_deal("A", january(10), "competitor")
    assert uncounted_cohorts(january(10), january(10), AS_OF) == [january(10)]
    assert agree()
    FollowUpCycle.objects.update(entered_on=january(5))  # past the product, before all that was counted
    assert uncounted_cohorts(january(5), january(5), AS_OF) == [january(5)]


def test_a_count_that_was_changed_by_hand_is_found_and_mended():
    lost_deal("A", january(10), "competitor")
    refresh_cohorts()
    CohortDay.objects.filter(is_chain=True).update(rows=2)
    assert days_of_other_cohorts() == [20250110]
    rebuild_rollups()
    assert agree()


@pytest.mark.parametrize("kept", [CohortDay, AppointmentDay, PersonDay], ids=lambda kept: kept.__name__)
def test_no_sort_is_kept_twice_even_where_nothing_is_known_of_it(kept):
    unknown = {
        CohortDay: {"began_on": AS_OF, "is_chain": True, "kind": "stagnant"},
        AppointmentDay: {"won_on": AS_OF, "channel": "new"},
        PersonDay: {"done_on": AS_OF, "volume": 1, "calls": 0, "connected": 0, "appointments": 0},
    }[kept]
    counts = {} if kept is PersonDay else {"rows": 1}
    kept.objects.create(**unknown, **counts)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.objects.create(**unknown, **counts)


def test_days_near_each_other_are_counted_together_and_far_ones_apart():
    counted = []

    def count(first_on, last_on):
        counted.append((first_on, last_on))
        count_cohorts(first_on, last_on)

    lost_deal("A", january(1), "competitor")
    lost_deal("B", january(31), "competitor")
    refresh_cohorts()
    for day in (january(2), january(2) + NEAR, january(31)):
        rollups.touch(Rollup.COHORTS, [(day, day)])
    rollups.refresh(Rollup.COHORTS, count, _extent, near=NEAR)
    assert counted == [(january(2), january(16)), (january(31), january(31))]


def test_an_ordinary_call_asks_nothing_more_for_the_follow_ups():
    made = lost_deal("A", january(10), "competitor")
    log(made, AS_OF - timedelta(days=1))
    RollupMark.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        log(made, AS_OF)
    (marking,) = [query["sql"] for query in asked if "people_rollupmark" in query["sql"]]
    assert "dealloss" not in marking
    assert set(RollupMark.objects.values_list("rollup", flat=True)) == {Rollup.VOLUME}


steps = st.one_of(
    st.tuples(st.just("lose"), st.sampled_from(["deal", "new"]), st.sampled_from(["competitor", "price"])),
    st.tuples(st.sampled_from(["reopen", "stagnate", "hand_back", "exclude", "reclassify"]), st.just("deal")),
    st.tuples(st.just("revive")),
    st.tuples(st.just("undo_revival"), st.booleans()),
    st.tuples(st.just("call"), st.sampled_from(["deal", "new"]), st.sampled_from([0, 1, 3, 8])),
    st.tuples(st.sampled_from(["undo_call", "move_call"])),
    st.tuples(st.just("correct"), st.sampled_from(["deal", "new"]), st.sampled_from([-8, -3, 1, 9])),
    st.tuples(st.just("tick")),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 5, 8, 30])),
)


class World:
    """A deal that is followed up, and a new one that revives it; each step is a verb of the product."""

    def __init__(self) -> None:
        self.today = january(10)
        self.deal = lost_deal("A", january(10), "competitor")
        self.new = self.call_made = None

    def status(self, name):
        made = getattr(self, name)
        return made and Deal.objects.get(pk=made.pk).status

    def wait(self, days):
        self.today += timedelta(days=days)

    def lose(self, name, why):
        if self.status(name) not in (None, DealStatus.LOST, DealStatus.OUT_OF_TARGET):
            lose_deal(getattr(self, name), self.today, why)

    def reopen(self, name):
        if self.status(name) in (DealStatus.LOST, DealStatus.RETURNED_TO_IS) or self.open_cycle:
            reopen_deal(self.deal, self.today)

    def stagnate(self, name):
        if self.status(name) == DealStatus.ONGOING and not self.open_cycle:
            stagnate("", self.today, made=self.deal)

    def hand_back(self, name):
        if self.status(name) == DealStatus.ONGOING:
            hand_back(self.deal, self.today)

    def exclude(self, name):
        if self.status(name) not in (None, DealStatus.OUT_OF_TARGET):
            out_of_target(self.deal)

    def reclassify(self, name):
        if self.status(name) == DealStatus.LOST:
            loss = Loss(deal_id=self.deal.pk, reason_id=reason("price").pk)
            reclassify_loss(loss, by=None, as_of=self.today)

    def revive(self):
        self.new = self.new or revive(self.deal, self.today)

    def undo_revival(self, is_undone):
        if self.new:
            edit_deals([Edit(self.new.pk, {"revived_from": None if is_undone else self.deal})])

    def call(self, name, age):
        if getattr(self, name):
            self.call_made = log(getattr(self, name), self.today - timedelta(days=age))

    def undo_call(self):
        if self.call_made:
            undo_activity(self.call_made.pk, now=self.call_made.created_at, by=None, as_of=AS_OF)
            self.call_made = None

    def move_call(self):
        if self.call_made:
            edit_activities([Edit(self.call_made.pk, {"occurred_at": at(self.today)})], by=None, as_of=date.max)

    def correct(self, name, days):
        if self.status(name) == DealStatus.LOST:
            made = Deal.objects.get(pk=getattr(self, name).pk)
            edit_deals([Edit(made.pk, {"closed_on": made.closed_on + timedelta(days=days)})])

    def tick(self):
        refresh_cohorts()

    @property
    def open_cycle(self):
        return FollowUpCycle.objects.filter(deal=self.deal, ended_on=None).first()


@worlds(6)
@given(made=st.lists(steps, min_size=4, max_size=10))
def test_what_is_kept_agrees_with_the_rows_after_every_step(made):
    with transaction.atomic():
        world = World()
        for name, *values in made:
            getattr(world, name)(*values)
            assert all(told(as_of) == truth(as_of) for as_of in (date.max, world.today)), name
        assert agree()
        transaction.set_rollback(True)


class TestATickThatCrossesAReopening:
    """A deal lives again while the tick is counting the day on which its follow-up began, and commits before it."""

    pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

    def crossing(self, made):
        def count(first_on, last_on):
            count_cohorts(first_on, last_on)
            writer = Thread(target=lambda: (reopen_deal(made, date(2025, 3, 15)), connection.close()))
            writer.start()
            writer.join()

        return count

    def test_the_day_stays_marked_and_is_read_from_its_rows(self):
        made = lost_deal("A", january(10), "competitor")
        rollups.refresh(Rollup.COHORTS, self.crossing(made), _extent)
        assert [row.waited for row in CohortDay.objects.all()] == [None, None]
        assert waited() == [64]
        assert agree()

    def test_without_the_memory_of_what_it_has_seen_the_tick_would_lose_it(self):
        made = lost_deal("A", january(10), "competitor")

        def forgetful(first_on, last_on):
            self.crossing(made)(first_on, last_on)
            RollupMark.objects.all().delete()

        rollups.refresh(Rollup.COHORTS, forgetful, _extent)
        assert waited() == [None]
        assert days_of_other_cohorts() == [20250110]


def test_both_sorts_of_a_day_are_counted():
    stagnate("A", january(10))
    assert [list(cohorts_of(is_chain, Q())) for is_chain in (True, False)] == [
        [(january(10), "stagnant", None, "", None, 1)]
    ] * 2
