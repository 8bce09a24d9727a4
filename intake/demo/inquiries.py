"""How an inquiry goes from the form to a meeting, to nurturing, or nowhere: the calls, and what comes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from activities.states import ActivityKind, CallOutcome
from intake.demo.courses import Touch
from leads.states import LeadStatus
from people.business_days import BusinessCalendar

UNANSWERED = Touch(ActivityKind.CALL, "not_connected", outcome=CallOutcome.NOT_CONNECTED)
CALL_AGAIN = Touch(ActivityKind.CALL, "callback", outcome=CallOutcome.CALLBACK)
TALKED = Touch(ActivityKind.CALL, "lead_call", outcome=CallOutcome.DECLINED)
REFUSED = Touch(ActivityKind.CALL, "declined", outcome=CallOutcome.DECLINED)
LEFT = Touch(ActivityKind.CALL, "wrong_person", outcome=CallOutcome.OUT_OF_TARGET_PERSON)
STILL_NO = Touch(ActivityKind.CALL, "still_no", outcome=CallOutcome.DECLINED)
MOVED_ON = Touch(ActivityKind.CALL, "moved_on", outcome=CallOutcome.OUT_OF_TARGET_PERSON)
MEETING_WON = Touch(ActivityKind.CALL, "appointment", outcome=CallOutcome.APPOINTMENT)
MATERIAL = Touch(ActivityKind.EMAIL, "mail_out")

ATTEMPTS = 5  # never connected after that many: 未接触 (C-22)
REASONS = ("timing", "cost", "competitor", "personal_interest")
REASON_WEIGHTS = (45, 20, 20, 15)
WORTHLESS, LET_GO = 0.16, 0.45  # of the leads that answer: out of target, and (above it) nurtured with no next action
NEXT_IN_BUSINESS_DAYS = (25, 60)  # from a talk to the next approach of a nurtured lead


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact with a lead and the status it leaves behind; reason is a nurturing reason or ''."""

    day: date
    touch: Touch
    status: LeadStatus
    reason: str = ""


def to_meeting(rng: Random, calendar: BusinessCalendar, meeting_on: date) -> tuple[date, list[Attempt]]:
    """The day on which a lead came in that becomes a deal on meeting_on, and the contacts until then."""
    attempts = [Attempt(meeting_on, MEETING_WON, LeadStatus.MEETING_WON)]
    day = meeting_on
    for touch, status in rng.choice(_WAYS):
        day = calendar.add(day, -rng.randint(2, 4))
        attempts.insert(0, Attempt(day, touch, status))
    return calendar.add(day, -rng.randint(0, 1)), attempts


_WAYS: tuple[list[tuple[Touch, LeadStatus]], ...] = (
    [],
    [(CALL_AGAIN, LeadStatus.SCHEDULING)],
    [(CALL_AGAIN, LeadStatus.SCHEDULING), (UNANSWERED, LeadStatus.APPROACHING)],
    [(MATERIAL, LeadStatus.SCHEDULING), (TALKED, LeadStatus.APPROACHING)],
    [(TALKED, LeadStatus.APPROACHING), (UNANSWERED, LeadStatus.APPROACHING), (UNANSWERED, LeadStatus.APPROACHING)],
)


def to_nowhere(rng: Random, calendar: BusinessCalendar, created_on: date, until: date) -> Iterator[Attempt]:
    """The contacts with a lead that becomes no deal; a nurtured one is called again and again, beyond `until`."""
    day = calendar.add(calendar.on_or_after(created_on), rng.randint(0, 1))
    for _ in range(ATTEMPTS - 1):
        fate = rng.random()
        if fate > 0.5:
            yield from _last_words(rng, calendar, day, until)
            return
        if fate < 0.08:
            yield Attempt(day, CALL_AGAIN, LeadStatus.SCHEDULING)
        else:
            yield Attempt(day, UNANSWERED, LeadStatus.APPROACHING)
        day = calendar.add(day, rng.randint(2, 5))
    yield Attempt(day, UNANSWERED, LeadStatus.NOT_REACHED)


def _last_words(rng: Random, calendar: BusinessCalendar, day: date, until: date) -> Iterator[Attempt]:
    fate = rng.random()
    reason = rng.choices(REASONS, REASON_WEIGHTS)[0]
    if fate < WORTHLESS:
        yield Attempt(day, rng.choice((LEFT, REFUSED)), LeadStatus.OUT_OF_TARGET)
        return
    while fate > LET_GO:
        yield Attempt(day, rng.choice((TALKED, REFUSED, UNANSWERED)), LeadStatus.NURTURING_ACTION, reason)
        if day > until:
            return
        day = calendar.add(day, rng.randint(*NEXT_IN_BUSINESS_DAYS))
        fate = rng.uniform(LET_GO / 2, 1)
    yield Attempt(day, rng.choice((TALKED, REFUSED)), LeadStatus.NURTURING_NO_ACTION, reason)
