"""Search: a few letters find companies, persons, leads and deals in every spelling; the same on both databases."""

import pytest
from django.urls import reverse

from followups.pages.search import SHOWN, all_of, guesses, search
from leads.actions import edit_contacts
from leads.models import Company, Contact, Lead
from people.records import Edit
from people.text import phone_key, query_key, word_starts
from tests.factories import CompanyFactory, ContactFactory, DealFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


def found(text: str) -> dict[str, list[str]]:
    """Names by kind."""
    return {group.kind: [hit.name for hit in group.hits] for group in search(text)}


@pytest.fixture
def aozora() -> Company:
    company = CompanyFactory(
        name="株式会社あおぞら薬局グループ", kana="アオゾラヤッキョクグループ", phone="03-1234-5678"
    )
    ContactFactory(
        company=company,
        name="西村 由佳",
        kana="ニシムラ ユカ",
        phone="090-1111-2222",
        email="y.nishimura@aozora.example",
    )
    return company


@pytest.mark.parametrize(
    "text",
    [
        "あ", "薬", "局", "グ", "ア", "ｱ",
        "あお", "薬局", "グル", "アオ", "ｱｵ",
        "あおぞ", "薬局グ", "アオゾ", "ゾラヤ", "ｱｵｿﾞﾗ",
        "(株)あおぞら", "㈱あおぞら", "株式会社 あおぞら", "あおぞら薬局ｸﾞﾙｰﾌﾟ", "ヤツキヨク", "あお ぞら",
    ],
)  # fmt: skip
def test_a_company_is_found_by_one_two_or_three_characters_and_in_every_spelling(aozora, text):
    assert found(text)["companies"] == ["株式会社あおぞら薬局グループ"]


@pytest.mark.parametrize(
    "text",
    ["西", "由", "ニ", "に", "ユ", "西村", "村由", "ニシ", "ゆか", "西村由", "西村　由佳", "ニシムラ", "しむらゆ"],
)
def test_a_person_is_found_by_either_name_and_by_kana(aozora, text):
    assert found(text)["contacts"] == ["西村 由佳"]


@pytest.mark.parametrize(
    "text",
    [
        "090-1111-2222",
        "09011112222",
        "０９０－１１１１－２２２２",
        "+81 90-1111-2222",
        "819011112222",
        "(090)1111",
        "2222",
        "090",
    ],
)
def test_a_person_is_found_by_phone_however_it_is_written(aozora, text):
    assert found(text)["contacts"] == ["西村 由佳"]


@pytest.mark.parametrize("text", ["y.nishimura@aozora.example", "nishimura", "Y.NISHIMURA", "＠ａｏｚｏｒａ"])
def test_a_person_is_found_by_mail(aozora, text):
    assert found(text)["contacts"] == ["西村 由佳"]


@pytest.mark.parametrize("text", ["", " ", "　", "-", "・", "\x00"])
def test_a_text_without_a_letter_finds_nothing(aozora, text):
    assert search(text) == []
    assert list(all_of("companies", text)) == []


@pytest.mark.parametrize("text", ["ゾラ", "ム", "%", "_", "100%"])
def test_inside_a_word_three_characters_are_needed_and_wildcards_mean_themselves(aozora, text):
    assert search(text) == []


def test_a_company_brings_its_people_its_leads_and_its_deals():
    company = CompanyFactory(name="北斗ロジスティクス")
    ContactFactory(company=company, name="大野 剛")
    LeadFactory(company=company, name="資料請求")
    DealFactory(company=company, name="勤怠の刷新")
    DealFactory(name="別の商談")
    assert found("北斗") == {
        "companies": ["北斗ロジスティクス"],
        "contacts": ["大野 剛"],
        "leads": ["資料請求"],
        "deals": ["勤怠の刷新"],
    }


def test_a_lead_that_is_found_opens_on_its_own_page():
    lead = LeadFactory(name="資料請求", company=CompanyFactory())
    [group] = search("資料請求")
    assert [hit.url for hit in group.hits] == [reverse("followups:lead", args=[lead.pk])]


def test_a_person_brings_his_leads_and_deals():
    contact = ContactFactory(name="大野 剛", company=None)
    LeadFactory(contact=contact, name="資料請求")
    DealFactory(contact=contact, name="勤怠の刷新")
    assert found("大野") == {"contacts": ["大野 剛"], "leads": ["資料請求"], "deals": ["勤怠の刷新"]}


def test_the_name_itself_stands_before_what_begins_with_it_and_that_before_what_holds_it():
    for name in ("新日本食品商事", "日本食品商会", "日本食品", "株式会社日本食品"):
        CompanyFactory(name=name)
    assert found("日本食品")["companies"] == ["日本食品", "株式会社日本食品", "日本食品商会", "新日本食品商事"]


def test_the_kind_with_the_closest_record_stands_first():
    CompanyFactory(name="山田屋本店", kana="ヤマダヤホンテン")
    ContactFactory(name="山田", kana="ヤマダ", company=None)
    assert list(found("やまだ")) == ["contacts", "companies"]


def test_at_most_eight_of_a_kind_and_the_rest_on_the_page_of_the_kind():
    for _ in range(SHOWN):
        CompanyFactory(name="みなと商店")
    assert [(len(group.hits), group.has_more) for group in search("みなと")] == [(8, False)]
    CompanyFactory(name="みなと商店")
    assert [(len(group.hits), group.has_more) for group in search("みなと")] == [(8, True)]
    assert all_of("companies", "みなと").count() == 9


def test_a_hit_says_status_and_owner_of_the_newest_deal():
    owner = UserFactory(field=True, name="中村 健太")
    company = CompanyFactory(name="みなと食品")
    DealFactory(company=company, lost=True)
    DealFactory(company=company, status="quoted", fs_owner=owner)
    hit = search("みなと")[0].hits[0]
    assert (hit.status, hit.owner) == ("見積提出", "中村 健太")


def test_a_person_who_wants_no_calls_is_marked():
    ContactFactory(name="加納 哲", do_not_contact_reason="停止依頼")
    assert [hit.is_barred for hit in search("加納")[0].hits] == [True]


def test_a_new_spelling_is_found_at_once_and_the_old_one_no_longer():
    contact = ContactFactory(name="旧姓 花子", company=None, phone="03-1111-1111")
    edit_contacts([Edit(contact.pk, {"name": "新姓 花子", "phone": "03-2222-2222"})])
    assert (found("新"), found("旧")) == ({"contacts": ["新姓 花子"]}, {})
    assert (found("22222222"), found("11111111")) == ({"contacts": ["新姓 花子"]}, {})


def test_where_nothing_is_found_names_with_the_same_start_are_offered(aozora):
    assert search("ニシムラサトシ") == []
    assert [hit.name for group in guesses("ニシムラサトシ") for hit in group.hits] == ["西村 由佳"]
    assert guesses("ニシ") == []


def test_lists_filter_by_the_same_rule(aozora):
    assert list(Company.objects.matching("薬局")) == list(Company.objects.matching("薬局グ")) == [aozora]
    assert not Company.objects.matching("ゾラ").exists()
    assert Company.objects.matching("").count() == 1
    assert Contact.objects.matching("2222").count() == 1
    assert not Lead.objects.matching("薬局").exists()


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("東雲印刷株式会社", "東 東雲 雲 雲印 印 印刷 刷"),
        ("サーバー A社", "サ サバ a a社 社"),
        ("佐々木", "佐 佐々 々 々木 木"),
        ("𠮷野家", "𠮷 𠮷野 野 野家 家"),
        ("😀", ""),
        ("", ""),
    ],
)
def test_words_begin_after_spaces_where_the_script_changes_and_at_every_kanji(text, starts):
    assert word_starts(text) == starts


def test_a_foreign_number_keeps_its_country():
    assert phone_key("+1 650-253-0000") == query_key("+1 (650) 253-0000") == "16502530000"


@pytest.fixture
def reader(client):
    user = UserFactory(viewer=True)
    client.force_login(user)
    return user


def test_the_page_shows_what_is_found_and_htmx_gets_the_hits_alone(client, reader, aozora):
    page = client.get(reverse("followups:search"), {"q": "西村"})
    part = client.get(reverse("followups:search"), {"q": "西村"}, headers={"HX-Request": "true"})
    assert "西村 由佳" in page.content.decode() and "<html" in page.content.decode()
    assert "西村 由佳" in part.content.decode() and "<html" not in part.content.decode()


def test_pages_are_found_by_name_and_all_of_the_readers_own_without_a_text(client, reader):
    def pages(text):
        groups = client.get(reverse("followups:search"), {"q": text}).context["groups"]
        return [hit.name for group in groups if group.kind == "pages" for hit in group.hits]

    assert pages("ルール") == ["ルール"]
    assert "商談" in pages("") and "記録する" not in pages("")
    client.force_login(UserFactory(inside=True))
    assert "記録する" in pages("")


@pytest.mark.parametrize("text", ["", "\x00", "a" * 100_000, "<script>alert(1)</script>", "😀", "%' OR 1=1 --", "𠮷"])
def test_any_text_is_answered(client, reader, text):
    for kind in ({}, {"kind": "deals"}):
        answer = client.get(reverse("followups:search"), {"q": text} | kind)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_kind_that_does_not_exist_is_not_found(client, reader):
    assert client.get(reverse("followups:search"), {"q": "a", "kind": "users"}).status_code == 404


@pytest.mark.parametrize("kind", ["companies", "contacts", "leads", "deals"])
def test_the_page_of_a_kind_lists_everything_in_pages(client, reader, kind):
    company = CompanyFactory(name="みなと商店")
    for _ in range(51):
        contact = ContactFactory(company=company)
        LeadFactory(company=company, contact=contact)
        DealFactory(company=company)
        CompanyFactory(name="みなと商店")
    answer = client.get(reverse("followups:search"), {"q": "みなと", "kind": kind})
    assert len(answer.context["hits"]) == 50
    assert answer.context["page"].paginator.num_pages >= 2
