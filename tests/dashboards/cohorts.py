"""Domain E.3: eight deals of January 2025, seen on 31 July 2025. Built by the actions, the stagnant cycles by rows."""

from datetime import date, timedelta

import deals.actions as deal_verbs
from activities.models import Activity
from activities.states import CallOutcome
from deals.actions import Loss, Win
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import CycleKind
from followups.actions import lose, reopen, return_to_is, win
from followups.actions.reopening import Reopening
from followups.actions.returning import Return
from people.models import User
from people.states import Role
from tests.dashboards.rows import call, deal, person

AS_OF = date(2025, 7, 31)
BEGAN = date(2024, 11, 5)


def january(day: int) -> date:
    return date(2025, 1, day)


def stagnate(name: str, on: date, staff: User | None = None, made: Deal | None = None, **fields) -> Deal:
    """A new deal, or one there is, in a stagnant cycle since that day, as the sweep leaves it."""
    made = made or deal(name, BEGAN, **fields)
    cycle = FollowUpCycle(
        deal=made, kind=CycleKind.STAGNANT, entered_on=on, rule_code="R-60", rule_version=1, is_owner=staff
    )
    deal_verbs.open_cycles([cycle])
    return made


def lose_deal(made: Deal, on: date, reason: str, **fields) -> Deal:
    answers = {"next_approach_on": date(2026, 1, 5), "approach_contact_text": "山田", "hook": "予算の時期"}
    why = LostReason.objects.get(code=reason)
    lose([Loss(deal_id=made.pk, reason_id=why.pk, closed_on=on, **answers, **fields)], by=None, as_of=on)
    return made


def lost_deal(name: str, on: date, reason: str, **fields) -> Deal:
    return lose_deal(deal(name, BEGAN, **fields), on, reason)


def reopen_deal(made: Deal, on: date) -> None:
    reopen([Reopening(deal_id=made.pk)], by=None, as_of=on)


def win_deal(made: Deal, on: date) -> None:
    win([Win(deal_id=made.pk, on=on)], by=None, as_of=on)


def book(made: Deal, on: date) -> Activity:
    """An appointment won by a call; a reopening may follow."""
    caller = User.objects.filter(name="佐藤").first() or person("佐藤", Role.IS)
    return call(caller, on, CallOutcome.APPOINTMENT, deal=Deal.objects.get(pk=made.pk))


def hand_back(made: Deal, on: date) -> None:
    call_on = on + timedelta(days=90)
    return_to_is([Return(deal_id=made.pk, reason="応答なし", next_approach_on=call_on)], by=None, as_of=on)


def every_ending() -> None:
    """The golden deals, a returned one that lives again, and an order of a deal that was never followed up."""
    golden()
    returned = deal("R1", BEGAN)
    hand_back(returned, january(20))
    reopen_deal(returned, january(30))
    win_deal(returned, date(2025, 3, 3))
    win_deal(deal("N1", BEGAN), date(2025, 3, 4))


def golden() -> dict[str, Deal]:
    """D01 to D08, by name."""
    made = {
        "D01": lost_deal("D01", january(10), "deprioritised"),
        "D02": lost_deal("D02", january(14), "competitor", competitor="他社A"),
        "D03": lost_deal("D03", january(20), "unreachable"),
        "D04": lost_deal("D04", january(22), "price"),
        "D05": stagnate("D05", january(6)),
        "D06": stagnate("D06", january(8)),
        "D07": stagnate("D07", january(15)),
        "D08": lost_deal("D08", january(27), "deprioritised"),
    }
    lose_deal(made["D06"], january(30), "deprioritised")
    for name, on in (("D01", date(2025, 3, 14)), ("D05", date(2025, 2, 2)), ("D06", date(2025, 5, 11))):
        book(made[name], on)
    book(made["D08"], date(2025, 2, 20))
    reopened = {"D01": (3, 15), "D03": (7, 25), "D04": (2, 10), "D05": (2, 3), "D06": (5, 12)}
    for name, (month, day) in reopened.items():
        reopen_deal(made[name], date(2025, month, day))
    win_deal(made["D01"], date(2025, 4, 20))
    win_deal(made["D05"], date(2025, 2, 25))
    return made
