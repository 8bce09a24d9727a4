"""New deals in any status, and editing them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from deals.actions import (
    create_deals,
    edit_deals,
    ensure_products,
)
from deals.models import Deal
from deals.states import DealStatus
from people.records import Edit
from people.refusal import Conflict, Refused
from tests.factories import (
    TODAY,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
    days_ago,
    reason,
)

pytestmark = pytest.mark.django_db


def history(deal):
    return list(deal.events.values_list("kind", "from_status", "to_status", "happened_on"))


def unsaved(**fields):
    return Deal(**{"name": "商談", "created_on": days_ago(90), **fields})


def unsaved_loss(**fields):
    answers = {"next_approach_on": days_ago(-60), "approach_contact_text": "佐藤部長", "hook": "来期の予算を確認"}
    standing = {"status": "lost", "lost_reason": reason("deprioritised"), "closed_on": days_ago(10)}
    return unsaved(**{**standing, **answers, **fields})


@pytest.mark.parametrize("status", DealStatus.values)
def test_a_deal_may_be_entered_in_any_of_the_ten_statuses(status):
    fields = {"lost": {"lost_reason": reason("price")}, "out_of_target": {"out_of_target_reason": "逆営業"}}
    deal = unsaved(status=status, status_entered_on=days_ago(40), **fields.get(status, {}))

    create_deals([deal], by=None, as_of=TODAY, cause="import:1")

    assert history(deal) == [("created", "", status, days_ago(40))]
    assert deal.events.get().cause == "import:1"


def test_entering_many_deals_costs_as_many_queries_as_entering_one(django_assert_num_queries):
    owner = UserFactory(field=True, team=TeamFactory())
    for count in (1, 50):
        deals = [unsaved_loss(lead=lead, fs_owner=owner) for lead in LeadFactory.create_batch(count)]
        with django_assert_num_queries(17):  # one of them marks the days of appointments
            create_deals(deals, by=None, as_of=TODAY)


def test_an_entered_loss_in_scope_begins_its_follow_up_on_the_day_of_the_loss():
    deal = unsaved_loss(closed_on=days_ago(200), next_approach_on=days_ago(199), hook="　五文字以上　")

    create_deals([deal], by=None, as_of=TODAY)

    cycle = deal.cycles.get()
    assert (cycle.kind, cycle.number, cycle.entered_on, cycle.hook) == ("lost", 1, days_ago(200), "五文字以上")
    assert (cycle.reason, cycle.next_approach_on) == (reason("deprioritised"), days_ago(199))
    assert Deal.objects.get(pk=deal.pk).is_followed
    assert deal.events.get().cycle == cycle


def test_a_loss_out_of_scope_is_entered_without_answers_and_is_not_followed():
    deal = unsaved(status="lost", lost_reason=reason("price"), closed_on=days_ago(10))

    create_deals([deal], by=None, as_of=TODAY)

    stored = Deal.objects.get(pk=deal.pk)
    assert (stored.lost_in_scope, stored.is_followed, stored.cycles.count()) == (False, False, 0)


INCOMPLETE = [
    ("lost_reason", {"lost_reason": None}),
    ("next_approach_on", {"next_approach_on": None}),
    ("next_approach_on", {"next_approach_on": days_ago(10)}),  # the day of the loss itself
    ("approach_contact", {"approach_contact_text": ""}),
    ("approach_contact", {"approach_contact_text": "　 "}),
    ("hook", {"hook": ""}),
    ("hook", {"hook": "四文字だ"}),
    ("hook", {"hook": "　四文字だ　"}),
]


@pytest.mark.parametrize(("field", "gap"), INCOMPLETE)
def test_an_incomplete_loss_cannot_be_entered(field, gap):
    with pytest.raises(Refused) as refused:
        create_deals([unsaved_loss(), unsaved_loss(**gap)], by=None, as_of=TODAY)

    assert (list(refused.value.errors), refused.value.position) == ([field], 1)
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    "gap",
    [
        {"lost_reason": None},
        {"next_approach_on": None},
        {"next_approach_on": days_ago(30)},
        {"approach_contact_text": ""},
        {"hook": "四文字だ"},
        {"hook": " 四文字だ "},
        {"closed_on": None},
    ],
)
def test_the_database_refuses_an_incomplete_loss_too(gap):
    deal = DealFactory(lost=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=deal.pk).update(**gap)


def test_the_first_next_approach_date_is_the_day_after_the_loss():
    create_deals([unsaved_loss(next_approach_on=days_ago(9))], by=None, as_of=TODAY)

    assert Deal.objects.get().next_approach_on == days_ago(9)


def test_a_registered_contact_answers_whom_to_approach():
    contact = ContactFactory()

    create_deals([unsaved_loss(approach_contact_text="", approach_contact=contact)], by=None, as_of=TODAY)

    assert Deal.objects.get().cycles.get().approach_contact == contact


def test_a_deal_takes_what_it_lacks_from_its_lead_and_its_owner():
    lead = LeadFactory(company=CompanyFactory(), contact=ContactFactory(), source=SourceFactory())
    owner = UserFactory(field=True, team=TeamFactory())
    other = CompanyFactory()
    bare, own = unsaved(lead=lead, fs_owner=owner), unsaved(lead=lead, company=other, is_owner=owner)

    create_deals([bare, own], by=None, as_of=TODAY)

    assert (bare.company_id, bare.contact_id, bare.source_id) == (lead.company_id, lead.contact_id, lead.source_id)
    assert (bare.team_id, own.team_id, own.company) == (owner.team_id, owner.team_id, other)


def test_a_deal_sets_its_lead_to_meeting_won():
    lead = LeadFactory()

    create_deals([unsaved(lead=lead, created_on=days_ago(5))], by=None, as_of=TODAY, cause="import:1")

    lead.refresh_from_db()
    assert (lead.status, lead.status_entered_on) == ("meeting_won", days_ago(5))
    assert lead.events.get().cause == "import:1"


def test_missing_dates_follow_from_those_that_are_there():
    closed = unsaved(created_on=days_ago(90), closed_on=days_ago(20), status="won")
    live = unsaved(created_on=None, closed_on=days_ago(20))

    create_deals([closed, live], by=None, as_of=TODAY)

    assert (closed.status_entered_on, closed.closed_on) == (days_ago(20), days_ago(20))
    assert (live.created_on, live.status_entered_on, live.closed_on) == (TODAY, TODAY, None)


def test_a_returned_deal_is_entered_with_its_cycle_so_that_nobody_forgets_it():
    deal = unsaved(status="returned_to_is", status_entered_on=date(2024, 11, 30))

    create_deals([deal], by=None, as_of=TODAY)

    cycle = deal.cycles.get()
    assert (cycle.kind, cycle.entered_on, cycle.next_approach_on) == ("returned", date(2024, 11, 30), date(2025, 2, 28))
    assert cycle.has_default_approach_date


def test_a_new_deal_revives_an_older_one():
    cycle = CycleFactory(lost=True)

    created = create_deals([unsaved(revived_from=cycle.deal, created_on=TODAY)], by=None, as_of=TODAY)

    cycle.refresh_from_db()
    assert created.ended == [cycle]
    assert (cycle.end_type, cycle.ended_on) == ("reopened", TODAY)
    assert history(cycle.deal) == [("cycle_ended", "", "", TODAY)]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": " "}),
        ("amount", {"amount": Decimal("-1")}),
        ("probability", {"probability": 101}),
        ("out_of_target_reason", {"status": "out_of_target"}),
    ],
)
def test_an_impossible_deal_is_refused_by_field(field, fields):
    with pytest.raises(Refused) as refused:
        create_deals([unsaved(**fields)], by=None, as_of=TODAY)

    assert list(refused.value.errors) == [field]


def test_products_are_made_on_sight():
    assert [product.name for product in ensure_products(["GTX Pro", "gtxpro"]).values()] == ["GTX Pro"]


def test_two_people_editing_one_deal_lose_nothing():
    deal = DealFactory(name="旧")
    edit_deals([Edit(deal.pk, {"name": "新"}, version=1)])

    with pytest.raises(Conflict):
        edit_deals([Edit(deal.pk, {"name": "別"}, version=1)])

    deal.refresh_from_db()
    assert (deal.name, deal.version) == ("新", 2)


def test_corrected_answers_reach_the_open_cycle():
    cycle = CycleFactory(lost=True)

    edit_deals([Edit(cycle.deal_id, {"hook": "人事異動のあと", "next_approach_on": days_ago(-10)})])

    cycle.refresh_from_db()
    assert (cycle.hook, cycle.next_approach_on) == ("人事異動のあと", days_ago(-10))


def test_answers_cannot_be_edited_away():
    cycle = CycleFactory(lost=True)

    with pytest.raises(Refused) as refused:
        edit_deals([Edit(cycle.deal_id, {"hook": ""})])

    assert list(refused.value.errors) == ["hook"]


def test_a_live_deal_has_no_closing_date():
    with pytest.raises(Refused) as refused:
        edit_deals([Edit(DealFactory().pk, {"closed_on": TODAY})])

    assert list(refused.value.errors) == ["closed_on"]
