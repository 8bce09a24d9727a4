"""An import knows a merged company or contact by the name and the external id it had."""

import pytest

from followups.actions import Merging, merge_companies, merge_contacts
from leads.models import Company, Contact
from tests.factories import TODAY, UserFactory
from tests.intake.conftest import figures

pytestmark = pytest.mark.django_db

COMPANIES = 'kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\nindustry = "industry"\n'
CONTACTS = 'kind = "contacts"\n[columns]\nexternal_id = "id"\nname = "name"\ncompany = "company"\n'
BOTH = "id,name,industry\nC-1,Aozora,\nC-2,Aozora Pharmacy,retail\n"


@pytest.fixture
def merged(desk) -> Company:
    """C-2 was merged into C-1."""
    desk.bring_in(BOTH, COMPANIES)
    kept, gone = Company.objects.order_by("pk")
    merge_companies([Merging(kept.pk, gone.pk)], by=UserFactory(manager=True), as_of=TODAY)
    return kept


def test_the_same_file_again_changes_nothing(desk, merged):
    assert figures(desk.bring_in(BOTH, COMPANIES)) == {"unchanged": 2}
    assert Company.objects.get() == merged


def test_a_changed_row_of_the_merged_record_reaches_the_kept_one(desk, merged):
    report = desk.bring_in(BOTH.replace("retail", "pharmacy"), COMPANIES)
    assert figures(report) == {"unchanged": 1, "updated": 1}
    assert Company.objects.get().industry == "pharmacy"


@pytest.mark.parametrize("reference", ["C-2", "Aozora Pharmacy", "C-1", "Aozora"])
def test_other_rows_that_name_the_merged_record_find_the_kept_one(desk, merged, reference):
    report = desk.bring_in(f"id,name,company\nP-1,Nishimura,{reference}\n", CONTACTS)
    assert report.warnings == []
    assert Contact.objects.get().company == Company.objects.get() == merged


def test_a_company_typed_by_hand_and_merged_is_not_made_again_by_its_first_import(desk):
    kept = Company.objects.create(name="Aozora", external_id="C-1")
    gone = Company.objects.create(name="Aozora Pharmacy", external_id="C-2")
    merge_companies([Merging(kept.pk, gone.pk)], by=UserFactory(manager=True), as_of=TODAY)
    desk.bring_in(BOTH, COMPANIES)
    assert Company.objects.count() == 1


def test_a_merged_contact_is_known_by_its_external_id(desk):
    rows = "id,name,company\nP-1,Nishimura,\nP-2,Nishimura Yuka,\n"
    desk.bring_in(rows, CONTACTS)
    kept, gone = Contact.objects.order_by("pk")
    merge_contacts([Merging(kept.pk, gone.pk)], by=UserFactory(manager=True), as_of=TODAY)
    assert figures(desk.bring_in(rows, CONTACTS)) == {"unchanged": 2}
    desk.bring_in(rows.replace("Nishimura Yuka,", "Nishimura Yukari,"), CONTACTS)
    assert Contact.objects.count() == 1
