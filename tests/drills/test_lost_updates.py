"""Several people have the same deal open and save it: each is heard, or told that somebody was quicker."""

import pytest

pytestmark = pytest.mark.slow

PEOPLE, ROUNDS = 4, 25


def test_people_who_edit_one_deal_lose_nothing(crew):
    crew.do("open_a_deal")

    people = crew.race("raise_the_amount", workers=PEOPLE, rounds=ROUNDS)

    assert [person.error for person in people] == [""] * PEOPLE
    assert crew.do("amount") == PEOPLE * ROUNDS
    assert sum(person.result for person in people) >= ROUNDS, "hardly anybody was in anybody's way"


def test_saving_without_asking_for_the_version_loses_edits(crew):
    """The twin that must fail: nobody is told, and most edits are gone."""
    crew.do("open_a_deal")

    crew.race("raise_the_amount", workers=PEOPLE, rounds=ROUNDS, by_save=True)

    assert crew.do("amount") <= PEOPLE * ROUNDS - ROUNDS
