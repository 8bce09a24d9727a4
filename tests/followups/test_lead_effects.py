"""What the result of a call does to the lead (D.6, C-22)."""

import pytest

from followups.invariants import violations
from followups.models import OutcomeEffect
from followups.outcome_effects import outcome_effects, suggested_day
from leads.models import NoAppointmentReason
from people.business_days import BusinessCalendar
from people.models import Threshold
from people.refusal import Refused
from tests.factories import TODAY, ActivityFactory, UserFactory, days_ago
from tests.followups.calls import known_lead, next_step, nurturing, planned, recorded

pytestmark = pytest.mark.django_db

EVERY_STATUS = (
    "new", "approaching", "scheduling", "meeting_won", "not_reached", "nurturing_no_action", "out_of_target",
)  # fmt: skip


@pytest.fixture
def inside():
    return UserFactory(inside=True)


@pytest.fixture(autouse=True)
def everything_holds():
    yield
    assert violations() == []


def events(lead):
    return list(lead.events.filter(kind="status").values_list("from_status", "to_status", "cause"))


def status(lead):
    lead.refresh_from_db()
    return lead.status


@pytest.mark.parametrize(
    ("outcome", "unit", "value", "day"),
    [
        ("not_connected", "business_day", 1, "2025-08-01"),
        ("callback", "business_day", 3, "2025-08-05"),
        ("callback", "week", 1, "2025-08-07"),
        ("declined", "month", 3, "2025-10-31"),
        ("declined", "month", 1, "2025-09-01"),  # 31 August is a Sunday
        ("appointment", "none", 0, None),
    ],
)
def test_the_day_offered_is_a_business_day(outcome, unit, value, day):
    effect = OutcomeEffect(outcome=outcome, next_unit=unit, next_value=value)

    suggested = suggested_day(effect, TODAY, BusinessCalendar())

    assert (suggested and suggested.isoformat()) == day


def test_the_shipped_table_has_every_result():
    shipped = {outcome: (row.lead_status, row.next_value, row.next_unit) for outcome, row in outcome_effects().items()}

    assert shipped == {
        "not_connected": ("approaching", 1, "business_day"),
        "callback": ("approaching", 3, "business_day"),
        "appointment": ("meeting_won", 0, "none"),
        "declined": ("nurturing_action", 3, "month"),
        "out_of_target_person": ("", 0, "none"),
    }


@pytest.mark.parametrize(("outcome", "after"), [("not_connected", "approaching"), ("callback", "approaching")])
def test_the_first_call_begins_the_approach(inside, outcome, after):
    lead = known_lead()

    said = recorded(lead, outcome, by=inside, next_todo=next_step())

    assert said.lead == lead
    assert status(lead) == after
    assert events(lead) == [("new", after, f"activity:{said.activities[0].pk}")]


def test_a_wrong_person_changes_no_lead_by_itself(inside):
    lead = known_lead()

    said = recorded(lead, "out_of_target_person", by=inside, next_todo=next_step())

    assert (said.lead, status(lead)) == (None, "new")


def test_a_wrong_person_changes_the_lead_where_the_caller_says_so(inside):
    lead = known_lead("approaching")

    recorded(lead, "out_of_target_person", by=inside, lead_status="out_of_target")

    assert status(lead) == "out_of_target"


@pytest.mark.parametrize(("attempt", "after"), [(4, "approaching"), (5, "not_reached"), (6, "not_reached")])
def test_so_many_attempts_in_vain_make_a_lead_not_reached(inside, attempt, after):
    lead = known_lead()
    for _ in range(attempt):
        recorded(lead, "not_connected", by=inside, next_todo=next_step())

    assert status(lead) == after


@pytest.mark.parametrize(("limit", "after"), [(1, "not_reached"), (2, "approaching")])
def test_how_many_attempts_is_a_setting(inside, limit, after):
    Threshold.objects.create(code="not_reached_attempts", value=limit)
    lead = known_lead()

    recorded(lead, "not_connected", by=inside, next_todo=next_step())

    assert status(lead) == after


@pytest.mark.parametrize(
    "before", [{"reached": True}, {"outcome": "out_of_target_person"}, {"inbound_mail": True}, {"visit": True}]
)
def test_who_was_ever_spoken_with_is_never_not_reached(inside, before):
    Threshold.objects.create(code="not_reached_attempts", value=1)
    lead = known_lead("approaching")
    ActivityFactory(lead=lead, day=days_ago(9), **before)

    recorded(lead, "not_connected", by=inside, next_todo=next_step())

    assert status(lead) == "approaching"


def test_a_call_that_was_undone_is_no_attempt(inside):
    Threshold.objects.create(code="not_reached_attempts", value=2)
    lead = known_lead("approaching")
    ActivityFactory(lead=lead, is_void=True)

    recorded(lead, "not_connected", by=inside, next_todo=next_step())

    assert status(lead) == "approaching"


@pytest.mark.parametrize("before", EVERY_STATUS)
def test_a_call_in_vain_takes_no_lead_backwards(inside, before):
    lead = known_lead(before)

    recorded(lead, "not_connected", by=inside, said={"no_next_reason": "退職"})

    assert status(lead) == ("approaching" if before == "new" else before)


@pytest.mark.parametrize(
    ("before", "after"),
    [("not_reached", "approaching"), ("nurturing_no_action", "approaching"), ("meeting_won", "meeting_won"),
     ("out_of_target", "out_of_target")],
)  # fmt: skip
def test_a_conversation_takes_up_a_lead_again_unless_it_is_settled(inside, before, after):
    lead = known_lead(before)

    recorded(lead, "callback", by=inside, next_todo=next_step())

    assert status(lead) == after


def test_a_settled_lead_moves_where_the_caller_says_so(inside):
    lead = known_lead("out_of_target")

    recorded(lead, "callback", by=inside, next_todo=next_step(), lead_status="approaching")

    assert status(lead) == "approaching"


@pytest.mark.parametrize(("is_planned", "after"), [(True, "nurturing_action"), (False, "nurturing_no_action")])
def test_no_appointment_is_nurtured_with_or_without_a_next_step(inside, is_planned, after):
    lead, cost = known_lead("approaching"), nurturing("cost").pk
    step, why = (next_step(), "") if is_planned else (None, "再検討なし")

    recorded(lead, "declined", by=inside, nurturing_reason_id=cost, next_todo=step, said={"no_next_reason": why})

    assert (status(lead), lead.nurturing_reason) == (after, nurturing("cost"))


def test_nurturing_without_a_reason_is_refused_and_nothing_is_written(inside):
    lead = known_lead("approaching")

    with pytest.raises(Refused) as refused:
        recorded(lead, "declined", by=inside, next_todo=next_step())

    assert list(refused.value.errors) == ["nurturing_reason"]
    assert (status(lead), lead.activities.count(), lead.todos.count()) == ("approaching", 0, 0)


def test_a_lead_nurtured_already_keeps_its_reason(inside):
    lead = known_lead("nurturing_no_action")

    recorded(lead, "declined", by=inside, next_todo=next_step())

    assert (status(lead), lead.nurturing_reason) == ("nurturing_action", nurturing("timing"))


def test_a_nurtured_lead_whose_last_to_do_is_done_no_longer_says_that_it_has_one(inside):
    lead = known_lead("nurturing_action")
    todo = planned(lead=lead, assignee=inside)

    recorded(lead, "not_connected", by=inside, completing=(todo.pk,), said={"no_next_reason": "時期未定"})

    assert status(lead) == "nurturing_no_action"


def test_a_status_that_the_to_dos_belie_is_refused_by_name(inside):
    lead = known_lead("approaching")

    with pytest.raises(Refused) as refused:
        recorded(
            lead, "declined", by=inside, said={"no_next_reason": "なし"}, lead_status="nurturing_action",
            nurturing_reason_id=nurturing("cost").pk,
        )  # fmt: skip

    assert list(refused.value.errors) == ["lead_status"]


def test_why_there_was_no_appointment_stands_on_the_call_and_on_the_lead(inside):
    lead, why = known_lead("approaching"), NoAppointmentReason.objects.get(code="competitor")

    said = recorded(
        lead, "declined", by=inside, next_todo=next_step(), nurturing_reason_id=nurturing("competitor").pk,
        said={"no_appointment_reason": why},
    )  # fmt: skip

    lead.refresh_from_db()
    assert (lead.no_appointment_reason, said.activities[0].no_appointment_reason) == (why, why)


def test_the_table_is_the_admin_s(inside):
    OutcomeEffect.objects.filter(outcome="callback").update(lead_status="scheduling")
    lead = known_lead()

    recorded(lead, "callback", by=inside, next_todo=next_step())

    assert status(lead) == "scheduling"


def test_an_empty_row_leaves_the_lead_but_for_the_first_call(inside):
    OutcomeEffect.objects.filter(outcome="callback").update(lead_status="")
    first, known = known_lead(), known_lead("scheduling")
    for lead in (first, known):
        recorded(lead, "callback", by=inside, next_todo=next_step())

    assert (status(first), status(known)) == ("approaching", "scheduling")


class TestNextStep:
    def test_a_lead_is_not_left_without_one(self, inside):
        with pytest.raises(Refused) as refused:
            recorded(known_lead(), "not_connected", by=inside)

        assert list(refused.value.errors) == ["next_todo"]

    def test_a_reason_is_enough(self, inside):
        said = recorded(known_lead(), "not_connected", by=inside, said={"no_next_reason": "電話番号が無効"})

        assert said.activities[0].no_next_reason == "電話番号が無効"

    def test_spaces_are_no_reason(self, inside):
        with pytest.raises(Refused):
            recorded(known_lead(), "not_connected", by=inside, said={"no_next_reason": "  "})

    def test_another_open_to_do_is_enough(self, inside):
        lead = known_lead()
        planned(lead=lead, assignee=inside)

        assert recorded(lead, "not_connected", by=inside).lead == lead

    @pytest.mark.parametrize("settled", ["meeting_won", "out_of_target"])
    def test_a_settled_lead_needs_none(self, inside, settled):
        assert recorded(known_lead(settled), "not_connected", by=inside).activities
