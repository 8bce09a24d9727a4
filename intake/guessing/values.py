"""Words that other systems use for our statuses, results and reasons."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from django.utils import translation

from activities.states import ActivityKind, CallOutcome, Direction, TodoStatus
from deals.models import LostReason
from deals.states import ChangeTrigger, DealStatus, Priority
from intake.fields import IMPORTED_TODO_STATUSES
from intake.states import RecordKind
from leads.models import NurturingReason
from leads.states import LeadStatus
from people.states import Role

Options = list[tuple[str, str]]  # our code and what it is called

BLANKS = frozenset({"", "-", "--", "―", "ー", "n/a", "na", "null", "none", "nil", "select", "--none--", "-none-", "#n/a",
                    "未選択", "選択してください", "指定なし", "該当なし", "(空白)", "(blank)"})  # fmt: skip
_NOISE = re.compile(r"[\s_\-./・:：()（）\[\]&＆、,]+")

_DEALS = {
    "not_started": "prospecting, prospect, 見込み, 見込, 未着手, 未対応, new, 新規, 未接触, open lead",
    "contacting": "接触中, ヒアリング, ヒアリング中, contacted, contacting, アプローチ中, アプローチ, 初回接触, qualification, "
    "qualified, qualified to buy, contact made, lead in, 連絡中, 電話済",
    "appointment": "アポ, アポ獲得, アポイント, アポ取得, appointment scheduled, appointment, 訪問予定, 商談予定, meeting scheduled",
    "first_visit": "訪問済, 訪問済み, 初回訪問, 初回商談, first visit, meeting, demo scheduled, demo, presentation scheduled, "
    "needs defined, 面談済",
    "ongoing": "提案, 提案中, 営業継続, engaging, negotiation, negotiation/review, negotiations started, perception analysis, "
    "needs analysis, value proposition, id. decision makers, open, 商談中, 交渉, 交渉中, 検討中, 進行中, in progress, "
    "decision maker bought-in, identify decision makers, initial offer, 継続, 営業中, ニーズ確認, 活動中",
    "quoted": "見積, 見積り, 見積中, 見積提出, 見積提示, proposal/price quote, quoted, quote, proposal made, proposal, 見積済, "
    "contract sent, 契約手続き, 稟議中, 内示",
    "won": "won, closed won, closedwon, 受注, 成約, 成立, 契約, 受注済, 契約済, 獲得, クローズ受注, 受注確定, success",
    "lost": "lost, closed lost, closedlost, 失注, 不成立, 見送り, 敗戦, 失注済, ロスト, クローズ失注, 破談, 辞退, failed",
    "returned_to_is": "isへ戻し, is差し戻し, 差し戻し, 差戻し, is戻し, returned to is",
    "out_of_target": "対象外, disqualified, junk, out of target, excluded, 重複, deleted, 除外",
}
_LEADS = {
    "new": "new, open - not contacted, not contacted, open, 未対応, 未コンタクト, 未着手, 新規, 未接触, 新着",
    "approaching": "working - contacted, attempted to contact, contacted, working, in progress, アプローチ中, 対応中, "
    "コンタクト中, コンタクト済, 架電中, attempting, connected, 追客中",
    "scheduling": "qualified, pre qualified, アポ調整中, 日程調整中, 日程調整, open deal, hot, 有望",
    "meeting_won": "closed - converted, converted, 商談化, 取引開始済み, 商談獲得, 商談化済, アポ獲得, won",
    "not_reached": "unreachable, not reached, 不通, 連絡不通, 音信不通, no answer, 未通電",
    "nurturing_no_action": "nurturing, contact in future, bad timing, ナーチャリング, 育成, 保留, 長期, recycled, 休眠",
    "nurturing_action": "再アプローチ予定, ナーチャリング予定あり",
    "out_of_target": "unqualified, closed - not converted, lost lead, junk lead, junk, 対象外, 不要, 失注, disqualified, 見込みなし, lost",
}
_REASONS = {
    "deprioritised": "時期尚早, 優先度低下, 優先度, 検討中止, 延期, 凍結, timing, no decision, project cancelled, 時期, 予算凍結, 保留, 様子見",
    "competitor": "競合, 競合負け, 他社, 他社導入, 他社決定, competitor, lost to competitor, chose competitor, 他社採用",
    "unreachable": "連絡不通, 音信不通, no response, unresponsive, no decision / non-responsive, 担当者不通, 連絡取れず, went dark, 不通",
    "capacity_handover": "手一杯, リソース不足",
    "price": "価格, 予算, 予算不足, price, budget, too expensive, 金額, 高い, 費用, コスト, lost to price, no budget",
    "other": "その他, other, 不明, unknown",
    "duplicate": "重複, duplicate",
    "out_of_target": "対象外, out of target, not a fit, 要件不一致, 機能不足, not qualified",
}
_KINDS = {
    "call": "call, 電話, 架電, 通話, phone, phone call, tel, コール",
    "email": "email, e-mail, メール, mail",
    "visit": "visit, meeting, event, 訪問, 面談, 商談, 来社, ミーティング, 打合せ",
    "web_meeting": "web meeting, オンライン, web会議, web商談, オンライン商談, zoom, teams, video call, online meeting",
    "other": "other, その他, task, note, メモ",
}
_DIRECTIONS = {"inbound": "inbound, in, 着信, 受電, 受信, incoming", "outbound": "outbound, out, 発信, 架電, outgoing"}
_OUTCOMES = {
    "not_connected": "no answer, 不在, 留守, 不通, busy, left voicemail, 留守電, left live message, not connected, 話し中, 応答なし, 未接続",
    "callback": "callback, call back, 再架電, 折り返し, かけ直し, 折返し, 再コール, call later",
    "appointment": "appointment, アポ, アポ獲得, アポイント獲得, meeting booked, meeting scheduled, アポ取得",
    "declined": "connected, not interested, お断り, 断り, 拒否, 通話のみ, 対話, declined, アポなし, 接続, ng",
    "out_of_target_person": "wrong number, 担当者違い, 番号違い, 担当違い, wrong person, 担当者退職",
}
_TODOS = {
    "open": "not started, in progress, open, 未完了, 未着手, 進行中, 未対応, deferred, waiting on someone else, waiting, 対応中, "
    "保留, waiting for input, no",
    "done": "completed, done, complete, closed, 完了, 済, 対応済, 完了済, 完了済み, yes",
    "cancelled": "cancelled, canceled, 中止, キャンセル, 取消, 取り消し",
}
_ROLES = {
    "IS": "is, sdr, bdr, インサイドセールス, inside sales",
    "FS": "fs, ae, フィールドセールス, 営業, 営業担当, field sales, standard user, 標準ユーザ, sales",
    "IS_MANAGER": "manager, マネージャー, マネージャ, isマネージャー, is manager, is_manager, sales manager",
    "OPS_ADMIN": "admin, administrator, system administrator, システム管理者, 管理者, 営業企画, ops_admin",
    "VIEWER": "viewer, 閲覧, 閲覧者, 役員, read only, 参照のみ",
}
_PRIORITIES = {
    "high": "高, high, a, 高い, s",
    "middle": "中, medium, middle, normal, 普通, b",
    "low": "低, low, 低い, c",
}
_WORDS: dict[tuple[str, str], Mapping[str, str]] = {
    (RecordKind.DEALS, "status"): _DEALS,
    (RecordKind.DEALS, "lost_reason"): _REASONS,
    (RecordKind.DEALS, "priority"): _PRIORITIES,
    (RecordKind.LEADS, "status"): _LEADS,
    (RecordKind.ACTIVITIES, "kind"): _KINDS,
    (RecordKind.ACTIVITIES, "direction"): _DIRECTIONS,
    (RecordKind.ACTIVITIES, "outcome"): _OUTCOMES,
    (RecordKind.TODOS, "status"): _TODOS,
    (RecordKind.USERS, "roles"): _ROLES,
}
# Where a word holds one of these, that says enough.
_PARTS: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    (RecordKind.DEALS, "status"): {"won": ("closedwon", "受注"), "lost": ("closedlost", "失注")}
}


def _reasons(model: type[LostReason] | type[NurturingReason]) -> Options:
    return [(reason.code, str(reason.label)) for reason in model._default_manager.filter(is_active=True)]


def _of(choices: Iterable[tuple[object, object]]) -> Options:
    return [(str(code), str(label)) for code, label in choices]


_OPTIONS: dict[tuple[str, str], Callable[[], Options]] = {
    (RecordKind.DEALS, "status"): lambda: _of(DealStatus.choices),
    (RecordKind.DEALS, "lost_reason"): lambda: _reasons(LostReason),
    (RecordKind.DEALS, "priority"): lambda: [(one.name.lower(), str(one.label)) for one in Priority],
    (RecordKind.DEALS, "change_trigger"): lambda: _of(ChangeTrigger.choices),
    (RecordKind.LEADS, "status"): lambda: _of(LeadStatus.choices),
    (RecordKind.LEADS, "nurturing_reason"): lambda: _reasons(NurturingReason),
    (RecordKind.ACTIVITIES, "kind"): lambda: _of(c for c in ActivityKind.choices if c[0] != ActivityKind.IMPORTED),
    (RecordKind.ACTIVITIES, "direction"): lambda: _of(Direction.choices),
    (RecordKind.ACTIVITIES, "outcome"): lambda: _of(CallOutcome.choices),
    (RecordKind.TODOS, "status"): lambda: _of((one.value, TodoStatus(one).label) for one in IMPORTED_TODO_STATUSES),
    (RecordKind.USERS, "roles"): lambda: _of(Role.choices),
}


def is_coded(kind: str, field: str) -> bool:
    """Whether the field takes words of ours only, so that theirs have to be translated."""
    return (kind, field) in _OPTIONS


def options_of(kind: str, field: str) -> Options:
    """Our words for the field, in the reader's language."""
    return _OPTIONS[kind, field]()


def suggested_values(kind: str, field: str, texts: Iterable[str]) -> dict[str, str]:
    """Their words with ours, as far as they are known: by our codes, our labels in both languages, and synonyms."""
    known = dict(_synonyms(kind, field)) | _labels(kind, field)
    found = {text: known.get(_bare(text)) or _by_part(kind, field, _bare(text)) for text in texts}
    return {text: code for text, code in found.items() if code}


def is_blank(text: str) -> bool:
    """Whether other systems write this where nothing was entered."""
    return unicodedata.normalize("NFKC", text).casefold().strip() in BLANKS


def _labels(kind: str, field: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    for language in ("en", "ja"):
        with translation.override(language):
            for code, label in options_of(kind, field):
                labels |= {_bare(code): code, _bare(label): code}
    return labels


@cache
def _synonyms(kind: str, field: str) -> Mapping[str, str]:
    words = _WORDS.get((kind, field), {})
    return {_bare(word): code for code, texts in words.items() for word in texts.split(",")}


def _by_part(kind: str, field: str, text: str) -> str:
    parts = _PARTS.get((kind, field), {})
    return next((code for code, marks in parts.items() if any(mark in text for mark in marks)), "")


def _bare(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
