"""Appointments kept per day never say anything else than the rows, whatever is logged, taken back or corrected."""

from datetime import date, datetime, time, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.actions import edit_activities, log_activities, undo_activity
from activities.models import Activity
from deals.actions import CycleEnding, edit_deals, end_cycles, open_cycles, revive_cycles
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd
from followups.appointment_days import (
    _extent,
    appointments_of,
    count_appointments,
    refresh_appointments,
    won_by_day,
    won_by_source,
)
from followups.invariants.rollups import days_of_other_appointments
from followups.models import AppointmentDay, SweepRun
from followups.rules import sweep, undo_sweep
from leads.actions import edit_leads
from people import rollups
from people.models import RollupMark
from people.records import Edit
from people.states import Role, Rollup
from tests.factories import TODAY, CycleFactory, DealFactory, LeadFactory, SourceFactory, UserFactory
from tests.followups.scenes import ago, inside, live_deal, person, rules_in_auto
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

DAY = TODAY
EVER = DAY - timedelta(days=200), DAY + timedelta(days=20)


def at(day):
    return datetime.combine(day, time(10), timezone.get_default_timezone())


def won(day, **subject):
    return Activity(kind="call", outcome="appointment", occurred_at=at(day), **subject)


def log(day, **subject):
    return log_activities([won(day, **subject)], by=None, as_of=DAY).activities[0]


def truth():
    return {
        (day, source, channel): n for source, day, channel, n in appointments_of(Q(), "name", "occurred_on", "channel")
    }


def kept():
    days = {day for day, *_rest in truth()} | set(AppointmentDay.objects.values_list("won_on", flat=True))
    return {
        (day, source, channel): n
        for day in days for (source, channel), n in won_by_source(day, day).items()
    }  # fmt: skip


def agree():
    """Before the tick, from what is trusted and from the rows; after it, from what is kept alone."""
    expected = truth()
    before = kept() == expected and days_of_other_appointments() == []
    refresh_appointments()
    assert not RollupMark.objects.filter(rollup=Rollup.APPOINTMENTS).exists()
    assert sum(won_by_day(*EVER).values()) == sum(expected.values()) == sum(won_by_source(*EVER).values())
    return before and kept() == expected and days_of_other_appointments() == []


@pytest.fixture
def deal():
    return DealFactory(source=SourceFactory(name="展示会"), lead=LeadFactory(source=SourceFactory(name="Web")))


def test_an_appointment_counts_at_once_and_after_the_tick(deal):
    log(DAY - timedelta(days=30), deal=deal)
    assert agree()
    log(DAY, deal=deal)
    assert agree()
    assert sum(won_by_day(*EVER).values()) == 2


def test_a_backdated_appointment_takes_the_days_after_it_along(deal):
    log(DAY - timedelta(days=14), deal=deal)
    refresh_appointments()
    log(DAY - timedelta(days=28), deal=deal)
    assert agree()
    assert dict(won_by_day(*EVER)) == {DAY - timedelta(days=28): 1}


def test_an_appointment_taken_back_gives_the_next_one_its_place(deal):
    first = log(DAY - timedelta(days=1), deal=deal)
    log(DAY, deal=deal)
    refresh_appointments()
    undo_activity(first.pk, now=first.created_at, by=None, as_of=DAY)
    assert agree()
    assert dict(won_by_day(*EVER)) == {DAY: 1}


def test_a_sweep_gives_the_appointments_of_its_day_a_channel_and_its_undo_takes_it_back():
    rules_in_auto()
    stale = live_deal(last_contact_on=ago(90), is_owner=inside("佐藤 美咲"), fs_owner=person("中村 拓也", Role.FS))
    won(DAY, deal=stale).save()  # past the product, so that the deal stays stale
    refresh_appointments()
    assert won_by_source(*EVER) == {(None, "new"): 1}
    sweep(as_of=DAY)
    assert agree()
    assert won_by_source(*EVER) == {(None, "stagnant"): 1}
    undo_sweep(SweepRun.objects.get().pk, by=UserFactory(), as_of=DAY)
    assert agree()
    assert won_by_source(*EVER) == {(None, "new"): 1}


def test_a_loss_that_is_corrected_to_an_earlier_day_takes_the_channel_along():
    cycle = CycleFactory(lost=True, entered_on=DAY - timedelta(days=3), deal__closed_on=DAY - timedelta(days=3))
    log(DAY - timedelta(days=5), deal=cycle.deal)
    refresh_appointments()
    assert won_by_source(*EVER) == {(None, "new"): 1}
    edit_deals([Edit(cycle.deal_id, {"closed_on": DAY - timedelta(days=9)})])
    assert agree()
    assert won_by_source(*EVER) == {(None, "lost"): 1}


def test_days_that_a_mark_for_ever_names_are_those_that_were_counted(deal):
    log(DAY - timedelta(days=40), deal=deal)
    refresh_appointments()
    rollups.touch(Rollup.APPOINTMENTS, [(date(2020, 1, 1), rollups.FOR_EVER)])
    assert refresh_appointments() == 1
    rollups.touch(Rollup.APPOINTMENTS, [(DAY, rollups.FOR_EVER)])
    assert refresh_appointments() == 0
    assert agree()


steps = st.one_of(
    st.tuples(st.just("call"), st.sampled_from(["deal", "other", "lead"]), st.sampled_from([0, 1, 13, 14, 15, 29])),
    st.tuples(st.just("move"), st.sampled_from(["deal", "other", "lead"]), st.sampled_from([0, 2, 14, 16])),
    st.tuples(st.just("undo")),
    st.tuples(st.just("open"), st.sampled_from([0, 5, 14, 20]), st.sampled_from(["stagnant", "returned"])),
    st.tuples(st.just("end"), st.sampled_from([0, 3, 10]), st.sampled_from([CycleEnd.REOPENED, CycleEnd.UNDONE])),
    st.tuples(st.just("revive")),
    st.tuples(st.just("source"), st.sampled_from(["Web", "紹介"])),
    st.tuples(st.just("source_of_lead"), st.sampled_from(["Web", "紹介"])),
    st.tuples(st.just("lead_of_deal"), st.booleans()),
    st.tuples(st.just("tick")),
)


class World:
    """Two deals, one of the lead, and a lead; each step is a verb of the product."""

    def __init__(self) -> None:
        self.lead = LeadFactory(source=SourceFactory(name="展示会"))
        self.deal = DealFactory(lead=self.lead, created_on=DAY - timedelta(days=60))
        self.other = DealFactory(created_on=DAY - timedelta(days=60))
        self.sources = {name: SourceFactory(name=name) for name in ("Web", "紹介")}
        self.calls: list[Activity] = []

    def call(self, subject, age):
        about = {"lead": self.lead} if subject == "lead" else {"deal": getattr(self, subject)}
        self.calls.append(log(DAY - timedelta(days=age), **about))

    def move(self, subject, age):
        """The newest call was another's, on another day."""
        if self.calls:
            is_lead = subject == "lead"
            about = {"lead": self.lead if is_lead else None, "deal": None if is_lead else getattr(self, subject)}
            values = {"occurred_at": at(DAY - timedelta(days=age)), **about}
            edit_activities([Edit(self.calls[-1].pk, values)], by=None, as_of=DAY)

    def undo(self):
        if self.calls:
            call = self.calls.pop()
            undo_activity(call.pk, now=call.created_at, by=None, as_of=DAY)

    def open(self, age, kind):
        if not self.open_cycle:
            day = DAY - timedelta(days=age)
            after = day if kind == "returned" else None
            open_cycles([FollowUpCycle(deal=self.deal, kind=kind, entered_on=day, next_approach_on=after)])

    def end(self, age, how):
        if self.open_cycle:
            end_cycles([CycleEnding(self.open_cycle, DAY - timedelta(days=age))], end_type=how, by=None)

    def revive(self):
        last = FollowUpCycle.objects.filter(deal=self.deal).order_by("number").last()
        if last and not self.open_cycle:
            revive_cycles([last])

    def source(self, name):
        edit_deals([Edit(self.deal.pk, {"source": self.sources[name]})])

    def source_of_lead(self, name):
        edit_leads([Edit(self.lead.pk, {"source": self.sources[name]})])

    def lead_of_deal(self, has_it):
        edit_deals([Edit(self.deal.pk, {"lead": self.lead if has_it else None})])

    def tick(self):
        refresh_appointments()

    @property
    def open_cycle(self):
        return FollowUpCycle.objects.filter(deal=self.deal, ended_on=None).first()


@worlds(10)
@given(made=st.lists(steps, min_size=3, max_size=10))
def test_what_is_kept_agrees_with_the_rows_after_every_step(made):
    with transaction.atomic():
        world = World()
        for name, *values in made:
            getattr(world, name)(*values)
            assert kept() == truth(), name
        assert agree()
        transaction.set_rollback(True)


class TestATickThatCrossesACaller:
    """An appointment is won on the day while the tick is counting it, and commits before the tick does."""

    pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

    def test_the_day_stays_marked_and_is_read_from_its_rows(self, deal):
        other = DealFactory()
        log(DAY, deal=deal)

        def count(first_on, last_on):
            count_appointments(first_on, last_on)
            caller = Thread(target=lambda: (log(DAY, deal=Deal.objects.get(pk=other.pk)), connection.close()))
            caller.start()
            caller.join()

        rollups.refresh(Rollup.APPOINTMENTS, count, _extent)
        assert AppointmentDay.objects.get().rows == 1
        assert won_by_day(DAY, DAY) == {DAY: 2}
        assert agree()
