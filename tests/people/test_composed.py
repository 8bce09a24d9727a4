"""What a page asks is composed once, for as long as what it was composed from holds."""

from datetime import date

import pytest
from django.db.models import Count, Q, Sum
from django.utils import translation

from activities.models import Todo
from activities.states import TodoStatus
from people.composed import composed_once, count_of, counts_of, rows_of, tallies_of
from people.models import Threshold, User
from people.read_once import reading_once
from people.states import ThresholdCode
from tests.factories import DealFactory, TodoFactory, UserFactory

GRACE = ThresholdCode.LEAK_GRACE_BUSINESS_DAYS
DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def composed():
    """Notes each time it works something out."""
    calls = []

    @composed_once
    def compose(*told):
        calls.append(told)
        return [*told]

    compose.calls = calls
    return compose


def in_pages(compose, *asked):
    given = []
    for told in asked:
        with reading_once():
            given.append(compose(*told))
    return given


def test_the_same_question_is_composed_once_and_another_one_anew(composed):
    assert in_pages(composed, (DAY, "a"), (DAY, "a"), (DAY, "b")) == [[DAY, "a"], [DAY, "a"], [DAY, "b"]]
    assert composed.calls == [(DAY, "a"), (DAY, "b")]


def test_each_language_has_its_own(composed):
    for language in ("ja", "en", "ja"):
        with translation.override(language), reading_once():
            composed(DAY)
    assert len(composed.calls) == 2


def test_outside_of_a_page_everything_is_composed_anew(composed):
    composed(DAY), composed(DAY)
    assert len(composed.calls) == 2


def test_a_setting_that_it_read_is_read_for_each_page_and_when_it_changes_all_is_composed_anew(
    django_assert_num_queries,
):
    calls = []

    @composed_once
    def inner():
        calls.append("inner")
        return Threshold.objects.in_force()[GRACE]

    @composed_once
    def outer():
        calls.append("outer")
        return inner()

    def page():
        with reading_once(), django_assert_num_queries(1):
            return outer()

    assert [page(), page()] == [1, 1]
    assert calls == ["outer", "inner"]
    Threshold.objects.create(code=GRACE, value=3)
    assert [page(), page()] == [3, 3]
    assert calls == ["outer", "inner"] * 2


def test_a_setting_read_earlier_on_the_page_counts_too():
    @composed_once
    def grace():
        return Threshold.objects.in_force()[GRACE]

    for value in (1, 3):
        with reading_once():
            Threshold.objects.in_force()
            assert grace() == value
        Threshold.objects.update_or_create(code=GRACE, defaults={"value": 3})


def test_what_asks_anything_else_of_the_database_is_never_kept():
    @composed_once
    def people():
        return User.objects.count()

    before = in_pages(people, ())
    UserFactory()
    assert in_pages(people, ()) == [before[0] + 1]


def test_without_what_it_depends_on_an_old_answer_would_stand():
    """The twin: a setting read past `read_once`, from something kept by the process, is not seen to change."""
    kept_by_the_process = {"grace": 1}

    @composed_once
    def grace():
        return kept_by_the_process["grace"]

    first = in_pages(grace, ())
    kept_by_the_process["grace"] = 3
    assert in_pages(grace, ()) == first == [1]


@pytest.fixture
def todos():
    people = [UserFactory(), UserFactory()]
    return [TodoFactory(assignee=one, original_due_on=DAY, deal=DealFactory()) for one in (*people, people[0])]


QUESTIONS = {
    "rows": (
        lambda: rows_of(Todo.objects.order_by().values_list("assignee").annotate(n=Count("pk")).order_by("-n")),
        lambda: list(Todo.objects.order_by().values_list("assignee").annotate(n=Count("pk")).order_by("-n")),
    ),
    "records": (lambda: rows_of(Todo.objects.order_by("pk")), lambda: list(Todo.objects.order_by("pk"))),
    "nothing": (lambda: rows_of(Todo.objects.none()), list),
    "count": (lambda: count_of(Todo.objects.filter(status=TodoStatus.OPEN)), lambda: Todo.objects.count()),
    "count of nothing": (lambda: count_of(Todo.objects.none()), int),
    "counts": (
        lambda: counts_of({"all": Todo.objects.all(), "none": Todo.objects.none(), "people": User.objects.all()}),
        lambda: {"all": Todo.objects.count(), "none": 0, "people": User.objects.count()},
    ),
    "counts of nothing": (lambda: counts_of({"none": Todo.objects.none()}), lambda: {"none": 0}),
    "tallies": (
        lambda: tallies_of(Todo.objects.all(), all=Count("pk"), late=Count("pk", filter=Q(effective_due_on__lt=DAY))),
        lambda: {"all": Todo.objects.count(), "late": 0},
    ),
    "tallies of nothing": (lambda: tallies_of(Todo.objects.none(), all=Count("pk")), lambda: {"all": 0}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_answers_as_the_queryset_does_each_time_it_is_asked(name, todos):
    compose, expected = QUESTIONS[name]
    ask = compose()
    assert ask() == expected()
    todos[0].delete()
    assert ask() == expected()


@pytest.mark.parametrize("name", QUESTIONS)
def test_composing_asks_nothing_and_asking_asks_once(name, todos, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask = QUESTIONS[name][0]()
    with django_assert_num_queries(0 if "nothing" in name else 1):
        ask()


def test_what_one_asker_does_with_an_answer_is_not_seen_by_the_next(todos):
    for name in ("rows", "counts", "counts of nothing", "tallies of nothing"):
        ask = QUESTIONS[name][0]()
        before = ask()
        ask().clear()
        assert ask() == before


def test_sums_that_would_need_conversion_are_refused():
    with pytest.raises(TypeError, match="Only counts"):
        tallies_of(Todo.objects.all(), total=Sum("pk"))
