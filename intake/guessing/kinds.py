"""What kind of record a file holds, by its columns and its name."""

from typing import Any

from intake.guessing.headers import bare, names_of
from intake.states import RecordKind

# Columns that only a file of this kind has: each counts as three that could stand anywhere.
_MARKS: dict[str, str] = {
    RecordKind.USERS: "user id, ユーザid, username, 社員番号, sales agent, プロファイル, profile, todo_cap, roles",
    RecordKind.COMPANIES: "organization - id, number of employees, employees, 従業員数, 年間売上, revenue, billing city, "
    "year established, subsidiary of, 法人番号, account type, sector",
    RecordKind.CONTACTS: "contact id, 取引先責任者id, person - id, ふりがな, 役職, title, 生年月日, mailing city, contact owner",
    RecordKind.LEADS: "lead status, リード状況, リードid, リード名, lead owner, リード所有者, mql id, landing page id, 流入元, "
    "lead - id, 見込み客名",
    RecordKind.DEALS: "opportunity id, opportunity name, 商談id, 商談名, 商談所有者, 案件名, 案件番号, フェーズ, stage, stagename, "
    "deal stage, deal name, deal - id, close date, closing date, closedate, 完了予定日, won date, deal_stage, close_value, "
    "potential name, 失注理由, forecast type",
    RecordKind.ACTIVITIES: "call type, call duration (in seconds), start datetime, 活動日, 活動日時, 架電日時, 架電結果, 通話結果, "
    "activity type, 活動種別, call start time, occurred_at",
    RecordKind.TODOS: "task owner, due date, 期日, 期限, タスク名, due_on",
}
_FILES: dict[str, str] = {
    RecordKind.USERS: "user, ユーザ, 社員, sales_team, member",
    RecordKind.COMPANIES: "account, compan, organization, 取引先, 会社, 企業",
    RecordKind.CONTACTS: "contact, person, people, 取引先責任者, 担当者, 顧客マスタ",
    RecordKind.LEADS: "lead, リード, 見込",
    RecordKind.DEALS: "deal, opportunit, potential, pipeline, 商談, 案件",
    RecordKind.ACTIVITIES: "call, event, activit, 活動, 架電, 通話",
    RecordKind.TODOS: "task, todo, タスク",
}


def guessed_kind(name: str, reading: dict[str, Any]) -> str:
    """The kind for which most speaks; deals where nothing does."""
    found = {bare(column["name"]) for column in reading["columns"] if column["name"]}
    return max(RecordKind.values, key=lambda kind: (_score(kind, name.casefold(), found), kind == RecordKind.DEALS))


def _score(kind: str, name: str, found: set[str]) -> int:
    known = {text for texts in names_of(kind).values() for text in texts}
    marks = {bare(mark) for mark in _MARKS[kind].split(",")}
    named = 3 * any(part.strip() in name for part in _FILES[kind].split(","))
    return len(found & known) + 3 * len(found & marks) + named
