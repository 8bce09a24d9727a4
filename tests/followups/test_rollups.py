"""Counts kept per day never say anything else than the rows, whatever was written and whenever they were refreshed."""

from datetime import date, datetime, time, timedelta
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.actions import edit_activities, log_activities, refresh_volume, undo_activity
from activities.actions.volumes import _extent, count_volume
from activities.models import Activity, DayVolume, PersonDay
from activities.states import CallOutcome
from activities.volumes import VOLUME, volume_by_day, volume_of, work_by_person, work_of
from followups.invariants.rollups import INVARIANTS
from followups.rollups import rebuild_rollups, refresh_rollups
from people import rollups
from people.models import RollupMark, RollupSpan
from people.records import Edit
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 1)
EVER = date(2026, 1, 1), date(2026, 12, 31)


def at(day, hour=10):
    return datetime.combine(day, time(hour), timezone.get_default_timezone())


def call(day=DAY, outcome=CallOutcome.CALLBACK, **fields):
    return Activity(kind="call", outcome=outcome, occurred_at=at(day), **fields)


@pytest.fixture
def caller():
    return UserFactory(name="佐藤")


@pytest.fixture
def log(caller):
    deal = DealFactory()

    def log_on(*days, **fields):
        calls = [call(day, deal=deal, **fields) for day in days]
        return log_activities(calls, by=caller, as_of=DAY).activities

    return log_on


def kept():
    return sorted(volume_by_day(*EVER)), sorted(work_by_person(*EVER, Q()))


def counted():
    return sorted(volume_of(Q())), sorted(work_of(Q(), "owner__name"))


def violations():
    return [violation.id for invariant in INVARIANTS for violation in invariant.violations()]


def agree():
    """Before the refresh, from the rows; after it, from what is kept."""
    before, truth = kept(), counted()
    assert violations() == []
    refresh_rollups()
    assert not RollupMark.objects.exists()
    assert RollupSpan.objects.exists() == Activity.objects.exists()
    return before == kept() == truth and violations() == []


def test_a_call_counts_at_once_and_after_the_refresh(log):
    log(DAY, DAY, DAY - timedelta(days=40))
    assert agree()
    assert sum(row.rows for row in DayVolume.objects.all()) == sum(row.volume for row in PersonDay.objects.all()) == 3
    log(DAY, DAY - timedelta(days=3))
    assert agree()


def test_a_call_taken_back_counts_no_more(log, caller):
    first, _second = log(DAY, DAY)
    refresh_rollups()
    undo_activity(first.pk, now=first.created_at, by=caller, as_of=DAY)
    assert agree()
    assert DayVolume.objects.get().rows == 1


def test_an_import_that_corrects_day_result_or_person_moves_the_counts(log):
    [logged] = log(DAY)
    refresh_rollups()
    values = {"occurred_at": at(DAY - timedelta(days=9)), "owner": UserFactory(name="鈴木"), "outcome": "appointment"}
    edit_activities([Edit(logged.pk, values)], by=None, as_of=DAY)
    assert agree()
    assert list(DayVolume.objects.values_list("done_on", "outcome")) == [(DAY - timedelta(days=9), "appointment")]
    assert PersonDay.objects.get().owner.name == "鈴木"


def test_work_that_is_nobodys_and_calls_without_a_result_are_kept_too(log):
    log_activities([call(outcome=None, is_imported=True)], by=None, as_of=DAY)
    assert agree()
    assert DayVolume.objects.get().outcome == ""
    assert (PersonDay.objects.get().owner, PersonDay.objects.get().calls) == (None, 0)


def test_meetings_and_newsletters_are_in_no_volume(caller):
    deal = DealFactory()
    visit = Activity(kind="visit", occurred_at=at(DAY), deal=deal)
    newsletter = Activity(kind="email", is_bulk=True, occurred_at=at(DAY), deal=deal)
    log_activities([visit, newsletter], by=caller, as_of=DAY)
    assert agree()
    assert not DayVolume.objects.exists()


def test_only_days_that_changed_are_counted_again(log, django_assert_num_queries):
    log(DAY, DAY - timedelta(days=9))
    assert refresh_volume() == 10
    log(DAY)
    assert refresh_volume() == 1
    log(DAY + timedelta(days=-12))
    assert refresh_volume() == 3
    with django_assert_num_queries(4):  # what was counted and what is marked, within a transaction
        assert refresh_volume() == 0


def test_logging_many_calls_of_a_day_leaves_one_mark(log):
    log(*[DAY] * 5)
    assert list(RollupMark.objects.values_list("rollup", "first_on", "last_on")) == [(VOLUME, DAY, DAY)]


@pytest.mark.parametrize("tampered", [DayVolume, PersonDay])
def test_a_count_that_was_changed_by_hand_is_found_and_mended(log, tampered):
    log(DAY)
    refresh_rollups()
    tampered.objects.all().delete()
    assert violations() == [20261001]
    assert rebuild_rollups() == 2  # the volume of the day and its appointments
    assert agree()


def test_a_row_written_past_the_product_is_found_and_mended(log, capsys):
    log(DAY)
    refresh_rollups()
    log(DAY - timedelta(days=4))
    refresh_rollups()
    Activity.objects.create(kind="call", outcome="declined", occurred_at=at(DAY - timedelta(days=2)))
    assert violations() == [20260929, 20260929]
    call_command("rebuild_rollups")
    assert capsys.readouterr().out == "10\n"
    assert agree()


def test_what_was_never_counted_is_read_from_its_rows(log):
    log(DAY)
    refresh_rollups()
    Activity.objects.create(kind="call", outcome="declined", occurred_at=at(DAY + timedelta(days=1)))
    Activity.objects.create(kind="call", outcome="declined", occurred_at=at(DAY - timedelta(days=1)))
    assert kept() == counted()
    assert violations() == []
    log(DAY - timedelta(days=2))
    assert agree()


def test_the_command_may_count_changed_days_alone(log, capsys):
    log(DAY)
    call_command("rebuild_rollups", changed=True)
    call_command("rebuild_rollups", changed=True)
    assert capsys.readouterr().out == "2\n0\n"


class TestARefreshThatCrossesAWriter:
    """A call is logged on the day while the refresh is counting it, and commits before the refresh does."""

    pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

    def crossing(self, log):
        def count(first_on, last_on):
            count_volume(first_on, last_on)
            writer = Thread(target=lambda: (log(DAY), connection.close()))
            writer.start()
            writer.join()

        return count

    def test_the_day_stays_marked_and_is_read_from_its_rows(self, log):
        log(DAY)
        rollups.refresh(VOLUME, self.crossing(log), _extent)
        assert kept() == counted()
        assert DayVolume.objects.get().rows == 1
        assert agree()

    def test_without_the_memory_of_what_it_has_seen_the_refresh_would_lose_the_call(self, log):
        log(DAY)

        def forgetful(first_on, last_on):
            self.crossing(log)(first_on, last_on)
            RollupMark.objects.all().delete()

        rollups.refresh(VOLUME, forgetful, _extent)
        assert kept() != counted()
        assert violations() == [20261001, 20261001]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("length", "looked"), [(62, 0), (63, 1)])
def test_before_many_days_are_counted_at_once_the_planner_looks_at_their_tables(log, length, looked):
    log(DAY - timedelta(days=length - 1), DAY, outcome=CallOutcome.APPOINTMENT)
    with CaptureQueriesContext(connection) as queries:
        refresh_rollups()
    assert sum(query["sql"].startswith("ANALYZE") for query in queries) == looked
    with CaptureQueriesContext(connection) as queries:
        refresh_rollups()
    assert not [query for query in queries if query["sql"].startswith("ANALYZE")]
