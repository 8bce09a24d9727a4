"""Names that other systems give to columns, by kind and field of ours: Salesforce (labels in English and Japanese, API
names), HubSpot, Pipedrive, Zoho, kintone and spreadsheets as Japanese teams keep them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from intake.fields import FIELDS
from intake.states import RecordKind

_NOISE = re.compile(r"[\s_\-./・:：()（）\[\]【】「」※*#?？]+")
_UNIT = re.compile(
    r"[(（\[](?:円|万円|千円|yen|jpy|usd|税抜|税込|年額|月額|必須|任意|%|件|秒|in seconds)[)）\]]", re.IGNORECASE
)

# In the order of trust: where two columns fit a field, the one whose name stands first here is taken.
_NAMES: dict[str, dict[str, str]] = {
    RecordKind.USERS: {
        "external_id": "user id, userid, id, ユーザid, ユーザーid, 社員番号, 社員id, owner id, employee id",
        "name": "name, full name, user name, ユーザ名, ユーザー名, 氏名, 名前, 社員名, 担当者名, sales agent, owner name",
        "email": "email, e-mail, email address, username, メール, メールアドレス, mail",
        "roles": "roles, role, ロール, 役割, 権限, profile, プロファイル",
        "team": "team, department, チーム, 部署, 部門, 所属, 課, regional office",
        "manager": "manager, manager name, マネージャー, マネージャ, 上長, 上司",
        "active": "active, isactive, is active, 有効, 在籍",
        "todo_cap": "todo cap, daily cap, 1日の上限",
    },
    RecordKind.COMPANIES: {
        "external_id": "account id, accountid, 取引先id, company id, organization id, organization id, 会社id, 顧客id, "
        "顧客コード, 取引先コード, 会社コード, record id, レコード番号, id, organization - id, account",
        "name": "account name, company name, organization - name, 取引先名, 会社名, 企業名, 顧客名, 法人名, name, "
        "organization, company, account, 会社",
        "kana": "kana, 会社名カナ, 取引先名カナ, 取引先名(カナ), フリガナ, ふりがな, カナ, 読み",
        "industry": "industry, 業種, sector, 業界, 業種区分",
        "phone": "phone, phone number, 電話, 電話番号, tel, organization - phone, 代表電話",
    },
    RecordKind.CONTACTS: {
        "external_id": "contact id, contactid, 取引先責任者id, person id, person - id, 担当者id, 顧客id, record id, "
        "レコード番号, id",
        "name": "full name, contact name, person - name, 取引先責任者名, 取引先責任者, 氏名, 名前, 担当者名, 顧客名, name",
        "kana": "kana, ふりがな, フリガナ, カナ, 氏名カナ, 氏名(カナ), 名前(カナ), 読み",
        "email": "email, e-mail, email address, person - email, メール, メールアドレス, mail, e-mail 1",
        "phone": "mobile phone, mobilephone, mobile, phone, phone number, person - phone, 携帯電話, 携帯, 電話番号, 電話, tel",
        "company": "account name, company name, associated company, person - organization, 取引先名, 会社名, 企業名, "
        "organization, company, account id, accountid, 取引先id, 会社",
        "title": "title, job title, jobtitle, 役職, 肩書, 肩書き",
    },
    RecordKind.LEADS: {
        "external_id": "lead id, leadid, リードid, mql id, record id, lead - id, レコード番号, id, 見込み客id, 管理番号",
        "name": "full name, lead name, name, リード名, 氏名, 名前, 担当者名, 見込み客名, lead - title, lead - contact person",
        "company": "company, company name, account name, 会社名, 企業名, 取引先名, 会社, organization, lead - organization, "
        "company / account",
        "email": "email, e-mail, email address, メール, メールアドレス, mail",
        "phone": "mobile phone, mobilephone, mobile, phone, phone number, 携帯電話, 携帯, 電話番号, 電話, tel",
        "source": "lead source, leadsource, リードソース, 流入元, 流入経路, 獲得経路, ソース, original source, origin, source, "
        "lead - source, チャネル",
        "status": "lead status, leadstatus, リード 状況, リード状況, リードステータス, ステータス, 状況, 状態, status, lead - status",
        "nurturing_reason": "nurturing reason, ナーチャリング理由",
        "owner": "lead owner, owner, リード 所有者, リード所有者, contact owner, 担当者, 担当, 所有者, ownerid, owner id, "
        "owner name, lead - owner, 営業担当",
        "created_on": "created date, createddate, create date, created time, 作成日, 作成日時, 登録日, 登録日時, "
        "first contact date, lead - lead created, 獲得日, 流入日, created at",
    },
    RecordKind.DEALS: {
        "external_id": "opportunity id, opportunityid, 商談 id, 商談id, 案件id, 案件番号, 案件no, deal id, dealid, deal - id, "
        "potential id, potentialid, record id, レコード番号, id, 管理番号, 商談番号",
        "name": "opportunity name, 商談名, 案件名, deal name, dealname, deal - title, potential name, 件名, タイトル, name",
        "company": "account name, company name, associated company, 取引先名, 会社名, 企業名, 顧客名, deal - organization, "
        "account, company, organization, 取引先, 会社, account id, accountid, 取引先id",
        "contact": "contact name, primary contact, associated contact, 取引先責任者, deal - contact person, 先方担当者, 担当者名",
        "status": "deal - status, stage name, stagename, stage, deal stage, dealstage, フェーズ, 商談フェーズ, 営業ステータス, ステータス, "
        "案件ステータス, 進捗, 状況, 状態, status, forecast type",
        "amount": "amount, 金額, 商談金額, 受注金額, 見込金額, 予定金額, 売上, deal - value, deal amount, close value, value, 金額(年額)",
        "product": "product, product name, 商品, 商品名, 製品, 製品名, 商材, サービス",
        "lead": "lead id, leadid, リードid, mql id",
        "is_owner": "is owner, is担当, is担当者, インサイドセールス, インサイドセールス担当, sdr, sdr id, bdr, sdr owner",
        "fs_owner": "fs owner, fs担当, fs担当者, opportunity owner, 商談 所有者, 商談所有者, deal owner, deal - owner, "
        "potential owner, 営業担当, 営業担当者, 担当営業, 案件担当, sales agent, sr id, owner, 所有者, 担当者, 担当, owner name, "
        "ownerid, owner id, hubspot owner id, hubspotownerid",
        "team": "team, チーム, 部署, 部門, 課",
        "priority": "priority, 優先度, 優先順位",
        "probability": "probability, probability (%), 確度, 確度 (%), 受注確度, deal probability, deal - probability",
        "competitor": "competitor, main competitors, 競合, 競合他社, 競合企業",
        "source": "lead source, leadsource, リードソース, 流入元, 流入経路, ソース, source, original source type, チャネル",
        "created_on": "created date, createddate, create date, createdate, created time, 作成日, 作成日時, 登録日, 登録日時, "
        "発生日, deal - deal created, engage date, created at, 商談化日",
        "status_entered_on": "stage entered on, last stage change date, laststagechangedate, フェーズ変更日, ステータス変更日",
        "first_visit_on": "first visit date, 初回訪問日, 初回商談日",
        "last_contact_on": "last activity, last activity date, lastactivitydate, 最終活動日, 最終コンタクト日, 最終接触日, "
        "last contacted, notes last contacted, deal - last activity date, 最終連絡日",
        "last_response_on": "last response date, 最終返信日, 最終反応日",
        "closed_on": "close date, closedate, closed date, closing date, 完了予定日, 完了日, クローズ日, 受注日, 失注日, "
        "won date, deal - deal closed on, deal - closed time, 契約日, 決着日",
        "lost_reason": "lost reason, loss reason, closed lost reason, 失注理由, 敗因, deal - lost reason, reason for loss, "
        "closedlostreason",
        "next_approach_on": "next approach date, 次回アプローチ日, 次回連絡日, 再アプローチ日, 次回接触日",
        "approach_contact_text": "アプローチする担当者, アプローチ先",
        "hook": "hook, フック, 連絡のきっかけ, 何をフックに連絡するか",
        "change_trigger": "change trigger, 変化のきっかけ",
        "revived_from": "revived from, 元の商談",
    },
    RecordKind.ACTIVITIES: {
        "external_id": "activity id, activityid, call id, task id, taskid, event id, eventid, 活動id, record id, レコード番号, id",
        "kind": "activity type, 活動種別, 種別, 活動の種類, type, kind, 活動区分",
        "direction": "call type, calltype, call direction, 方向, 受発信, direction",
        "outcome": "call result, 通話結果, 架電結果, 結果, outcome, call outcome",
        "occurred_at": "call start time, start datetime, startdatetime, activity date, activitydate, activitydatetime, 活動日時, "
        "活動日, 架電日時, 架電日, 日時, 実施日, due date only, date, 訪問日",
        "owner": "call owner, event owner, assigned to, assigned, owner, 担当者, 任命先, 所有者, 担当, 架電者, owner name, owner id, "
        "activity assigned to",
        "deal": "opportunity id, related to id, whatid, 商談id, 商談 id, 案件id, deal id, potential id, 商談名, 案件名",
        "lead": "lead id, leadid, リードid, mql id",
        "contact": "contact id, contactid, whoid, 取引先責任者id, 担当者id",
        "company": "account id, accountid, 取引先id, account name, 会社名, 取引先名, company name, 会社id",
        "subject": "subject, 件名, タイトル, 用件",
        "note": "comments, description, 説明, コメント, メモ, 内容, note, notes, call notes, full comments, 備考",
        "duration_s": "call duration (in seconds), call duration in seconds, calldurationinseconds, 通話時間, 通話時間(秒), duration",
    },
    RecordKind.TODOS: {
        "external_id": "task id, taskid, todo id, タスクid, record id, レコード番号, id",
        "subject": "subject, task subject, 件名, タスク名, タイトル, task name, 用件, 内容",
        "due_on": "due date, duedate, due date only, activity date, 期日, 期限, 締切, 締切日, 予定日",
        "done_on": "closed time, completed date, completeddatetime, 完了日, 完了日時",
        "status": "status, task status, 状況, ステータス, 状態",
        "created_on": "created time, created date, createddate, 作成日, 登録日",
        "assignee": "task owner, assigned to, assigned, owner, 担当者, 任命先, 所有者, 担当, assignee, owner name",
        "deal": "opportunity id, related to id, whatid, 商談id, 商談 id, 案件id, deal id, 商談名, 案件名",
        "lead": "lead id, leadid, リードid",
        "contact": "contact id, contactid, whoid, 取引先責任者id",
    },
}


def bare(header: str) -> str:
    """A header without unit, spaces, case and punctuation."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _NOISE.sub("", _UNIT.sub("", text))


@cache
def names_of(kind: str) -> Mapping[str, list[str]]:
    """Our fields of the kind with the bare names that others give them, our own name first."""
    known = _NAMES[kind]
    return {
        field: list(dict.fromkeys([bare(field), *(bare(name) for name in known.get(field, "").split(",") if name)]))
        for field in FIELDS[kind]
    }
