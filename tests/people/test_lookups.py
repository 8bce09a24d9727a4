"""Membership in a long list as one parameter, the same on both databases."""

import pytest

from leads.models import Company
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


def test_whole_numbers() -> None:
    first, _second, third = (CompanyFactory() for _ in range(3))
    assert set(Company.objects.filter(pk__among=[first.pk, third.pk, 0])) == {first, third}


def test_texts_with_every_sign_that_an_array_could_stumble_over() -> None:
    ids = ['a"b', "c\\d", "{e,f}", "NULL", "", "東 雲", "'g'"]
    made = {CompanyFactory(external_id=text) for text in ids}
    CompanyFactory(external_id="other"), CompanyFactory(external_id=None)
    assert set(Company.objects.filter(external_id__among=ids)) == made


@pytest.mark.parametrize("column", ["pk", "external_id"])
def test_nothing_is_among_none(column: str) -> None:
    CompanyFactory()
    assert not Company.objects.filter(**{f"{column}__among": []}).exists()
