"""Verbs about people."""

import pytest
from django.db import IntegrityError
from django.utils import translation

from people.actions import add_roles, create_people, edit_people, ensure_teams, invite, set_caps, set_roles
from people.models import Team, User
from people.records import Edit
from people.refusal import Refused
from people.states import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_people_taken_in_can_own_work_and_cannot_log_in():
    create_people([User(name="山田 太郎", email="Taro@Example.JP"), User(name="メールなし")], by=None)

    taro = User.objects.get(email="taro@example.jp")
    assert taro.is_active
    assert not taro.has_usable_password()
    assert taro.name_key == "山田太郎"
    assert User.objects.get(name="メールなし").email is None


def test_taking_in_many_people_costs_as_many_queries_as_taking_in_one(django_assert_num_queries):
    for count in (1, 30):
        people = [User(name=f"社員{count}-{n}") for n in range(count)]
        with django_assert_num_queries(4):
            create_people(people, by=None)
        assert [User.objects.get(pk=person.pk).name for person in people] == [person.name for person in people]


def test_two_people_cannot_share_an_email():
    UserFactory(email="taro@example.jp")

    with pytest.raises(IntegrityError):
        create_people([User(name="もう一人", email="TARO@example.jp")], by=None)


def test_a_role_is_added_once_and_the_others_stay():
    user = UserFactory(field=True)

    add_roles([(user.pk, Role.IS), (user.pk, Role.IS)], by=None)
    add_roles([(user.pk, Role.IS)], by=None)

    assert user.roles == {"IS", "FS"}


def test_only_operations_admins_may_open_the_admin():
    UserFactory(admin=True)
    user = UserFactory(field=True)

    set_roles(user, [Role.OPS_ADMIN], by=None)
    user.refresh_from_db()
    assert (user.roles, user.is_staff) == ({"OPS_ADMIN"}, True)

    set_roles(user, [Role.IS], by=None)
    user.refresh_from_db()
    assert (user.roles, user.is_staff) == ({"IS"}, False)


def test_the_last_operations_admin_stays():
    admin = UserFactory(admin=True)
    UserFactory(admin=True, gone=True)

    with pytest.raises(Refused) as refused:
        set_roles(admin, [Role.VIEWER], by=admin)

    assert list(refused.value.errors) == ["roles"]
    assert admin.roles == {"OPS_ADMIN"}


def test_limits_are_set_and_their_history_is_kept():
    admin, user = UserFactory(admin=True), UserFactory(inside=True, todo_cap=20)

    set_caps(user, todo_cap=8, deal_cap=None, by=admin)

    user.refresh_from_db()
    assert user.todo_cap == 8
    assert user.history.first().history_user == admin


def test_an_edit_that_changes_nothing_writes_nothing():
    user = UserFactory(kana="ヤマダ")

    assert edit_people([Edit(user.pk, {"kana": "ヤマダ"})], by=None) == []
    assert [person.kana for person in edit_people([Edit(user.pk, {"kana": "タナカ"})], by=None)] == ["タナカ"]


@pytest.mark.parametrize("email", ["", "TAKEN@example.jp"])
def test_an_invitation_needs_an_email_of_its_own(email):
    UserFactory(email="taken@example.jp")

    with pytest.raises(Refused) as refused:
        invite(User(name="新人", email=email), [Role.IS], by=None)

    assert list(refused.value.errors) == ["email"]


def test_an_invited_person_has_his_roles():
    user = invite(User(name="新人", email="new@example.jp"), [Role.IS, Role.FS], by=None)

    assert User.objects.get(pk=user.pk).roles == {"IS", "FS"}


def test_teams_are_made_on_sight_once_per_normalised_name():
    Team.objects.create(name="東京 一課")

    teams = ensure_teams(["東京一課", "大阪課", "大阪 課", "  "])

    assert sorted(teams) == ["大阪課", "東京一課"]
    assert Team.objects.count() == 2


def test_refusals_speak_the_language_of_the_reader():
    with translation.override("en"), pytest.raises(Refused) as refused:
        invite(User(name="新人"), [], by=None)

    assert refused.value.errors == {"email": "Enter an e-mail."}
