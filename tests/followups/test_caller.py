"""What stands fixed for a caller is what the separate questions say, at this very moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.capacity import Loads
from activities.models import LintPattern
from activities.purpose import empty_phrases
from followups.caller import caller
from followups.models import OutcomeEffect
from followups.outcome_effects import outcome_effects
from people.models import Absence, CompanyHoliday, RoleGrant, Threshold, User, WeekdayCap
from people.states import ThresholdCode
from people.working_days import load_calendar
from tests.factories import TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def user(today) -> User:
    person = UserFactory(roles=["IS", "FS"])
    for days in (-3, 0, 0, 5):
        TodoFactory(assignee=person, original_due_on=today + timedelta(days=days))
    for weekday in (0, 4):
        WeekdayCap.objects.create(user=person, weekday=weekday, cap=weekday + 3)
    Absence.objects.create(user=person, starts_on=today, ends_on=today + timedelta(days=2))
    return person


def as_asked_one_by_one(user, today):
    loads = Loads.load([user.pk], today, load_calendar())
    effects = {code: vars(effect) for code, effect in outcome_effects().items()}
    return (
        loads.limits,
        loads.counts,
        loads.calendar,
        sorted(empty_phrases()),
        [without_state(e) for e in effects.values()],
    )


def without_state(values):
    return {name: value for name, value in values.items() if name != "_state"}


def as_asked_at_once(user, today):
    known = caller(user, today)
    loads = known.yardstick.loads
    effects = [without_state(vars(known.effects[code])) for code in outcome_effects()]
    return loads.limits, loads.counts, loads.calendar, sorted(known.yardstick.phrases), effects


def test_one_question_says_what_the_separate_ones_say(user, today, django_assert_num_queries):
    caller(user, today)  # the first one in a process composes the question, for which SQLite is asked what it can do
    with django_assert_num_queries(1):
        caller(user, today)
    assert as_asked_at_once(user, today) == as_asked_one_by_one(user, today)


def test_it_heeds_what_anybody_has_changed_just_now_however_it_was_written(user, today):
    before = as_asked_at_once(user, today)
    CompanyHoliday.objects.create(year=today.year, month=12, day=28)
    LintPattern.objects.update(is_active=False)
    OutcomeEffect.objects.filter(outcome="callback").update(next_value=9)
    RoleGrant.objects.filter(user=user, role="FS").delete()
    Threshold.objects.update_or_create(code=ThresholdCode.TODO_CAP_IS, defaults={"value": 33})
    after = as_asked_at_once(user, today)
    assert after == as_asked_one_by_one(user, today)
    limits, _loads, calendar, phrases, effects = zip(before, after, strict=True)
    assert all(was != now for was, now in (limits, calendar, phrases, effects))


def test_somebody_without_to_dos_days_off_and_phrases_has_none(today):
    CompanyHoliday.objects.all().delete()
    LintPattern.objects.all().delete()
    person = UserFactory(roles=[])
    assert as_asked_at_once(person, today) == as_asked_one_by_one(person, today)
