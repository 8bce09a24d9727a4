"""Calling for help, and answering (S1-25)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import SosCall, User
from people.refusal import refuse


@transaction.atomic
def raise_sos(user: User, note: str, *, as_of: date) -> SosCall:
    """Say that the load is too much. One call is open per person: a second one only adds to its words."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    call = SosCall.objects.filter(user=user, settled_on__isnull=True).first()
    if call is None:
        return SosCall.objects.create(user=user, note=note.strip()[:400], raised_on=as_of)
    if note.strip() and note.strip() not in call.note:
        call.note = f"{call.note}\n{note.strip()}".strip()[:400]
        call.save(update_fields=["note"])
    return call


@transaction.atomic
def settle_sos(call_id: int, *, by: User, as_of: date) -> SosCall:
    """The call has been answered. Refused: one that somebody has settled already."""
    call = SosCall.objects.select_for_update(no_key=True, of=("self",)).filter(pk=call_id).first()
    if call is None or call.settled_on is not None:
        refuse(_("Somebody has settled this call already."))
    call.settled_on, call.settled_by = max(as_of, call.raised_on), by
    call.save(update_fields=["settled_on", "settled_by"])
    return call
