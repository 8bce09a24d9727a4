"""What may be kept is what adds up, and when it is told from what is kept (ADR 11)."""

from collections import Counter

import pytest
from django.db.models import Avg, Count, F, FloatField, Max, Q, Sum
from django.db.models.functions import Cast, Coalesce, TruncMonth

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from leads.models import LeadSource
from people.kept_answers import Kept, Question, kept_count_of, kept_rows_of
from people.portions import MOST_CHANGED, of_deals, of_deals_or_leads
from people.read_once import reading_once
from tests.factories import CycleFactory, DealFactory, SourceFactory
from tests.kept import Counted, agree, as_counted, as_kept, changed, far_apart, is_everything_changed, keep

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

OF_DEAL, OF_EITHER = of_deals("pk"), of_deals_or_leads()


def deals():
    rows = Deal.objects.order_by().values_list("status", "competitor")
    return rows.annotate(n=Count("pk"), worth=Sum("amount")), OF_DEAL


def cycles():
    rows = FollowUpCycle.objects.order_by().values_list("kind", "deal__source__name")
    return rows.annotate(n=Count("pk")), of_deals()


def todos():
    return Todo.objects.order_by().values_list("status", "due_on").annotate(n=Count("pk")), OF_EITHER


@pytest.fixture
def apart(db):
    far_apart()
    yield
    far_apart(1)


@pytest.mark.parametrize(
    "rows",
    [
        Deal.objects.values_list("status").annotate(last=Max("created_on")),
        Deal.objects.values_list("status").annotate(mean=Avg("probability")),
        Deal.objects.values_list("status").annotate(n=Count("team", distinct=True)),
        Deal.objects.values_list("status").annotate(n=Sum("probability", distinct=True)),
        Deal.objects.values_list("status").annotate(n=Count("pk") * 2),
        Deal.objects.values_list("status").annotate(n=Coalesce(Sum("probability"), 7)),
        Deal.objects.values_list("status").annotate(n=Sum("probability", default=1)),
        Deal.objects.values_list("status").annotate(n=Sum("probability", filter=Q(team=None))),
    ],
)
def test_only_counts_and_sums_are_kept(rows):
    with pytest.raises(TypeError, match="add up"):
        kept_rows_of(rows.order_by(), OF_DEAL)


@pytest.mark.parametrize(
    "rows",
    [
        Deal.objects.order_by().values_list("status").annotate(n=Count("pk")).filter(n__gt=1),
        Deal.objects.order_by().values_list("status").annotate(n=Count("pk")).distinct(),
        Deal.objects.order_by().values_list("status").annotate(n=Count("pk")).order_by("status"),
        Deal.objects.order_by().values_list("status").annotate(n=Count("pk"))[:3],
    ],
    ids=["some groups", "distinct", "in order", "the first"],
)
def test_what_portions_cannot_know_of_the_whole_is_not_kept(rows):
    with pytest.raises(TypeError):
        kept_rows_of(rows, OF_DEAL)


def test_rows_that_are_groups_or_distinct_are_not_counted_from_portions():
    with pytest.raises(TypeError):
        kept_count_of(Deal.objects.values("status").distinct(), OF_DEAL)
    with pytest.raises(TypeError):
        kept_count_of(Deal.objects.annotate(n=Count("cycles")).filter(n__gte=0), OF_DEAL)


@pytest.mark.parametrize("key", ["created_at", TruncMonth("created_at"), Cast("probability", FloatField())])
def test_keys_that_json_does_not_bring_back_as_they_were_are_not_kept(key):
    with pytest.raises(TypeError):
        kept_rows_of(Deal.objects.order_by().annotate(key=F(key) if isinstance(key, str) else key)
                     .values_list("key").annotate(n=Count("pk")), OF_DEAL)  # fmt: skip


def test_the_same_rows_by_other_portions_are_another_question():
    rows = Todo.objects.order_by().values_list("status").annotate(n=Count("pk"))
    assert Question(Kept(rows, OF_EITHER)).digest == Question(Kept(rows, OF_EITHER)).digest
    assert Question(Kept(rows, OF_EITHER)).digest != Question(Kept(rows, of_deals())).digest


@pytest.mark.parametrize(("portions", "is_told"), [(MOST_CHANGED, True), (MOST_CHANGED + 1, False)])
def test_where_many_portions_have_changed_all_is_counted(apart, portions, is_told):
    made = Deal.objects.bulk_create(DealFactory.build_batch(MOST_CHANGED + 2, company=None))
    keep(deals())
    Deal.objects.filter(pk__in=[one.pk for one in made[:portions]]).update(competitor="他社")
    assert len(changed()) == portions
    assert kept_rows_of(*deals())() != []
    if is_told:
        assert agree(deals())
    else:
        with pytest.raises(Counted):
            as_kept(*deals())
    assert Counter(kept_rows_of(*deals())()) == as_counted(deals()[0])


def test_where_a_name_has_changed_all_is_counted(apart):
    cycle = CycleFactory(deal__source=SourceFactory())
    keep(cycles())
    LeadSource.objects.filter(pk=cycle.deal.source_id).update(name="新しい名前")
    assert is_everything_changed()
    with pytest.raises(Counted):
        as_kept(*cycles())
    assert kept_rows_of(*cycles())() == [("stagnant", "新しい名前", 1)]


def test_a_name_that_changes_while_the_page_is_read_counts_too(apart):
    """The page has asked what is kept already, and then everything changes."""
    cycle = CycleFactory(deal__source=SourceFactory())
    keep(cycles())
    with reading_once():
        kept_rows_of(*cycles())()
        LeadSource.objects.filter(pk=cycle.deal.source_id).update(name="新しい名前")
        assert kept_rows_of(*cycles())() == [("stagnant", "新しい名前", 1)]
        keep(todos())
        assert kept_rows_of(*cycles())() == [("stagnant", "新しい名前", 1)]
