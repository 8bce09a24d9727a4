"""What each deal status means, and when a deal comes to stand in it (S2-10 … S2-19)."""

from django.utils.translation import gettext_lazy as _

from deals.states import DealStatus
from people.states import WordKind
from people.wordings import Words, words_in_force

DEAL_STATUS_WORDS: dict[str, Words] = {
    status.value: Words(status.value, status.label, definition, timing)
    for status, definition, timing in (
        (
            DealStatus.NOT_STARTED,
            _("Nobody has contacted the customer about this deal yet."),
            _("When the deal is entered."),
        ),
        (
            DealStatus.CONTACTING,
            _("Calls or mails are going on, and there is no appointment yet."),
            _("By itself with the first activity."),
        ),
        (
            DealStatus.APPOINTMENT,
            _("A day for the first meeting is agreed."),
            _("When the customer agrees to a day, or the deal is re-opened."),
        ),
        (
            DealStatus.FIRST_VISIT,
            _("The first meeting was held; no quote has been handed over."),
            _("On the day of the first meeting."),
        ),
        (
            DealStatus.ONGOING,
            _("Talks go on after the first meeting; no quote has been handed over."),
            _("When a further step is agreed after the first meeting."),
        ),
        (
            DealStatus.QUOTED,
            _("A formal, sealed quote lies with the customer. An informal estimate does not count."),
            _("When the formal quote is handed over."),
        ),
        (DealStatus.WON, _("The customer has ordered."), _("When the order is received.")),
        (
            DealStatus.LOST,
            _("The customer does not buy for now; the reason says whether the deal is followed up."),
            _("By 'Mark as lost', with reason, next approach date, person and hook."),
        ),
        (
            DealStatus.RETURNED_TO_IS,
            _("Inside sales follows the deal up until it is re-opened."),
            _("By 'Return to IS', or by a rule."),
        ),
        (
            DealStatus.OUT_OF_TARGET,
            _("Not a customer for us; the deal is left out of every figure."),
            _("When it turns out that we cannot sell here; with a reason."),
        ),
    )
}


def deal_status_words() -> dict[str, Words]:
    """The words in force of all ten statuses, in the order of the way; one query."""
    return words_in_force(WordKind.DEAL_STATUS, DEAL_STATUS_WORDS)
