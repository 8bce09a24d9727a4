"""What a person answers in each form beside what is required of him; all else stays as the page offers it.

A form that needs more than the page's own `required` says so here; without a row the required answers are enough.
"""

from collections.abc import Callable

from followups.leak_counts import leak_counts
from followups.progress import grace_cutoff
from people.working_days import load_calendar
from tests.factories import TODAY, days_ago
from tests.pages.world import PASSWORD, Held, World

SOON, NEXT_WEEK, NEXT_MONTH = (days_ago(-n).isoformat() for n in (4, 7, 33))

Answers = Callable[[World, Held], dict[str, object]]


NEW_PASSWORD = "mada-mada-nagai"


def _confirmed(to: int) -> dict[str, object]:
    """Given to that person, after the preview of it."""
    return {"to": to, "shown": f"assignee:{to}:1"}


def _seen() -> dict[str, object]:
    """The counts that 本日の要確認 shows of this day."""
    return dict(leak_counts(TODAY, grace_cutoff(TODAY), load_calendar()).by_code())


ANSWERS: dict[str, Answers] = {
    "change_password": lambda w, h: {
        "old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD,
    },
    "dashboards:sign": lambda w, h: {"as_of": TODAY.isoformat(), **_seen()},
    "followups:absence": lambda w, h: {"reason": "研修"},
    "followups:call": lambda w, h: {"outcome": "callback"},
    "followups:deal_add": lambda w, h: {"is_new_company": "on"},
    "followups:deal_edit": lambda w, h: {"needs": "打刻漏れの確認"},
    "followups:deals_todo": lambda w, h: {"hook": "来期の予算を確認する"},
    "followups:hand_back": lambda w, h: {f"deal{h.live.pk}-hook": "来期の予算を確認する"},
    "followups:lead_add": lambda w, h: {"phone": "0399998888"},
    "followups:lead_edit": lambda w, h: {"phone": "0399998888"},
    "followups:lead_status": lambda w, h: {"status": "approaching"},
    "followups:leads_assign": lambda w, h: {"owner": w.newcomer.pk},
    "followups:leads_status": lambda w, h: {"status": "approaching"},
    "followups:leads_todo": lambda w, h: {"hook": "来期の予算を確認する"},
    "followups:log_call": lambda w, h: {"outcome": "not_connected"},
    "followups:lose": lambda w, h: {
        "next_approach_on": NEXT_MONTH, "approach_contact": h.contact.pk, "hook": "来期の予算を確認する",
    },
    "followups:project_edit": lambda w, h: {"name": "秋の架電"},
    "followups:propose": lambda w, h: {"meeting_on": SOON, "fs": w.far.pk},
    "followups:reassign": lambda w, h: _confirmed(w.newcomer.pk),
    "followups:rule_edit": lambda w, h: {"value": "45", "do": "draft"},
    "followups:suggestions_accept": lambda w, h: {"all": "1"},
    "followups:saved_list_edit": lambda w, h: {"name": "秋"},
    "followups:sos": lambda w, h: {"note": "今週は無理です"},
    "followups:todo_add": lambda w, h: {"hook": "来期の予算を確認する"},
    "followups:todo_assign": lambda w, h: _confirmed(w.newcomer.pk),
    "followups:todo_move": lambda w, h: {"to_on": NEXT_WEEK},
    "leads:company_edit": lambda w, h: {"note": "受付は3階"},
    "leads:contact_edit": lambda w, h: {"title": "部長"},
    "login": lambda w, h: {"username": "nobody@example.jp", "password": "wrong"},
    "me": lambda w, h: {"kana": "サトウ"},
    "dashboards:activity_panels": lambda w, h: {"panel": ["leads"]},
    "set_language": lambda w, h: {"language": "en"},
    "settings:caps_edit": lambda w, h: {"todo_cap": "9"},
    "settings:effect_edit": lambda w, h: {"next_value": "4"},
    "settings:entry_edit": lambda w, h: {"label_ja": "価格のため"},
    "settings:numbers": lambda w, h: {"todo_cap_is": "19"},
    "settings:person_add": lambda w, h: {"email": "new@example.jp"},
    "settings:person_edit": lambda w, h: {"kana": "サトウ"},
    "settings:person_leave": lambda w, h: {"successor": w.mate.pk},
    "settings:targets": lambda w, h: {f"appointments_{w.mate.pk}": "5"},
    "settings:word_edit": lambda w, h: {"label_ja": "見積済み"},
}  # fmt: skip


def answers_of(name: str, world: World, held: Held) -> dict[str, object]:
    """What is answered in the form of this page about what somebody holds."""
    return ANSWERS[name](world, held) if name in ANSWERS else {}
