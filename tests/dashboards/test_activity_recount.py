"""Generated calls and mails, counted once by the reports and the page and once row by row in plain Python."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity
from dashboards.pages.activity import Question
from dashboards.pages.activity_panels import outcomes, sources
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Grain
from deals.models import Deal, FollowUpCycle
from leads.models import Lead
from tests.dashboards.rows import call, deal, person, stagnant
from tests.factories import LeadFactory, SourceFactory
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
FIRST = date(2025, 7, 1)
OUTCOMES = ["not_connected", "callback", "appointment", "appointment", "declined", "out_of_target_person", None]

touches = st.fixed_dictionaries(
    {
        "age": st.sampled_from([-1, 0, 1, 13, 14, 15, 28, 29, 30, 31, 45]),
        "outcome": st.sampled_from(OUTCOMES),
        "subject": st.sampled_from([0, 0, 1, 2, 3, None]),
        "owner": st.sampled_from([0, 1, None]),
        "direction": st.sampled_from(["outbound", "outbound", "inbound"]),
        "kind": st.sampled_from(["call", "call", "call", "email"]),
        "is_void": st.sampled_from([False, False, False, True]),
        "is_bulk": st.sampled_from([False, False, True]),
    }
)


def build(world: list[dict[str, Any]]) -> None:
    owners = [person("佐藤", team="東"), person("鈴木")]
    lead = LeadFactory(source=SourceFactory(name="Web"))
    subjects: list[Deal | Lead] = [
        deal("A", date(2025, 6, 1), source=SourceFactory(name="展示会")),
        stagnant("B", date(2025, 7, 10)).deal,
        lead,
        deal("D", date(2025, 6, 1), lead=lead),
    ]
    for one in world:
        subject = None if one["subject"] is None else subjects[one["subject"]]
        about = {} if subject is None else {"lead" if isinstance(subject, Lead) else "deal": subject}
        is_call = one["kind"] == "call"
        made = call(
            owners[one["owner"]] if one["owner"] is not None else None,  # type: ignore[arg-type]
            AS_OF - timedelta(days=one["age"]),
            one["outcome"] if is_call else None,
            direction=one["direction"], is_void=one["is_void"], is_bulk=not is_call and one["is_bulk"],
            is_imported=one["outcome"] is None or not is_call, **about,
        )  # fmt: skip
        Activity.objects.filter(pk=made.pk).update(kind=one["kind"])


@worlds(40)
@given(world=st.lists(touches, max_size=12))
def test_every_number_agrees_with_a_count_row_by_row(world):
    with transaction.atomic():
        build(world)
        recount()
        transaction.set_rollback(True)


def recount() -> None:
    asked = Asked(as_of=AS_OF, first_on=FIRST, last_on=AS_OF)
    every = list(Activity.objects.select_related("deal__lead", "lead", "owner").order_by("occurred_at", "pk"))
    valid = [one for one in every if not one.is_void and one.occurred_on <= AS_OF]
    held = [one for one in valid if one.occurred_on >= FIRST]
    calls = [one for one in held if one.kind == "call"]
    mails = [one for one in held if one.kind == "email" and one.direction == "outbound" and not one.is_bulk]
    dialled = [one for one in calls if one.direction == "outbound" and one.outcome]
    answered = [one for one in dialled if one.outcome != "not_connected"]
    won = [one for one in won_among(valid) if one.occurred_on >= FIRST]

    assert ids(answer("call_outcomes", asked)) == numbers(calls)
    assert ids(answer("activity_volume", asked)) == numbers([*calls, *mails])
    assert ids(answer("connect_rate", asked)) == numbers(answered)
    assert answer("connect_rate", asked).whole_total == len(dialled)
    assert ids(answer("appointments", asked)) == numbers(won)
    by_channel = answer("appointments", asked).groups(["channel"])
    assert {group["key"]: group["n"] for group in by_channel} == Counter(channel_of(one) for one in won)
    recount_the_page(asked, calls, won)
    for name in ("call_outcomes", "activity_volume", "connect_rate", "appointments"):
        split(name, asked)


def won_among(valid: list[Activity]) -> list[Activity]:
    """Oldest first: an appointment is another one 15 days after the last call that won one, or in a new follow-up."""
    calls = [one for one in valid if one.kind == "call" and one.outcome == "appointment"]
    found = []
    for n, one in enumerate(calls):
        cycle = cycle_of(one)
        before = [
            other for other in calls[:n]
            if is_same_subject(one, other)
            and (one.occurred_on - other.occurred_on).days <= 14
            and (cycle is None or other.occurred_on >= cycle.entered_on)
        ]  # fmt: skip
        if not before:
            found.append(one)
    return found


def is_same_subject(one: Activity, other: Activity) -> bool:
    if one.deal_id and one.deal_id == other.deal_id:
        return True
    leads = [activity.lead_id or (activity.deal.lead_id if activity.deal else None) for activity in (one, other)]
    is_both_deals = bool(one.deal_id and other.deal_id)
    return leads[0] is not None and leads[0] == leads[1] and not is_both_deals


def cycle_of(one: Activity) -> FollowUpCycle | None:
    return FollowUpCycle.objects.filter(deal=one.deal_id, entered_on__lte=one.occurred_on).first()


def channel_of(one: Activity) -> str:
    cycle = cycle_of(one)
    return cycle.kind if cycle else "new"


def recount_the_page(asked: Asked, calls: list[Activity], won: list[Activity]) -> None:
    question = Question(asked, Grain.WEEK, ())
    shown = outcomes(question)
    by_outcome = Counter(one.outcome for one in calls)
    order = ["appointment", "callback", "declined", "not_connected", "out_of_target_person", None]
    assert [cell.count for _series, cell in shown.legend] == [by_outcome[code] for code in order[: len(shown.legend)]]
    assert shown.whole.count == len(calls)
    assert sources(question).total.count == sum(bar.count for bar in sources(question).bars) == len(won)


def split(name: str, asked: Asked) -> None:
    """Persons, teams, sources, results and grains add up to the total, and each key gives its rows."""
    total = answer(name, asked).total
    for by in ("user", "team", "source", "outcome", "month", "week", "day"):
        groups = answer(name, asked).groups([by])
        assert sum(group["n"] for group in groups) == total
        for group in groups:
            assert answer(name, asked.with_keys(**{by: group["key"] or ""})).total == group["n"]


def ids(report: Any) -> set[int]:
    return set(report.rows.values_list("pk", flat=True))


def numbers(activities: list[Activity]) -> set[int]:
    return {one.pk for one in activities}
