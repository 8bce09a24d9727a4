"""Companies, contacts and pull-downs in the admin."""

import pytest
from django.urls import reverse

from leads.models import Company, NurturingReason
from tests.factories import CompanyFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

COMPANIES = reverse("admin:leads_company_changelist")
ADD_COMPANY = reverse("admin:leads_company_add")


@pytest.fixture
def ops(client):
    client.force_login(UserFactory(admin=True))
    return client


def company_form(**changes):
    blank = {"name": "", "kana": "", "industry": "", "phone": "", "fiscal_start_month": 4, "note": ""}
    return blank | {"slack_months": "[]", "peak_months": "[]"} | changes


def test_a_company_is_found_whatever_the_width_and_the_legal_form(ops):
    ops.post(ADD_COMPANY, company_form(name="株式会社ハルカ製作所", kana="ハルカセイサクショ"))

    found = ops.get(COMPANIES, {"q": "はるか ㈱"}).context["cl"].result_list
    assert [company.name for company in found] == ["株式会社ハルカ製作所"]


def test_a_company_without_a_name_is_refused(ops):
    assert ops.post(ADD_COMPANY, company_form(name=" ")).context["adminform"].form.errors
    assert not Company.objects.exists()


@pytest.mark.parametrize(("month", "is_taken"), [(0, False), (1, True), (12, True), (13, False)])
def test_the_fiscal_year_starts_in_a_month(ops, month, is_taken):
    ops.post(ADD_COMPANY, company_form(name="東雲印刷", fiscal_start_month=month))

    assert Company.objects.exists() is is_taken


def test_two_people_editing_one_company_lose_nothing(ops):
    company = CompanyFactory(name="東雲印刷")
    url = reverse("admin:leads_company_change", args=[company.pk])
    ops.post(url, company_form(name="東雲印刷", industry="印刷", seen_version=1))
    second = ops.post(url, company_form(name="東雲印刷", industry="出版", seen_version=1))

    company.refresh_from_db()
    assert (company.industry, company.version) == ("印刷", 2)
    assert second.context["adminform"].form.non_field_errors()


def test_a_contact_changes_by_its_verb(ops):
    contact = ContactFactory(name="西村 由佳")
    url = reverse("admin:leads_contact_change", args=[contact.pk])
    ops.post(url, {"name": "西村 由佳", "title": "人事課 課長", "phone": "03-0000-0142", "seen_version": 1})

    contact.refresh_from_db()
    assert (contact.title, contact.phone, contact.version) == ("人事課 課長", "+81300000142", 2)


def test_the_code_of_a_pull_down_stays_and_its_labels_are_the_admins(ops):
    reason = NurturingReason.objects.get(code="timing")
    url = reverse("admin:leads_nurturingreason_change", args=[reason.pk])
    ops.post(
        url, {"code": "changed", "label_ja": "時期が合わない", "label_en": "Timing", "position": 10, "is_active": "on"}
    )

    reason.refresh_from_db()
    assert (reason.code, reason.label_ja) == ("timing", "時期が合わない")
