"""Forms of companies and contacts: what is typed is kept, and two people who edit one record lose nothing."""

import pytest
from django.urls import reverse

from followups.actions import Merging, merge_companies, merge_contacts
from leads.models import Company, Contact
from tests.factories import TODAY, CompanyFactory, ContactFactory, UserFactory
from tests.leads.forms import sent, sent_again

pytestmark = pytest.mark.django_db

NEW = {"name": "みなも建装株式会社", "kana": "ミナモケンソウ", "fiscal_start_month": "4", "phone": "03-1234-5678"}


@pytest.fixture
def reader(client):
    user = UserFactory(inside=True)
    client.force_login(user)
    return user


class TestAddingACompany:
    def test_it_leads_to_the_company(self, client, reader):
        answer = client.post(reverse("leads:company_add"), NEW | {"slack_months": ["2", "8"]})
        company = Company.objects.get()
        assert answer.url == reverse("followups:company", args=[company.pk])
        assert (company.name_key, company.phone, company.slack_months) == ("みなも建装", "+81312345678", [2, 8])

    def test_without_a_name_everything_else_that_was_typed_stays(self, client, reader):
        page = client.post(reverse("leads:company_add"), NEW | {"name": " "})
        assert "name" in page.context["form"].errors
        assert 'value="ミナモケンソウ"' in page.content.decode()
        assert not Company.objects.exists()

    def test_an_empty_form_is_refused_too(self, client, reader):
        assert "name" in client.post(reverse("leads:company_add"), {}).context["form"].errors

    def test_a_viewer_may_not(self, client):
        client.force_login(UserFactory(viewer=True))
        assert client.post(reverse("leads:company_add"), NEW).status_code == 403
        assert not Company.objects.exists()


class TestEditingACompany:
    def test_only_what_was_changed_is_written(self, client, reader):
        company = CompanyFactory(name="旧社名", kana="キュウシャメイ", note="メモ")
        url = reverse("leads:company_edit", args=[company.pk])
        data = sent(client.get(url)) | {"name": "新社名"}
        assert client.post(url, data).status_code == 302
        company.refresh_from_db()
        assert (company.name, company.kana, company.note, company.version) == ("新社名", "キュウシャメイ", "メモ", 2)

    def test_sending_it_as_it_was_opened_changes_nothing(self, client, reader):
        company = CompanyFactory(phone="+81312345678", slack_months=[2])
        url = reverse("leads:company_edit", args=[company.pk])
        client.post(url, sent(client.get(url)))
        company.refresh_from_db()
        assert company.version == 1

    def test_the_phone_is_shown_as_a_japanese_reader_writes_it(self, client, reader):
        company = CompanyFactory(phone="+81312345678")
        page = client.get(reverse("leads:company_edit", args=[company.pk]))
        assert 'value="03-1234-5678"' in page.content.decode()

    def test_two_people_editing_one_company_lose_nothing(self, client, reader):
        company = CompanyFactory(name="旧社名", industry="製造", note="")
        url = reverse("leads:company_edit", args=[company.pk])
        mine, theirs = sent(client.get(url)), sent(client.get(url))
        client.post(url, theirs | {"name": "先に保存した名前", "note": "先のメモ"})

        page = client.post(url, mine | {"name": "わたしの名前", "industry": "建設"})
        assert page.status_code == 409
        text = page.content.decode()
        assert "先に保存した名前" in text
        assert 'value="わたしの名前"' in text
        assert [(row.theirs, row.mine) for row in page.context["form"].conflict.rows] == [
            ("先に保存した名前", "わたしの名前"),
        ]
        company.refresh_from_db()
        assert (company.name, company.industry, company.note) == ("先に保存した名前", "製造", "先のメモ")

        client.post(url, sent_again(page))
        company.refresh_from_db()
        assert (company.name, company.industry, company.note) == ("わたしの名前", "建設", "先のメモ")

    def test_a_company_that_does_not_exist_is_not_found(self, client, reader):
        assert client.get(reverse("leads:company_edit", args=[4711])).status_code == 404


class TestContacts:
    def test_a_contact_is_added_to_the_company_of_the_page(self, client, reader):
        company = CompanyFactory()
        url = f"{reverse('leads:contact_add')}?company={company.pk}"
        answer = client.post(url, {"name": "西村 由佳", "kana": "にしむら", "email": "n@example.jp"})
        contact = Contact.objects.get()
        assert answer.url == reverse("followups:company", args=[company.pk])
        assert (contact.company, contact.kana_key) == (company, "ニシムラ")

    def test_a_contact_may_stand_without_a_company(self, client, reader):
        client.post(reverse("leads:contact_add"), {"name": "個人の方"})
        assert Contact.objects.get().company is None

    def test_two_people_editing_one_contact_lose_nothing(self, client, reader):
        contact = ContactFactory(name="西村", title="課長")
        url = reverse("leads:contact_edit", args=[contact.pk])
        mine, theirs = sent(client.get(url)), sent(client.get(url))
        client.post(url, theirs | {"title": "部長"})
        page = client.post(url, mine | {"name": "西村 由佳"})
        assert page.status_code == 409
        client.post(url, sent_again(page))
        contact.refresh_from_db()
        assert (contact.name, contact.title) == ("西村 由佳", "部長")


class TestMergedMeanwhile:
    """The record was merged into another one while somebody typed into its form."""

    @pytest.mark.parametrize(("factory", "page", "merge"), [
        (CompanyFactory, "leads:company_edit", merge_companies), (ContactFactory, "leads:contact_edit", merge_contacts),
    ])  # fmt: skip
    def test_what_was_typed_stands_against_the_record_that_is_left(self, client, reader, factory, page, merge):
        kept, gone = factory(name="あおぞら薬局"), factory(name="あおぞら薬局グループ")
        url = reverse(page, args=[gone.pk])
        typed = sent(client.get(url)) | {"kana": "アオゾラ"}
        merge([Merging(kept.pk, gone.pk)], by=reader, as_of=TODAY)

        answer = client.post(url, typed)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "アオゾラ" in text and "あおぞら薬局グループ" in text and "あおぞら薬局" in text
        kept.refresh_from_db()
        assert kept.kana == ""

        assert client.post(url, sent_again(answer)).status_code == 302
        kept.refresh_from_db()
        assert kept.kana == "アオゾラ"

    def test_an_address_that_never_was_is_not_found(self, client, reader):
        assert client.get(reverse("leads:company_edit", args=[999])).status_code == 404
