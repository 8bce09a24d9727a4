"""Users, companies and contacts."""

import pytest

from intake.models import ImportRow
from leads.models import Company, Contact
from people.models import Team, User
from people.states import Role
from tests.factories import CompanyFactory, UserFactory
from tests.intake.conftest import Desk, figures

pytestmark = pytest.mark.django_db

USERS = """
kind = "users"
[columns]
external_id = "id"
name = "name"
email = "mail"
roles = "roles"
team = "team"
manager = "boss"
active = "works"
todo_cap = "cap"
"""
COMPANIES = 'kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\nindustry = "sector"\nphone = "tel"\n'
CONTACTS = 'kind = "contacts"\n[columns]\nexternal_id = "id"\nname = "name"\nemail = "mail"\ncompany = "company"\n'


def test_people_come_with_roles_team_manager_and_cap_and_cannot_log_in(desk: Desk) -> None:
    report = desk.bring_in(
        """
        id,name,mail,roles,team,boss,works,cap
        u1,佐藤 美咲,Misaki@Example.JP,IS;FS,東日本,高橋 誠,はい,15
        u2,,,,,,0,
        """,
        USERS,
    )

    assert figures(report) == {"created": 2}
    misaki, nameless = User.objects.get(external_id="u1"), User.objects.get(external_id="u2")
    assert (misaki.email, misaki.todo_cap, str(misaki.team)) == ("misaki@example.jp", 15, "東日本")
    assert misaki.roles == {Role.IS, Role.FS}
    assert misaki.manager is not None and misaki.manager.roles == {Role.IS_MANAGER}
    assert not misaki.has_usable_password()
    assert (nameless.name, nameless.is_active, nameless.email) == ("u2", False, None)


def test_a_manager_who_has_a_row_of_his_own_is_one_person(desk: Desk) -> None:
    report = desk.bring_in(
        """
        id,name,mail,roles,team,boss,works,cap
        u1,佐藤,,FS,,u3,,
        u2,鈴木,,FS,,高橋　誠,,
        u3,伊藤,,IS,,,,
        u4,高橋 誠,,FS,,,,
        """,
        USERS,
    )

    assert figures(report) == {"created": 4}
    assert User.objects.count() == 4
    bosses = dict(User.objects.exclude(manager=None).values_list("external_id", "manager__external_id"))
    assert bosses == {"u1": "u3", "u2": "u4"}
    assert User.objects.get(external_id="u3").roles == {Role.IS, Role.IS_MANAGER}


def test_an_email_belongs_to_one_person(desk: Desk) -> None:
    UserFactory(email="admin@example.jp", name="管理 太郎", admin=True)

    report = desk.bring_in(
        """
        id,name,mail,roles,team,boss,works,cap
        u1,佐藤,same@example.jp,FS,,,,
        u2,鈴木,same@example.jp,FS,,,,
        u3,管理 太郎,admin@example.jp,FS,,,,
        """,
        USERS,
    )

    assert figures(report) == {"created": 2, "rejected": 1}
    assert desk.reasons() == [(3, "mail", "same@example.jp", "佐藤 has this e-mail already.")]
    assert User.objects.get(email="admin@example.jp").roles == {Role.OPS_ADMIN, Role.FS}


def test_a_leaver_without_open_work_is_let_go_by_a_changed_row(desk: Desk) -> None:
    header = "id,name,mail,roles,team,boss,works,cap\n"
    desk.bring_in(header + "u1,佐藤,,FS,,,1,\n", USERS)

    report = desk.bring_in(header + "u1,佐藤,,IS,,,0,20\n", USERS)

    assert figures(report) == {"updated": 1}
    user = User.objects.get()
    assert (user.is_active, user.roles, user.todo_cap) == (False, {Role.IS}, 20)


def test_companies_with_different_ids_are_never_merged_and_blank_names_become_the_id(desk: Desk) -> None:
    report = desk.bring_in("id,name,sector,tel\nC1,㈱山田,,03-1234-5678\nC2,株式会社山田,medical,\nC3,,,\n", COMPANIES)

    assert figures(report) == {"created": 3}
    assert list(Company.objects.order_by("pk").values_list("external_id", "name", "phone")) == [
        ("C1", "㈱山田", "+81312345678"), ("C2", "株式会社山田", ""), ("C3", "C3", ""),
    ]  # fmt: skip
    assert {company.name_key for company in Company.objects.exclude(external_id="C3")} == {"山田"}


def test_a_company_made_on_sight_is_completed_by_its_own_row(desk: Desk) -> None:
    by_name, by_id = CompanyFactory(name="山田商店"), CompanyFactory(name="C2")

    report = desk.bring_in("id,name,sector,tel\nC1,㈱山田商店,retail,\nC2,鈴木工業,,\n", COMPANIES)

    assert figures(report) == {"created": 2}
    assert Company.objects.count() == 2
    by_name.refresh_from_db(), by_id.refresh_from_db()
    assert (by_name.external_id, by_name.industry, by_name.name) == ("C1", "retail", "山田商店")
    assert (by_id.external_id, by_id.name) == ("C2", "鈴木工業")


def test_a_contact_finds_its_company_by_id_then_by_name_and_else_makes_it(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\n386,Acme,,\nB,㈱Beta,,\n", COMPANIES)

    report = desk.bring_in(
        """
        id,name,mail,company
        1,Ann,a@x.jp,386
        2,Bob,a@x.jp,ＢＥＴＡ株式会社
        3,Cid,,Gamma
        4,,,
        """,
        CONTACTS,
    )

    assert figures(report) == {"created": 4}
    found = {contact.external_id: contact.company and contact.company.name for contact in Contact.objects.all()}
    assert found == {"1": "Acme", "2": "㈱Beta", "3": "Gamma", "4": None}
    assert Contact.objects.get(external_id="4").name == "4"


def test_a_name_borne_by_several_means_the_first_imported(desk: Desk) -> None:
    desk.bring_in("id,name,sector,tel\nA,Acme,,\nB,ACME,,\n", COMPANIES)

    report = desk.bring_in("id,name,mail,company\n1,Ann,,acme\n2,Bob,,B\n", CONTACTS)

    assert [(warning.row, warning.column, warning.code) for warning in report.warnings] == [
        (2, "company", "ambiguous_name")
    ]
    assert list(Contact.objects.order_by("pk").values_list("company__external_id", flat=True)) == ["A", "B"]


def test_the_last_row_is_kept_as_it_was_read(desk: Desk) -> None:
    desk.bring_in("id,name,mail,company\n1,Ann,,Acme\n", CONTACTS)

    last = ImportRow.objects.get()
    assert (last.kind, last.external_id, last.values) == (
        "contacts", "1", {"external_id": "1", "name": "Ann", "company": "Acme"},
    )  # fmt: skip
    assert last.record_id == Contact.objects.get().pk


def test_several_roles_are_each_translated(desk: Desk) -> None:
    plan = (
        'kind = "users"\n[columns]\nexternal_id = "id"\nroles = "role"\n[values.roles]\n"内勤" = "IS"\n"外勤" = "FS"\n'
    )

    report = desk.bring_in("id,role\nu1,内勤;外勤\nu2,内勤; IS_MANAGER\nu3,内勤;社長\n", plan)

    assert figures(report) == {"created": 2, "rejected": 1}
    assert User.objects.get(external_id="u1").roles == {Role.IS, Role.FS}
    assert User.objects.get(external_id="u2").roles == {Role.IS, Role.IS_MANAGER}


def test_teams_are_made_once_however_they_are_spelt(desk: Desk) -> None:
    desk.bring_in("id,name,mail,roles,team,boss,works,cap\n1,a,,,ＥＡＳＴ,,,\n2,b,,,East ,,,\n", USERS)

    assert [team.name for team in Team.objects.all()] == ["ＥＡＳＴ"]
