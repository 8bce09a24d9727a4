"""Changing what a deal says about itself. Status and owners change by their verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.cohorts import touch_cohorts
from deals.actions.cycles import open_cycles_of
from deals.actions.entering import deal_errors
from deals.actions.remembering import correct_losses
from deals.models import Deal, FollowUpCycle
from deals.states import CLOSED_STATUSES, CycleKind
from people.records import Edit, edit_records, lock, save_columns
from people.refusal import Refused
from people.rollups import FOR_EVER, touch_each, touch_won
from people.rows import update_rows
from people.states import Rollup
from people.verbs import all_or_nothing

DEAL_FIELDS = frozenset(
    {
        "external_id", "name", "company", "contact", "lead", "product", "source", "team", "source_status", "priority",
        "probability", "amount", "competitor", "competitor_contract_ends_on", "budget", "authority", "needs",
        "timeframe", "created_on", "status_entered_on", "first_visit_on", "closed_on", "revived_from",
    }
)  # fmt: skip
ANSWER_FIELDS = frozenset({"next_approach_on", "approach_contact", "approach_contact_text", "hook", "change_trigger"})

_OF_COHORTS = {"revived_from", "revived_from_id", "created_on", "closed_on", "change_trigger"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One of BANTC_FIELDS, answered anew. was: the answer that its writer had seen; '' for none."""

    field: str
    was: str
    now: str


@transaction.atomic
def edit_deals(edits: Sequence[Edit]) -> list[Deal]:
    """Change DEAL_FIELDS and, on a lost deal, ANSWER_FIELDS; gives back those that changed.

    What is corrected about a loss goes to its open cycle and to the kept loss too. Conflict when an editor had seen an
    older version; Refused for what `deal_errors` finds. Dates may be corrected; a status changes by its verb alone.
    """
    named = {name for edit in edits for name in edit.values}
    if named & {"revived_from", "revived_from_id"}:
        touch_cohorts([edit.id for edit in edits])  # the deals that were revived so far
    changed = edit_records(Deal.objects.all(), edits, DEAL_FIELDS | ANSWER_FIELDS, check=_errors)
    if changed and named & {"source", "source_id", "lead", "lead_id"}:
        touch_won(Deal.objects.filter(pk__in=[deal.pk for deal in changed]))
    _correct_cycles(changed)
    correct_losses(changed, {})
    if named & _OF_COHORTS:
        touch_cohorts([deal.pk for deal in changed])
    return changed


@all_or_nothing
def note_bantc(deal_id: int, answers: Sequence[Answer]) -> None:
    """Write down what a customer said about his decision, whatever else the deal may lack.

    Refused: where somebody else has answered the same question meanwhile.
    """
    deal = lock(Deal.objects.all(), [deal_id] if answers else []).get(deal_id)
    if deal is None:
        return
    errors = {one.field: _meanwhile(deal, one) for one in answers if _is_taken(deal, one)}
    if errors:
        raise Refused(errors)
    for one in answers:
        setattr(deal, one.field, one.now)
    save_columns([deal], {one.field for one in answers})


def _is_taken(deal: Deal, answer: Answer) -> bool:
    return getattr(deal, answer.field) not in (answer.was, answer.now)


def _meanwhile(deal: Deal, answer: Answer) -> str:
    written = getattr(deal, answer.field)
    if not written:
        return _("Somebody else has emptied this meanwhile. Save again to write yours.")
    return _("Somebody else wrote “%(answer)s” meanwhile. Save again to replace it.") % {"answer": written}


def _errors(deal: Deal) -> Mapping[str, str]:
    errors = deal_errors(deal, deal.lost_reason, as_of=deal.closed_on or deal.status_entered_on)
    if (deal.closed_on is not None) != (deal.status in CLOSED_STATUSES):
        errors["closed_on"] = _("A closed deal has a closing date, and no other.")
    return errors


def _correct_cycles(deals: Sequence[Deal]) -> None:
    cycles = open_cycles_of([deal.pk for deal in deals])
    rows = [
        (
            cycles[deal.pk].pk, deal.closed_on, deal.next_approach_on, deal.approach_contact_id,
            deal.approach_contact_text, deal.hook, deal.change_trigger,
        )
        for deal in deals
        if deal.pk in cycles and cycles[deal.pk].kind == CycleKind.LOST
    ]  # fmt: skip
    columns = (
        "id", "entered_on", "next_approach_on", "approach_contact_id", "approach_contact_text", "hook",
        "change_trigger",
    )  # fmt: skip
    update_rows(FollowUpCycle, columns, rows)
    began_on = {cycle.pk: cycle.entered_on for cycle in cycles.values()}
    if moved := [day for row in rows for day in {began_on[row[0]]} ^ {row[1]} if day is not None]:
        days = ((day, day) for day in moved)  # that from which a cycle goes, and that to which it comes
        touch_each({Rollup.APPOINTMENTS: [(min(moved), FOR_EVER)], Rollup.COHORTS: days})
