"""What the pages of losing and returning a deal show beside their form: the day in words, its load, what follows."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from followups.desk import Desk
from followups.forms.handing import HandingForm
from followups.forms.losing import LoseForm
from followups.forms.moving import ReturnForm
from followups.pages.previews import (
    loss_preview,
    loss_sentence,
    quotes_of,
    return_preview,
    return_sentence,
    unreachable,
)
from followups.room import approach, rooms_on
from leads.fiscal_year import Suggestion, approach_days
from people.business_days import add_months

CONTRACT_LEAD_MONTHS = 3  # talk to the customer this long before the competitor's contract ends


def loss_context(form: LoseForm) -> dict[str, Any]:
    """Chips, quotes, the chosen day, and what happens on saving."""
    deal, as_of, desk, answers = form.deal, form.as_of, Desk.load(form.as_of), form.answers_so_far()
    asked_for = answers.get("next_approach_on")
    found = approach(deal, asked_for, desk) if asked_for and asked_for > as_of else None
    warning = unreachable(answers.get("approach_contact"))
    after = loss_preview(deal, answers.get("lost_reason"), asked_for, desk.calendar, as_of)
    return {
        "after": [*after, warning] if warning else after,
        "sentence": loss_sentence(found, answers),
        "approach": found,
        "contract_day": _before_contract_ends(form, desk),
        "chips": approach_days(deal.company, as_of, desk.calendar),
        "quotes": quotes_of(deal),
    }


def return_context(form: ReturnForm, desk: Desk) -> dict[str, Any]:
    """Chips, quotes, the loads of inside sales on the day of the call, and what happens on saving."""
    deal, answers = form.deal, form.answers_so_far()
    asked_for = answers.get("next_approach_on", form.default_day)
    form.show_loads(rooms_on(desk, asked_for))
    wanted = answers.get("assignee")
    found = approach(deal, asked_for, desk, wanted.pk if wanted else None) if asked_for > form.as_of else None
    return {
        "after": return_preview(deal, asked_for, desk.calendar),
        "sentence": return_sentence(found, answers or form.initial),
        "approach": found,
        "chips": _return_days(form, desk),
        "quotes": quotes_of(deal),
    }


def _return_days(form: ReturnForm, desk: Desk) -> list[Suggestion]:
    """The day of the rule first, then what the customer's year suggests."""
    rule_day = Suggestion(_("3 months from the last step"), form.default_day)
    return [rule_day, *approach_days(form.deal.company, form.as_of, desk.calendar)]


def _before_contract_ends(form: HandingForm, desk: Desk) -> date | None:
    """Three months before the competitor's contract ends, where that is still to come."""
    answers = form.answers_so_far()
    ends_on = answers.get("competitor_contract_ends_on", form.deal.competitor_contract_ends_on)
    if ends_on is None:
        return None
    day = desk.calendar.on_or_after(add_months(ends_on, -CONTRACT_LEAD_MONTHS))
    return day if day > form.as_of else None
