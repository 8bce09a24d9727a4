"""To-dos of a crowded day go to their person's later days with room: shown first, then done; promises stay (S1-25)."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Todo, TodoMove
from tests.factories import TODAY, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

# TODAY is Thursday 31 July 2025.
FRIDAY, MONDAY, TUESDAY = date(2025, 8, 1), date(2025, 8, 4), date(2025, 8, 5)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def rep(client):
    user = UserFactory(inside=True, name="佐藤 美咲", todo_cap=2)
    client.force_login(user)
    return user


def url(*todos: Todo) -> str:
    return f"{reverse('followups:todo_relieve')}?next=/dashboards/capacity/&" + "&".join(f"todo={t.pk}" for t in todos)


def test_each_goes_to_a_later_day_with_room_once_that_was_seen(client, rep):
    TodoFactory(assignee=rep, original_due_on=MONDAY)
    todos = TodoFactory.create_batch(2, assignee=rep, original_due_on=FRIDAY)
    page = client.get(url(*todos))
    assert [(move.to.day, move.to.count) for move in page.context["plan"]] == [(MONDAY, 2), (TUESDAY, 1)]
    assert not TodoMove.objects.exists()

    answer = client.post(url(*todos), {"shown": page.context["form"]["shown"].value()})
    assert (answer.status_code, answer["Location"]) == (302, "/dashboards/capacity/")
    assert sorted(Todo.objects.filter(pk__in=[t.pk for t in todos]).values_list("effective_due_on", flat=True)) == [
        MONDAY, TUESDAY,
    ]  # fmt: skip
    assert set(TodoMove.objects.values_list("moved_by", "is_agreed")) == {(rep.pk, False)}
    assert set(Todo.objects.filter(pk__in=[t.pk for t in todos]).values_list("committed_due_on", flat=True)) == {FRIDAY}


def test_what_is_overdue_leaves_today(client, rep):
    todo = TodoFactory(assignee=rep, original_due_on=date(2025, 7, 1))
    Todo.objects.filter(pk=todo.pk).update(effective_due_on=date(2025, 7, 1))
    [move] = client.get(url(todo)).context["plan"]
    assert move.to.day == FRIDAY


def test_a_promise_stays_and_is_counted(client, rep):
    plain = TodoFactory(assignee=rep, original_due_on=FRIDAY)
    promised = TodoFactory(assignee=rep, original_due_on=FRIDAY, promised=True)
    page = client.get(url(plain, promised))
    assert ([move.todo for move in page.context["plan"]], page.context["promised"]) == ([plain], 1)
    client.post(url(plain, promised), {"shown": page.context["form"]["shown"].value()})
    promised.refresh_from_db()
    assert promised.effective_due_on == FRIDAY


def test_what_nobody_has_is_on_nobodys_day(client, rep):
    assert client.get(url(TodoFactory(assignee=None, original_due_on=FRIDAY))).status_code == 403


def test_a_day_without_chosen_todos_is_not_found(client, rep):
    assert client.get(reverse("followups:todo_relieve")).status_code == 404
