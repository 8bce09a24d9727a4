"""A name that any kept answer may hold changes all of them (ADR 11)."""

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Count, Exists, F

from activities.models import CallProject
from dashboards.triggers import NAMES
from deals.models import Deal, Product
from people.kept_answers import kept_rows_of
from people.portions import EVERYTHING, of_deals
from tests.dashboards.noting import delete, insert, loss, noted, unwatched
from tests.factories import TODAY, DealFactory, SourceFactory, UserFactory
from tests.kept import as_counted, far_apart, keep

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def apart(db):
    far_apart()
    yield
    far_apart(1)


@dataclass
class Shared:
    """A row that any deal may name, how deals are counted by it, and how it changes."""

    make: Callable[[], Any]
    key: Any
    changes: dict[str, Any]


def named_by_a_deal(factory, name):
    def make():
        row = factory()
        DealFactory(**{name: row})
        return row

    return make


def a_lost_reason():
    return loss().reason


def a_project():
    today = {"starts_on": TODAY, "ends_on": TODAY}
    return CallProject.objects.create(name="A", owner=UserFactory(), **today)


SHARED = {
    "activities_callproject": Shared(a_project, Exists(CallProject.objects.filter(name="別")), {"name": "別"}),
    "deals_lostreason": Shared(a_lost_reason, F("lost_reason__label_ja"), {"label_ja": "別"}),
    "deals_product": Shared(named_by_a_deal(lambda: Product.objects.create(name="A"), "product"), F("product__name"),
                            {"name": "別"}),
    "leads_leadsource": Shared(named_by_a_deal(SourceFactory, "source"), F("source__name"), {"name": "別"}),
    "people_user": Shared(named_by_a_deal(UserFactory, "fs_owner"), F("fs_owner__name"), {"name": "別"}),
}  # fmt: skip


def test_each_table_that_any_answer_may_hold_is_tried_here():
    assert set(SHARED) == set(NAMES)
    assert {shared.make()._meta.db_table for shared in SHARED.values()} == set(NAMES)


@pytest.mark.parametrize("table", SHARED)
def test_what_any_answer_may_hold_changes_everything(table):
    shared = SHARED[table]
    row = shared.make()
    assert noted(row.save) == set()  # a whole form, in which nothing was changed
    assert noted(lambda: type(row).objects.filter(pk=row.pk).update(**shared.changes)) == {EVERYTHING}
    assert noted(lambda: delete(row)) == {EVERYTHING}
    assert noted(lambda: insert(row)) == set()  # it stands in no row yet


@pytest.mark.parametrize("is_watched", [True, False])
@pytest.mark.parametrize("table", SHARED)
def test_without_their_triggers_a_kept_answer_would_hold_the_old_name(table, is_watched):
    shared = SHARED[table]
    row = shared.make()
    DealFactory()
    question = (
        Deal.objects.order_by().annotate(key=shared.key).values_list("key").annotate(n=Count("pk")),
        of_deals("pk"),
    )
    keep(question)
    with nullcontext() if is_watched else unwatched(table):
        type(row).objects.filter(pk=row.pk).update(**shared.changes)
    assert (Counter(kept_rows_of(*question)()) == as_counted(question[0])) == is_watched
