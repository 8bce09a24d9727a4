"""What becomes of deals, follow-ups and to-dos: each a start, which is kept, and what then changes it."""

from decimal import Decimal

from django.db.models import F

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from tests.factories import CycleFactory, DealFactory, LeadFactory, SourceFactory, TodoFactory, days_ago

AWKWARD = ("100%", "%s", 'it\'s "so"', "back\\slash", "行\n改行", "🏢", "\u2028", " ", "null", "[1,2]", "")


def a_deal_is_made():
    yield
    DealFactory(amount=Decimal("1200000.50"))


def many_deals_are_made_at_once():
    yield
    Deal.objects.bulk_create(DealFactory.build_batch(30, company=None))


def a_deal_changes_its_group():
    made = DealFactory(competitor="他社A")
    yield
    Deal.objects.filter(pk=made.pk).update(competitor="他社B")


def a_deal_is_worth_less():
    made = DealFactory(amount=Decimal("9999999999999.99"))
    DealFactory(amount=Decimal("0.01"))
    yield
    Deal.objects.filter(pk=made.pk).update(amount=Decimal("9999999999999.98"))


def nobody_knows_any_more_what_it_is_worth():
    made = DealFactory(amount=5)
    DealFactory(amount=Decimal("7.00"))
    yield
    Deal.objects.filter(pk=made.pk).update(amount=None)


def the_last_deal_of_its_group_goes():
    made = DealFactory(competitor="他社A")
    DealFactory(competitor="他社B")
    yield
    made.delete()


def every_deal_goes():
    DealFactory.create_batch(3)
    yield
    Todo.objects.all().delete()
    Deal.objects.all().delete()


def a_deal_is_won():
    made = DealFactory()
    yield
    Deal.objects.filter(pk=made.pk).update(status="won", closed_on=days_ago(1))


def every_deal_changes_at_once():
    DealFactory.create_batch(7)
    yield
    Deal.objects.update(probability=F("id") % 7)


def awkward_texts_come_and_go():
    gone = [DealFactory(competitor=text) for text in AWKWARD[::2]]
    yield
    Deal.objects.filter(pk__in=[one.pk for one in gone[1:]]).update(competitor=AWKWARD[1])
    for text in AWKWARD:
        DealFactory(competitor=text)


def a_follow_up_begins():
    made = DealFactory()
    yield
    CycleFactory(deal=made)


def a_follow_up_goes():
    cycle = CycleFactory()
    yield
    FollowUpCycle.objects.filter(pk=cycle.pk).delete()


def a_follow_up_moves_to_the_deal_of_a_source():
    cycle, other = CycleFactory(), DealFactory(source=SourceFactory())
    yield
    FollowUpCycle.objects.filter(pk=cycle.pk).update(deal=other)


def a_deal_comes_from_another_source():
    cycle, source = CycleFactory(), SourceFactory()
    yield
    Deal.objects.filter(pk=cycle.deal_id).update(source=source)


def a_todo_of_a_deal_is_done():
    made = TodoFactory()
    yield
    Todo.objects.filter(pk=made.pk).update(status="done", closed_on=days_ago(0))


def a_todo_of_a_lead_is_made():
    lead = LeadFactory()
    yield
    TodoFactory(deal=None, lead=lead)


def a_todo_of_a_lead_moves_to_another_day():
    made = TodoFactory(deal=None, lead=LeadFactory())
    yield
    Todo.objects.filter(pk=made.pk).update(due_on=days_ago(-9))


def a_todo_of_nobody_is_made():
    yield
    TodoFactory(deal=None, is_imported=True)


def a_todo_of_nobody_goes():
    made = TodoFactory(deal=None, is_imported=True)
    TodoFactory(deal=None, is_imported=True)
    yield
    made.delete()


SCENES = (
    a_deal_is_made, many_deals_are_made_at_once, a_deal_changes_its_group, a_deal_is_worth_less,
    nobody_knows_any_more_what_it_is_worth, the_last_deal_of_its_group_goes, every_deal_goes, a_deal_is_won,
    every_deal_changes_at_once, awkward_texts_come_and_go, a_follow_up_begins, a_follow_up_goes,
    a_follow_up_moves_to_the_deal_of_a_source, a_deal_comes_from_another_source, a_todo_of_a_deal_is_done,
    a_todo_of_a_lead_is_made, a_todo_of_a_lead_moves_to_another_day, a_todo_of_nobody_is_made, a_todo_of_nobody_goes,
)  # fmt: skip
