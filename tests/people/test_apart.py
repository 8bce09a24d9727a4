"""A verb over many records in which one that is refused does not stop the others."""

import pytest

from leads.actions import create_leads
from leads.models import Lead
from people.apart import rehearse, to_each_that_can
from people.refusal import refuse
from tests.factories import TODAY, LeadFactory

pytestmark = pytest.mark.django_db


def enter(leads: list[Lead]) -> None:
    create_leads(leads, by=None, as_of=TODAY)


def leads(*names: str) -> list[Lead]:
    return [LeadFactory.build(name=name) for name in names]


def test_the_refused_ones_are_named_with_the_reason_and_the_others_done():
    found = to_each_that_can(leads("甲", " ", "乙", ""), enter)
    assert [lead.name for lead in found.done] == ["甲", "乙"]
    assert [(aside.record.name, aside.why) for aside in found.aside] == [
        (" ", "名前を入力してください。"),
        ("", "名前を入力してください。"),
    ]
    assert set(Lead.objects.values_list("name", flat=True)) == {"甲", "乙"}


def test_of_nothing_nothing_is_done():
    assert to_each_that_can([], enter).done == []


def test_where_all_are_refused_nothing_is_done():
    found = to_each_that_can(["a", "b"], lambda records: refuse("だめ"))
    assert (found.done, len(found.aside)) == ([], 2)


def test_a_rehearsal_says_the_same_and_writes_nothing():
    found = rehearse(leads("甲", ""), enter)
    assert (len(found.done), len(found.aside)) == (1, 1)
    assert not Lead.objects.exists()
