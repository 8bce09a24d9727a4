"""Leaving a deal alone for a while, with a reason and an end (D13, S2-35)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.actions import DealHappening, claim, open_cycles_of, write_events
from deals.states import OPEN_STATUSES, DealEventKind, DealStatus
from followups.models import RuleExemption
from people.models import Threshold, User
from people.records import insert_records
from people.refusal import refuse_first
from people.states import ThresholdCode

EXEMPTABLE = (*OPEN_STATUSES, DealStatus.RETURNED_TO_IS, DealStatus.LOST)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One deal left alone by one rule, or by all rules and the cover step (rule_code ''), until expires_on included."""

    deal_id: int
    reason: str
    expires_on: date
    rule_code: str = ""


def exemption_errors(exemption: Exemption, *, as_of: date, longest: int) -> dict[str, str]:
    """What is missing or wrong. longest: days that an exemption may last (ThresholdCode.EXEMPTION_MAX_DAYS)."""
    errors = {}
    if not exemption.reason.strip():
        errors["reason"] = _("Say why the deal is exempted.")
    if exemption.expires_on < as_of:
        errors["expires_on"] = _("The last day lies in the past.")
    if exemption.expires_on > as_of + timedelta(days=longest):
        text = ngettext(
            "An exemption lasts %(count)d day at most.", "An exemption lasts %(count)d days at most.", longest
        )
        errors["expires_on"] = text % {"count": longest}
    return errors


@transaction.atomic
def exempt(exemptions: Sequence[Exemption], *, by: User, as_of: date, cause: str = "user") -> list[RuleExemption]:
    """Exempt deals from as_of on; a deal in a cycle is exempt there too, open to-dos stay.

    Refused, all or none: what `exemption_errors` finds, a deal that is won or excluded.
    """
    longest = Threshold.objects.in_force()[ThresholdCode.EXEMPTION_MAX_DAYS]
    refuse_first({n: exemption_errors(one, as_of=as_of, longest=longest) for n, one in enumerate(exemptions)})
    deals = claim([one.deal_id for one in exemptions], EXEMPTABLE)
    cycles = open_cycles_of([deal.pk for deal in deals])
    rows = [
        RuleExemption(
            deal_id=one.deal_id,
            cycle=cycles.get(one.deal_id),
            rule_code=one.rule_code,
            reason=one.reason.strip(),
            starts_on=as_of,
            expires_on=one.expires_on,
            by=by,
        )
        for one in exemptions
    ]
    insert_records(rows)
    happenings = [
        DealHappening(row.deal_id, DealEventKind.EXEMPTED, as_of, cycle_id=row.cycle_id, detail=row.reason)
        for row in rows
    ]
    write_events(happenings, by=by, cause=cause)
    return rows
