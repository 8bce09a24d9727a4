"""Every page × every role × whose record it is × looking and writing: the answer is the one that domain.md D.1 gives.

A page that is refused changes nothing, nor does looking at one; what a role may do, it does with the answers of the
form that the page shows.
"""

import pytest
from django.db import transaction

from followups.digest import digests
from tests.pages.addresses import NAMES, address, is_about_a_record
from tests.pages.answers import answers_of
from tests.pages.visitors import Visitors
from tests.pages.who_may import DISTANCES, ROLES, WHO_MAY

pytestmark = pytest.mark.django_db

Answer = tuple[int, bool, int, bool]  # to looking: status, whether it wrote; to writing: the same


def test_every_page_has_a_row_and_every_row_a_page() -> None:
    missing = sorted(set(NAMES) - WHO_MAY.keys())
    assert missing == [], f"say in tests/pages/who_may.py who may open and who may write: {missing}"
    assert sorted(WHO_MAY.keys() - set(NAMES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_page_answers_as_the_table_says(visitors: Visitors, name: str) -> None:
    asked = [(role, distance) for role in ROLES for distance in distances_of(name)]
    answers = {who: both for who in asked if (both := compared(visitors, name, *who))}
    assert [f"{who}: is {got}, should be {due}" for who, (got, due) in answers.items() if got != due] == []
    assert digests() == visitors.as_built


def distances_of(name: str) -> tuple[str, ...]:
    """Whose records are asked for: where the table makes no difference between them, those of another team."""
    if not is_about_a_record(name):
        return ("own",)
    return DISTANCES if WHO_MAY[name].heeds_distance else ("far",)


def compared(visitors: Visitors, name: str, role: str, distance: str) -> tuple[Answer, Answer] | None:
    """What looking and writing give, and what they should; None where nobody can hold such a record."""
    world, user = visitors.world, visitors.world.roles[role]
    held = world.at(distance, role)
    url = address(name, world, held)
    if url is None:
        return None
    due = WHO_MAY[name].answer(role, distance)
    page = visitors.ask(user, url)
    looked = page.status_code, bool(visitors.wrote)
    form = visitors.form(name, held, page) if due.may_ever_write else None
    given = answers_of(name, world, held)
    with transaction.atomic():
        wrote = visitors.ask(user, url, form.data(**given) if form else given).status_code, bool(visitors.wrote)
        transaction.set_rollback(due.may_write)
    return (*looked, *wrote), due.answer
