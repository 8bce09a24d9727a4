"""The page on which a manager merges two records."""

import pytest
from django.urls import reverse

from followups.actions import Merging, merge_companies
from leads.models import Company, Contact, Merge
from tests.factories import TODAY, CompanyFactory, ContactFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(manager=True)
    client.force_login(user)
    return user


@pytest.fixture
def pair():
    return (
        CompanyFactory(name="あおぞら薬局", industry="調剤", phone="03-1234-5678"),
        CompanyFactory(name="㈱あおぞら薬局", industry="小売", phone="03-1234-5678", kana="アオゾラ"),
    )


def address(kept, gone=None):
    name = "company_merge" if isinstance(kept, Company) else "contact_merge"
    return reverse(f"followups:{name}", args=[kept.pk]) + (f"?with={gone.pk}" if gone else "")


def answers(kept, gone, **chosen):
    return {"versions": f"{kept.version},{gone.version}", "from_name": "kept", "from_industry": "kept"} | chosen


def test_records_of_one_name_or_phone_are_offered_with_the_reason(client, manager, pair):
    CompanyFactory(name="別の会社")
    answer = client.get(address(pair[0]))
    assert [(one.record, one.reasons) for one in answer.context["alike"]] == [
        (pair[1], ["名前が同じ", "電話番号が同じ"])
    ]


def test_a_namesake_elsewhere_is_no_candidate_but_one_with_the_same_mail_is(client, manager):
    contact = ContactFactory(name="佐藤 太郎", email="sato@example.jp")
    ContactFactory(name="佐藤 太郎")
    same = ContactFactory(name="佐藤 T", email="sato@example.jp")
    here = ContactFactory(name="佐藤太郎", company=contact.company)
    answer = client.get(address(contact))
    assert {one.record for one in answer.context["alike"]} == {same, here}


def test_the_preview_offers_a_choice_where_both_differ_and_counts_what_moves(client, manager, pair):
    DealFactory(company=pair[1])
    answer = client.get(address(*pair))
    rows = {row.label: (row.kept, row.gone, row.choice is not None) for row in answer.context["form"].pairs()}
    assert rows["業種"] == ("調剤", "小売", True)
    assert rows["電話番号"] == ("03-1234-5678", "03-1234-5678", False)
    assert answer.context["moving"] == [("商談", 1)]
    assert Company.objects.count() == 2


def test_a_merge_takes_what_was_chosen_and_leads_to_the_kept_record(client, manager, pair):
    kept, gone = pair
    answer = client.post(address(kept, gone), answers(kept, gone, from_industry="gone"))
    assert answer["Location"] == reverse("followups:company", args=[kept.pk])
    kept.refresh_from_db()
    assert (kept.name, kept.industry, kept.kana) == ("あおぞら薬局", "小売", "アオゾラ")
    assert Merge.objects.get().by == manager


def test_sending_the_form_twice_merges_once_and_says_so(client, manager, pair):
    kept, gone = pair
    sent = answers(kept, gone)
    client.post(address(kept, gone), sent)
    again = client.post(address(kept, gone), sent)
    assert again.status_code == 404
    assert "もうありません" in again.content.decode()
    assert Merge.objects.count() == 1


def test_a_record_changed_meanwhile_is_compared_again(client, manager, pair):
    kept, gone = pair
    sent = answers(kept, gone)
    Company.objects.filter(pk=gone.pk).update(version=2)
    answer = client.post(address(kept, gone), sent)
    assert "その間に変更されました" in answer.content.decode()
    assert Company.objects.count() == 2


@pytest.mark.parametrize("versions", ["", "1", "a,b", "1,2,3"])
def test_a_form_without_versions_merges_nothing(client, manager, pair, versions):
    client.post(address(*pair), answers(*pair, versions=versions))
    assert Company.objects.count() == 2


def test_the_old_address_leads_to_the_kept_record_with_a_word_about_it(client, manager, pair):
    kept, gone = pair
    old = reverse("followups:company", args=[gone.pk])
    merge_companies([Merging(kept.pk, gone.pk)], by=manager, as_of=TODAY)
    answer = client.get(old, follow=True)
    assert answer.redirect_chain == [(reverse("followups:company", args=[kept.pk]), 302)]
    assert "㈱あおぞら薬局" in answer.content.decode()


@pytest.mark.parametrize("name", ["company", "contact"])
def test_an_address_that_never_was_is_not_found(client, manager, name):
    assert client.get(reverse(f"followups:{name}", args=[9_999_999])).status_code == 404


def test_contacts_are_merged_on_the_same_page(client, manager):
    company = CompanyFactory()
    kept, gone = (ContactFactory(company=company, name="佐藤 太郎") for _ in range(2))
    client.post(address(kept, gone), {"versions": "1,1"})
    assert Contact.objects.get() == kept


@pytest.mark.parametrize("role", ["IS", "FS", "VIEWER"])
def test_only_managers_and_admins_merge(client, pair, role):
    client.force_login(UserFactory(roles=[role]))
    assert client.get(address(*pair)).status_code == 403
    assert client.post(address(*pair), answers(*pair)).status_code == 403
