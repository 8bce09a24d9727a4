"""Who is told what on which morning: the digest, the managers' notice, the announcement of returns, the alarm."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError

from followups.actions import object_to_return
from followups.models import Delivery, LeakCheck, Notice, Rule, SweepRun
from followups.notices.digests import write_digests
from followups.notices.leaks import write_leaks
from followups.notices.returns import write_returns
from followups.notices.watching import watch
from followups.rules import sweep
from people.models import Team, User
from people.working_days import load_calendar
from tests.factories import (
    TODAY,
    CycleFactory,
    DealFactory,
    ExemptionFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    at_noon,
    days_ago,
)

pytestmark = pytest.mark.django_db

SWEEP = import_module("followups.rules.sweep")
YESTERDAY = days_ago(1)
TOMORROW = days_ago(-1)  # a Friday
SATURDAY, MONDAY, TUESDAY = days_ago(-2), days_ago(-4), days_ago(-5)


def due(user: User, in_days: int = 0, **fields):
    return TodoFactory(assignee=user, original_due_on=days_ago(-in_days), **fields)


def contents(kind: str, user: User) -> list[dict]:
    return list(Notice.objects.filter(user=user, kind=kind).order_by("for_on").values_list("content", flat=True))


def digest(day: date = TODAY) -> int:
    return write_digests(day, load_calendar())


class TestDigest:
    @pytest.fixture
    def me(self):
        return UserFactory(inside=True)

    def test_it_counts_what_is_due_promised_overdue_and_new(self, me):
        due(me), due(me, promised=True)
        due(me, -1, promised=True), due(me, -9)
        due(me, 1), due(UserFactory(inside=True))
        due(me, 3, rule_made=True), due(me, rule_made=True)
        digest()
        assert contents("digest", me) == [{"due": 3, "promised": 1, "overdue": 2, "new": 2}]

    def test_a_second_run_writes_nothing(self, me):
        due(me)
        assert (digest(), digest()) == (1, 0)

    @pytest.mark.parametrize(("in_days", "count"), [(1, 0), (0, 1), (-1, 1)])
    def test_it_is_silent_while_nothing_is_due(self, me, in_days, count):
        due(me, in_days, rule_made=True)
        assert digest() == count

    def test_what_is_closed_is_not_told(self, me):
        due(me, done=True)
        assert digest() == 0

    def test_who_has_left_is_told_nothing(self):
        due(UserFactory(gone=True))
        assert digest() == 0

    def test_nobody_s_to_do_is_in_nobody_s_digest(self):
        due(None)
        assert digest() == 0

    @pytest.mark.parametrize("day", [SATURDAY, SATURDAY + timedelta(days=1), date(2025, 8, 11)])
    def test_a_day_off_is_made_up_for_by_the_next_business_day(self, me, day):
        TodoFactory(assignee=me, original_due_on=day)
        assert digest(day) == 0
        assert digest(load_calendar().add(day, 1)) == 1

    def test_an_old_debt_alone_is_told_once(self, me):
        due(me, -3)
        assert (digest(TODAY), digest(TOMORROW), digest(MONDAY)) == (1, 0, 0)

    def test_what_was_due_and_was_not_done_is_told_as_overdue(self, me):
        due(me)
        assert (digest(TODAY), digest(TOMORROW), digest(MONDAY)) == (1, 1, 0)
        assert contents("digest", me)[1]["overdue"] == 1

    def test_a_new_to_do_of_a_rule_breaks_the_silence_over_an_old_debt_and_is_new_once(self, me):
        due(me, -3)
        digest(TODAY)
        due(me, 20, rule_made=True)
        digest(TOMORROW)
        due(me, 4)
        digest(MONDAY)
        assert [told["new"] for told in contents("digest", me)] == [0, 1, 0]

    def test_what_came_on_silent_days_is_new_with_the_next_digest(self, me):
        due(me)
        digest(TODAY)
        Notice.objects.update(for_on=days_ago(7))
        due(me, 20, rule_made=True)
        assert digest(days_ago(1)) == 0
        digest(TODAY)
        assert contents("digest", me)[-1]["new"] == 1

    def test_fifty_people_cost_as_many_queries_as_one(self, me, django_assert_num_queries):
        due(me)
        calendar = load_calendar()
        with django_assert_num_queries(7):  # one of them: is there a rule that somebody has not confirmed?
            write_digests(TODAY, calendar)
        for _ in range(50):
            due(UserFactory(inside=True), 1)
        with django_assert_num_queries(7):
            write_digests(TOMORROW, calendar)


class TestLeaks:
    @pytest.fixture
    def manager(self):
        """Whose check of yesterday is signed, as on the day before the day off."""
        manager = UserFactory(manager=True)
        for day in (YESTERDAY, TOMORROW):
            self.sign(day, manager)
        return manager

    def sign(self, day: date, by: User, team: Team | None = None) -> None:
        LeakCheck.objects.create(checked_on=day, signed_by=by, team=team, run_state="current")

    def leaks(self, day: date = TODAY) -> int:
        return write_leaks(day, load_calendar())

    def test_the_manager_hears_of_both_kinds_of_leak(self, manager):
        CycleFactory(), CycleFactory()
        TodoFactory(rule_made=True, assignee=None)
        self.leaks()
        assert contents("leaks", manager) == [{"uncovered": 2, "unassigned": 1}]

    def test_nothing_is_said_while_nothing_leaks(self, manager):
        TodoFactory(rule_made=True, assignee=UserFactory(inside=True), original_due_on=days_ago(5))
        assert self.leaks() == 0

    def test_a_second_run_and_a_day_off_write_nothing(self, manager):
        CycleFactory()
        assert (self.leaks(), self.leaks(), self.leaks(SATURDAY), self.leaks(MONDAY)) == (1, 0, 0, 1)

    def test_whoever_answers_for_a_leak_check_is_told_too_and_nobody_else(self, manager):
        owner = UserFactory(inside=True)
        TeamFactory(leak_check_owner=owner), TeamFactory(leak_check_owner=manager)
        UserFactory(inside=True), UserFactory(field=True), UserFactory(manager=True, gone=True)
        CycleFactory()
        assert self.leaks() == 2
        assert set(Notice.objects.values_list("user", flat=True)) == {owner.pk, manager.pk}

    def test_an_unsigned_yesterday_is_told_although_nothing_leaks(self, manager):
        TodoFactory(rule_made=True, assignee=UserFactory(inside=True))
        LeakCheck.objects.all().delete()
        self.leaks()
        assert contents("leaks", manager) == [{"uncovered": 0, "unassigned": 0, "unsigned_on": YESTERDAY.isoformat()}]

    def test_after_days_off_yesterday_is_the_last_business_day(self, manager):
        TodoFactory(rule_made=True, assignee=UserFactory(inside=True))
        assert self.leaks(MONDAY) == 0
        LeakCheck.objects.filter(checked_on=TOMORROW).delete()
        assert self.leaks(MONDAY) == 1
        assert contents("leaks", manager)[0]["unsigned_on"] == TOMORROW.isoformat()

    def test_where_nothing_is_followed_up_there_is_nothing_to_sign(self, manager):
        LeakCheck.objects.all().delete()
        assert self.leaks() == 0

    def test_who_answers_for_a_team_is_reminded_of_that_team_alone(self, manager):
        TodoFactory(rule_made=True, assignee=UserFactory(inside=True))
        LeakCheck.objects.all().delete()
        one, other = UserFactory(inside=True), UserFactory(inside=True)
        signed, unsigned = TeamFactory(leak_check_owner=one), TeamFactory(leak_check_owner=other)
        self.sign(YESTERDAY, one, signed)
        self.leaks()
        assert unsigned.pk
        assert set(Notice.objects.values_list("user", flat=True)) == {other.pk, manager.pk}

    def test_the_signature_of_the_company_speaks_for_every_team(self, manager):
        TodoFactory(rule_made=True, assignee=UserFactory(inside=True))
        TeamFactory(leak_check_owner=UserFactory(inside=True))
        UserFactory(manager=True, team=TeamFactory())
        assert self.leaks() == 0


class TestReturns:
    """R-14 returns a deal in contacting after 14 days: on a deal of TODAY - 14 it acts today."""

    @pytest.fixture
    def seller(self):
        Rule.objects.filter(code="R-14").update(mode="auto")
        return UserFactory(field=True)

    def silent(self, seller: User, left: int, **fields):
        """A deal that the rule takes in `left` days."""
        return DealFactory(status="contacting", created_on=days_ago(14 - left), fs_owner=seller, **fields)

    def told(self, seller: User) -> list[tuple[int, str]]:
        return [(deal["deal"], deal["on"]) for told in contents("returns", seller) for deal in told["deals"]]

    # Thursday: the third business day after it is Tuesday, five days on.
    @pytest.mark.parametrize(("left", "count"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 0)])
    def test_it_comes_three_business_days_before(self, seller, left, count):
        deal = self.silent(seller, left)
        assert write_returns(TODAY, load_calendar()) == count
        assert self.told(seller) == [(deal.pk, days_ago(-left).isoformat())] * count

    def test_the_rule_takes_the_deal_on_the_day_that_was_said(self, seller):
        UserFactory(inside=True)
        deal = self.silent(seller, 5)
        write_returns(TODAY, load_calendar())
        day = date.fromisoformat(self.told(seller)[0][1])
        assert sweep(as_of=day - timedelta(days=1))["rules"]["R-14"]["returned"] == 0
        assert sweep(as_of=day)["rules"]["R-14"]["returned"] == 1
        deal.refresh_from_db()
        assert deal.status == "returned_to_is"

    def test_it_comes_once_while_the_deal_stays_in_its_status(self, seller):
        self.silent(seller, 5)
        days = (TODAY, TODAY, TOMORROW, MONDAY)
        assert [write_returns(day, load_calendar()) for day in days] == [1, 0, 0, 0]

    def test_a_new_stay_in_a_status_is_announced_anew(self, seller):
        deal = self.silent(seller, 5)
        write_returns(TODAY, load_calendar())
        deal.status_entered_on = days_ago(10)
        deal.save()
        Notice.objects.update(for_on=days_ago(1))
        assert write_returns(TODAY, load_calendar()) == 1

    def test_what_comes_after_the_notice_of_the_day_is_told_tomorrow(self, seller):
        self.silent(seller, 5)
        write_returns(TODAY, load_calendar())
        late = self.silent(seller, 5)
        assert write_returns(TODAY, load_calendar()) == 0
        assert write_returns(TOMORROW, load_calendar()) == 1
        assert self.told(seller)[-1][0] == late.pk

    @pytest.mark.parametrize(("mode", "count"), [("off", 0), ("suggest", 1), ("auto", 1)])
    def test_only_rules_that_speak_are_announced(self, seller, mode, count):
        Rule.objects.update(mode=mode)
        self.silent(seller, 5)
        assert write_returns(TODAY, load_calendar()) == count

    def test_a_rule_that_only_makes_a_to_do_is_not_announced(self, seller):
        Rule.objects.filter(code="R-60").update(mode="auto")
        DealFactory(created_on=days_ago(57), fs_owner=seller)
        assert write_returns(TODAY, load_calendar()) == 0

    def test_of_two_rules_the_one_that_acts_first_is_told(self, seller):
        Rule.objects.filter(code="R-1M").update(mode="auto", statuses=["contacting"], value=13, unit="day")
        deal = self.silent(seller, 5)
        write_returns(TODAY, load_calendar())
        assert self.told(seller) == [(deal.pk, days_ago(-4).isoformat())]

    @pytest.mark.parametrize(("until", "expected"), [(-1, -2), (-4, -5), (-5, None)])
    def test_while_an_exemption_holds_the_deal_the_day_after_it_counts(self, seller, until, expected):
        deal = self.silent(seller, -3)
        ExemptionFactory(deal=deal, rule_code="R-14", starts_on=days_ago(5), expires_on=days_ago(until))
        write_returns(TODAY, load_calendar())
        assert self.told(seller) == ([(deal.pk, days_ago(expected).isoformat())] if expected else [])

    @pytest.mark.parametrize(("in_days", "expected"), [(-1, None), (0, -1), (4, -5), (5, None)])
    def test_while_a_promise_holds_the_deal_the_day_after_it_counts(self, seller, in_days, expected):
        deal = self.silent(seller, -3)
        due(seller, in_days, promised=True, deal=deal)
        write_returns(TODAY, load_calendar())
        assert self.told(seller) == ([(deal.pk, days_ago(expected).isoformat())] if expected else [])

    def test_a_promise_does_not_hold_a_rule_that_heeds_none(self, seller):
        Rule.objects.update(is_suppressed_by_promise=False)
        deal = self.silent(seller, 5)
        due(seller, 20, promised=True, deal=deal)
        assert write_returns(TODAY, load_calendar()) == 1

    def test_who_has_objected_is_left_in_peace(self, seller):
        deal = self.silent(seller, 2)
        due(seller, 20, deal=deal)
        object_to_return(deal.pk, "R-14", by=seller, as_of=TODAY)
        assert write_returns(TODAY, load_calendar()) == 0

    def test_fifty_deals_cost_as_many_queries_as_one(self, seller, django_assert_num_queries):
        self.silent(seller, 5)
        calendar = load_calendar()
        with django_assert_num_queries(10):
            write_returns(TODAY, calendar)
        for _ in range(50):
            self.silent(UserFactory(field=True), 5)
        with django_assert_num_queries(10):
            write_returns(TOMORROW, calendar)


class TestFailures:
    @pytest.fixture
    def admin(self):
        return UserFactory(admin=True)

    def test_a_run_that_sets_rows_aside_tells_the_admins_and_nobody_else(self, admin, monkeypatch):
        UserFactory(inside=True), UserFactory(manager=True), UserFactory(admin=True, gone=True)
        deal = CycleFactory().deal

        def broken(batch, ledger):
            raise ValueError("no such day\nsecond line")

        monkeypatch.setattr(SWEEP, "write_coverings", broken)
        run = sweep(as_of=TODAY)["run"]
        told = {"run": run, "errors": 1, "deal": deal.pk, "rule": "", "text": "no such day"}
        assert contents("failure", admin) == [told | {"rule": contents("failure", admin)[0]["rule"]}]
        assert Notice.objects.count() == 1

    def test_a_run_that_breaks_off_tells_them_and_still_raises(self, admin, monkeypatch):
        def broken(as_of):
            raise RuntimeError("a bug")

        monkeypatch.setattr(SWEEP, "plan", broken)
        with pytest.raises(RuntimeError):
            sweep(as_of=TODAY)
        assert contents("failure", admin) == [{"error": "RuntimeError: a bug"}]

    def test_a_failure_to_tell_does_not_hide_the_failure(self, admin, monkeypatch):
        def broken(*_args):
            raise DatabaseError("gone")

        monkeypatch.setattr(SWEEP, "plan", broken)
        monkeypatch.setattr("followups.alarms.post", broken)
        with pytest.raises(DatabaseError, match="gone"):
            sweep(as_of=TODAY)

    def test_a_run_without_problems_and_a_dry_run_tell_nothing(self, admin):
        sweep(as_of=TODAY)
        sweep(as_of=TODAY, dry_run=True)
        assert not Notice.objects.exists()

    @pytest.mark.parametrize(("hours", "count"), [(26, 0), (27, 1)])
    def test_a_run_that_did_not_come_is_told_once_a_day(self, admin, hours, count):
        Rule.objects.update(mode="auto")
        ran_at = at_noon(TODAY) - timedelta(hours=hours)
        SweepRun.objects.create(as_of=days_ago(1), status="done", started_at=ran_at, finished_at=ran_at)
        watch(at_noon(TODAY)), watch(at_noon(TODAY))
        assert contents("failure", admin) == [{"missing_since": days_ago(1).isoformat()}] * count


class TestWhatLeavesTheProduct:
    """The list in the product has every notice; mail and chat have those that are wanted."""

    def channels(self, user: User) -> list[str]:
        return sorted(Delivery.objects.filter(notice__user=user).values_list("channel", flat=True))

    def person(self, **fields) -> User:
        return UserFactory(inside=True, password="a hash", **fields)

    def test_mail_goes_to_whom_it_reaches_and_who_wants_it(self):
        reached, unwilling = self.person(), self.person(wants_digest=False)
        silent, unable = self.person(email=None), UserFactory(inside=True)
        for user in (reached, unwilling, silent, unable):
            due(user)
        assert digest() == 4
        assert [self.channels(user) for user in (reached, unwilling, silent, unable)] == [["mail"], [], [], []]

    def test_the_demo_mails_nobody(self, settings):
        settings.MAILS_NOTICES = False
        me = self.person()
        due(me)
        assert (digest(), self.channels(me)) == (1, [])

    def test_the_chat_has_one_of_each_person_s_and_one_of_what_all_are_told(self, settings):
        settings.CHAT_WEBHOOK_URL = "http://127.0.0.1:1/"
        one, other = UserFactory(manager=True), UserFactory(manager=True, wants_leaks=False)
        due(one), due(other), CycleFactory()
        digest(), write_leaks(TODAY, load_calendar())
        TeamFactory(leak_check_owner=UserFactory())
        write_leaks(TODAY, load_calendar())
        assert (self.channels(one), self.channels(other)) == (["chat", "chat"], ["chat"])
