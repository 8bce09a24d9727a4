"""A prepared question answers as the queryset does, whatever its values, and refuses what it could not answer."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Todo
from activities.states import TodoStatus
from people.models import User
from people.prepared import prepared
from tests.factories import DealFactory, TodoFactory, UserFactory

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


def of_person(user_id, day):
    return Todo.objects.filter(assignee=user_id, effective_due_on__lte=day).order_by("id")


@pytest.fixture
def todos():
    people = [UserFactory(), UserFactory()]
    days = [DAY - timedelta(1), DAY, DAY + timedelta(1)]
    return [TodoFactory(assignee=one, original_due_on=day, deal=DealFactory()) for one in people for day in days]


def test_each_call_has_its_own_values(todos):
    ask = prepared(of_person)
    for todo in todos:
        asked = todo.assignee_id, todo.effective_due_on
        assert ask(*asked) == list(of_person(*asked))
    assert len(ask.known) == 1


def test_records_bring_what_was_selected_with_them(todos, django_assert_num_queries):
    @prepared
    def ask(pk):
        rows = (
            Todo.objects.filter(pk=pk)
            .select_related("deal__company", "assignee", "contact")
            .annotate(twice=F("id") * 2)
        )
        return rows.only("subject", "deal__name", "deal__company__name", "assignee__name", "contact__name")

    for todo in todos[:2]:
        with django_assert_num_queries(1):
            (found,) = ask(todo.pk)
            shown = found.subject, found.deal.name, found.deal.company.name, found.assignee.name, found.contact
        assert shown == (todo.subject, todo.deal.name, todo.deal.company.name, todo.assignee.name, todo.contact)
        assert found.twice == 2 * todo.pk
        assert "status" in found.get_deferred_fields()
        assert (found._state.db, found._state.adding) == ("default", False)


def test_records_bring_what_is_prefetched(todos):
    ask = prepared(lambda pk: Todo.objects.filter(pk=pk).prefetch_related("assignee__role_grants"))
    (found,) = ask(todos[0].pk)
    assert found._state.fields_cache["assignee"] == todos[0].assignee


def test_tuples_and_single_values(todos):
    pairs = prepared(
        lambda day: Todo.objects.filter(effective_due_on=day).values_list("id", "effective_due_on", "due_time")
    )
    flat = prepared(lambda day: Todo.objects.filter(effective_due_on=day).values_list("subject", flat=True))
    for todo in todos:
        assert (todo.pk, todo.effective_due_on, todo.due_time) in pairs(todo.effective_due_on)
        assert todo.subject in flat(todo.effective_due_on)


def test_a_column_that_only_orders_the_rows_is_left_out(todos):
    ask = prepared(
        lambda day: Todo.objects.filter(effective_due_on=day).distinct().order_by("subject").values_list("id")
    )
    assert sorted(ask(DAY)) == [(todo.pk,) for todo in todos if todo.effective_due_on == DAY]


def test_times_and_texts_are_values_too(todos):
    ask = prepared(lambda at, text: Todo.objects.filter(Q(due_time=at) | Q(subject=text)).values_list("pk", flat=True))
    Todo.objects.filter(pk=todos[0].pk).update(due_time=time(9, 30), subject="折り返し")
    assert ask(time(9, 30), "x") == ask(time(1), "折り返し") == [todos[0].pk]
    assert ask(time(9, 31), "x' OR 1=1 --%s") == []


def test_lists_of_every_length(todos):
    ask = prepared(lambda ids: Todo.objects.filter(pk__in=ids).order_by("id").values_list("pk", flat=True))
    ids = [todo.pk for todo in todos]
    for length in [2, 0, 6, 1, 2]:
        assert ask(ids[:length]) == sorted(ids[:length])
    assert ask([ids[0], ids[0]]) == ids[:1]


def test_a_batch_composes_its_own_statement(todos, monkeypatch):
    monkeypatch.setattr("people.prepared.LONGEST", 2)
    ask = prepared(lambda ids: Todo.objects.filter(pk__in=ids).order_by("id"))
    assert ask([todo.pk for todo in todos]) == todos
    assert ask([todo.pk for todo in todos[:2]]) == todos[:2]
    assert len(ask.known) == 1


def test_what_shapes_the_statement_is_composed_anew(todos):
    @prepared
    def ask(status, is_timed):
        rows = Todo.objects.filter(status=status) if status else Todo.objects.all()
        return (rows.filter(due_time__isnull=False) if is_timed else rows).values_list("pk", flat=True)

    assert len(ask(TodoStatus.OPEN, False)) == len(ask(None, False)) == 6
    assert ask(TodoStatus.DONE, False) == ask(None, True) == []
    assert len(ask.known) == 4


@pytest.mark.parametrize(
    ("compose", "value"),
    [
        (lambda day: Todo.objects.filter(effective_due_on=day - timedelta(1)), DAY),
        (lambda number: Todo.objects.filter(pk=number + 1), 5),
        (lambda text: Todo.objects.filter(subject__contains=text), "x"),
        (lambda _number: Todo.objects.all(), 5),
        (lambda number: Todo.objects.order_by("id")[:number], 5),
        (lambda number: Todo.objects.filter(version=number).none(), 5),
    ],
)
def test_a_value_that_would_not_be_found_again_is_refused(compose, value):
    with pytest.raises(ValueError, match="lambda"):
        prepared(compose)(value)


def test_what_is_no_value_is_refused(todos):
    with pytest.raises(TypeError, match="User"):
        prepared(lambda user: Todo.objects.filter(assignee=user))(todos[0].assignee)
    with pytest.raises(TypeError, match="records, tuples"):
        prepared(lambda pk: User.objects.filter(pk=pk).values("name"))(1)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only(todos):
    ask = prepared(lambda pk: Todo.objects.select_for_update(of=("self",)).filter(pk=pk))
    with transaction.atomic():
        assert ask(todos[0].pk) == [todos[0]]
    if (
        Todo.objects.select_for_update().query.select_for_update
        and transaction.get_connection().features.has_select_for_update
    ):
        with pytest.raises(TransactionManagementError):
            ask(todos[0].pk)


def test_the_statement_is_the_one_that_the_queryset_sends(todos):
    ask = prepared(of_person)
    asked = todos[0].assignee_id, DAY
    with CaptureQueriesContext(transaction.get_connection()) as queries:
        ask(*asked)
        ask(*asked)
        list(of_person(*asked))
    assert len({query["sql"] for query in queries.captured_queries}) == 1


def test_of_very_many_shapes_only_some_are_kept(monkeypatch, todos):
    monkeypatch.setattr("people.prepared.MOST_SHAPES", 2)
    ask = prepared(lambda ids: Activity.objects.filter(pk__in=ids))
    for length in range(5):
        assert ask([0] * length) == []
    assert len(ask.known) <= 2
