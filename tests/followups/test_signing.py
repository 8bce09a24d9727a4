"""Signing the day's check: once, by somebody who may, and with the counts that were shown (S0-31)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from deals.models import FollowUpCycle
from followups.actions.signing import may_sign, sign_leak_check
from followups.leak_counts import WATCHED, leak_counts
from followups.models import LeakCheck
from followups.progress import grace_cutoff
from followups.signatures import is_signed, unsigned_yesterday
from people.refusal import Refused
from people.working_days import load_calendar
from tests.factories import (
    TODAY,
    CycleFactory,
    ExemptionFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)  # fmt: skip

NOW = datetime.combine(TODAY, time(9, 5), timezone.get_default_timezone())
LONG_AGO = days_ago(20)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def counted(day=TODAY, team=None):
    return leak_counts(day, grace_cutoff(day), load_calendar(), team and team.pk).by_code()


def sign(by, *, day=TODAY, seen=None, now=NOW, team=None):
    return sign_leak_check(day, counted(day, team) if seen is None else seen, by=by, now=now, team=team)


@pytest.fixture
def manager(db):
    return UserFactory(manager=True)


@pytest.fixture
def trouble(db):
    """One follow-up of each kind of trouble, and one in hand."""
    staff = UserFactory(inside=True)
    CycleFactory(entered_on=LONG_AGO)
    TodoFactory(rule_made=True, cycle__entered_on=LONG_AGO)
    TodoFactory(rule_made=True, cycle__entered_on=LONG_AGO, assignee=staff, original_due_on=days_ago(1))
    TodoFactory(rule_made=True, cycle__entered_on=LONG_AGO, assignee=staff)
    exempted = CycleFactory(lost=True)
    ExemptionFactory(cycle=exempted, deal=exempted.deal, starts_on=TODAY, expires_on=TODAY)


class TestCounts:
    def test_they_say_what_stands_on_the_page(self, trouble):
        assert counted() == {
            "open": 5, "in_hand": 1, "overdue": 1, "unassigned": 1, "uncovered": 1, "exempt": 1,
            "todo_leaks": 1, "untouched": 2, "past_grace": 5, "overdue_todos": 1, "overdue_promised": 0,
            "stale_leads": 0, "no_next_step_leads": 0, "unanswered_mails": 0, "unruled": 4,
        }  # fmt: skip

    def test_a_team_counts_its_own_deals_and_its_people_s_to_dos(self, trouble):
        team = TeamFactory()
        CycleFactory(deal__team=team, entered_on=LONG_AGO)
        TodoFactory(promised=True, assignee=UserFactory(team=team), original_due_on=days_ago(1))

        counts = counted(team=team)

        assert (counts["open"], counts["uncovered"], counts["overdue_todos"]) == (1, 1, 1)
        assert (counted()["open"], counted()["overdue_todos"]) == (6, 2)

    def test_they_take_the_same_queries_whatever_there_is(self, trouble, django_assert_num_queries):
        cutoff, calendar = grace_cutoff(TODAY), load_calendar()
        for _round in range(2):
            with django_assert_num_queries(4 if connection.vendor == "postgresql" else 5):  # see `if_kept`
                leak_counts(TODAY, cutoff, calendar)
            CycleFactory.create_batch(20, entered_on=LONG_AGO)


class TestSigning:
    def test_it_keeps_who_when_what_was_seen_and_whether_the_rules_had_run(self, manager, trouble):
        check = sign(manager)

        assert (check.checked_on, check.team, check.signed_by, check.signed_at) == (TODAY, None, manager, NOW)
        assert check.counts == counted()
        assert check.run_state == "stale"

    def test_what_was_seen_stays_when_the_numbers_move_on(self, manager, trouble):
        sign(manager)
        FollowUpCycle.objects.filter(has_open_todo=False).update(ended_on=TODAY, end_type="won")

        assert LeakCheck.objects.get().counts["uncovered"] == 1
        assert counted()["uncovered"] == 0

    def test_a_second_manager_finds_the_first_signature(self, manager, trouble):
        first = sign(manager)
        CycleFactory(entered_on=LONG_AGO)

        assert sign(UserFactory(manager=True), seen={}, now=NOW + timedelta(hours=1)) == first
        assert LeakCheck.objects.get().signed_by == manager

    @pytest.mark.parametrize("code", WATCHED)
    def test_counts_that_changed_since_they_were_shown_are_refused_with_both_values(self, manager, trouble, code):
        now = counted()
        with pytest.raises(Refused) as refused:
            sign(manager, seen=now | {code: now[code] + 7})

        assert list(refused.value.errors) == [code]
        assert f"{now[code] + 7} were shown, {now[code]} stand there now" in refused.value.errors[code]
        assert not LeakCheck.objects.exists()

    def test_a_count_that_was_not_shown_is_not_signed(self, manager, trouble):
        with pytest.raises(Refused):
            sign(manager, seen={})

    @pytest.mark.parametrize(("days_from_now", "is_refused"), [(-1, False), (0, False), (1, True)])
    def test_a_day_that_has_not_come_is_refused(self, manager, days_from_now, is_refused):
        day = TODAY + timedelta(days=days_from_now)
        if is_refused:
            with pytest.raises(Refused, match="not come yet"):
                sign(manager, day=day)
        else:
            assert sign(manager, day=day).checked_on == day

    def test_after_midnight_in_tokyo_the_new_day_may_be_signed(self, manager):
        midnight = datetime.combine(TODAY, time(), timezone.get_default_timezone())
        with pytest.raises(Refused):
            sign(manager, now=midnight - timedelta(seconds=1))
        assert sign(manager, now=midnight).checked_on == TODAY


class TestWhoMaySign:
    @pytest.mark.parametrize(
        ("trait", "may"), [("manager", True), ("admin", True), ("inside", False), ("field", False), ("viewer", False)]
    )
    def test_managers_and_admins_sign_for_the_company(self, db, trait, may):
        user = UserFactory(**{trait: True})

        assert may_sign(user, None) is may
        if not may:
            with pytest.raises(Refused, match="signed by a manager"):
                sign(user)

    def test_who_answers_for_a_team_signs_for_it_and_for_no_other(self, db):
        owner = UserFactory(inside=True)
        own, other = TeamFactory(leak_check_owner=owner), TeamFactory()

        assert sign(owner, team=own).team == own
        with pytest.raises(Refused):
            sign(owner, team=other)

    def test_who_has_left_signs_nothing(self, db):
        gone = UserFactory(inside=True, gone=True)
        assert not may_sign(gone, TeamFactory(leak_check_owner=gone))


class TestWhatIsSigned:
    def test_a_signature_for_everybody_speaks_for_a_team_and_not_the_other_way_round(self, manager):
        team, other = TeamFactory(), TeamFactory()
        sign(manager, team=team)
        assert (is_signed(TODAY), is_signed(TODAY, team.pk), is_signed(TODAY, other.pk)) == (False, True, False)

        sign(manager)
        assert (is_signed(TODAY), is_signed(TODAY, other.pk)) == (True, True)
        assert LeakCheck.objects.count() == 2

    @pytest.mark.parametrize(
        ("as_of", "before"),
        [
            (date(2025, 7, 31), date(2025, 7, 30)),
            (date(2025, 8, 4), date(2025, 8, 1)),  # Monday: Friday
            (date(2025, 7, 22), date(2025, 7, 18)),  # Tuesday after Marine Day: Friday
        ],
    )
    def test_the_business_day_before_is_named_until_somebody_signs_it(self, manager, as_of, before):
        assert unsigned_yesterday(as_of, load_calendar()) == before

        sign(manager, day=before, now=datetime.combine(as_of, time(9), NOW.tzinfo))

        assert unsigned_yesterday(as_of, load_calendar()) is None

    @pytest.mark.parametrize(
        ("signed_at", "is_in_time"),
        [
            (datetime.combine(TODAY, time(0, 0), NOW.tzinfo), True),
            (datetime.combine(TODAY, time(11, 59, 59), NOW.tzinfo), True),
            (datetime.combine(TODAY, time(12, 0), NOW.tzinfo), False),
            (datetime.combine(TODAY + timedelta(days=1), time(9), NOW.tzinfo), False),
        ],
    )
    def test_a_check_counts_until_noon_of_its_day(self, manager, signed_at, is_in_time):
        sign(manager, now=signed_at)
        assert LeakCheck.objects.in_time().exists() is is_in_time


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_two_managers_leave_one_signature(self):
        assert signatures_of_two_at_once() == 1

    def test_without_the_constraint_both_would_stand_there(self):
        company = next(c for c in LeakCheck._meta.constraints if c.name.startswith("followups_a_company"))
        with connection.schema_editor() as editor:
            editor.remove_constraint(LeakCheck, company)
        try:
            assert signatures_of_two_at_once() == 2
        finally:
            LeakCheck.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(LeakCheck, company)


def signatures_of_two_at_once() -> int:
    """The second signs while the first has written and not yet committed."""
    first, second = UserFactory.create_batch(2, manager=True)

    def other():
        try:
            return sign(second)
        except LeakCheck.MultipleObjectsReturned:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            sign(first)
            waiting = pool.submit(other)
            while not waiting.done() and not somebody_waits():
                pass
        waiting.result()
    return LeakCheck.objects.count()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
