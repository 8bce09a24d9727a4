"""保存すると: what losing or returning a deal will do, said before it is done (SC-06, SC-07)."""

from datetime import date

from django.utils.translation import gettext as _

from activities.models import Activity
from deals.models import Deal, LostReason
from followups.sentences import day
from people.business_days import BusinessCalendar
from people.models import User
from people.states import Role

QUOTES = 3
QUOTE_LENGTH = 60


def loss_preview(
    deal: Deal, reason: LostReason | None, approach_on: date | None, calendar: BusinessCalendar
) -> list[str]:
    """What follows the loss, as far as the answers given so far tell."""
    if reason is not None and not reason.in_scope:
        return [
            _("The deal becomes lost."),
            _("“%(reason)s” is not followed up: no to-do is made, and the answers may stay empty.")
            % {"reason": reason.label},
        ]
    lines = [_("The deal becomes lost. %(follower)s") % {"follower": _follower(deal)}]
    return [*lines, _first_todo(approach_on, calendar), *_fs_stays(deal)]


def return_preview(deal: Deal, call_on: date | None, calendar: BusinessCalendar) -> list[str]:
    """What follows the return."""
    lines = [_("The deal goes back to IS. %(follower)s") % {"follower": _follower(deal)}]
    return [*lines, _first_todo(call_on, calendar), *_fs_stays(deal)]


def _follower(deal: Deal) -> str:
    if deal.is_owner and deal.is_owner.is_active and deal.is_owner.has_role(Role.IS):
        return _("%(name)s of IS follows it up.") % {"name": deal.is_owner.name}
    return _("The person of IS with the lowest load follows it up.")


def _first_todo(asked_for: date | None, calendar: BusinessCalendar) -> str:
    if asked_for is None:
        return _("One to-do is made for the day you choose; a day off becomes the next business day.")
    effective = calendar.on_or_after(asked_for)
    if effective == asked_for:
        return _("One to-do is made for %(day)s.") % {"day": day(asked_for)}
    words = {"day": day(asked_for), "next": day(effective)}
    return _("%(day)s is a day off, so the to-do is made for %(next)s.") % words


def _fs_stays(deal: Deal) -> list[str]:
    owner: User | None = deal.fs_owner
    return [_("%(name)s stays in the history as FS owner.") % {"name": owner.name}] if owner else []


def quotes_of(deal: Deal) -> list[str]:
    """The first sentences of the latest notes on the deal, to be taken over as the hook; at most three."""
    notes = Activity.objects.contacts().filter(deal=deal).exclude(note="").order_by("-occurred_at", "-id")
    latest = notes.values_list("note", flat=True)[:QUOTES]
    quotes = [note.strip().split("\n")[0].split("。")[0][:QUOTE_LENGTH] for note in latest]
    return [quote for quote in dict.fromkeys(quotes) if quote]
