"""What a person must answer in each form, counted: a field that begins to be required has to be argued for here.

An input is required if the form is refused without it, whatever the page's markup says; what the page has filled in
beforehand costs nobody anything and is counted apart.
"""

from typing import NamedTuple

import pytest
from django.db import transaction

from tests.pages.addresses import NAMES, address
from tests.pages.answers import answers_of
from tests.pages.html import Form
from tests.pages.visitors import Visitors, form_on
from tests.pages.who_may import WHO_MAY
from tests.pages.world import Held

pytestmark = pytest.mark.django_db


class Asks(NamedTuple):
    """Names of the inputs that somebody has to answer, and of those that have an answer when the form opens."""

    empty: str = ""
    filled: str = ""


FORMS: dict[str, Asks] = {
    "change_password": Asks("new_password1 new_password2 old_password"),
    "followups:absence": Asks("", "ends_on starts_on"),
    "followups:absence_add": Asks("ends_on starts_on"),
    "followups:advance": Asks("", "on status"),
    "followups:availability_add": Asks("guess", "ends_on starts_on"),
    "followups:call": Asks("outcome"),  # the next to-do comes with the result (D.4)
    "followups:close_cycle": Asks("reason"),
    "followups:company_merge": Asks("", "from_name"),
    "followups:contact_consent": Asks("reason"),
    "followups:contact_merge": Asks("", "from_name"),
    "followups:deal_add": Asks("company_name is_new_company name", "priority status"),
    "followups:deal_edit": Asks("", "name priority"),
    "followups:deals_return": Asks("next_action reason"),
    "followups:deals_todo": Asks("due_on subject"),
    "followups:decline": Asks("reason"),
    "followups:exclude": Asks("reason"),
    "followups:exempt": Asks("reason", "expires_on"),
    "followups:exempt_many": Asks("reason", "expires_on"),
    "followups:hand_back": Asks("hook", "approach_contact next_approach_on"),
    "followups:lead_add": Asks("name phone"),  # one of phone and e-mail (S3-05)
    "followups:lead_convert": Asks("", "name"),
    "followups:lead_edit": Asks("", "name"),
    "followups:lead_status": Asks("status"),
    "followups:leads_assign": Asks(),
    "followups:leads_status": Asks("status"),
    "followups:leads_todo": Asks("due_on subject"),
    "followups:log_call": Asks("outcome", "direction occurred_at"),
    "followups:lose": Asks("approach_contact hook lost_reason next_approach_on"),  # the reason and three (S0-22)
    "followups:project_add": Asks("name", "ends_on owner starts_on"),
    "followups:project_call_on": Asks("call_on"),
    "followups:project_edit": Asks("", "ends_on name owner starts_on"),
    "followups:project_fill": Asks("", "project"),
    "followups:propose": Asks("meeting_on", "fs way"),
    "followups:reassign": Asks("to"),
    "followups:reclassify": Asks("", "approach_contact_text hook lost_reason next_approach_on"),
    "followups:reopen": Asks("", "status"),
    "followups:return": Asks("", "next_action next_approach_on reason"),  # Enter alone returns it (D.4)
    "followups:rule_edit": Asks(
        "",
        "action applies_to_existing assignee_strategy basis due_base due_offset_unit due_offset_value effective_on "
        "limit_from mode statuses unit value",
    ),
    "followups:saved_list_add": Asks("name"),
    "followups:saved_list_edit": Asks("", "name"),
    "followups:todo_add": Asks("hook original_due_on subject", "assignee"),  # a promise stands for the hook (S1-28)
    "followups:todo_assign": Asks("to"),
    "followups:todo_cancel": Asks("cancel_reason"),
    "followups:todo_done": Asks(),
    "followups:todo_move": Asks("to_on"),
    "followups:win": Asks("", "on"),
    "intake:imports": Asks("file"),
    "intake:mapping": Asks(),
    "leads:company_add": Asks("name", "fiscal_start_month"),
    "leads:company_edit": Asks("", "fiscal_start_month name"),
    "leads:contact_add": Asks("name"),
    "leads:contact_edit": Asks("", "name"),
    "me": Asks("", "date_style density language name"),
    "settings:caps_edit": Asks(),
    "settings:effect_edit": Asks("", "next_unit next_value"),
    "settings:entry_add": Asks("name"),
    "settings:entry_edit": Asks("", "label_ja position"),
    "settings:numbers": Asks(),
    "settings:person_add": Asks("email name", "language"),
    "settings:person_edit": Asks("", "language name"),
    "settings:person_leave": Asks("successor"),
    "settings:targets": Asks(),
    "settings:word_edit": Asks(),
}


def role_at(name: str) -> str:
    """Who sits at this form: a rep who is both where one may, else the admin."""
    return "both" if WHO_MAY[name].answer("both", "own").may_write else "admin"


def opened(visitors: Visitors, name: str) -> tuple[Form | None, Held, str]:
    """The form as it opens over his own records, and its address."""
    role = role_at(name)
    held = visitors.world.at("own", role)
    url = address(name, visitors.world, held)
    assert url is not None
    return form_on(visitors.ask(visitors.world.roles[role], url)), held, url


def refused_without(visitors: Visitors, name: str, form: Form, held: Held, url: str) -> set[str]:
    """The names without whose answer the form comes back."""
    user, data = visitors.world.roles[role_at(name)], form.data(**answers_of(name, visitors.world, held))
    found = set()
    for asked in form.asked & data.keys():
        with transaction.atomic():
            rest = {key: value for key, value in data.items() if key != asked}
            left_empty = {} if form.is_chosen_from(asked) else {asked: ""}
            if visitors.ask(user, url, rest | left_empty).status_code != 302:
                found.add(asked)
            transaction.set_rollback(True)
    return found


def test_every_form_that_asks_something_is_counted(visitors: Visitors) -> None:
    written = [name for name in NAMES if any(WHO_MAY[name].write)]
    asking = {name for name in written if (form := opened(visitors, name)[0]) is not None and form.asked}
    assert asking == FORMS.keys()


@pytest.mark.parametrize("name", FORMS)
def test_a_form_requires_no_more_than_the_table_says(visitors: Visitors, name: str) -> None:
    form, held, url = opened(visitors, name)
    assert form is not None
    required = refused_without(visitors, name, form, held, url)
    filled = {control.name for control in form.controls if any(control.sent())}
    counted = [
        " ".join(sorted(one.rpartition("-")[2] for one in names)) for names in (required - filled, required & filled)
    ]
    assert Asks(*counted) == FORMS[name]
    assert form.required <= required, "the browser insists on what the form can do without"


def test_a_loss_asks_for_the_reason_and_three_answers_and_no_form_of_a_call_for_more_than_its_result() -> None:
    assert len(FORMS["followups:lose"].empty.split()) <= 4
    assert [FORMS[name].empty for name in ("followups:call", "followups:log_call")] == ["outcome", "outcome"]
    assert FORMS["followups:return"].empty == FORMS["followups:win"].empty == FORMS["followups:reopen"].empty == ""
