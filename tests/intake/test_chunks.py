"""The second import: unchanged, updated, and what people and the sweep changed meanwhile (D28)."""

from datetime import date

import pytest

from activities.models import Activity, Todo
from deals.actions import OwnerChange, hand_over
from deals.models import Deal, DealEvent, FollowUpCycle, HandOver
from deals.states import CycleEnd, DealStatus
from followups.actions import StatusChange, change_statuses, lose
from followups.models import Rule
from followups.rules import sweep
from intake.models import ImportRow
from leads.actions import edit_companies
from leads.models import Company, Lead, LeadEvent
from people.records import Edit
from people.states import Role
from tests.factories import TODAY, UserFactory
from tests.intake.conftest import Desk, figures

pytestmark = pytest.mark.django_db

COMPANIES = 'kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\nindustry = "sector"\nphone = "tel"\n'
DEALS = """
kind = "deals"
[columns]
external_id = "id"
name = "name"
company = "company"
status = "stage"
fs_owner = "field"
amount = "value"
created_on = "opened"
status_entered_on = "since"
last_contact_on = "touched"
last_response_on = "answered"
closed_on = "closed"
lost_reason = "why"
hook = "hook"
[values.status]
"Won" = "won"
"Lost" = "lost"
"Open" = "ongoing"
"Quote" = "quoted"
"Back" = "returned_to_is"
"No fit" = "out_of_target"
[fallback]
next_approach = "closed_on + 3 months"
approach_contact_text = "担当者不明(取込)"
hook = "取込時に記録なし"
"""
HEADER = "id,name,company,stage,field,value,opened,since,touched,answered,closed,why,hook\n"
OPEN = "D1,Alpha,Acme,Open,f1,100,2025-01-05,,2025-03-01,,,,\n"


def test_the_same_file_again_is_unchanged_and_writes_nothing(desk: Desk) -> None:
    desk.bring_in(HEADER + OPEN, DEALS)
    last = ImportRow.objects.values().get()

    report = desk.bring_in(HEADER + OPEN, DEALS)

    assert figures(report) == {"unchanged": 1} and report.warnings == []
    assert ImportRow.objects.values().get() == last
    assert Deal.objects.get().version == 1


def test_only_what_changed_in_the_file_is_written(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\nC1,Acme,retail,\n", COMPANIES)
    company = Company.objects.get()
    edit_companies([Edit(company.pk, {"industry": "wholesale"})])

    report = desk.bring_in("id,name,sector,tel\nC1,Acme Japan,retail,03-1234-5678\n", COMPANIES)

    assert figures(report) == {"updated": 1} and report.conflicts == []
    company.refresh_from_db()
    assert (company.name, company.industry, company.phone) == ("Acme Japan", "wholesale", "+81312345678")


def test_a_field_that_a_person_changed_is_kept_and_listed(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\nC1,Acme,retail,\n", COMPANIES)
    edit_companies([Edit(Company.objects.get().pk, {"industry": "wholesale", "phone": "03-1111-1111"})])

    report = desk.bring_in("id,name,sector,tel\nC1,Acme,finance,03-1111-1111\n", COMPANIES)

    assert [conflict.as_json() for conflict in report.conflicts] == [
        {
            "row": 2,
            "column": "sector",
            "external_id": "C1",
            "field": "industry",
            "kept": "wholesale",
            "in_file": "finance",
        }
    ]
    assert Company.objects.get().industry == "wholesale"
    assert figures(desk.bring_in("id,name,sector,tel\nC1,Acme,finance,03-1111-1111\n", COMPANIES)) == {"unchanged": 1}


def test_a_cell_that_became_blank_empties_its_field_and_a_column_no_longer_read_does_not(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\nC1,Acme,retail,03-1234-5678\n", COMPANIES)

    desk.bring_in("id,name,tel\nC1,Acme,\n", COMPANIES.replace('industry = "sector"\n', ""))

    company = Company.objects.get()
    assert (company.industry, company.phone) == ("retail", "")


def test_a_record_deleted_meanwhile_comes_back_with_its_next_change(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\nC1,Acme,,\n", COMPANIES)
    Company.objects.all().delete()

    assert figures(desk.bring_in("id,name,sector,tel\nC1,Acme,retail,\n", COMPANIES)) == {"created": 1}
    assert ImportRow.objects.get().record_id == Company.objects.get().pk


@pytest.mark.parametrize(
    ("stage", "closed", "expected", "closed_on"),
    [
        ("Quote", "", DealStatus.QUOTED, None),
        ("Won", "2025-07-01", DealStatus.WON, date(2025, 7, 1)),
        ("Lost", "2025-07-01", DealStatus.LOST, date(2025, 7, 1)),
        ("No fit", "2025-07-01", DealStatus.OUT_OF_TARGET, date(2025, 7, 1)),
        ("Back", "", DealStatus.RETURNED_TO_IS, None),
    ],
)
def test_a_status_changes_through_its_verb(
    desk: Desk, stage: str, closed: str, expected: str, closed_on: date | None
) -> None:
    desk.bring_in(HEADER + OPEN, DEALS)

    report = desk.bring_in(
        HEADER + f"D1,Alpha,Acme,{stage},f1,100,2025-01-05,,2025-03-01,,{closed},competitor,\n", DEALS
    )

    assert figures(report) == {"updated": 1} and report.conflicts == []
    deal = Deal.objects.get()
    assert (deal.status, deal.closed_on) == (expected, closed_on)
    moves = DealEvent.objects.filter(kind="status")
    assert [(event.from_status, event.to_status, event.cause) for event in moves] == [
        ("ongoing", expected, f"import:{report.batch}")
    ]


def test_a_deal_that_became_lost_opens_its_cycle_and_leaves_the_todo_to_the_sweep(desk: Desk) -> None:
    desk.bring_in(HEADER + OPEN, DEALS)

    desk.bring_in(HEADER + "D1,Alpha,Acme,Lost,f1,100,2025-01-05,,2025-03-01,,2025-06-30,competitor,\n", DEALS)

    deal, cycle = Deal.objects.get(), FollowUpCycle.objects.get()
    assert (cycle.entered_on, cycle.next_approach_on) == (date(2025, 6, 30), date(2025, 9, 30))
    assert deal.has_imported_answers and deal.has_default_approach_date
    assert not Todo.objects.exists()
    assert sweep(as_of=TODAY)["covered"] == 1


def test_a_lost_deal_that_lives_again_is_reopened_and_a_won_one_may_turn_out_lost(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,Alpha,Acme,Lost,f1,100,2025-01-05,,,,2025-06-30,competitor,\n", DEALS)
    desk.bring_in(HEADER + "D1,Alpha,Acme,Quote,f1,100,2025-01-05,2025-07-10,,,,competitor,\n", DEALS)

    cycle = FollowUpCycle.objects.get()
    assert (cycle.end_type, cycle.ended_on) == (CycleEnd.REOPENED, date(2025, 7, 10))

    desk.bring_in(HEADER + "D1,Alpha,Acme,Won,f1,100,2025-01-05,,,,2025-07-11,,\n", DEALS)
    desk.bring_in(HEADER + "D1,Alpha,Acme,Lost,f1,100,2025-01-05,,,,2025-07-12,competitor,\n", DEALS)

    assert Deal.objects.get().status == DealStatus.LOST
    assert FollowUpCycle.objects.count() == 2


def test_a_status_that_people_changed_meanwhile_is_kept(desk: Desk) -> None:
    desk.bring_in(HEADER + OPEN, DEALS)
    deal = Deal.objects.get()
    change_statuses(
        [StatusChange(deal_id=deal.pk, status=DealStatus.WON, on=TODAY)], by=None, as_of=TODAY, cause="user"
    )

    report = desk.bring_in(HEADER + "D1,Alpha,Acme,Lost,f1,250,2025-01-05,,2025-03-01,,2025-07-01,competitor,\n", DEALS)

    deal.refresh_from_db()
    assert (deal.status, deal.closed_on, deal.amount) == (DealStatus.WON, TODAY, 250)
    kept = {conflict.field: (conflict.kept, conflict.in_file) for conflict in report.conflicts}
    assert kept["status"] == ("won", "lost")


def test_an_owner_changes_by_a_hand_over_unless_a_person_did_so_already(desk: Desk) -> None:
    desk.bring_in(HEADER + OPEN + OPEN.replace("D1", "D2"), DEALS)
    second = Deal.objects.get(external_id="D2")
    hand_over([OwnerChange(second.pk, {"fs_owner": UserFactory(name="ours").pk})], by=None, as_of=TODAY)

    report = desk.bring_in(HEADER + (OPEN + OPEN.replace("D1", "D2")).replace(",f1,", ",f2,"), DEALS)

    first = Deal.objects.select_related("fs_owner").get(external_id="D1")
    assert first.fs_owner is not None and first.fs_owner.name == "f2" and first.fs_owner.roles == {Role.FS}
    assert HandOver.objects.filter(deal=first).count() == 1
    assert [
        (conflict.external_id, conflict.field, conflict.kept, conflict.in_file) for conflict in report.conflicts
    ] == [("D2", "fs_owner", "ours", "f2")]


def test_the_last_contact_follows_the_file_but_never_forgets_what_people_logged(desk: Desk) -> None:
    desk.bring_in(HEADER + OPEN, DEALS)

    report = desk.bring_in(HEADER + OPEN.replace("2025-03-01,,", "2025-02-20,2025-02-20,"), DEALS)

    deal = Deal.objects.get()
    assert (deal.last_contact_on, deal.last_response_on) == (date(2025, 2, 20), date(2025, 2, 20))
    assert Activity.objects.get().occurred_on == date(2025, 2, 20)
    assert report.conflicts == []


def test_another_reason_for_a_loss_goes_through_its_verb(desk: Desk) -> None:
    lost = HEADER + "D1,Alpha,Acme,Lost,f1,100,2025-01-05,,,,2025-06-30,competitor,\n"
    desk.bring_in(lost, DEALS)

    desk.bring_in(lost.replace("competitor", "price"), DEALS)

    deal, cycle = Deal.objects.get(), FollowUpCycle.objects.get()
    assert (deal.lost_in_scope, cycle.end_type) == (False, CycleEnd.EXCLUDED)

    desk.bring_in(lost.replace("competitor", "deprioritised"), DEALS)

    deal.refresh_from_db()
    assert (deal.lost_in_scope, deal.is_followed) == (True, True)
    assert DealEvent.objects.filter(kind="reclassified").count() == 2


def test_import_sweep_and_the_same_import_change_nothing(desk: Desk) -> None:
    UserFactory(inside=True, name="is1")
    rows = HEADER + OPEN + "D2,Beta,Acme,Lost,f1,100,2025-01-05,,,,2025-06-30,competitor,\n"
    Rule.objects.update(mode="auto")
    desk.bring_in(rows, DEALS)
    first = sweep(as_of=TODAY)

    report = desk.bring_in(rows, DEALS)

    assert first["todos_created"] == 2
    assert figures(report) == {"unchanged": 2}
    assert sweep(as_of=TODAY)["changes"] == 0


def test_what_the_sweep_changed_is_kept_only_where_the_file_asks_for_something_else(desk: Desk) -> None:
    UserFactory(inside=True, name="is1")
    Rule.objects.update(mode="auto")
    plan = DEALS.replace('"Open" = "ongoing"', '"Open" = "contacting"')
    desk.bring_in(HEADER + OPEN, plan)
    sweep(as_of=TODAY)
    assert Deal.objects.get().status == DealStatus.RETURNED_TO_IS

    quiet = desk.bring_in(HEADER + OPEN.replace(",100,", ",250,"), plan)
    loud = desk.bring_in(HEADER + OPEN.replace(",100,", ",250,").replace("Open", "Quote"), plan)

    assert quiet.conflicts == []
    assert [(conflict.field, conflict.kept, conflict.in_file) for conflict in loud.conflicts] == [
        ("status", "returned_to_is", "quoted")
    ]
    deal = Deal.objects.get()
    assert (deal.status, deal.amount, deal.source_status) == (DealStatus.RETURNED_TO_IS, 250, "Quote")


def test_a_lead_that_a_deal_won_stays_won(desk: Desk) -> None:
    plan = 'kind = "leads"\n[columns]\nexternal_id = "id"\nname = "name"\nstatus = "status"\n'
    desk.bring_in("id,name,status\nL1,Ada,new\nL2,Bob,new\n", plan)
    desk.bring_in(
        "id,lead\nD1,L1\n", 'kind = "deals"\n[columns]\nexternal_id = "id"\nlead = "lead"\n[defaults]\nstatus = "won"\n'
    )

    report = desk.bring_in("id,name,status\nL1,Ada,scheduling\nL2,Bob,scheduling\n", plan)

    assert dict(Lead.objects.values_list("external_id", "status")) == {"L1": "meeting_won", "L2": "scheduling"}
    assert [(conflict.external_id, conflict.field) for conflict in report.conflicts] == [("L1", "status")]
    assert LeadEvent.objects.filter(lead__external_id="L2", kind="status", happened_on=TODAY).count() == 1


def test_the_day_of_a_leads_status_may_be_corrected(desk: Desk) -> None:
    plan = 'kind = "leads"\n[columns]\nexternal_id = "id"\nstatus = "status"\nstatus_entered_on = "since"\n'
    desk.bring_in("id,status,since\nL1,new,2025-07-01\nL2,new,2025-07-01\n", plan)

    desk.bring_in("id,status,since\nL1,new,2025-07-02\nL2,approaching,2025-07-03\n", plan)

    assert list(Lead.objects.order_by("pk").values_list("status", "status_entered_on")) == [
        ("new", date(2025, 7, 2)), ("approaching", date(2025, 7, 3)),
    ]  # fmt: skip
    assert LeadEvent.objects.filter(kind="status").count() == 1


def test_a_second_loss_by_a_person_keeps_its_answers(desk: Desk) -> None:
    from deals.actions import Loss
    from tests.factories import reason

    desk.bring_in(HEADER + OPEN, DEALS)
    deal = Deal.objects.get()
    lose(
        [
            Loss(
                deal_id=deal.pk, reason_id=reason("competitor").pk, next_approach_on=date(2025, 12, 1),
                approach_contact_text="田中様", hook="来期の予算", closed_on=date(2025, 7, 1),
            )
        ],
        by=None, as_of=TODAY,
    )  # fmt: skip

    report = desk.bring_in(HEADER + "D1,Alpha,Acme,Lost,f1,100,2025-01-05,,2025-03-01,,2025-07-02,price,\n", DEALS)

    deal.refresh_from_db()
    assert (deal.closed_on, deal.lost_reason, deal.hook) == (date(2025, 7, 1), reason("competitor"), "来期の予算")
    assert {conflict.field for conflict in report.conflicts} >= {"closed_on", "lost_reason"}
