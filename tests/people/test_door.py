"""Who is logged in is read with his roles, and as they are at that moment."""

import pytest

from people.door import Door
from people.models import RoleGrant
from people.states import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def come_in(user):
    return Door().get_user(user.pk)


def test_a_person_comes_with_all_his_roles_in_one_query(django_assert_num_queries):
    user = UserFactory(roles=["IS", "FS"])
    with django_assert_num_queries(1):
        person = come_in(user)
        assert (person, person.roles) == (user, {"IS", "FS"})
        assert {grant.get_role_display() for grant in person.role_grants.all()} == {Role.IS.label, Role.FS.label}


def test_a_person_without_a_role_comes_without(django_assert_num_queries):
    user = UserFactory(roles=[])
    with django_assert_num_queries(1):
        assert come_in(user).roles == frozenset()


def test_who_was_switched_off_or_is_gone_does_not_come_in():
    user = UserFactory(inside=True)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert come_in(user) is None
    user.pk += 1000
    assert come_in(user) is None


def test_a_role_that_is_taken_away_is_gone_at_the_next_page():
    user = UserFactory(roles=["IS", "FS"])
    come_in(user)
    RoleGrant.objects.filter(user=user, role="FS").delete()
    assert come_in(user).roles == {"IS"}
