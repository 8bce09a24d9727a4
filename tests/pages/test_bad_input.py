"""What people paste and mistype: each form says in Japanese at the field what is wrong, keeps the text, does nothing.

Asked of every form that the address book has; where a text or a day is fine, the form takes it.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from activities.actions import Completion, complete_todos
from activities.models import Todo
from deals.actions import Win
from deals.states import DealStatus
from followups.actions import win
from followups.digest import digests
from followups.rights import RIGHTS
from leads.models import NurturingReason
from leads.states import LeadStatus
from people.models import User
from tests.factories import TODAY, DealFactory, LeadFactory
from tests.pages.answers import answers_of
from tests.pages.html import Form
from tests.pages.test_required_inputs import FORMS, opened, role_at
from tests.pages.visitors import Visitors, form_on
from tests.pages.world import Held

pytestmark = pytest.mark.django_db

LONG = "a" * 100_000
ODD = "😀髙﨑𠮷"
MARKUP = "<script>alert(1)</script><b>太字</b>"
TEXTS = {"text", "textarea", "search"}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")

NO_DAY, PAST, HOLIDAY = "2025-02-30", "2020-01-06", "2025-08-11"

# Days that may lie behind: what has happened, a period, what a customer told.
LOOKS_BACK = {
    "competitor_contract_ends_on",
    "followups:absence", "followups:absence_add", "followups:advance", "followups:availability_add",
    "followups:deal_add", "followups:deal_edit", "followups:project_add", "followups:project_edit", "followups:win",
}  # fmt: skip

# Days that are read only with another answer.
MAKES_IT_COUNT = {"next_due_on": {"when": "date"}, "meeting_on": {"outcome": "appointment"}}


def complaints(page: HttpResponse) -> dict[str, str]:
    """What the page says is wrong, by the name of the input."""
    found = re.findall(r'id="id_([\w-]+)_error"[^>]*>(.*?)</(?:div|ul|p)>', page.content.decode(), re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", text).strip() for name, text in found}


def sent(visitors: Visitors, name: str, typed: dict[str, object]) -> tuple[HttpResponse, bool]:
    """The answer to the form with these inputs over the right ones, and whether anything changed; taken back again."""
    form, held, url = opened(visitors, name)
    assert form is not None
    with transaction.atomic():
        data = form.data(**{**answers_of(name, visitors.world, held), **typed})
        page = visitors.ask(visitors.world.roles[role_at(name)], url, data)
        changed = digests() != visitors.as_built
        transaction.set_rollback(True)
    return page, changed


def inputs(form: Form, kinds: set[str]) -> Iterator[str]:
    for control in form.controls:
        if control.kind in kinds and control.name and not control.is_disabled:
            yield control.name


def is_understood(page: HttpResponse, changed: bool, typed: dict[str, object]) -> None:
    """The form was taken as it is, or it says at a field what is wrong, keeps all texts, and has done nothing."""
    if page.status_code == 302:
        return
    assert page.status_code == 200
    assert not changed
    said, again = complaints(page), form_on(page)
    assert said and all(JAPANESE.search(text) for text in said.values()), said
    assert again is not None
    kept = {control.name: control.value for control in again.controls if control.kind in TEXTS}
    assert {name: kept.get(name, text) for name, text in typed.items()} == typed


@pytest.mark.parametrize("text", [LONG, ODD, MARKUP], ids=["100 kB", "rare characters", "pasted markup"])
@pytest.mark.parametrize("name", FORMS)
def test_a_text_is_taken_whole_or_refused_in_words(visitors: Visitors, name: str, text: str) -> None:
    form = opened(visitors, name)[0]
    assert form is not None
    typed: dict[str, object] = dict.fromkeys(inputs(form, TEXTS), text)
    if not typed:
        return
    page, changed = sent(visitors, name, typed)
    is_understood(page, changed, typed)
    assert MARKUP not in page.content.decode()
    if text is ODD and page.status_code == 200:
        assert complaints(page).keys() < typed.keys(), "a name or a note takes every character"


@pytest.mark.parametrize("day", [NO_DAY, PAST, HOLIDAY], ids=["no day", "a day that has passed", "a holiday"])
@pytest.mark.parametrize("name", FORMS)
def test_a_day_is_taken_or_refused_in_words(visitors: Visitors, name: str, day: str) -> None:
    form, held, _url = opened(visitors, name)
    assert form is not None
    known = answers_of(name, visitors.world, held)
    days = [one for one in inputs(form, {"date", "text"}) if one.endswith("_on") or one in ("on", "call_on")]
    for one in days:
        extra = MAKES_IT_COUNT.get(one, {}) if name in ("followups:call", "followups:log_call") else {}
        page, changed = sent(visitors, name, {**known, **extra, one: day})
        is_understood(page, changed, {one: day})
        if day == NO_DAY or (day == PAST and not {name, one} & LOOKS_BACK):
            assert page.status_code == 200, (one, day)


def won_meanwhile(held: Held, by: User) -> None:
    win([Win(held.live.pk, TODAY)], by=by, as_of=TODAY)


def done_meanwhile(held: Held, by: User) -> None:
    complete_todos([Completion(held.todo.pk)], by=by, as_of=TODAY)


def taken_meanwhile(held: Held, by: User) -> None:
    Todo.objects.filter(pk=held.todo.pk).update(assignee=by)


MEANWHILE = [
    *((name, won_meanwhile) for name in (
        "followups:lose", "followups:return", "followups:advance", "followups:win", "followups:exclude",
        "followups:exempt", "followups:propose",
    )),
    *((name, done_meanwhile) for name in ("followups:call", "followups:todo_move", "followups:todo_cancel")),
    ("followups:call", taken_meanwhile),
]  # fmt: skip


@pytest.mark.parametrize(("name", "event"), MEANWHILE)
def test_a_colleague_was_quicker(visitors: Visitors, name: str, event: Callable[[Held, User], None]) -> None:
    form, held, url = opened(visitors, name)
    assert form is not None
    typed = dict.fromkeys(inputs(form, {"textarea"}), "来期の予算を確認する")
    data = form.data(**{**answers_of(name, visitors.world, held), **typed})
    with transaction.atomic():
        event(held, visitors.world.far)
        before = digests()
        page = visitors.ask(visitors.world.roles[role_at(name)], url, data)
        text, changed = page.content.decode(), digests() != before
        transaction.set_rollback(True)
    assert page.status_code in (200, 409)
    assert not changed
    assert re.search(r'role="alert"|class="notice', text), "nothing says why"
    assert all(one in text for one in typed.values())


TRAITS = {"lost": "lost", "won": "won", "out_of_target": "excluded"}


@pytest.mark.parametrize("status", DealStatus)
def test_the_forms_of_a_deal_open_and_answer_in_every_status(visitors: Visitors, status: str) -> None:
    held = visitors.world.at("own", "both")
    kind = {TRAITS[status]: True} if status in TRAITS else {"status": status}
    with transaction.atomic():
        deal = DealFactory(fs_owner=held.holder, is_owner=held.holder, company=held.company, **kind)
        answers = {}
        for name in (one for one in RIGHTS if one != "followups:object"):
            url = reverse(name, args=[deal.pk])
            page = visitors.ask(visitors.world.roles["both"], url)
            form = form_on(page)
            sent = visitors.ask(visitors.world.roles["both"], url, form.data()) if form else page
            answers[name] = page.status_code, sent.status_code
            deal.refresh_from_db()
        transaction.set_rollback(True)
    assert {name: found for name, found in answers.items() if found[0] != 200 or found[1] not in (200, 302, 409)} == {}


@pytest.mark.parametrize("status", LeadStatus)
def test_the_forms_of_a_lead_open_and_answer_in_every_status(visitors: Visitors, status: str) -> None:
    reason = NurturingReason.objects.first() if status.startswith("nurturing") else None
    with transaction.atomic():
        lead = LeadFactory(owner=visitors.world.roles["both"], status=status, nurturing_reason=reason)
        answers = {}
        for name in ("lead", "lead_edit", "lead_status", "lead_convert"):
            url = reverse(f"followups:{name}", args=[lead.pk])
            page = visitors.ask(visitors.world.roles["both"], url)
            form = form_on(page)
            sent = visitors.ask(visitors.world.roles["both"], url, form.data()) if form and name != "lead" else page
            answers[name] = page.status_code, sent.status_code
        transaction.set_rollback(True)
    assert {name: found for name, found in answers.items() if found[0] != 200 or found[1] not in (200, 302, 409)} == {}
