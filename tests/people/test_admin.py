"""People, roles, thresholds and days off in the admin."""

import re

import pytest
from django.urls import reverse

from people.models import Absence, CompanyHoliday, Threshold, User
from people.states import Role, ThresholdCode
from tests.factories import AbsenceFactory, DealFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

THRESHOLDS = reverse("admin:people_threshold_changelist")
ADD_THRESHOLD = reverse("admin:people_threshold_add")
PEOPLE = reverse("admin:people_user_changelist")


@pytest.fixture
def admin():
    return UserFactory(admin=True, name="山口 亮")


@pytest.fixture
def ops(client, admin):
    client.force_login(admin)
    return client


def change_url(record):
    return reverse(f"admin:people_{record._meta.model_name}_change", args=[record.pk])


def person(**answers):
    return {"name": "佐藤 美咲", "email": "", "language": "ja", "seen_version": ""} | answers


def test_thresholds_at_their_default_are_listed_with_their_range(ops):
    text = ops.get(THRESHOLDS).content.decode()

    for code in ThresholdCode:
        assert str(code.label) in text


@pytest.mark.parametrize(("value", "is_taken"), [(9, False), (10, True), (100, True), (101, False)])
def test_a_threshold_outside_its_range_is_refused(ops, value, is_taken):
    ops.post(ADD_THRESHOLD, {"code": ThresholdCode.LEVELLING_FILL_PERCENT, "value": value})

    assert Threshold.objects.exists() is is_taken


def test_a_threshold_without_a_code_is_refused(ops):
    response = ops.post(ADD_THRESHOLD, {"code": "", "value": 5})

    assert response.status_code == 200
    assert not Threshold.objects.exists()


def test_the_history_of_a_threshold_says_who_changed_what(ops):
    ops.post(ADD_THRESHOLD, {"code": ThresholdCode.TODO_CAP_FS, "value": 8})
    threshold = Threshold.objects.get()
    ops.post(change_url(threshold), {"value": 6})

    text = ops.get(reverse("admin:people_threshold_history", args=[threshold.pk])).content.decode()
    assert "山口 亮" in text
    assert "8 → 6" in text


def test_deleting_a_threshold_goes_back_to_the_default(ops):
    ops.post(ADD_THRESHOLD, {"code": ThresholdCode.TODO_CAP_FS, "value": 6})
    ops.post(reverse("admin:people_threshold_delete", args=[ThresholdCode.TODO_CAP_FS]), {"post": "yes"})

    assert Threshold.objects.in_force()[ThresholdCode.TODO_CAP_FS] == 8


def test_adding_a_person_invites_him_with_his_roles_and_shows_the_link(ops):
    response = ops.post(
        reverse("admin:people_user_add"), person(email="Misaki@Example.jp", roles=["IS", "FS"]), follow=True
    )

    user = User.objects.get(name="佐藤 美咲")
    assert user.email == "misaki@example.jp"
    assert user.roles == {Role.IS, Role.FS}
    assert not user.has_usable_password()
    link = re.search(r"http://testserver(/welcome/[^\s<]+)", response.content.decode())
    assert ops.get(link[1]).status_code in (200, 302)


def test_a_person_without_an_e_mail_is_not_invited(ops):
    response = ops.post(reverse("admin:people_user_add"), person(roles=["IS"]))

    assert "email" in response.context["adminform"].form.errors
    assert not User.objects.filter(name="佐藤 美咲").exists()


def test_the_role_opens_the_admin_and_its_loss_closes_it(ops):
    user = UserFactory(inside=True, name="佐藤 美咲")
    ops.post(change_url(user), person(email=user.email, roles=["OPS_ADMIN"]))
    user.refresh_from_db()
    assert user.is_staff

    ops.post(change_url(user), person(email=user.email, roles=["IS"]))
    user.refresh_from_db()
    assert not user.is_staff


def test_the_last_operations_admin_keeps_the_role(ops, admin):
    response = ops.post(change_url(admin), person(name=admin.name, email=admin.email, roles=["IS"]))

    assert "roles" in response.context["adminform"].form.errors
    assert User.objects.get(pk=admin.pk).has_role(Role.OPS_ADMIN)


def test_a_cap_is_changed_with_history(ops, admin):
    user = UserFactory(inside=True, name="佐藤 美咲")
    ops.post(change_url(user), person(email=user.email, roles=["IS"], todo_cap="6"))

    user.refresh_from_db()
    assert user.todo_cap == 6
    assert user.history.first().history_user == admin


def test_letting_somebody_go_shows_first_what_he_holds(ops):
    user, deal = UserFactory(field=True), DealFactory()
    type(deal).objects.filter(pk=deal.pk).update(fs_owner=user)
    TodoFactory(deal=deal, assignee=user)

    response = ops.post(PEOPLE, {"action": "let_go", "_selected_action": [user.pk]})

    assert [count for _label, count in response.context["facts"]] == [1, 0, 1, 0, 0, 0]
    assert User.objects.get(pk=user.pk).is_active


def test_letting_somebody_go_needs_a_successor_for_his_work(ops):
    user, successor = UserFactory(field=True), UserFactory(field=True)
    todo = TodoFactory(deal=DealFactory(), assignee=user)
    asked = {"action": "let_go", "_selected_action": [user.pk], "apply": "1"}

    refused = ops.post(PEOPLE, asked | {"successor": ""})
    assert "successor" in refused.context["form"].errors

    ops.post(PEOPLE, asked | {"successor": successor.pk})
    todo.refresh_from_db()
    assert todo.assignee == successor
    assert not User.objects.get(pk=user.pk).is_active


def test_who_left_may_be_taken_back(ops):
    user = UserFactory(gone=True)
    ops.post(PEOPLE, {"action": "take_back", "_selected_action": [user.pk]})

    assert User.objects.get(pk=user.pk).is_active


def test_absences_and_company_days_are_kept_by_hand(ops):
    user = UserFactory(inside=True)
    ops.post(reverse("admin:people_absence_add"), {"user": user.pk, "starts_on": "2025-08-04", "ends_on": "2025-08-06"})
    ops.post(
        reverse("admin:people_companyholiday_add"), {"year": "2025", "month": "8", "day": "14", "name": "夏季休業"}
    )

    assert Absence.objects.get().user == user
    assert CompanyHoliday.objects.filter(year=2025, month=8, day=14).exists()


def test_an_absence_that_ends_before_it_starts_is_refused(ops):
    user = UserFactory(inside=True)
    ops.post(reverse("admin:people_absence_add"), {"user": user.pk, "starts_on": "2025-08-06", "ends_on": "2025-08-04"})

    assert not Absence.objects.exists()


def test_an_absence_may_be_deleted(ops):
    absence = AbsenceFactory()
    ops.post(reverse("admin:people_absence_delete", args=[absence.pk]), {"post": "yes"})

    assert not Absence.objects.exists()
