"""A call project is worked through on 本日のコール: its calls alone, saving goes on within it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.actions import complete_todos
from activities.actions.closing import Completion
from activities.models import Activity, CallProject, Todo
from tests.factories import ContactFactory, DealFactory, LeadFactory, TodoFactory, UserFactory
from tests.lines import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(me, today):
    return CallProject.objects.create(name="11月セミナー参加者", owner=me, starts_on=today, ends_on=today)


@pytest.fixture
def calls(me, project, today) -> list[Todo]:
    """Two calls of the project, and beside them one of mine without a project."""
    made = []
    for _ in range(2):
        deal = DealFactory(contact=ContactFactory())
        project.members.create(deal=deal)
        made.append(TodoFactory(deal=deal, assignee=me, original_due_on=today, project=project))
    TodoFactory(assignee=me, original_due_on=today - timedelta(days=1))
    return made


def page(client, project, more=""):
    return client.get(reverse("followups:today") + f"?project={project.pk}{more}")


def test_only_its_calls_stand_in_the_queue_with_how_far_it_has_come(client, me, project, calls, today):
    LeadFactory(owner=me, status="new")
    answer = page(client, project)
    assert ids(answer.context["rows"]) == ids(calls)
    assert [size for _tab, size, _query in answer.context["tabs"]] == [2, 0, 0, 0]
    assert "2件中 0件架電済み" in answer.content.decode()
    assert "11月セミナー参加者" in answer.content.decode()


def test_every_address_of_the_page_stays_in_the_project(client, project, calls):
    query = f"?project={project.pk}"
    answer = page(client, project)
    text = answer.content.decode()
    for call in calls:
        assert reverse("followups:call", args=[call.pk]) + query in text
    assert f"{query}&amp;tab=late" in text
    later = page(client, project, "&tab=late").content.decode()
    assert reverse("followups:today") + f'{query}"' in later


@pytest.mark.usefixtures("at_once")
def test_saving_goes_on_with_its_next_call_and_back_again_with_undo(client, me, project, calls, today):
    query = f"?project={project.pk}"
    first, second = (reverse("followups:call", args=[call.pk]) + query for call in calls)
    shown = client.get(first)
    assert shown.context["following"].pk == calls[1].pk
    answer = client.post(first, {"outcome": "callback", "following": calls[1].pk})
    assert answer.url == second
    undo = reverse("followups:call_undo", args=[Activity.objects.get().pk]) + query
    assert undo in client.get(second).content.decode()
    assert client.post(undo).url == first


def test_what_was_done_in_it_today_is_counted_and_nothing_else(client, me, project, calls, today):
    other = TodoFactory(assignee=me, original_due_on=today)
    complete_todos([Completion(calls[0].pk), Completion(other.pk)], by=me, as_of=today)
    context = page(client, project).context
    assert (context["total"], len(context["done"]), ids(context["rows"])) == (2, 1, [calls[1].pk])


def test_with_nothing_due_it_leads_back_to_the_project(client, project):
    text = page(client, project).content.decode()
    assert "このプロジェクトの本日の架電はありません" in text
    assert reverse("followups:project", args=[project.pk]) in text


@pytest.mark.parametrize(("value", "status"), [("999999", 404), ("x", 200), ("9" * 30, 200), ("", 200)])
def test_a_project_that_is_gone_is_not_found_and_nonsense_is_none(client, me, value, status):
    assert client.get(reverse("followups:today") + f"?project={value}").status_code == status


def test_start_counts_the_readers_calls_and_shows_the_way_to_everybodys(client, me, project, calls, today):
    deal = DealFactory(contact=ContactFactory())
    TodoFactory(deal=deal, assignee=UserFactory(inside=True), original_due_on=today, project=project)
    text = client.get(reverse("followups:project", args=[project.pk])).content.decode()
    assert f"/today/?project={project.pk}" in text
    assert "今日の2件を始める" in text
    assert f"/todos/?project={project.pk}" in text
    assert "全員の期日分 3件" in text


def test_it_asks_as_often_for_twelve_calls_as_for_two(client, me, project, calls, today):
    with CaptureQueriesContext(connection) as of_two:
        page(client, project)
    for _ in range(10):
        deal = DealFactory(contact=ContactFactory())
        project.members.create(deal=deal)
        TodoFactory(deal=deal, assignee=me, original_due_on=today, project=project)
    with CaptureQueriesContext(connection) as of_twelve:
        page(client, project)
    assert len(of_twelve) == len(of_two)
