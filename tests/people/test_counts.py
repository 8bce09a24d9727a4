"""Many counts by one question."""

import pytest
from django.db.models import Count, Exists, OuterRef

from people.composed import counts_of
from people.models import RoleGrant, User
from people.states import Role
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_each_is_what_the_queryset_itself_counts_and_all_take_one_query(django_assert_num_queries):
    UserFactory.create_batch(2, inside=True)
    UserFactory(combined=True, team=TeamFactory(name="東"))
    asked = {
        "all": User.objects.all(),
        "with a joined row each": User.objects.filter(role_grants__role__in=[Role.IS, Role.FS]),
        "distinct": User.objects.with_role(Role.IS, Role.FS),
        "by a text": User.objects.filter(team__name="東"),
        "by a subquery": User.objects.filter(Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role=Role.FS))),
        "grouped": User.objects.annotate(roles_held=Count("role_grants")).filter(roles_held=2),
        "of another table": RoleGrant.objects.all(),
        "none": User.objects.none(),
        "an empty list": User.objects.filter(pk__in=[]),
    }
    with django_assert_num_queries(1):
        counts = counts_of(asked)()

    assert counts == {name: queryset.count() for name, queryset in asked.items()}
    assert counts["with a joined row each"] == 4


def test_nothing_to_count_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counts_of({"none": User.objects.none()})() == {"none": 0}
