"""The three clocks of one deal as its page shows them: days gone, the limit that applies, and what set the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.querysets import ActivityQuerySet
from activities.states import Direction
from deals.models import Deal
from deals.states import CLOSED_STATUSES
from followups.models import Rule
from followups.rules.spec import RuleSpec
from followups.states import CLOCK_COLUMNS, Basis

QUOTE_LENGTH = 60  # characters of a note that stand beside a clock
SOON = 14  # days before a rule acts in which the page counts down


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock on the day it is looked at.

    limit, left and over in days; limit None: no rule in force looks at it. is_ticking: whether the rule may still act;
    it leaves a deal in follow-up alone (D10).
    """

    label: str
    since: date
    days: int
    limit: int | None
    note: str

    is_ticking: bool = True

    @property
    def left(self) -> int | None:
        """Days until the rule acts, once it is a fortnight or less; None where none is coming."""
        if self.limit is None or not self.is_ticking or not 0 < self.limit - self.days <= SOON:
            return None
        return self.limit - self.days

    @property
    def over(self) -> int:
        """Days past the limit; 0 while there is none or it is not reached."""
        return 0 if self.limit is None else max(0, self.days - self.limit)


def clocks_of(deal: Deal, rules: Iterable[Rule], as_of: date) -> list[Clock]:
    """The clocks of contact, response and status; none for a deal that is won, lost or excluded.

    rules: those in force. Asks the database for the two activities that set the first two clocks.
    """
    if deal.status in CLOSED_STATUSES:
        return []
    touches = Activity.objects.filter(deal=deal).select_related("owner", "contact").order_by("-occurred_at", "-id")
    notes = {
        Basis.NO_ACTIVITY: _what_set(deal, deal.last_contact_on, touches.contacts()),
        Basis.NO_RESPONSE: _what_set(deal, deal.last_response_on, touches.responses()),
        Basis.STATUS_DWELL: _restarted(deal, deal.status_entered_on),
    }
    specs = [RuleSpec.of(rule) for rule in rules if deal.status in rule.statuses]
    return [
        _clock(deal, basis, note, [spec for spec in specs if spec.basis == basis], as_of)
        for basis, note in notes.items()
    ]


def _clock(deal: Deal, basis: Basis, note: str, specs: list[RuleSpec], as_of: date) -> Clock:
    labels = {
        Basis.NO_ACTIVITY: _("Since the last contact"),
        Basis.NO_RESPONSE: _("Since the last response"),
        Basis.STATUS_DWELL: _("In the status %(status)s") % {"status": deal.get_status_display()},
    }
    since: date = getattr(deal, CLOCK_COLUMNS[basis])
    limits = [(spec.limit_of(deal.product_id).reached_on(since) - since).days for spec in specs]
    return Clock(labels[basis], since, (as_of - since).days, min(limits, default=None), note, not deal.is_followed)


def _what_set(deal: Deal, last_on: date | None, touches: ActivityQuerySet) -> str:
    if last_on is None:
        return _("Nothing recorded yet, so it counts from the day of the status.")
    return _restarted(deal, last_on) or _told(touches.first())


def _restarted(deal: Deal, clock_on: date) -> str:
    """No clock starts before the last follow-up ended (D12)."""
    if deal.last_cycle_ended_on and deal.last_cycle_ended_on > clock_on:
        return _("It counts from the end of the last follow-up.")
    return ""


def _told(activity: Activity | None) -> str:
    if activity is None:
        return ""
    words = activity.note or activity.subject
    parts = [what_happened(activity), str(activity.contact or activity.owner or "")]
    return " ".join(part for part in [*parts, _quoted(words)] if part)


def _quoted(words: str) -> str:
    """The first words in quotation marks, unless the note itself quotes the customer."""
    short = Truncator(words).chars(QUOTE_LENGTH)
    return _("“%(words)s”") % {"words": short} if words and not words.startswith("「") else short


def what_happened(activity: Activity) -> str:
    """The activity in two or three words: "E-mail received", "Call: call back"."""
    if activity.outcome:
        return _("%(kind)s: %(outcome)s") % {
            "kind": activity.get_kind_display(),
            "outcome": activity.get_outcome_display(),
        }
    if activity.direction == Direction.INBOUND:
        return _("%(kind)s from the customer") % {"kind": activity.get_kind_display()}
    return str(activity.get_kind_display())
