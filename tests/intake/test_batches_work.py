"""Activities and to-dos."""

from datetime import date

import pytest
from django.utils import timezone

from activities.models import Activity, Todo
from activities.states import CancelReason
from people.models import User
from tests.factories import TODAY, CompanyFactory, DealFactory, LeadFactory, UserFactory
from tests.intake.conftest import Desk, figures

pytestmark = pytest.mark.django_db

CALLS = """
kind = "activities"
[columns]
external_id = "id"
kind = "kind"
direction = "way"
outcome = "result"
occurred_at = "at"
owner = "who"
deal = "deal"
lead = "lead"
contact = "contact"
company = "company"
note = "note"
duration_s = "seconds"
bulk = "newsletter"
[defaults]
kind = "call"
"""
HEADER = "id,kind,way,result,at,who,deal,lead,contact,company,note,seconds,newsletter\n"
TODOS = """
kind = "todos"
[columns]
external_id = "id"
subject = "what"
due_on = "due"
done_on = "done"
status = "status"
assignee = "who"
deal = "deal"
[values.status]
"Completed" = "done"
"Deleted" = "cancelled"
"*" = "open"
"""
TODO_HEADER = "id,what,due,done,status,who,deal\n"


def test_calls_keep_their_time_in_tokyo_and_may_lack_a_result(desk: Desk) -> None:
    report = desk.bring_in(HEADER + "1,,inbound,,2021-04-15 23:03:00,佐藤,,,,,一行目,420,\n", CALLS)

    assert figures(report) == {"created": 1}
    call = Activity.objects.get()
    assert timezone.localtime(call.occurred_at).strftime("%F %T") == "2021-04-15 23:03:00"
    assert (call.occurred_on, call.outcome, call.is_imported, call.duration_s) == (date(2021, 4, 15), None, True, 420)
    assert User.objects.get().roles == frozenset()


def test_an_activity_of_a_deal_moves_its_clocks_and_bulk_mail_does_not(desk: Desk) -> None:
    deal = DealFactory(external_id="D1", created_on=date(2021, 1, 1), status_entered_on=date(2021, 1, 1))
    quiet = DealFactory(external_id="D2", created_on=date(2021, 1, 1), status_entered_on=date(2021, 1, 1))

    desk.bring_in(
        HEADER
        + "1,call,outbound,not_connected,2021-04-15,,D1,,,,,,\n"
        + "2,email,inbound,,2021-04-10,,D1,,,,,,no\n"
        + "3,email,outbound,,2021-05-10,,D2,,,,,,yes\n",
        CALLS,
    )

    deal.refresh_from_db(), quiet.refresh_from_db()
    assert (deal.last_contact_on, deal.last_response_on) == (date(2021, 4, 15), date(2021, 4, 10))
    assert (quiet.last_contact_on, quiet.last_response_on) == (None, None)


def test_an_activity_makes_no_deal_lead_contact_or_company(desk: Desk) -> None:
    company, lead = CompanyFactory(name="Acme"), LeadFactory(external_id="L7")

    report = desk.bring_in(HEADER + "1,,,,2021-04-15,,D9,L7,C9,acme,,,\n", CALLS)

    assert figures(report) == {"created": 1}
    assert [(warning.column, warning.code) for warning in report.warnings] == [
        ("deal", "unresolved"), ("contact", "unresolved"),
    ]  # fmt: skip
    assert "D9" in report.warnings[0].text
    call = Activity.objects.get()
    assert (call.lead, call.company, call.deal, call.contact) == (lead, company, None, None)


def test_rows_that_say_what_no_activity_can_are_rejected(desk: Desk) -> None:
    report = desk.bring_in(
        HEADER
        + "1,fax,,,2021-04-15,,,,,,,,\n"
        + "2,visit,,callback,2021-04-15,,,,,,,,\n"
        + "3,,,answered,2021-04-15,,,,,,,,\n"
        + "4,imported,,,2021-04-15,,,,,,,,\n"
        + "5,,,,,,,,,,,,\n",
        CALLS,
    )

    assert figures(report) == {"rejected": 5}
    assert [(row, column) for row, column, _value, _text in desk.reasons()] == [
        (2, "kind"), (3, "result"), (4, "result"), (5, "kind"), (6, "at"),
    ]  # fmt: skip


def test_a_default_result_belongs_to_calls_only(desk: Desk) -> None:
    desk.bring_in(HEADER + "1,visit,,,2021-04-15,,,,,,,,\n2,,,,2021-04-15,,,,,,,,\n", CALLS + 'outcome = "callback"\n')

    assert list(Activity.objects.order_by("external_id").values_list("outcome", flat=True)) == [None, "callback"]


def test_todos_may_stand_alone_and_be_closed_already(desk: Desk) -> None:
    report = desk.bring_in(
        TODO_HEADER
        + "1,Call,2021-04-10,,Completed,佐藤,\n"
        + "2,Call,2021-04-10,2021-04-08,Completed,佐藤,\n"
        + "3,Call,2021-04-10,2021-04-08,Not Started,佐藤,\n"
        + "4,Call,2021-04-10,,Deleted,佐藤,\n",
        TODOS,
    )

    assert figures(report) == {"created": 4}
    late, done, open_, cancelled = Todo.objects.order_by("pk")
    assert (late.status, late.closed_on) == ("done", date(2021, 4, 10))
    assert (done.closed_on, done.created_on) == (date(2021, 4, 8), date(2021, 4, 8))
    assert (open_.status, open_.closed_on) == ("open", None)
    assert (open_.effective_due_on, open_.committed_due_on) == (date(2021, 4, 10), date(2021, 4, 10))
    assert cancelled.cancel_reason == CancelReason.IMPORTED
    assert all(todo.is_imported for todo in (late, done, open_, cancelled))


def test_a_todo_without_what_or_when_is_rejected(desk: Desk) -> None:
    report = desk.bring_in(TODO_HEADER + "1,,2021-04-10,,x,,\n2,Call,,,x,,\n", TODOS)

    assert figures(report) == {"rejected": 2}
    assert [(row, column) for row, column, _value, _text in desk.reasons()] == [(2, "what"), (3, "due")]


def test_exact_twins_without_an_id_all_go_in_and_stay_unchanged(desk: Desk) -> None:
    plan = 'kind = "todos"\n[columns]\nsubject = "what"\ndue_on = "due"\n'
    rows = "what,due\nCall,2021-04-10\nCall,2021-04-10\nMail,2021-04-10\nCall,2021-04-10\n"

    assert figures(desk.bring_in(rows, plan)) == {"created": 4}
    assert figures(desk.bring_in(rows, plan)) == {"unchanged": 4}
    assert figures(desk.bring_in(rows + "Call,2021-04-10\n", plan)) == {"created": 1, "unchanged": 4}


def test_a_changed_todo_goes_through_its_verbs(desk: Desk) -> None:
    deal = DealFactory(external_id="D1")
    colleague = UserFactory(name="鈴木")
    desk.bring_in(
        TODO_HEADER
        + "1,Call,2025-08-04,,x,佐藤,\n"
        + "2,Call,2025-08-04,,x,佐藤,\n"
        + "3,Call,2025-08-04,,Completed,佐藤,\n"
        + "4,Call,2025-08-04,,x,佐藤,\n",
        TODOS,
    )

    report = desk.bring_in(
        TODO_HEADER
        + "1,Call again,2025-08-06,,x,鈴木,D1\n"
        + "2,Call,2025-08-04,2025-07-30,Completed,佐藤,\n"
        + "3,Call,2025-08-04,,x,鈴木,\n"
        + "4,Call,2025-08-04,2025-07-29,Deleted,佐藤,\n",
        TODOS,
    )

    assert figures(report) == {"updated": 4} and report.conflicts == []
    first, second, third, fourth = Todo.objects.order_by("pk")
    assert (first.subject, first.due_on, first.assignee, first.deal) == (
        "Call again", date(2025, 8, 6), colleague, deal,
    )  # fmt: skip
    assert first.original_due_on == date(2025, 8, 4) and first.moves.count() == 1
    assert (second.status, second.closed_on) == ("done", date(2025, 7, 30))
    assert (third.status, third.assignee) == ("open", colleague)
    assert (fourth.status, fourth.cancel_reason, fourth.closed_on) == ("cancelled", "imported", date(2025, 7, 29))


def test_a_todo_that_a_person_finished_keeps_its_end(desk: Desk) -> None:
    from activities.actions import Completion, complete_todos

    desk.bring_in(TODO_HEADER + "1,Call,2025-08-04,,x,佐藤,\n", TODOS)
    complete_todos([Completion(Todo.objects.get().pk)], by=None, as_of=TODAY)

    report = desk.bring_in(TODO_HEADER + "1,Call,2025-08-04,,Deleted,佐藤,\n", TODOS)

    assert [(conflict.field, conflict.kept, conflict.in_file) for conflict in report.conflicts] == [
        ("status", "done", "cancelled")
    ]
    assert Todo.objects.get().status == "done"


def test_a_call_that_the_source_corrected_corrects_the_clock(desk: Desk) -> None:
    deal = DealFactory(external_id="D1", created_on=date(2021, 1, 1), status_entered_on=date(2021, 1, 1))
    desk.bring_in(HEADER + "1,call,outbound,,2021-04-15,,D1,,,,,,\n", CALLS)

    report = desk.bring_in(HEADER + "1,call,inbound,,2021-04-12,,D1,,,,,,\n", CALLS)

    assert figures(report) == {"updated": 1}
    deal.refresh_from_db()
    assert (deal.last_contact_on, deal.last_response_on) == (date(2021, 4, 12), date(2021, 4, 12))
