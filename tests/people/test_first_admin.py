"""The first administrator's one-time link."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people.models import User
from people.states import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def first_admin(**options):
    out = StringIO()
    call_command("first_admin", stdout=out, **options)
    return out.getvalue()


def link_in(text):
    return re.search(r"http://[^/]+(/\S+)", text)[1]


def test_the_link_lets_the_first_admin_choose_a_password_once(client):
    path = link_in(first_admin(email="ryo@example.co.jp", name="山口 亮"))
    form = client.get(path, follow=True)
    password = {"new_password1": "correct horse battery", "new_password2": "correct horse battery"}
    client.post(form.request["PATH_INFO"], password)

    admin = User.objects.get()
    assert admin.check_password("correct horse battery")
    assert admin.is_staff
    assert admin.roles == {Role.OPS_ADMIN}
    client.logout()
    again = client.get(path, follow=True)
    assert not again.context["validlink"]


def test_without_a_terminal_the_e_mail_has_a_default(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())

    assert "admin@localhost" in first_admin()


def test_a_second_run_gives_a_new_link_for_the_same_person():
    first_admin(email="ryo@example.co.jp")
    first_admin(email="other@example.co.jp")

    assert User.objects.get().email == "ryo@example.co.jp"


def test_the_link_names_the_address_of_the_install():
    text = first_admin(email="ryo@example.co.jp", url="https://sales.example.com/")

    assert "https://sales.example.com/welcome/" in text


def test_with_an_admin_who_can_log_in_there_is_no_link():
    admin = UserFactory(admin=True)
    admin.set_password("correct horse battery")
    admin.save()

    with pytest.raises(CommandError):
        first_admin(email="ryo@example.co.jp")


def test_an_address_that_is_none_is_refused():
    with pytest.raises(CommandError):
        first_admin(email="ryo")
    assert not User.objects.exists()
