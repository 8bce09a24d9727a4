"""The map that is suggested for exports of other systems, by what their columns are called and hold."""

from pathlib import Path
from typing import Any

import pytest

from intake.guessing import guessed_kind, suggested_plan
from intake.maps import map_of
from intake.reading.limits import LIMITS
from intake.reading.profile import profiled

pytestmark = pytest.mark.django_db

SALESFORCE_JA = (
    "商談 ID,取引先名,商談名,フェーズ,商談 所有者,失注理由,最終活動日,次回アプローチ日,金額 (円),完了予定日,作成日,確度 (%)\n"
    "0061,北斗物流株式会社,勤怠 85名,見積,中村 健太,,2026/09/18,,1020000,2026/12/25,2026/01/20,60\n"
    "0062,㈱東亜プレス,経費,失注,中村 健太,価格,2026/09/20,2027/04/01,80000,2026/09/30,2026/02/20,0\n"
)
SALESFORCE_EN = (
    "Opportunity ID,Account Name,Opportunity Name,Stage,Opportunity Owner,Amount,Close Date,Created Date,Probability (%)\n"
    'A1,Acme,Big deal,Closed Lost,Ann Lee,"$1,77,000.00",12/31/2026,1/20/2026,0\n'
    "A2,Umbrella,Other,Proposal/Price Quote,Ann Lee,900,11/15/2026,1/22/2026,60\n"
)
SALESFORCE_API = (
    "Id,AccountId,Name,StageName,OwnerId,Amount,CloseDate,CreatedDate,LeadSource\n"
    "006x,001x,Big deal,Closed Won,005x,100,2026-12-31,2026-01-20T09:00:00.000Z,Web\n"
)
HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date,Associated Company,Last Activity Date\n"
    "11,Acme renewal,Closed Lost,2026-12-31 10:00,Ann Lee,100,2026-01-20 09:00,Acme,2026-02-01 09:00\n"
)
PIPEDRIVE = (
    "Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Status,Deal - Stage,Deal - Organization,Deal - Deal created,"
    "Deal - Lost reason,Deal - Contact person\n"
    "5,Acme,Ann Lee,100,Lost,Proposal Made,Acme,2026-01-20 09:00:00,Price,Bob\n"
)
KINTONE = (
    "レコード番号,案件名,顧客名,営業担当,確度,案件ステータス,登録日時,受注日\n"
    "1,勤怠,北斗物流,中村 健太,50,提案中,2026/01/20 10:00,\n2,経費,東亜,中村 健太,100,受注,2026/02/20 10:00,2026/03/01\n"
)
OWN = "external_id,name,company,status,fs_owner,created_on\nD1,勤怠,北斗物流,ongoing,中村 健太,2026-01-20\n"
LEADS = (
    "リード ID,姓,名,会社名,リード 状況,リードソース,リード 所有者,作成日,メール,携帯電話\n"
    "L1,大野,剛,北斗物流,未対応,Web,佐藤 美咲,2026/01/20,ono@example.com,090-1234-5678\n"
    "L2,小野,薫,東亜,ナーチャリング,展示会,佐藤 美咲,2026/01/21,,\n"
)


def suggested(folder: Path, content: str, name: str = "export.csv") -> Any:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    reading = profiled(path, {}, LIMITS)
    kind = guessed_kind(name, reading)
    plan = suggested_plan(kind, reading)
    map_of(name, plan)  # what is suggested can always be imported by
    return plan


EXPECTED = {
    "Salesforce, Japanese": (SALESFORCE_JA, {
        "external_id": "商談 ID", "company": "取引先名", "name": "商談名", "status": "フェーズ", "fs_owner": "商談 所有者",
        "lost_reason": "失注理由", "last_contact_on": "最終活動日", "next_approach_on": "次回アプローチ日", "amount": "金額 (円)",
        "closed_on": "完了予定日", "created_on": "作成日", "probability": "確度 (%)",
    }),
    "Salesforce, English": (SALESFORCE_EN, {
        "external_id": "Opportunity ID", "company": "Account Name", "name": "Opportunity Name", "status": "Stage",
        "fs_owner": "Opportunity Owner", "amount": "Amount", "closed_on": "Close Date", "created_on": "Created Date",
        "probability": "Probability (%)",
    }),
    "Salesforce, API names": (SALESFORCE_API, {
        "external_id": "Id", "company": "AccountId", "name": "Name", "status": "StageName", "fs_owner": "OwnerId",
        "amount": "Amount", "closed_on": "CloseDate", "created_on": "CreatedDate", "source": "LeadSource",
    }),
    "HubSpot": (HUBSPOT, {
        "external_id": "Record ID", "name": "Deal Name", "status": "Deal Stage", "closed_on": "Close Date",
        "fs_owner": "Deal owner", "amount": "Amount", "created_on": "Create Date", "company": "Associated Company",
        "last_contact_on": "Last Activity Date",
    }),
    "Pipedrive": (PIPEDRIVE, {
        "external_id": "Deal - ID", "name": "Deal - Title", "fs_owner": "Deal - Owner", "amount": "Deal - Value",
        "status": "Deal - Status", "source_status": "Deal - Stage", "company": "Deal - Organization",
        "created_on": "Deal - Deal created", "lost_reason": "Deal - Lost reason", "contact": "Deal - Contact person",
    }),
    "kintone": (KINTONE, {
        "external_id": "レコード番号", "name": "案件名", "company": "顧客名", "fs_owner": "営業担当", "probability": "確度",
        "status": "案件ステータス", "created_on": "登録日時", "closed_on": "受注日",
    }),
    "our own": (OWN, {name: name for name in ("external_id", "name", "company", "status", "fs_owner", "created_on")}),
}  # fmt: skip


@pytest.mark.parametrize("system", EXPECTED)
def test_deals_of_other_systems_need_no_correction(tmp_path: Path, system: str) -> None:
    content, columns = EXPECTED[system]
    plan = suggested(tmp_path, content)

    assert plan["kind"] == "deals"
    assert plan["columns"] == columns


def test_leads_with_the_name_in_two_columns(tmp_path: Path) -> None:
    plan = suggested(tmp_path, LEADS)

    assert plan["kind"] == "leads"
    assert plan["columns"]["name"] == ["姓", "名"]
    assert plan["values"]["status"] == {"未対応": "new", "ナーチャリング": "nurturing_no_action"}
    assert plan["defaults"] == {"nurturing_reason": "timing"}


def test_words_are_matched_and_losses_without_answers_get_the_shipped_ones(tmp_path: Path) -> None:
    plan = suggested(tmp_path, SALESFORCE_JA)

    assert plan["values"] == {"status": {"見積": "quoted", "失注": "lost"}, "lost_reason": {"価格": "price"}}
    assert plan["fallback"]["next_approach"] == "closed_on + 3 months"


def test_what_other_systems_write_for_nothing_is_blank(tmp_path: Path) -> None:
    content = (
        "商談 ID,商談名,フェーズ,作成日\n1,勤怠,Select,2026-01-01\n2,経費,N/A,2026-01-02\n3,給与,提案,2026-01-03\n"
    )
    plan = suggested(tmp_path, content)

    assert sorted(plan["blanks"]["フェーズ"]) == ["N/A", "Select"]
    assert plan["values"]["status"] == {"提案": "ongoing"}


def test_a_column_that_repeats_is_no_id_and_a_word_nobody_knows_is_left_open(tmp_path: Path) -> None:
    plan = suggested(tmp_path, "ID,商談名,フェーズ\n7,勤怠,保留\n7,経費,受注\n")

    assert "external_id" not in plan["columns"]
    assert plan["values"]["status"] == {"受注": "won"}


KINDS = {
    "users": "ユーザ ID,氏名,メールアドレス,部署\n1,佐藤,a@example.com,東日本\n",
    "companies": "取引先 ID,取引先名,業種,従業員数\n1,青葉,製造,20\n",
    "contacts": "取引先責任者 ID,氏名,取引先名,役職\n1,大野,青葉,課長\n",
    "leads": LEADS,
    "deals": SALESFORCE_EN,
    "activities": "活動日,件名,担当者,活動種別,結果,会社名\n2026-01-05,架電,佐藤,電話,不在,青葉\n",
    "todos": "件名,期日,担当者,ステータス\n架電する,2026-01-05,佐藤,未完了\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_known_by_the_columns(tmp_path: Path, kind: str) -> None:
    assert suggested(tmp_path, KINDS[kind])["kind"] == kind
