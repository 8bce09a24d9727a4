"""PostgreSQL plans a question once per connection, and nobody's answer depends on whether it did."""

import pytest
from django.db import connection, transaction
from django.db.models import CharField, F, Func, Value
from django.utils import timezone

from activities.models import Todo
from people.models import User
from people.prepared import prepared
from tests.factories import DealFactory, TodoFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def todos():
    day, people = timezone.localdate(), [UserFactory() for _n in range(3)]
    return [
        TodoFactory(deal=DealFactory(), assignee=one, original_due_on=day, subject=f"{n}0% まで")
        for n, one in enumerate(people)
    ]


@pytest.fixture
def ask():
    """Open to-dos of a person whose subject holds a percent sign; the person is the only value."""
    return prepared(
        lambda person: (
            Todo.objects.filter(assignee=person, status="open", subject__contains="0%")
            .order_by("id")
            .values_list("pk", flat=True)
        )
    )


def plans(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [text])
        return [statement for (statement,) in cursor.fetchall()]


def test_a_question_is_planned_once_with_its_constants_in_it(todos, ask):
    for todo in [*todos, *todos]:
        assert ask(todo.assignee_id) == [todo.pk]
    (statement,) = plans('"activities_todo"."subject"::text LIKE')
    assert "'open'" in statement  # a plan for an unknown status would pass over the index of open to-dos
    assert "0\\\\%" in statement  # the percent sign of the text, escaped in a literal of its own
    assert statement.count("$") == 1


def test_numbers_of_every_width_are_one_plan_or_two(todos, ask):
    assert [ask(number) for number in (0, 40_000, 2**31 - 1)] == [[], [], []]
    assert len(plans('"activities_todo"."subject"::text LIKE')) == 1
    assert ask(2**31) == []
    assert len(plans('"activities_todo"."subject"::text LIKE')) == 2


def test_inside_a_transaction_only_what_was_understood_before_is_asked_so(todos, ask):
    with transaction.atomic():
        assert ask(todos[0].assignee_id) == [todos[0].pk]
        assert plans('"activities_todo"."subject"::text LIKE') == []
    ask(todos[0].assignee_id)
    connection.close()
    with transaction.atomic():
        assert ask(todos[1].assignee_id) == [todos[1].pk]
        assert len(plans('"activities_todo"."subject"::text LIKE')) == 1


def test_a_question_that_is_not_understood_without_its_value_is_asked_in_full_for_good(todos):
    told = prepared(
        lambda text: Todo.objects.order_by("id").values_list(
            Func(Value("said"), Value(text), function="jsonb_build_object", output_field=CharField()), "pk"
        )
    )
    assert told("来期") == [('{"said": "来期"}', todo.pk) for todo in todos]
    with transaction.atomic():  # a second try would break this transaction
        assert len(told("今期")) == 3
        assert User.objects.count() >= 3


def test_a_column_that_a_migration_changes_under_a_plan_does_no_harm(todos):
    names = prepared(lambda pk: Todo.objects.filter(pk=pk).values_list("subject", F("pk")))
    assert names(todos[0].pk) == [("00% まで", todos[0].pk)]
    assert len(plans('SELECT "activities_todo"."subject"')) == 1
    width, migrator = Todo._meta.get_field("subject").max_length, connection.copy()  # a driver knows of its own changes
    with migrator.cursor() as cursor:
        try:
            cursor.execute("ALTER TABLE activities_todo ALTER COLUMN subject TYPE text")
            assert names(todos[1].pk) == [("10% まで", todos[1].pk)]
        finally:
            cursor.execute(f"ALTER TABLE activities_todo ALTER COLUMN subject TYPE varchar({width})")
    migrator.close()


def test_behind_a_pooler_nothing_is_kept(todos, ask, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    assert ask(todos[0].assignee_id) == [todos[0].pk]
    assert plans('"activities_todo"."subject"::text LIKE') == []


def test_a_connection_keeps_the_plans_of_more_than_a_hundred_questions(todos):
    asked = [
        prepared(lambda person, n=n: Todo.objects.filter(assignee=person, subject=f"{n}").values_list("pk", flat=True))
        for n in range(120)
    ]
    for ask in asked:
        ask(todos[0].assignee_id)
    assert len(plans('"activities_todo"."subject" = ')) == 120
