"""Answers are kept while others write, read, forget and keep: nothing is lost, and nobody is told anything else."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Sum

from deals.models import Deal, FollowUpCycle
from people import keeping
from people.keeping import disagreements, forget_answers, keep_answers
from people.kept_answers import kept_rows_of
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.portions import of_deals
from tests.drills.pair import PATIENCE, Writer, is_waiting
from tests.factories import TODAY, CycleFactory, DealFactory
from tests.kept import (
    NOW,
    Counted,
    agree,
    as_counted,
    as_kept,
    asking,
    changed,
    elsewhere,
    far_apart,
    keep,
    portion_of,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def apart(db):
    far_apart()
    yield
    far_apart(1)


def deals():
    rows = Deal.objects.order_by().values_list("status", "competitor")
    return rows.annotate(n=Count("pk"), worth=Sum("amount")), of_deals("pk")


def edit(made, text="他社"):
    Deal.objects.filter(pk=made.pk).update(competitor=text)


def beside(verb):
    """Start it on a connection of its own, and come back when it is done or waits for a lock of ours."""
    writer = Writer(verb)
    writer.start()
    assert writer.is_connected.wait(PATIENCE)
    while not writer.is_done.wait(0.002) and not is_waiting(writer.backend):
        pass
    return writer


class TestWhileAnswersAreKept:
    """Somebody else is at work on a connection of his own, between two statements of the one who keeps answers."""

    @pytest.fixture(autouse=True)
    def two_deals_kept(self):
        self.taken, self.other = DealFactory(), DealFactory()
        keep(deals())
        edit(self.taken, "前")

    def keep_with(self, *verbs):
        """Keep the answers; the verbs after the changed portions were taken, and after all was counted."""

        def look(_day):
            elsewhere(verbs[0])
            kept_rows_of(*deals())()
            yield "page"
            for verb in verbs[1:]:
                verb()

        return keep_answers(look, TODAY, NOW)

    @pytest.mark.parametrize("name", ["taken", "other"])
    def test_what_is_written_before_the_count_leaves_its_portion_changed(self, name):
        made = getattr(self, name)
        assert self.keep_with(lambda: edit(made, "後")) == 1
        assert changed() == {portion_of(made)}
        assert agree(deals())
        keep(deals())
        assert changed() == set()
        assert agree(deals())

    @pytest.mark.parametrize("name", ["taken", "other"])
    def test_what_is_written_after_the_count_leaves_its_portion_changed(self, name):
        made = getattr(self, name)
        assert self.keep_with(lambda: None, lambda: elsewhere(lambda: edit(made, "後"))) == 1
        assert changed() == {portion_of(made)}
        assert agree(deals())
        keep(deals())
        assert agree(deals())

    @pytest.mark.parametrize("name", ["taken", "other"])
    def test_were_changed_portions_taken_at_the_end_it_would_be_lost(self, name):
        made = getattr(self, name)
        self.keep_with(
            lambda: None, lambda: elsewhere(lambda: edit(made, "後")), lambda: ChangedPortion.objects.all().delete()
        )
        assert changed() == set()
        assert not agree(deals())

    def test_nobody_is_told_anything_else_meanwhile(self):
        def reads():
            assert agree(deals())

        assert self.keep_with(reads, lambda: elsewhere(reads)) == 1

    def test_a_second_one_is_refused(self):
        other = []
        assert self.keep_with(lambda: other.append(keep(deals(), day=TOMORROW))) == 1
        assert other == [None]
        assert list(KeptAnswer.objects.values_list("counted_on", flat=True)) == [TODAY]

    def test_without_the_lock_each_would_throw_the_answers_of_the_other_away(self, monkeypatch):
        monkeypatch.setattr(keeping, "_is_alone", lambda: True)
        others = []

        def look(_day):
            others.append(beside(lambda: keep(deals(), day=TOMORROW)))
            assert others[0].is_done.wait(PATIENCE)
            assert KeptAnswer.objects.filter(counted_on=TOMORROW).exists()
            yield "page"

        keep_answers(look, TODAY, NOW)
        assert others[0].error is None
        assert not KeptAnswer.objects.exists()

    def forgotten_meanwhile(self, monkeypatch, forget):
        """Forget the answers after the keeper has found one, before it counts."""
        removed, others = keeping._removed, []

        def forgetting(*told):
            others.append(beside(forget))
            return removed(*told)

        monkeypatch.setattr(keeping, "_removed", forgetting)
        keep(deals())
        assert others[0].is_done.wait(PATIENCE)
        assert others[0].error is None

    def test_who_forgets_them_waits(self, monkeypatch):
        self.forgotten_meanwhile(monkeypatch, forget_answers)
        assert not KeptAnswer.objects.exists()
        with pytest.raises(Counted):
            as_kept(*deals())

    def test_without_waiting_portions_would_be_missing_from_then_on(self, monkeypatch):
        self.forgotten_meanwhile(monkeypatch, delete_all)
        assert as_kept(*deals()) != as_counted(deals()[0])

    @pytest.mark.parametrize(("forget", "is_right"), [(forget_answers, True), (lambda: delete_all(), False)])
    def test_no_page_finds_an_answer_without_its_portions(self, forget, is_right):
        """It reads between the two deletions."""
        told = []

        def reading(execute, sql, *others):
            if sql.startswith("DELETE") and '"people_keptanswer"' in sql:
                elsewhere(lambda: told.append(agree(deals())))
            return execute(sql, *others)

        with connection.execute_wrapper(reading):
            forget()
        assert told == [is_right]


def delete_all():
    """What forgetting would be without a lock and a transaction."""
    KeptPortion.objects.all().delete()
    KeptAnswer.objects.all().delete()


def revivals():
    """Deals by whether a follow-up of the deal that each revives has that hook."""
    found = FollowUpCycle.objects.filter(deal=OuterRef("revived_from"), hook="予算")
    return Deal.objects.order_by().annotate(x=Exists(found)).values_list("x").annotate(n=Count("pk")), of_deals("pk")


class TestADealRevivesOneWhoseFollowUpSomebodyIsJustWriting:
    """He has written it, and noted which deals that concerns, before the new deal was there; and he ends last."""

    @pytest.fixture(autouse=True)
    def old_deal(self):
        self.cycle = CycleFactory()
        keep(revivals())

    def keep_between(self):
        has_written, may_end = Event(), Event()

        def write():
            with transaction.atomic():
                FollowUpCycle.objects.filter(pk=self.cycle.pk).update(hook="予算")
                has_written.set()
                assert may_end.wait(PATIENCE)

        writer = Writer(write)
        writer.start()
        assert has_written.wait(PATIENCE)
        self.new = DealFactory(revived_from=self.cycle.deal)
        assert keep(revivals()) == 1
        assert agree(revivals())
        may_end.set()
        assert writer.is_done.wait(PATIENCE)
        assert writer.error is None

    def test_its_portion_stays_changed_until_he_has_ended(self):
        self.keep_between()
        assert portion_of(self.new) in changed()
        assert agree(revivals())
        assert keep(revivals()) == 1
        assert changed() == set()
        assert agree(revivals())

    def test_were_it_taken_before_its_answer_would_be_wrong_from_then_on(self, monkeypatch):
        monkeypatch.setattr(keeping, "_settled", lambda: ChangedPortion.objects.latest("id").pk)
        self.keep_between()
        keep(revivals())
        assert changed() == set()
        assert not agree(revivals())

    def test_nobody_waits_for_the_one_who_keeps_answers(self):
        """He gives the lock back before he counts."""

        def look(_day):
            elsewhere(lambda: edit(self.cycle.deal))
            kept_rows_of(*revivals())()
            yield "page"

        DealFactory()
        assert keep_answers(look, TODAY, NOW) == 1
        assert changed() == {portion_of(self.cycle.deal)}


class TestWhetherWhatIsKeptIsTrue:
    """Outside of transactions: it is compared with the rows in one of its own."""

    def disagreements(self):
        return disagreements(lambda _day: asking(deals(), deals()), TODAY)

    def test_it_is_after_a_change_too(self):
        made = DealFactory(amount=3)
        keep(deals())
        edit(made)
        assert self.disagreements() == []

    def test_an_answer_that_was_changed_by_hand_is_found_once(self):
        DealFactory()
        keep(deals())
        KeptAnswer.objects.update(answer="[]")
        assert self.disagreements() == [f"page: {KeptAnswer.objects.get().digest[:12]}"]

    def test_deals_that_are_worth_nothing_any_more_are_no_disagreement(self):
        made = DealFactory(amount=3)
        keep(deals())
        Deal.objects.filter(pk=made.pk).update(amount=0)
        assert self.disagreements() == []
