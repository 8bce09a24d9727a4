"""What each call result means, and when it is chosen (S3-28 … S3-32)."""

from django.utils.translation import gettext_lazy as _

from activities.states import CallOutcome
from people.states import WordKind
from people.wordings import Words, words_in_force

CALL_OUTCOME_WORDS: dict[str, Words] = {
    outcome.value: Words(outcome.value, outcome.label, definition, timing)
    for outcome, definition, timing in (
        (
            CallOutcome.NOT_CONNECTED,
            _("Absent, voice mail, or stopped at the reception."),
            _("When the person we wanted was not on the line."),
        ),
        (
            CallOutcome.CALLBACK,
            _("The person was on the line but had no time."),
            _("When we are to call again, for example after a meeting."),
        ),
        (
            CallOutcome.APPOINTMENT,
            _("A day for a meeting is agreed."),
            _("When the customer agrees to a day."),
        ),
        (
            CallOutcome.DECLINED,
            _("A real conversation, and no appointment. The deal is not lost by it."),
            _("When the customer says no to a meeting for now."),
        ),
        (
            CallOutcome.OUT_OF_TARGET_PERSON,
            _("The person has left, or somebody else answers. The lead is not excluded by it."),
            _("When the person registered is not the right one."),
        ),
    )
}


def call_outcome_words() -> dict[str, Words]:
    """The words in force of all five results, in their order; one query."""
    return words_in_force(WordKind.CALL_OUTCOME, CALL_OUTCOME_WORDS)
