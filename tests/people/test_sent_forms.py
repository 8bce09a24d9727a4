"""A form sent twice makes one row; what was typed when the session ended waits behind the login."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from leads.models import Company
from people import kept_text
from people.form_tokens import new_token
from people.models import SentForm
from tests.factories import CompanyFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "/companies/add/"
NAME = "青空薬局"
PASSWORD = "ことりのさえずり42"


@pytest.fixture
def user():
    person = UserFactory(inside=True, email="misaki@example.jp")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def seller(client, user):
    client.force_login(user)
    return user


def token_of(client, url=ADD):
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]


def log_in(client, user, to=ADD):
    return client.post(reverse("login"), {"username": user.email, "password": PASSWORD, "next": to})


class TestDoubleSubmit:
    def test_the_second_submit_makes_nothing_and_is_answered_like_the_first(self, client, seller):
        typed = {"name": NAME, "fiscal_start_month": 4, "form_token": token_of(client)}

        first, second = client.post(ADD, typed), client.post(ADD, typed)

        assert Company.objects.filter(name=NAME).count() == 1
        assert (first.status_code, first.url) == (second.status_code, second.url)

    def test_the_same_name_in_a_form_opened_anew_is_a_second_company(self, client, seller):
        for _ in range(2):
            client.post(ADD, {"name": NAME, "fiscal_start_month": 4, "form_token": token_of(client)})

        assert Company.objects.filter(name=NAME).count() == 2

    def test_a_form_that_was_refused_may_be_sent_again(self, client, seller):
        token = token_of(client)

        assert client.post(ADD, {"name": "", "fiscal_start_month": 4, "form_token": token}).status_code == 200
        client.post(ADD, {"name": NAME, "fiscal_start_month": 4, "form_token": token})

        assert Company.objects.filter(name=NAME).count() == 1

    def test_a_to_do_is_added_once(self, client, seller):
        deal = DealFactory()
        url = f"{reverse('followups:todo_add')}?deal={deal.pk}"
        due = timezone.localdate() + timedelta(days=7)
        typed = {
            "subject": "見積の確認", "original_due_on": due.isoformat(), "contact_text": "佐藤部長",
            "assignee": seller.pk, "hook": "来期の予算", "form_token": token_of(client, url),
        }  # fmt: skip

        for _ in range(2):
            assert client.post(url, typed).status_code == 302

        assert Todo.objects.filter(deal=deal).count() == 1

    def test_htmx_is_sent_on_to_where_the_first_submit_led(self, client, seller):
        typed = {"name": NAME, "fiscal_start_month": 4, "form_token": token_of(client)}
        first = client.post(ADD, typed)

        second = client.post(ADD, typed, headers={"HX-Request": "true"})

        assert second["HX-Redirect"] == first.url

    def test_a_made_up_token_is_like_none(self, client, seller):
        for _ in range(2):
            client.post(ADD, {"name": NAME, "fiscal_start_month": 4, "form_token": "abc"})

        assert Company.objects.filter(name=NAME).count() == 2

    def test_a_login_forgets_the_forms_of_former_days(self, client, user):
        now = timezone.now()
        SentForm.objects.create(number="old", sent_at=now - timedelta(days=1, minutes=1))
        SentForm.objects.create(number="new", sent_at=now - timedelta(hours=23))

        log_in(client, user)

        assert list(SentForm.objects.values_list("number", flat=True)) == ["new"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_submits_at_the_same_moment_make_one_company():
    person = UserFactory(inside=True)
    typed = {"name": NAME, "fiscal_start_month": 4, "form_token": new_token(person)}
    start = Barrier(2)

    def submit(_number):
        browser = Client()
        browser.force_login(person)
        start.wait()
        try:
            return browser.post(ADD, typed).url
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(submit, range(2)))

    assert Company.objects.filter(name=NAME).count() == 1
    assert answers[0] == answers[1]


class TestSessionEnded:
    @pytest.fixture
    def typed(self, client, seller):
        """What is sent after the session has ended."""
        sent = {
            "name": NAME,
            "fiscal_start_month": 4,
            "note": "夜間は不在",
            "password_hint": "x",
            "form_token": token_of(client),
        }
        client.session.flush()
        return sent

    def test_it_leads_to_the_login_and_back_to_the_form_with_the_text(self, client, user, typed):
        answer = client.post(ADD, typed)
        assert answer.url == f"{reverse('login')}?next={ADD}"

        back = log_in(client, user)
        assert back.url == ADD
        page = client.get(ADD)

        assert page.context["form"]["name"].value() == NAME
        assert "夜間は不在" in page.content.decode()
        assert Company.objects.count() == 0

    def test_saving_it_then_makes_one_row_and_forgets_the_text(self, client, user, typed):
        client.post(ADD, typed)
        log_in(client, user)

        client.post(ADD, {**typed, "form_token": token_of(client)})

        assert Company.objects.filter(name=NAME).count() == 1
        assert NAME not in client.get(ADD).content.decode()

    def test_somebody_else_who_logs_in_never_sees_it(self, client, user, typed):
        client.post(ADD, typed)
        client.force_login(UserFactory(inside=True))

        assert NAME not in client.get(ADD).content.decode()
        assert kept_text.KEPT not in client.session

    def test_it_fills_only_the_form_it_came_from(self, client, user, typed):
        client.post(ADD, typed)
        log_in(client, user)

        assert NAME not in client.get(reverse("followups:deal_add")).content.decode()

    def test_nothing_that_looks_like_a_password_is_kept(self, client, user, typed):
        client.post(ADD, typed)
        log_in(client, user)

        assert "password_hint" not in client.get(ADD).context["form"].data

    def test_after_an_hour_it_is_gone(self, client, user, typed, monkeypatch):
        client.post(ADD, typed)
        log_in(client, user)
        monkeypatch.setattr(kept_text, "HOUR_S", -1)

        assert NAME not in client.get(ADD).content.decode()

    def test_a_form_without_a_token_keeps_nothing(self, client, user, typed):
        client.post(ADD, {"name": NAME})
        log_in(client, user)

        assert NAME not in client.get(ADD).content.decode()

    def test_an_edited_record_keeps_the_version_it_was_opened_with(self, client, seller):
        company = CompanyFactory()
        url = reverse("leads:company_edit", args=[company.pk])
        token = token_of(client, url)
        client.session.flush()
        typed = {
            "name": NAME,
            "fiscal_start_month": 4,
            "initial-name": company.name,
            "version": company.version,
            "form_token": token,
        }
        client.post(url, typed)
        Company.objects.filter(pk=company.pk).update(name="別の名前", version=2)
        log_in(client, seller, url)

        page = client.get(url)

        assert page.context["form"]["version"].value() == "1"
        assert page.context["form"]["name"].value() == NAME

    def test_htmx_sends_the_whole_window_to_the_login_and_the_text_waits_on_the_page(self, client, user, typed):
        answer = client.post(ADD, typed, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADD}"})
        assert answer["HX-Redirect"] == f"{reverse('login')}?next={ADD}"

        log_in(client, user)

        assert NAME in client.get(ADD).content.decode()

    def test_a_button_without_a_page_of_its_own_leads_back_to_where_it_stands(self, client):
        answer = client.post(
            reverse("followups:rule_pause", args=["R-60"]), headers={"Referer": "http://testserver/rules/?a=1"}
        )
        assert answer.url == f"{reverse('login')}?next=/rules/%3Fa%3D1"

    def test_a_foreign_referer_leads_home(self, client):
        answer = client.post(reverse("followups:sweep_now"), headers={"Referer": "//evil.example/x"})
        assert "evil" not in answer.url.replace("/x", "")
