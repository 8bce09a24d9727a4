"""People at the customer who asked to be left alone: nobody calls or writes to them or plans to."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.states import ActivityKind, Direction
from leads.models import Contact
from people.prepared import prepared
from people.refusal import refuse

BLOCKED_KINDS = (ActivityKind.CALL, ActivityKind.EMAIL)


def refuse_blocked_contacts(wanted: Mapping[int, int | None]) -> None:
    """Refused: a contact who must not be contacted, with the reason. wanted: position in the batch → contact id."""
    ids = {contact_id for contact_id in wanted.values() if contact_id is not None}
    if not ids:
        return
    blocked: dict[int, Contact] = {contact.pk: contact for contact in _barred(sorted(ids))}
    for position, contact_id in wanted.items():
        contact = blocked.get(contact_id or 0)
        if contact is not None:
            text = _("%(name)s must not be contacted: %(reason)s")
            said = {"name": contact.name, "reason": contact.do_not_contact_reason}
            refuse(text % said, field="contact", position=position)


@prepared
def _barred(contact_ids: list[int]) -> "QuerySet[Contact]":
    return Contact.objects.filter(pk__in=contact_ids).exclude(do_not_contact_reason="")


def refuse_blocked_activities(activities: Sequence[Activity], known: frozenset[int] = frozenset()) -> frozenset[int]:
    """Refused: a call or mail of ours to somebody who must not be contacted; what customers start and imports go in.

    known: people who may be contacted, as was just asked. Gives back the people who may be contacted.
    """
    outgoing = {
        position: activity.contact_id
        for position, activity in enumerate(activities)
        if activity.kind in BLOCKED_KINDS and activity.direction == Direction.OUTBOUND and not activity.is_imported
    }
    refuse_blocked_contacts({position: pk for position, pk in outgoing.items() if pk not in known})
    return known | {contact_id for contact_id in outgoing.values() if contact_id is not None}
