"""Two records of one customer become one, and nothing recorded on either is lost."""

import pytest
from django.apps import apps
from django.db import connection

from activities.models import Activity, Todo
from deals.append_only import APPEND_ONLY_TABLES
from deals.models import Deal, FollowUpCycle
from followups.actions import Merging, create_deals, merge_companies, merge_contacts
from followups.actions.merging import moving, pointers_to
from followups.invariants import violations
from leads.actions import edit_companies
from leads.merged import kept_ids, merged_names
from leads.models import AvailabilityGuess, Company, Contact, Lead, Merge
from leads.states import MergeKind
from people.records import Edit
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def merge(kept, gone, by, **answers):
    verb = merge_companies if isinstance(kept, Company) else merge_contacts
    return verb([Merging(kept.pk, gone.pk, **answers)], by=by, as_of=TODAY)[0]


def test_everything_of_a_company_goes_over_and_is_counted(manager):
    kept, gone = CompanyFactory(name="あおぞら薬局"), CompanyFactory(name="㈱あおぞら薬局", external_id="C-2")
    contact = ContactFactory(company=gone)
    lead, deal = LeadFactory(company=gone), DealFactory(company=gone)
    activity = ActivityFactory(company=gone)
    merge(kept, gone, manager)
    for record in (contact, lead, deal, activity):
        record.refresh_from_db()
        assert record.company == kept
    assert not Company.objects.filter(pk=gone.pk).exists()
    told = Merge.objects.get()
    assert (told.kind, told.kept_id, told.gone_id, told.gone_external_id) == ("company", kept.pk, gone.pk, "C-2")
    assert told.gone["name"] == "㈱あおぞら薬局"
    assert told.moved == {
        "leads.contact.company": 1,
        "leads.lead.company": 1,
        "deals.deal.company": 1,
        "activities.activity.company": 1,
    }
    assert (told.merged_on, told.by) == (TODAY, manager)


def test_everything_of_a_contact_goes_over_the_person_to_approach_included(manager):
    company = CompanyFactory()
    kept, gone = ContactFactory(company=company), ContactFactory(company=company)
    cycle = CycleFactory(deal=DealFactory(company=company, contact=gone, lost=True, approach_contact=gone))
    FollowUpCycle.objects.update(approach_contact=gone)
    TodoFactory(deal=cycle.deal, contact=gone)
    ActivityFactory(deal=cycle.deal, contact=gone)
    LeadFactory(contact=gone)
    AvailabilityGuess.objects.create(contact=gone, guess="as_usual", starts_on=TODAY, ends_on=TODAY, noted_by=manager)
    counts = moving(gone)
    merge(kept, gone, manager)
    assert moving(kept) == counts == Merge.objects.get().moved
    assert len(counts) == 7
    for model in (Todo, Activity, Lead, AvailabilityGuess):
        assert model.objects.filter(contact=kept).count() == 1
    assert Deal.objects.get().approach_contact == FollowUpCycle.objects.get().approach_contact == kept


@pytest.mark.parametrize("model", [Company, Contact])
def test_no_foreign_key_to_a_customer_is_forgotten_and_no_append_only_table_has_one(model):
    named = {
        (other._meta.label, field.name)
        for other in apps.get_models()
        for field in other._meta.concrete_fields
        if field.is_relation and field.related_model is model
    }
    assert {(pointer.model._meta.label, pointer.name) for pointer in pointers_to(model)} == named
    assert not {pointer.model._meta.db_table for pointer in pointers_to(model)} & set(APPEND_ONLY_TABLES)


def test_the_kept_value_wins_blanks_are_filled_and_what_was_chosen_is_taken(manager):
    kept = CompanyFactory(name="あおぞら薬局", industry="調剤", phone="")
    gone = CompanyFactory(name="あおぞら薬局グループ", industry="小売", phone="03-1234-5678", slack_months=[2])
    made = merge(kept, gone, manager, taken=frozenset({"name"}))
    made.refresh_from_db()
    assert (made.name, made.industry, made.phone, made.slack_months) == (
        "あおぞら薬局グループ", "調剤", "+81312345678", [2],
    )  # fmt: skip
    assert made in Company.objects.matching("1234567")
    assert made.version == 2


def test_a_person_who_must_not_be_contacted_stays_one(manager):
    company = CompanyFactory()
    kept = ContactFactory(company=company)
    gone = ContactFactory(company=company, do_not_contact_reason="停止依頼")
    assert merge(kept, gone, manager).do_not_contact_reason == "停止依頼"


def test_whoever_has_a_moved_deal_open_is_told(manager):
    kept, gone = CompanyFactory(), CompanyFactory()
    deal = DealFactory(company=gone)
    merge(kept, gone, manager)
    deal.refresh_from_db()
    assert deal.version == 2


def test_a_record_is_not_merged_with_itself(manager):
    company = CompanyFactory()
    with pytest.raises(Refused, match="."):
        merge(company, company, manager)
    assert Company.objects.count() == 1


def test_the_second_of_two_merges_of_one_record_is_refused_and_moves_nothing(manager):
    kept, gone, third = CompanyFactory(), CompanyFactory(), CompanyFactory()
    merge(kept, gone, manager)
    with pytest.raises(Refused):
        merge(third, gone, manager)
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("changed", [0, 1])
def test_a_merge_of_what_was_changed_meanwhile_is_refused(manager, changed):
    pair = [CompanyFactory(name="甲"), CompanyFactory(name="乙")]
    edit_companies([Edit(pair[changed].pk, {"industry": "製造"})])
    with pytest.raises(Refused, match=pair[changed].name):
        merge(*pair, manager, versions=(1, 1))
    assert Company.objects.count() == 2


def test_an_edit_of_the_record_that_went_is_refused_in_words(manager):
    kept, gone = CompanyFactory(), CompanyFactory()
    merge(kept, gone, manager)
    with pytest.raises(Refused):
        edit_companies([Edit(gone.pk, {"name": "新しい名前"}, 1)])


def test_a_chain_of_merges_leads_to_the_record_that_stands(manager):
    first, second, third = (CompanyFactory(external_id=f"C-{n}") for n in range(3))
    merge(second, first, manager)
    merge(third, second, manager)
    assert kept_ids(MergeKind.COMPANY, [first.pk, second.pk, third.pk]) == {first.pk: third.pk, second.pk: third.pk}
    assert {(pk, external_id) for pk, external_id, _name in merged_names(MergeKind.COMPANY)} == {
        (third.pk, "C-0"),
        (third.pk, "C-1"),
    }


def test_an_external_id_goes_to_a_record_that_has_none(manager):
    kept, gone = CompanyFactory(), CompanyFactory(external_id="C-9")
    assert merge(kept, gone, manager).external_id == "C-9"


def test_the_invariants_hold_after_a_merge(manager):
    company = CompanyFactory()
    kept, gone = ContactFactory(company=company), ContactFactory(company=company)
    create_deals([DealFactory.build(company=company, contact=gone)], by=manager, as_of=TODAY)
    merge(kept, gone, manager)
    assert violations() == []
    assert connection.check_constraints() is None
