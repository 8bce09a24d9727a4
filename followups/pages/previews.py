"""保存すると: what losing or returning a deal will do, said before it is done (SC-06, SC-07)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activities.models import Activity
from deals.models import Deal, LostReason
from deals.states import HOOK_MIN_LENGTH
from followups.room import Approach
from followups.sentences import day
from followups.shifts import shift_sentence
from followups.states import OTHER_CODE
from leads.models import Contact
from people.business_days import BusinessCalendar
from people.models import Threshold, User
from people.states import Role, ThresholdCode

QUOTES = 4
QUOTE_LENGTH = 60


def loss_preview(
    deal: Deal, reason: LostReason | None, approach_on: date | None, calendar: BusinessCalendar, as_of: date
) -> list[str]:
    """What follows the loss, as far as the answers given so far tell."""
    if reason is not None and not reason.in_scope:
        return [
            _("The deal becomes lost."),
            _("“%(reason)s” is not followed up: no to-do is made, and the answers may stay empty.")
            % {"reason": reason.label},
            *_to_be_classified(reason, as_of, calendar),
        ]
    lines = [_("The deal becomes lost. %(follower)s") % {"follower": _follower(deal)}]
    return [*lines, _first_todo(approach_on, calendar), *_fs_stays(deal)]


def _to_be_classified(reason: LostReason, as_of: date, calendar: BusinessCalendar) -> list[str]:
    if reason.code != OTHER_CODE:
        return []
    days = Threshold.objects.in_force()[ThresholdCode.CLASSIFY_BUSINESS_DAYS]
    words = {"days": days, "day": day(calendar.add(as_of, days))}
    return [_("Choose another reason within %(days)s business days, by %(day)s.") % words]


def loss_sentence(found: Approach | None, answers: Mapping[str, Any]) -> str:
    """「4/1(水)にIS 高橋が鈴木課長へ『人手不足』で連絡します」; '' until it can be said, and out of scope."""
    reason, hook = answers.get("lost_reason"), str(answers.get("hook", "")).strip()
    whom = answers.get("approach_contact") or str(answers.get("approach_contact_text", "")).strip()
    if found is None or not hook or not whom or (reason is not None and not reason.in_scope):
        return ""
    words = {"day": day(found.day), "who": _name_of(found), "whom": whom, "hook": Truncator(hook).chars(QUOTE_LENGTH)}
    return _("On %(day)s %(who)s of IS contacts %(whom)s about “%(hook)s”.") % words


def return_sentence(found: Approach | None, answers: Mapping[str, Any]) -> str:
    """「1/26(火)にIS 田中が『時期を聞く』で連絡します」, once the answers are there."""
    ask = str(answers.get("next_action", "")).strip()
    if found is None or not ask:
        return ""
    words = {"day": day(found.day), "who": _name_of(found), "ask": Truncator(ask).chars(QUOTE_LENGTH)}
    return _("On %(day)s %(who)s of IS calls: “%(ask)s”.") % words


def _name_of(found: Approach) -> str:
    return found.follower.name if found.follower else _("somebody")


def unreachable(contact: Contact | None) -> str:
    """A word of warning where the person to approach has neither a phone number nor an e-mail (SC-06)."""
    if contact is None or contact.phone or contact.email:
        return ""
    return _("%(name)s has neither a phone number nor an e-mail address.") % {"name": contact.name}


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
    return shift_sentence(asked_for, calendar) or _("One to-do is made for %(day)s.") % {"day": day(asked_for)}


def _fs_stays(deal: Deal) -> list[str]:
    owner: User | None = deal.fs_owner
    return [_("%(name)s stays in the history as FS owner.") % {"name": owner.name}] if owner else []


def quotes_of(deal: Deal) -> list[str]:
    """Words that may be taken over as the hook: how the deal began, what is needed, and the latest notes; at most four.

    The beginning is the lead's source and the first note (S0-25: 検討のきっかけ).
    """
    notes = Activity.objects.contacts().filter(deal=deal).exclude(note="").order_by("occurred_at", "id")
    told = [_first_sentence(note) for note in notes.values_list("note", flat=True)]
    came_by = [_("Came by %(source)s") % {"source": deal.source.name}] if deal.source else []
    quotes = [*came_by, deal.needs[:QUOTE_LENGTH], *told[:1], *reversed(told[1:])]
    return list(dict.fromkeys(quote for quote in quotes if len(quote.strip()) >= HOOK_MIN_LENGTH))[:QUOTES]


def _first_sentence(note: str) -> str:
    return note.strip().split("\n")[0].split("。")[0][:QUOTE_LENGTH]
