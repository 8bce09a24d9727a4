"""What each lead status means, and when it changes: a status without these words is set at random (S3-11, S3-12)."""

from django.utils.translation import gettext_lazy as _

from leads.states import LeadStatus
from people.states import WordKind
from people.wordings import Words, words_in_force

LEAD_STATUS_WORDS: dict[str, Words] = {
    words.code: words
    for words in (
        Words(
            LeadStatus.NEW.value, LeadStatus.NEW.label,
            _("Nobody has tried to reach this lead yet."),
            _("When the lead comes in."),
        ),
        Words(
            LeadStatus.APPROACHING.value, LeadStatus.APPROACHING.label,
            _("We are trying to reach the lead, or have talked without speaking of a day."),
            _("With the first call or mail."),
        ),
        Words(
            LeadStatus.SCHEDULING.value, LeadStatus.SCHEDULING.label,
            _("The customer wants to meet us; only the day is open."),
            _("When the customer agrees to meet and the day is not fixed yet."),
        ),
        Words(
            LeadStatus.MEETING_WON.value, LeadStatus.MEETING_WON.label,
            _("The meeting is fixed, and there is a deal."),
            _("When the day of the meeting is fixed; a deal is made of the lead."),
        ),
        Words(
            LeadStatus.NOT_REACHED.value, LeadStatus.NOT_REACHED.label,
            _("We have tried again and again and never got through."),
            _("After as many calls without contact as the settings say."),
        ),
        Words(
            LeadStatus.NURTURING_NO_ACTION.value, LeadStatus.NURTURING_NO_ACTION.label,
            _("Not now, and nothing is planned. There is no open to-do."),
            _("When nothing is to be done for the time being. Needs a reason."),
        ),
        Words(
            LeadStatus.NURTURING_ACTION.value, LeadStatus.NURTURING_ACTION.label,
            _("Not now, and the next to-do says when we ask again."),
            _("When it is put off and the next to-do is set. Needs a reason."),
        ),
        Words(
            LeadStatus.OUT_OF_TARGET.value, LeadStatus.OUT_OF_TARGET.label,
            _("Sells to us, or can never become a customer."),
            _("When it is clear that this never becomes a customer."),
        ),
    )
}  # fmt: skip


def lead_status_words() -> dict[str, Words]:
    """The words in force of all eight statuses, in the order of the way; one query."""
    return words_in_force(WordKind.LEAD_STATUS, LEAD_STATUS_WORDS)
