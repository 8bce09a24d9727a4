"""Changing what a deal says about itself. Status and owners change by their verbs."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.cycles import open_cycles_of
from deals.actions.entering import deal_errors
from deals.models import Deal, FollowUpCycle
from deals.states import CLOSED_STATUSES, CycleKind
from people.records import Edit, edit_records
from people.rows import update_rows

DEAL_FIELDS = frozenset(
    {
        "external_id", "name", "company", "contact", "lead", "product", "source", "team", "source_status", "priority",
        "probability", "amount", "competitor", "competitor_contract_ends_on", "budget", "authority", "needs",
        "timeframe", "created_on", "status_entered_on", "first_visit_on", "closed_on", "revived_from",
    }
)  # fmt: skip
ANSWER_FIELDS = frozenset({"next_approach_on", "approach_contact", "approach_contact_text", "hook", "change_trigger"})


@transaction.atomic
def edit_deals(edits: Sequence[Edit]) -> list[Deal]:
    """Change DEAL_FIELDS and, on a lost deal, ANSWER_FIELDS; gives back those that changed.

    What is corrected about a loss goes to its open cycle too. Conflict when an editor had seen an older version;
    Refused for what `deal_errors` finds. Dates may be corrected; a status changes by its verb alone.
    """
    changed = edit_records(Deal.objects.all(), edits, DEAL_FIELDS | ANSWER_FIELDS, check=_errors)
    _correct_cycles(changed)
    return changed


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
