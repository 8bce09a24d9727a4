"""Who may be the same person: the same e-mail, the same phone, or the same name at the same company."""

import pytest

from followups.duplicates import Person, candidates
from tests.factories import CompanyFactory, ContactFactory, DealFactory, LeadFactory

pytestmark = pytest.mark.django_db


def found(**typed: str) -> list[object]:
    return [candidate.record for candidate in candidates(Person(**{"name": "誰か"} | typed))]


@pytest.fixture
def company():
    return CompanyFactory(name="株式会社はるかぜ物流")


class TestByName:
    def test_at_the_same_company_whatever_its_corporate_form_and_width(self, company):
        lead = LeadFactory(name="桐谷 由美", company=company)
        assert found(name="桐谷由美", company_name="はるかぜ物流(株)") == [lead]

    def test_at_another_company_is_another_person(self, company):
        LeadFactory(name="桐谷 由美", company=company)
        assert found(name="桐谷 由美", company_name="別の会社") == []

    def test_without_a_company_says_nothing(self):
        LeadFactory(name="桐谷 由美")
        assert found(name="桐谷 由美") == []


class TestByPhone:
    @pytest.mark.parametrize("typed", ["03-1234-5678", "03 1234 5678", "０３-１２３４-５６７８", "+81 3-1234-5678"])
    def test_however_it_is_written(self, typed):
        lead = LeadFactory(phone="0312345678")
        assert found(phone=typed) == [lead]

    def test_what_is_no_number_is_not_compared(self):
        LeadFactory(phone="内線不明")
        assert found(phone="内線不明") == []


class TestByEmail:
    def test_upper_and_lower_case_alike(self):
        lead = LeadFactory(email="Y.Kiritani@example.jp")
        assert found(email=" y.kiritani@EXAMPLE.jp ") == [lead]

    def test_a_missing_one_is_not_the_same_as_a_missing_one(self):
        LeadFactory(email="")
        assert found(email="") == []


class TestAmong:
    def test_contacts_and_the_deals_with_them(self, company):
        contact = ContactFactory(company=company, email="a@example.jp")
        deal = DealFactory(company=company, contact=contact)
        DealFactory(company=company)
        assert found(email="a@example.jp") == [contact, deal]

    def test_deals_made_of_such_a_lead(self):
        lead = LeadFactory(email="a@example.jp")
        deal = DealFactory(lead=lead)
        assert found(email="a@example.jp") == [lead, deal]

    def test_each_says_what_is_the_same(self, company):
        LeadFactory(name="桐谷 由美", company=company, email="a@example.jp", phone="0312345678")
        person = Person("桐谷 由美", company.name, "a@example.jp", "03-1234-5678")
        assert candidates(person)[0].why == "メールが同じ、電話番号が同じ、会社と氏名が同じ"

    def test_a_lead_is_not_its_own_double(self):
        lead = LeadFactory(email="a@example.jp")
        assert candidates(Person("誰か", email="a@example.jp"), except_lead_id=lead.pk) == []

    def test_the_number_of_queries_does_not_grow_with_them(self, django_assert_num_queries):
        for _ in range(7):
            LeadFactory(email="a@example.jp", company=CompanyFactory())
        with django_assert_num_queries(3):
            assert len(found(email="a@example.jp")) == 5
