"""Verbs that call each other: one mark to go back to, and nothing of what was refused stays."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from people.models import Team
from people.refusal import Refused, refuse
from people.verbs import all_or_nothing

pytestmark = pytest.mark.django_db


@all_or_nothing
def found(name: str) -> None:
    Team.objects.create(name=name)


@all_or_nothing
def found_two(second: str) -> None:
    found("東京")
    found(second)
    if second == "":
        refuse("A team has a name.")


@all_or_nothing
def found_one_whatever_happens() -> None:
    try:
        found_two("")
    except Refused:
        Team.objects.create(name="名古屋")


def teams() -> list[str]:
    return list(Team.objects.values_list("name", flat=True))


def test_what_is_refused_takes_the_verbs_inside_back_too():
    with pytest.raises(Refused):
        found_two("")
    assert teams() == []


def test_the_caller_may_go_on_after_a_verb_was_refused():
    with transaction.atomic():
        with pytest.raises(Refused):
            found_two("")
        found_two("大阪")
    assert sorted(teams()) == ["大阪", "東京"]


def test_a_verb_cannot_go_on_after_a_verb_inside_was_refused():
    with pytest.raises(transaction.TransactionManagementError):
        found_one_whatever_happens()
    assert teams() == []


def test_a_verb_that_another_verb_calls_marks_no_place_of_its_own():
    with CaptureQueriesContext(connection) as queries:
        found_two("大阪")
    assert len([query for query in queries if query["sql"].startswith("SAVEPOINT")]) == 1
