"""What is told from what is kept never differs from what the rows say, whatever becomes of them (ADR 11)."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from people.keeping import keep_answers
from people.kept_answers import (
    Kept,
    Question,
    kept_count_of,
    kept_rows_of,
    kept_tallies_of,
)
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.portions import of_deals, of_deals_or_leads
from people.read_once import reading_once
from tests.conftest import ON_POSTGRES
from tests.factories import (
    TODAY,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    days_ago,
)
from tests.kept import (
    NOW,
    agree,
    as_kept,
    changed,
    far_apart,
    keep,
    kept_rows,
)
from tests.people.kept_changes import AWKWARD, SCENES
from tests.worlds import worlds

pytestmark = pytest.mark.django_db
on_postgres = pytest.mark.postgres

OF_DEAL, OF_EITHER = of_deals("pk"), of_deals_or_leads()


def deals():
    rows = Deal.objects.order_by().annotate(month=TruncMonth("created_on"))
    keys = rows.values_list("month", "known_on", "closed_on", "status", "competitor", "is_followed", "team")
    followed = Count("pk", filter=Q(is_followed=True))
    return keys.annotate(n=Count("pk"), followed=followed, worth=Sum("amount")), OF_DEAL


def amounts():
    rows = Deal.objects.order_by().values_list("amount", "lost_in_scope", "probability")
    return rows.annotate(n=Count("*"), chances=Sum("probability")), OF_DEAL


def cycles():
    return FollowUpCycle.objects.order_by().values_list("kind", "deal__source__name").annotate(
        n=Count("pk")
    ), of_deals()


def todos():
    return Todo.objects.order_by().values_list("status", "due_on").annotate(n=Count("pk")), OF_EITHER


def asked():
    return deals(), amounts(), cycles(), todos()


@pytest.fixture
def apart(db):
    far_apart()
    yield
    far_apart(1)


def play(scene):
    """The scene up to its change, all kept; then the change."""
    DealFactory(amount=Decimal("1.10"))
    TodoFactory()
    steps = scene()
    next(steps)
    assert keep(*asked()) == 4
    assert changed() == set()
    assert agree(*asked())
    assert next(steps, None) is None


@on_postgres
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_what_changes_counts_at_once_and_after_it_was_kept(apart, scene):
    play(scene)
    assert agree(*asked())
    keep(*asked())
    assert changed() == set()
    assert agree(*asked())


@on_postgres
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_without_the_changed_portions_the_page_would_be_told_what_was(apart, scene):
    play(scene)
    ChangedPortion.objects.all().delete()
    assert not agree(*asked())


def owner(name):
    return {"deal": lambda: {"deal": DealFactory(), "lead": None},
            "lead": lambda: {"deal": None, "lead": LeadFactory()},
            "both": lambda: {"deal": DealFactory(), "lead": LeadFactory()},
            "nobody": lambda: {"deal": None, "lead": None}}[name]()  # fmt: skip


@on_postgres
@pytest.mark.parametrize("before", ["deal", "lead", "both", "nobody"])
@pytest.mark.parametrize("after", ["deal", "lead", "both", "nobody"])
def test_a_row_that_moves_counts_once(apart, before, after):
    made, target = TodoFactory(is_imported=True, **owner(before)), owner(after)
    keep(*asked())
    Todo.objects.filter(pk=made.pk).update(**target, due_on=days_ago(50))
    assert agree(*asked())
    Todo.objects.filter(pk=made.pk).update(**target, due_on=days_ago(49))
    keep(*asked())
    assert agree(*asked())
    Todo.objects.filter(pk=made.pk).delete()
    assert agree(*asked())


@on_postgres
def test_values_are_of_the_kind_that_the_rows_give(apart):
    for number, text in enumerate(AWKWARD):
        DealFactory(competitor=text, amount=Decimal(number) / 4, probability=number or None)
    keep(*asked())
    for rows, whose in asked():
        told, counted = kept_rows(Question(Kept(rows, whose))), list(rows)
        assert sorted([repr([type(value) for value in row]) for row in told]) == sorted(
            [repr([type(value) for value in row]) for row in counted]
        )


steps = st.lists(
    st.tuples(
        st.sampled_from(["make", "move", "follow", "ask", "delete", "keep"]), st.integers(0, 5), st.integers(0, 3)
    ),
    min_size=3,
    max_size=14,
)


class World:
    """Six deals and what belongs to them."""

    def __init__(self):
        self.teams = TeamFactory.create_batch(3)
        self.made = DealFactory.create_batch(6)
        keep(*asked())

    def make(self, place, number):
        self.made[place] = DealFactory(team=self.teams[number - 1], amount=number)

    def move(self, place, number):
        Deal.objects.filter(pk__gte=self.made[place].pk).update(competitor=AWKWARD[number], probability=number)

    def follow(self, place, _number):
        if not self.made[place].cycles.filter(ended_on=None).exists():
            CycleFactory(deal=self.made[place])

    def ask(self, place, number):
        TodoFactory(deal=self.made[place], due_on=days_ago(number))

    def delete(self, place, _number):
        self.made[place].todos.all().delete()
        self.made[place].cycles.all().delete()
        self.made[place].delete()
        self.made[place] = DealFactory()

    def keep(self, _place, _number):
        keep(*asked())


@on_postgres
@worlds(8)
@given(steps)
def test_what_is_kept_agrees_with_the_rows_after_every_step(apart, made):
    with transaction.atomic():
        world = World()
        for name, *values in made:
            getattr(world, name)(*values)
            assert agree(*asked()), name
        transaction.set_rollback(True)


@on_postgres
def test_rows_in_one_portion_are_kept_together():
    DealFactory.create_batch(3, amount=2)
    keep(amounts())
    assert KeptPortion.objects.count() <= 2
    Deal.objects.update(amount=3)
    assert agree(amounts())


@on_postgres
def test_a_sum_of_nothing_is_none_until_something_is_known(apart):
    rows = Deal.objects.order_by().values_list("status").annotate(worth=Sum("amount"))
    made = DealFactory(amount=None)
    keep((rows, OF_DEAL))
    assert as_kept(rows, OF_DEAL) == {("ongoing", None): 1}
    Deal.objects.filter(pk=made.pk).update(amount=0)
    assert as_kept(rows, OF_DEAL) == {("ongoing", 0): 1}
    Deal.objects.filter(pk=made.pk).update(amount=None)
    keep((rows, OF_DEAL))
    assert as_kept(rows, OF_DEAL) == {("ongoing", None): 1}


def test_everything_is_counted_on_sqlite_and_of_what_nobody_has_kept():
    DealFactory.create_batch(2)
    rows, whose = cycles()
    assert kept_rows_of(rows, whose)() == list(rows) == []
    assert kept_count_of(Deal.objects.all(), OF_DEAL)() == 2
    assert kept_tallies_of(Deal.objects.all(), OF_DEAL, n=Count("pk"), won=Count("pk", filter=Q(status="won")))() == {
        "n": 2,
        "won": 0,
    }
    assert kept_count_of(Deal.objects.none(), OF_DEAL)() == 0
    assert kept_rows_of(Deal.objects.none().values_list("status").annotate(n=Count("pk")), OF_DEAL)() == []


@pytest.mark.skipif(ON_POSTGRES, reason="of SQLite")
def test_on_sqlite_nothing_is_kept_and_nothing_is_noted():
    DealFactory(amount=7)
    assert keep(*asked()) is None
    Deal.objects.update(amount=8)
    assert not KeptAnswer.objects.exists()
    assert not KeptPortion.objects.exists()
    assert not ChangedPortion.objects.exists()
    for rows, whose in asked():
        assert kept_rows_of(rows, whose)() == list(rows)


@on_postgres
def test_counts_without_keys_are_kept_too(apart):
    count = kept_count_of(Deal.objects.all(), OF_DEAL)
    tallies = kept_tallies_of(Deal.objects.all(), OF_DEAL, n=Count("pk"), won=Count("pk", filter=Q(status="won")))
    DealFactory.create_batch(2)
    assert keep_answers(lambda _day: map(str, (count(), tallies())), TODAY, NOW) == 2
    DealFactory(won=True)
    assert (count(), tallies()) == (3, {"n": 3, "won": 1})
    Deal.objects.all().delete()
    assert (count(), tallies()) == (0, {"n": 0, "won": 0})


@on_postgres
def test_what_is_kept_is_read_with_one_statement(apart, django_assert_num_queries):
    DealFactory()
    keep(*asked())
    DealFactory()
    told = [kept_rows_of(*one) for one in asked()]
    with reading_once():
        for tell in told:
            with django_assert_num_queries(1) as asked_for:
                tell()
            assert "people_keptanswer" in asked_for[0]["sql"]
