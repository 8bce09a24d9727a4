"""Short lists are counted for every page; a long one once in half a minute."""

import pytest

from people import long_counts
from people.long_counts import KEPT_SECONDS, count_of
from people.models import Team
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> list[float]:
    """The seconds that the module sees; a long list has three rows."""
    now = [1000.0]
    monkeypatch.setattr(long_counts, "_kept", {})
    monkeypatch.setattr(long_counts, "KEPT_FROM", 3)
    monkeypatch.setattr(long_counts, "monotonic", lambda: now[0])
    return now


def test_a_short_list_is_counted_anew(django_assert_num_queries):
    TeamFactory.create_batch(2)
    assert count_of(Team.objects.all()) == 2
    with django_assert_num_queries(1):
        count_of(Team.objects.all())


@pytest.mark.parametrize(("later", "queries", "count"), [(KEPT_SECONDS, 0, 3), (KEPT_SECONDS + 1, 1, 4)])
def test_a_long_one_is_counted_again_after_half_a_minute(django_assert_num_queries, clock, later, queries, count):
    TeamFactory.create_batch(3)
    assert count_of(Team.objects.all()) == 3
    TeamFactory()
    clock[0] += later
    with django_assert_num_queries(queries):
        assert count_of(Team.objects.all()) == count


def test_another_question_has_a_count_of_its_own():
    TeamFactory.create_batch(3)
    first = Team.objects.order_by("pk").first()
    assert count_of(Team.objects.all()) == 3
    assert count_of(Team.objects.exclude(pk=first.pk)) == 2
    assert count_of(Team.objects.none()) == 0
    assert count_of(Team.objects.order_by("-name")) == 3
