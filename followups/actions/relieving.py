"""Taking deals off a person who has too much (S1-18)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions import Loss, Lost
from deals.models import LostReason
from followups.actions.losing import lose
from people.models import User
from people.refusal import refuse

CAPACITY_REASON = "capacity_handover"


@transaction.atomic
def hand_back(losses: Sequence[Loss], *, by: User, as_of: date) -> list[Lost]:
    """Lose deals because no hands are free, so that inside sales follows them up; their to-dos go along (D8)."""
    reason = LostReason.objects.filter(code=CAPACITY_REASON).first()
    if reason is None:
        refuse(_("The lost reason for handing over is missing."))
    return lose([replace(loss, reason_id=reason.pk) for loss in losses], by=by, as_of=as_of)
