"""Who keeps answers: when there is anything to do, alone, and nothing lost of what is written meanwhile (ADR 11)."""

from datetime import date, timedelta

import pytest
from django.db.models import Count, Sum

from deals.models import Deal
from leads.models import LeadSource
from people import keeping
from people.keeping import REST, forget_answers, keep_answers
from people.kept_answers import keeper, kept_rows_of
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.portions import MOST_RENEWED, of_deals
from tests.factories import TODAY, DealFactory, SourceFactory
from tests.kept import (
    NOW,
    Counted,
    agree,
    as_kept,
    changed,
    far_apart,
    is_everything_changed,
    keep,
    portion_of,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

DAY = timedelta(days=1)


def deals(until=None):
    rows = Deal.objects.order_by() if until is None else Deal.objects.order_by().filter(created_on__lte=until)
    return rows.values_list("status", "competitor").annotate(n=Count("pk"), worth=Sum("amount")), of_deals("pk")


def edit(made, text="他社"):
    Deal.objects.filter(pk=made.pk).update(competitor=text)


@pytest.fixture
def apart(db):
    far_apart()
    yield
    far_apart(1)


@pytest.fixture
def counted(monkeypatch):
    """Which portions were counted, None being all."""
    found = []
    count = keeping._counted

    def noted(kept, question, portions):
        found.append(portions)
        return count(kept, question, portions)

    monkeypatch.setattr(keeping, "_counted", noted)
    return found


def kept():
    """All that is kept, and what has changed since."""
    return (
        sorted(KeptAnswer.objects.values_list()),
        sorted(KeptPortion.objects.values_list()),
        sorted(ChangedPortion.objects.values_list()),
    )


def test_only_what_has_changed_is_counted_again(apart, counted):
    first, _second = DealFactory(), DealFactory()
    assert keep(deals()) == 1
    assert keep(deals()) is None
    edit(first)
    assert keep(deals()) == 1
    assert keep(deals()) is None
    assert counted == [None, [portion_of(first)]]
    assert agree(deals())


def test_a_question_of_a_page_that_asks_twice_is_counted_once(apart, counted):
    made = DealFactory()
    for number in range(2):
        edit(made, f"他社{number}")
        assert keep(deals(), deals()) == 1
        assert agree(deals())
    assert counted == [None, [portion_of(made)]]


def test_a_new_question_is_counted_whole_and_those_kept_by_what_has_changed(apart, counted):
    made = DealFactory()
    keep(deals())
    edit(made)
    assert keep(deals(), deals(TODAY)) == 2
    assert counted == [None, [portion_of(made)], None]
    assert agree(deals(), deals(TODAY))


def test_what_is_asked_no_more_is_forgotten(apart):
    made = DealFactory()
    keep(deals(), deals(TODAY))
    edit(made)
    assert keep(deals()) == 1
    assert KeptAnswer.objects.count() == KeptPortion.objects.count() == 1
    with pytest.raises(Counted):
        as_kept(*deals(TODAY))


@pytest.mark.parametrize(("portions", "is_whole"), [(MOST_RENEWED, False), (MOST_RENEWED + 1, True)])
def test_where_too_many_portions_have_changed_all_is_counted_again(apart, counted, portions, is_whole):
    made = Deal.objects.bulk_create(DealFactory.build_batch(MOST_RENEWED + 2, company=None))
    keep(deals())
    counted.clear()
    Deal.objects.filter(pk__in=[one.pk for one in made[:portions]]).update(competitor="他社")
    assert is_everything_changed() == is_whole
    assert len(changed()) == (1 if is_whole else portions)
    keep(deals())
    assert [found is None for found in counted] == [is_whole]
    assert agree(deals())


class TestAllIsCountedAgain:
    TOOK = 6  # seconds
    MICROSECOND = timedelta(microseconds=1)

    @pytest.fixture(autouse=True)
    def kept_at_9(self, apart):
        self.made = DealFactory(source=SourceFactory())
        keep(deals(), deals(TODAY), now=NOW)
        KeptAnswer.objects.update(took=self.TOOK / 2)

    def rename(self):
        LeadSource.objects.update(name="新しい名前")

    def test_no_sooner_than_ten_times_as_long_as_that_takes(self):
        self.rename()
        rested_at = NOW + timedelta(seconds=REST * self.TOOK)
        assert keep(deals(), deals(TODAY), now=rested_at - self.MICROSECOND) is None
        assert keep(deals(), deals(TODAY), now=rested_at) == 2
        assert changed() == set()

    def test_after_too_many_changes_neither(self, monkeypatch):
        monkeypatch.setattr(keeping, "MOST_RENEWED", 1)
        DealFactory()
        assert keep(deals(), deals(TODAY), now=NOW) == 2
        KeptAnswer.objects.update(took=self.TOOK / 2)
        DealFactory.create_batch(2)
        rested_at = NOW + timedelta(seconds=REST * self.TOOK)
        assert keep(deals(), deals(TODAY), now=rested_at - self.MICROSECOND) is None
        assert keep(deals(), deals(TODAY), now=rested_at) == 2

    def test_while_a_few_portions_wait_for_nothing(self):
        edit(self.made)
        assert keep(deals(), deals(TODAY), now=NOW) == 2

    def test_and_a_new_day_waits_for_nothing(self):
        self.rename()
        assert keep(deals(), deals(TODAY + DAY), day=TODAY + DAY, now=NOW) == 2


def test_a_new_day_takes_the_place_of_the_old_one(apart):
    DealFactory()
    keep(deals(TODAY))
    assert keep(deals(TODAY + DAY), day=TODAY + DAY) == 1
    assert list(KeptAnswer.objects.values_list("counted_on", flat=True)) == [TODAY + DAY]
    assert KeptPortion.objects.count() == 1
    with pytest.raises(Counted):
        as_kept(*deals(TODAY))
    assert kept_rows_of(*deals(TODAY))() == list(deals(TODAY)[0])
    assert agree(deals(TODAY + DAY))


def test_an_answer_that_holds_for_every_day_goes_with_the_day(apart, counted):
    DealFactory()
    keep(deals())
    assert keep(deals(), day=TODAY + DAY) == 1
    assert KeptAnswer.objects.get().counted_on == TODAY + DAY
    assert keep(deals(), day=TODAY + DAY) is None
    assert counted == [None]


def test_a_look_that_fails_leaves_everything_as_it_was(apart):
    made = DealFactory()
    keep(deals())
    edit(made)
    before = kept()

    def fails(day: date):
        kept_rows_of(*deals())()
        yield "page"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keep_answers(fails, TODAY + DAY, NOW)
    assert keeper.get() is None
    assert kept() == before
    assert agree(deals())


def test_what_is_forgotten_is_counted_until_it_is_kept_again(apart):
    DealFactory()
    keep(deals())
    forget_answers()
    assert kept()[:2] == ([], [])
    with pytest.raises(Counted):
        as_kept(*deals())
    assert keep(deals()) == 1
    assert agree(deals())
