"""The order in which a person calls: each rule against the one below it."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from activities.models import Todo
from followups.pages.put_off import KEPT_NOTE, put_off, put_off_notes
from followups.pages.queue import (
    Tab,
    done_today,
    in_tab,
    leads_to_start,
    queue_of,
    sections,
    standing_lines,
    standings,
    tab_sizes,
)
from leads.models import AvailabilityGuess
from tests.factories import (
    TODAY,
    ActivityFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)
from tests.lines import ids

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime.combine(TODAY, time(10, 0)))


@pytest.fixture
def me():
    return UserFactory(inside=True)


def due(me, days_late=0, **fields) -> Todo:
    return TodoFactory(assignee=me, original_due_on=days_ago(days_late), **fields)


def order(me, put_off=(), now=NOW) -> list[Todo]:
    return list(queue_of(me, now, put_off))


class TestOrder:
    def test_a_promise_for_now_goes_before_an_overdue_promise(self, me):
        late = due(me, 3, promised=True)
        now = due(me, promised=True, due_time=time(10, 15))
        assert order(me) == [now, late]

    @pytest.mark.parametrize(("minute", "is_first"), [(44, False), (45, True), (59, True)])
    def test_for_now_begins_fifteen_minutes_before_and_ends_fifteen_after(self, me, minute, is_first):
        due(me, 3, promised=True)
        timed = due(me, promised=True, due_time=time(9, minute))
        assert (order(me)[0] == timed) is is_first

    def test_just_after_midnight_the_window_does_not_reach_into_yesterday(self, me):
        timed = due(me, promised=True, due_time=time(0, 5))
        late = due(me, 1)
        assert order(me, now=NOW.replace(hour=0, minute=1)) == [timed, late]

    def test_an_overdue_promise_goes_before_what_is_overdue_for_longer(self, me):
        late, promise = due(me, 9), due(me, 1, promised=True)
        assert order(me) == [promise, late]

    def test_what_is_overdue_goes_before_today_s_promise(self, me):
        promise, late = due(me, promised=True), due(me, 1)
        assert order(me) == [late, promise]

    def test_what_is_overdue_longest_goes_first(self, me):
        one, two = due(me, 1), due(me, 2)
        assert order(me) == [two, one]

    def test_today_s_promise_goes_before_the_rest_of_today(self, me):
        plain, promise = due(me, deal=DealFactory(priority=1)), due(me, promised=True)
        assert order(me) == [promise, plain]

    def test_promises_of_today_go_by_the_clock_those_without_a_time_last(self, me):
        untimed = due(me, promised=True)
        evening, noon = due(me, promised=True, due_time=time(17)), due(me, promised=True, due_time=time(12))
        assert order(me) == [noon, evening, untimed]

    def test_today_goes_by_priority_then_by_amount_times_probability(self, me):
        small = due(me, deal=DealFactory(amount=900, probability=50))
        large = due(me, deal=DealFactory(amount=500, probability=100))
        urgent = due(me, deal=DealFactory(priority=1))
        assert order(me) == [urgent, large, small]

    def test_a_new_lead_goes_behind_today(self, me):
        lead = due(me, deal=None, lead=LeadFactory())
        low = due(me, deal=DealFactory(priority=3))
        assert order(me) == [low, lead]

    def test_a_lead_somebody_has_touched_stands_among_today(self, me):
        touched = LeadFactory()
        ActivityFactory(lead=touched)
        lead = due(me, deal=None, lead=touched)
        low = due(me, deal=DealFactory(priority=3))
        assert order(me) == [lead, low]

    def test_what_was_put_off_goes_to_the_end(self, me):
        late, lead = due(me, 3), due(me, deal=None, lead=LeadFactory())
        assert order(me, put_off=[late.pk]) == [lead, late]

    def test_tomorrow_s_a_colleague_s_and_closed_ones_are_not_there(self, me):
        due(me, -1)
        due(UserFactory(inside=True))
        due(me, done=True)
        assert order(me) == []

    def test_headings_follow_the_order(self, me):
        for late in (2, 1, 0):
            due(me, late)
        queue = standings(me, NOW)
        found = sections(queue, standing_lines(queue))
        assert [(section.is_late, len(section.todos)) for section in found] == [(True, 2), (False, 1)]


class TestTabs:
    def guess(self, contact, kind, first=TODAY, last=TODAY):
        noted_by = UserFactory()
        AvailabilityGuess.objects.create(contact=contact, guess=kind, starts_on=first, ends_on=last, noted_by=noted_by)

    def shown(self, me, tab) -> list[Todo]:
        found = Todo.objects.in_bulk(ids(standing_lines(in_tab(standings(me, NOW), tab, TODAY))))
        return list(found.values())

    def avoided(self, me) -> list[Todo]:
        return self.shown(me, Tab.AVOID)

    @pytest.mark.parametrize(("kind", "is_avoided"), [("covering", True), ("peak_season", True), ("as_usual", False)])
    def test_who_is_believed_to_be_busy_is_avoided(self, me, kind, is_avoided):
        todo = due(me, contact=ContactFactory())
        self.guess(todo.contact, kind)
        assert bool(self.avoided(me)) is is_avoided
        assert bool(self.shown(me, Tab.TODAY)) is not is_avoided

    def test_a_guess_holds_on_its_first_and_last_day_alone(self, me):
        todo = due(me, contact=ContactFactory())
        self.guess(todo.contact, "covering", days_ago(9), days_ago(1))
        assert self.avoided(me) == []
        self.guess(todo.contact, "covering", days_ago(3), TODAY)
        assert self.avoided(me) == [todo]

    def test_a_promise_is_kept_in_the_busy_season_too(self, me):
        todo = due(me, contact=ContactFactory(), promised=True)
        self.guess(todo.contact, "peak_season")
        assert self.avoided(me) == []

    def test_who_must_not_be_contacted_is_avoided_even_with_a_promise(self, me):
        todo = due(me, promised=True, contact=ContactFactory(do_not_contact_reason="停止依頼"))
        assert self.avoided(me) == [todo]

    def test_each_tab_counts_what_it_shows(self, me):
        due(me, 2)
        due(me, deal=None, lead=LeadFactory())
        due(me, contact=ContactFactory(do_not_contact_reason="停止依頼"))
        sizes = tab_sizes(standings(me, NOW), TODAY)
        assert sizes == {"today": 2, "late": 1, "new": 1, "avoid": 1}
        assert all(len(self.shown(me, Tab(tab))) == size for tab, size in sizes.items())


def test_new_leads_without_a_to_do_wait_for_their_first_call(me):
    waiting = LeadFactory(owner=me)
    LeadFactory(owner=me, status="approaching")
    LeadFactory(owner=UserFactory())
    ActivityFactory(lead=LeadFactory(owner=me))
    due(me, deal=None, lead=LeadFactory(owner=me))
    assert leads_to_start(me) == [waiting]


def test_done_today_is_what_the_person_closed_today(me):
    mine = due(me, done=True, closed_by=me)
    due(me, done=True, closed_by=UserFactory())
    due(me, status="done", closed_on=days_ago(1), closed_by=me)
    assert done_today(me, TODAY) == [mine]


class TestPuttingOff:
    def test_it_keeps_the_note_that_was_begun_and_the_last_one_is_last(self, client):
        session = client.session
        put_off(session, 1, "途中", TODAY)
        put_off(session, 2, "", TODAY)
        put_off(session, 1, "x" * (KEPT_NOTE + 1), TODAY)
        assert put_off_notes(session, TODAY) == {2: "", 1: "x" * KEPT_NOTE}

    def test_tomorrow_nothing_is_put_off_any_more(self, client):
        session = client.session
        put_off(session, 1, "", TODAY)
        assert put_off_notes(session, TODAY + timedelta(days=1)) == {}
