"""A file of people is taken back after some of them have left: leavers stay leavers, and nothing is given to them."""

import pytest
from django.utils import translation

from deals.models import Deal
from followups.actions import deactivate_user
from followups.digest import digests
from intake.models import ImportBatch
from intake.states import StaysBecause
from intake.undoing.batches import preview_import_undo, undo_import
from people.models import User
from tests.factories import TODAY, DealFactory, UserFactory
from tests.intake.conftest import Desk

pytestmark = pytest.mark.django_db

PEOPLE = """
kind = "users"
[columns]
external_id = "id"
name = "name"
team = "team"
manager = "boss"
roles = "roles"
active = "active"
"""
DEALS = """
kind = "deals"
[columns]
external_id = "id"
status = "status"
fs_owner = "field"
"""
HEADER = "id,name,team,boss,roles,active\n"


@pytest.fixture(autouse=True)
def chief() -> User:
    """Somebody who stays and takes over."""
    return UserFactory(admin=True, name="山口 亮", external_id="U0")


def person(name: str) -> User:
    return User.objects.get(external_id=name)


def file(desk: Desk, rows: str, plan: str = PEOPLE, header: str = HEADER) -> ImportBatch:
    return ImportBatch.objects.get(pk=desk.bring_in(header + rows, plan, as_of=TODAY).batch)


def undo(batch: ImportBatch) -> list[tuple[str, str, tuple[str, ...]]]:
    """Take it back; what stays, as (name, reason, columns), which the preview has told before."""
    told = preview_import_undo(batch).as_json()
    done = undo_import(batch, by=None, as_of=TODAY).as_json()
    assert {name: told[name] for name in ("removed", "restored", "kept")} == {
        name: done[name] for name in ("removed", "restored", "kept")
    }
    return sorted((row["name"], row["reason"], tuple(row.get("columns", ()))) for row in done["kept"])


def test_what_the_file_changed_of_a_leaver_goes_back_and_he_stays_a_leaver(desk: Desk, chief: User) -> None:
    file(desk, "U1,中村,東,U0,FS,true\n")
    batch = file(desk, "U1,中村 健太,西,U0,FS;IS,true\n")
    deactivate_user(person("U1"), chief, by=chief, as_of=TODAY)

    assert undo(batch) == []
    left = person("U1")
    assert (left.name, str(left.team), left.is_active, sorted(left.roles)) == ("中村", "東", False, ["FS"])


def test_one_whom_the_file_brought_in_and_who_left_stays_with_the_reason(desk: Desk, chief: User) -> None:
    batch = file(desk, "U5,新人,東,U0,FS,true\n")
    deactivate_user(person("U5"), chief, by=chief, as_of=TODAY)

    assert undo(batch) == [("新人", "changed", ()), ("東", "used", ())]
    assert not person("U5").is_active


def test_one_whom_the_file_let_go_is_back_with_his_deals_and_reports(desk: Desk, chief: User) -> None:
    file(desk, "U3,佐藤,東,U0,FS;IS_MANAGER,true\nU4,鈴木,東,U3,FS,true\n")
    deal = DealFactory(fs_owner=person("U3"), status="ongoing")
    world = digests()
    batch = file(desk, "U4,鈴木,東,U0,FS,true\nU3,佐藤,東,U0,FS;IS_MANAGER,false\n")
    deal.refresh_from_db()
    assert deal.fs_owner == chief

    assert undo(batch) == []
    deal.refresh_from_db()
    assert (deal.fs_owner, person("U3").is_active, person("U4").manager) == (person("U3"), True, person("U3"))
    assert {name: digest for name, digest in digests().items() if digest != world[name]}.keys() <= {"deal_events"}


def test_a_report_is_not_given_back_to_a_manager_who_has_left_and_the_reason_is_said(desk: Desk, chief: User) -> None:
    file(desk, "U4,鈴木,東,U0,IS_MANAGER,true\nU2,田中,東,U4,FS,true\n")
    batch = file(desk, "U4,鈴木,東,U0,IS_MANAGER,true\nU2,田中 翔,西,U0,FS,true\n")
    deactivate_user(person("U4"), chief, by=chief, as_of=TODAY)

    assert undo(batch) == [("田中 翔", "left", ("manager_id",))]
    report = person("U2")
    assert (report.name, str(report.team), report.manager) == ("田中", "東", chief)
    with translation.override("ja"):
        assert str(StaysBecause.LEFT.label) == "戻す先の担当者が、その後退職しています。"


def test_a_live_deal_is_not_given_back_to_a_leaver(desk: Desk, chief: User) -> None:
    file(desk, "U1,中村,東,U0,FS,true\nU2,田中,東,U0,FS,true\n")
    file(desk, "D1,ongoing,U1\n", DEALS, "id,status,field\n")
    batch = file(desk, "D1,ongoing,U2\n", DEALS, "id,status,field\n")
    deactivate_user(person("U1"), chief, by=chief, as_of=TODAY)

    assert undo(batch) == [("D1", "left", ("fs_owner_id",))]
    assert Deal.objects.get().fs_owner == person("U2")


def test_a_deal_of_one_who_had_left_before_the_import_goes_back_to_him(desk: Desk) -> None:
    file(desk, "U1,中村,東,U0,FS,false\nU2,田中,東,U0,FS,true\n")
    file(desk, "D1,ongoing,U1\n", DEALS, "id,status,field\n")
    batch = file(desk, "D1,ongoing,U2\n", DEALS, "id,status,field\n")

    assert undo(batch) == []
    assert Deal.objects.get().fs_owner == person("U1")
