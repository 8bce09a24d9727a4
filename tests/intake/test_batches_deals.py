"""Leads and deals: what they lack, what they make on sight, losses and revivals."""

from datetime import date

import pytest

from activities.models import Activity, Todo
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.states import CycleEnd, CycleKind
from leads.models import Lead
from people.models import User
from people.states import Role
from tests.factories import TODAY, CompanyFactory, ContactFactory
from tests.intake.conftest import Desk, figures

pytestmark = pytest.mark.django_db

LEADS = """
kind = "leads"
dates = "ymd"
[columns]
external_id = "id"
name = "name"
company = "company"
contact = "contact"
source = "source"
status = "status"
nurturing_reason = "reason"
owner = "owner"
created_on = "created"
[values.status]
"Hot" = "scheduling"
"Later" = "nurturing_no_action"
[defaults]
status = "new"
"""
LEAD_HEADER = "id,name,company,contact,source,status,reason,owner,created\n"
DEALS = """
kind = "deals"
dates = "mdy"
[columns]
external_id = "id"
company = "account"
product = "product"
lead = "lead"
status = "stage"
is_owner = "inside"
fs_owner = "field"
amount = "value"
created_on = "opened"
last_contact_on = "touched"
closed_on = "closed"
lost_reason = "why"
next_approach_on = "next"
approach_contact = "whom"
hook = "hook"
revived_from = "old"
[values.stage]
[values.status]
"Won" = "won"
"Lost" = "lost"
"Open" = "ongoing"
""".replace("[values.stage]\n", "")
FALLBACK = """
[fallback]
next_approach = "closed_on + 3 months"
approach_contact_text = "担当者不明(取込)"
hook = "取込時に記録なし"
"""
HEADER = "id,account,product,lead,stage,inside,field,value,opened,touched,closed,why,next,whom,hook,old\n"


def test_leads_bring_owners_without_roles_sources_and_companies(desk: Desk) -> None:
    report = desk.bring_in(
        LEAD_HEADER
        + "L1,Ada,Acme,,Web,Hot,,佐藤,2024-01-05\n"
        + "L2,,Acme,nobody,,,,,\n"
        + "L3,Cid,,,web,Later,時期ずれ,佐藤,2024-01-06\n",
        LEADS,
    )

    assert figures(report) == {"created": 3}
    ada, nameless, cid = Lead.objects.order_by("pk")
    assert (ada.status, ada.source_status, ada.status_entered_on) == ("scheduling", "Hot", date(2024, 1, 5))
    assert (nameless.name, nameless.status, nameless.created_on, nameless.source) == ("L2", "new", TODAY, None)
    assert cid.nurturing_reason is not None and cid.nurturing_reason.code == "timing"
    assert ada.source == cid.source and ada.company == nameless.company
    assert ada.owner is not None and ada.owner.roles == frozenset()
    assert [(warning.row, warning.code) for warning in report.warnings] == [(3, "unresolved")]


def test_a_lead_that_is_nurtured_for_no_known_reason_is_rejected(desk: Desk) -> None:
    report = desk.bring_in(LEAD_HEADER + "L1,Ada,New Co,,,Later,,,\nL2,Bob,New Co,,,Later,moonlight,,\n", LEADS)

    assert figures(report) == {"rejected": 2}
    assert desk.reasons() == [
        (2, "reason", "", "Choose a nurturing reason."), (3, "reason", "moonlight", "Unknown value."),
    ]  # fmt: skip
    assert not Lead.objects.exists()


def test_nothing_is_made_on_sight_for_a_rejected_row(desk: Desk) -> None:
    from leads.models import Company

    desk.bring_in(LEAD_HEADER + "L1,Ada,New Co,,,Later,,Nobody,\n", LEADS)

    assert not Company.objects.exists()
    assert not User.objects.exists()


def test_a_deal_takes_what_it_lacks_from_its_lead_and_wins_it(desk: Desk) -> None:
    desk.bring_in(LEAD_HEADER + "L1,Ada,Acme,,Web,Hot,,,2024-01-05\n", LEADS)

    report = desk.bring_in(HEADER + 'D1,,Basic,L1,Won,i1,f1,"$1,054.00",,,3/1/2024,,,,,\n', DEALS)

    assert figures(report) == {"created": 1}
    deal = Deal.objects.select_related("lead", "company", "source", "is_owner", "fs_owner").get()
    assert (deal.name, str(deal.company), str(deal.source)) == ("Acme Basic", "Acme", "Web")
    assert (deal.created_on, deal.status_entered_on, deal.closed_on) == (
        date(2024, 1, 5), date(2024, 3, 1), date(2024, 3, 1),
    )  # fmt: skip
    assert deal.lead is not None and deal.lead.status == "meeting_won"
    assert deal.is_owner is not None and deal.is_owner.roles == {Role.IS}
    assert deal.fs_owner is not None and deal.fs_owner.roles == {Role.FS}
    assert deal.amount == 1054
    event = DealEvent.objects.get()
    assert (event.kind, event.cause, event.happened_on) == ("created", f"import:{report.batch}", date(2024, 3, 1))


def test_dates_fall_back_to_the_earliest_of_the_row_then_to_today(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,A,,,Won,,,,,2/1/2024,3/1/2024,,,,,\nD2,A,,,Open,,,,,,,,,,,\n", DEALS)

    first, second = Deal.objects.order_by("pk")
    assert (first.created_on, second.created_on, second.status_entered_on) == (date(2024, 2, 1), TODAY, TODAY)


def test_a_name_is_company_and_product_else_the_external_id(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,A,P,,Open,,,,,,,,,,,\nD2,,P,,Open,,,,,,,,,,,\nD3,,,,Open,,,,,,,,,,,\n", DEALS)

    assert list(Deal.objects.order_by("pk").values_list("name", flat=True)) == ["A P", "P", "D3"]


def test_the_last_contact_becomes_one_imported_activity(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,A,,,Open,,f1,,1/5/2024,2/1/2024,,,,,,\n", DEALS)

    deal, activity = Deal.objects.get(), Activity.objects.get()
    assert (activity.kind, activity.deal, activity.occurred_on) == ("imported", deal, date(2024, 2, 1))
    assert deal.last_contact_on == date(2024, 2, 1)


def test_a_loss_in_scope_opens_its_cycle_and_leaves_the_todo_to_the_sweep(desk: Desk) -> None:
    ContactFactory(name="田中 一郎")

    report = desk.bring_in(
        HEADER + "D1,A,,,Lost,,,,1/5/2024,,11/30/2024,competitor,3/3/2025,田中 一郎,更新時期に再提案,\n", DEALS
    )

    assert figures(report) == {"created": 1} and report.warnings == []
    deal, cycle = Deal.objects.get(), FollowUpCycle.objects.get()
    assert (deal.lost_in_scope, deal.is_followed, deal.has_imported_answers) == (True, True, False)
    assert (cycle.kind, cycle.entered_on, cycle.next_approach_on) == (
        CycleKind.LOST, date(2024, 11, 30), date(2025, 3, 3),
    )  # fmt: skip
    assert not Todo.objects.exists()


def test_a_loss_without_answers_takes_the_fallback_and_is_marked(desk: Desk) -> None:
    report = desk.bring_in(HEADER + "D1,A,,,Lost,,,,1/5/2024,,11/30/2024,competitor,,,,\n", DEALS + FALLBACK)

    deal, cycle = Deal.objects.get(), FollowUpCycle.objects.get()
    assert (deal.next_approach_on, deal.approach_contact_text) == (date(2025, 2, 28), "担当者不明(取込)")
    assert deal.has_imported_answers and deal.has_default_approach_date
    assert cycle.has_imported_answers and cycle.has_default_approach_date
    assert [(warning.row, warning.code) for warning in report.warnings] == [(2, "imported_loss")]


def test_a_fallback_fills_only_what_is_missing(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,A,,,Lost,,,,,,11/30/2024,competitor,5/7/2025,知らない人,,\n", DEALS + FALLBACK)

    deal = Deal.objects.get()
    assert (deal.next_approach_on, deal.approach_contact_text) == (date(2025, 5, 7), "知らない人")
    assert (deal.hook, deal.has_imported_answers, deal.has_default_approach_date) == ("取込時に記録なし", True, False)


def test_a_loss_out_of_scope_takes_no_fallback_and_opens_no_cycle(desk: Desk) -> None:
    report = desk.bring_in(HEADER + "D1,A,,,Lost,,,,,,11/30/2024,価格,,,,\n", DEALS + FALLBACK)

    deal = Deal.objects.get()
    assert (deal.lost_in_scope, deal.next_approach_on, deal.hook) == (False, None, "")
    assert not FollowUpCycle.objects.exists() and report.warnings == []


def test_a_half_told_loss_is_rejected_with_everything_it_lacks(desk: Desk) -> None:
    report = desk.bring_in(
        HEADER
        + "D1,A,,,Lost,,,,,,11/30/2024,competitor,,,短い,\n"
        + "D2,A,,,Lost,,,,,,11/30/2024,,,,,\n"
        + "D3,A,,,Lost,,,,,,11/30/2024,moonlight,,,,\n"
        + "D4,A,,,Lost,,,,,,11/30/2024,competitor,11/30/2024,x,十分に長い,\n",
        DEALS,
    )

    assert figures(report) == {"rejected": 4}
    assert [(row, column) for row, column, _value, _text in desk.reasons()] == [
        (2, "next"), (2, "whom"), (2, "hook"), (3, "why"), (4, "why"), (5, "next"),
    ]  # fmt: skip
    assert not Deal.objects.exists()


def test_default_reasons_and_closing_dates_do_not_touch_open_deals(desk: Desk) -> None:
    desk.bring_in(
        HEADER + "D1,A,,,Open,,,,,,3/1/2024,competitor,,,,\n",
        DEALS + '[defaults]\nlost_reason = "price"\nhook = "default hook"\n',
    )

    deal = Deal.objects.get()
    assert (deal.closed_on, deal.lost_reason, deal.hook) == (None, None, "")


def test_closed_before_created_goes_in_with_a_warning(desk: Desk) -> None:
    report = desk.bring_in(HEADER + "D1,A,,,Won,,,,3/3/2024,,3/1/2024,,,,,\n", DEALS)

    assert [(warning.row, warning.column, warning.code) for warning in report.warnings] == [
        (2, "closed", "closed_before_created")
    ]
    assert Deal.objects.get().closed_on == date(2024, 3, 1)


def test_returned_deals_open_their_cycle_and_excluded_ones_say_why(desk: Desk) -> None:
    plan = DEALS + '"Back" = "returned_to_is"\n"No fit" = "out_of_target"\n'
    desk.bring_in(HEADER + "D1,A,,,Back,,,,1/31/2024,,,,,,,\nD2,A,,,No fit,,,,1/31/2024,,2/1/2024,,,,,\n", plan)

    cycle = FollowUpCycle.objects.get()
    assert (cycle.kind, cycle.entered_on, cycle.next_approach_on) == (
        CycleKind.RETURNED, date(2024, 1, 31), date(2024, 4, 30),
    )  # fmt: skip
    assert Deal.objects.get(external_id="D2").out_of_target_reason == "No fit"


def test_a_deal_may_revive_one_of_the_same_file_wherever_it_stands(desk: Desk) -> None:
    report = desk.bring_in(
        HEADER
        + "D3,A,,,Open,,,,6/1/2025,,,,,,,D2\n"
        + "D2,A,,,Open,,,,5/1/2025,,,,,,,D1\n"
        + "D1,A,,,Lost,,,,1/5/2024,,11/30/2024,competitor,,,,\n"
        + "D4,A,,,Open,,,,5/1/2025,,,,,,,D9\n",
        DEALS + FALLBACK,
    )

    assert figures(report) == {"created": 4}
    links = dict(Deal.objects.values_list("external_id", "revived_from__external_id"))
    assert links == {"D1": None, "D2": "D1", "D3": "D2", "D4": None}
    assert [(warning.row, warning.code) for warning in report.warnings if warning.code == "unresolved"] == [
        (5, "unresolved")
    ]
    cycle = FollowUpCycle.objects.get()
    assert (cycle.end_type, cycle.ended_on) == (CycleEnd.REOPENED, date(2025, 5, 1))


def test_owners_may_be_imported_as_leavers(desk: Desk) -> None:
    desk.bring_in(HEADER + "D1,A,,,Open,i1,i1,,,,,,,,,\n", DEALS + "[owners]\nactive = false\n")

    user = User.objects.get()
    assert (user.is_active, user.roles) == (False, {Role.IS, Role.FS})


def test_the_team_is_that_of_the_fs_owner_as_imported(desk: Desk) -> None:
    desk.bring_in("id,team\nf1,East\n", 'kind = "users"\n[columns]\nexternal_id = "id"\nteam = "team"\n')

    desk.bring_in(HEADER + "D1,A,,,Open,i1,f1,,,,,,,,,\nD2,A,,,Open,i1,,,,,,,,,,\n", DEALS)

    assert list(Deal.objects.order_by("pk").values_list("team__name", flat=True)) == ["East", None]


def test_companies_are_found_before_they_are_made(desk: Desk) -> None:
    company = CompanyFactory(name="株式会社アクメ", external_id="77")

    desk.bring_in(HEADER + "D1,77,,,Open,,,,,,,,,,,\nD2,㈱アクメ,,,Open,,,,,,,,,,,\n", DEALS)

    assert set(Deal.objects.values_list("company", flat=True)) == {company.pk}
