"""The door: logging in and out, one-time links, the demo's buttons, the language, where each role starts."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from people.models import User
from people.states import Role
from people.welcome import welcome_path
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "とても長い合言葉です1"
CREDENTIALS = {"username": "sato@example.jp", "password": PASSWORD}


@pytest.fixture(autouse=True)
def no_failures_yet():
    cache.clear()


@pytest.fixture
def sato():
    user = UserFactory(inside=True, email="sato@example.jp", name="佐藤 美咲")
    user.set_password(PASSWORD)
    user.save()
    return user


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


class TestLogin:
    def test_it_takes_e_mail_and_password_and_leads_home(self, client, sato):
        answer = client.post(reverse("login"), CREDENTIALS)
        assert answer.url == reverse("home")
        assert is_logged_in(client)

    def test_upper_case_in_the_e_mail_does_not_matter(self, client, sato):
        client.post(reverse("login"), CREDENTIALS | {"username": " Sato@Example.JP"})
        assert is_logged_in(client)

    def test_it_leads_back_to_the_page_that_was_asked_for(self, client, sato):
        answer = client.post(reverse("login"), CREDENTIALS | {"next": "/todos/?when=late"})
        assert answer.url == "/todos/?when=late"

    def test_it_does_not_lead_to_another_site(self, client, sato):
        answer = client.post(reverse("login"), CREDENTIALS | {"next": "https://example.com/"})
        assert answer.url == reverse("home")

    @pytest.mark.parametrize("wrong", [{"username": "nobody@example.jp"}, {"password": "違う合言葉です99"}])
    def test_the_message_does_not_say_which_of_the_two_is_wrong(self, client, sato, wrong):
        answer = client.post(reverse("login"), CREDENTIALS | wrong)
        assert answer.context["form"].non_field_errors() == ["メールアドレスまたはパスワードが違います。"]
        assert not is_logged_in(client)

    def test_a_leaver_cannot_log_in(self, client, sato):
        User.objects.filter(pk=sato.pk).update(is_active=False)
        client.post(reverse("login"), CREDENTIALS)
        assert not is_logged_in(client)

    def test_an_imported_owner_without_a_password_cannot_log_in(self, client):
        User.objects.create_user("owner@example.jp", name="取り込み")
        client.post(reverse("login"), {"username": "owner@example.jp", "password": ""})
        client.post(reverse("login"), {"username": "owner@example.jp", "password": "!"})
        assert not is_logged_in(client)

    def test_after_five_failures_even_the_right_password_waits(self, client, sato):
        for _ in range(5):
            client.post(reverse("login"), CREDENTIALS | {"password": "違う合言葉です99"})
        answer = client.post(reverse("login"), CREDENTIALS)
        assert answer.context["form"].non_field_errors() == ["失敗が続いたため、15分後にもう一度お試しください。"]
        assert not is_logged_in(client)

    def test_four_failures_are_forgiven_by_a_login(self, client, sato):
        for _ in range(4):
            client.post(reverse("login"), CREDENTIALS | {"password": "違う合言葉です99"})
        client.post(reverse("login"), CREDENTIALS)
        assert is_logged_in(client)

    def test_a_colleague_behind_the_same_address_is_not_held_up(self, client, sato):
        for _ in range(6):
            client.post(reverse("login"), CREDENTIALS | {"username": "suzuki@example.jp"})
        client.post(reverse("login"), CREDENTIALS)
        assert is_logged_in(client)

    def test_outside_the_demo_no_role_is_offered(self, client):
        assert client.get(reverse("login")).context["demo_roles"] == []

    def test_logging_out_is_a_post(self, client, sato):
        client.force_login(sato)
        assert client.get(reverse("logout")).status_code == 403
        assert client.post(reverse("logout")).url == reverse("login")
        assert not is_logged_in(client)


class TestDemo:
    def test_it_offers_one_button_per_role(self, client, settings):
        settings.DEMO = True
        assert [role for role, _label in client.get(reverse("login")).context["demo_roles"]] == Role.values

    @pytest.mark.parametrize("role", Role)
    def test_a_button_logs_in_the_person_of_that_role(self, client, settings, role):
        settings.DEMO = True
        UserFactory(roles=[Role.IS, Role.FS])
        only = UserFactory(roles=[role])
        assert client.post(reverse("demo_login"), {"role": role}).url == reverse("home")
        assert client.session["_auth_user_id"] == str(only.pk)

    def test_it_does_not_exist_outside_the_demo(self, client):
        UserFactory(inside=True)
        assert client.post(reverse("demo_login"), {"role": "IS"}).status_code == 404

    def test_an_unknown_role_is_not_found(self, client, settings):
        settings.DEMO = True
        assert client.post(reverse("demo_login"), {"role": "KING"}).status_code == 404


class TestOneTimeLink:
    NEW = {"new_password1": PASSWORD, "new_password2": PASSWORD}

    def follow(self, client, user):
        return client.get(welcome_path(user), follow=True)

    def test_it_sets_the_password_and_logs_in(self, client):
        user = User.objects.create_user("first@example.jp", name="最初の管理者")
        page = self.follow(client, user)
        assert page.context["validlink"]
        answer = client.post(page.request["PATH_INFO"], self.NEW)
        assert answer.url == reverse("home")
        assert client.session["_auth_user_id"] == str(user.pk)

    def test_it_works_once(self, client):
        user = User.objects.create_user("first@example.jp", name="最初の管理者")
        link = welcome_path(user)
        page = client.get(link, follow=True)
        client.post(page.request["PATH_INFO"], self.NEW)
        client.logout()
        assert not client.get(link, follow=True).context["validlink"]

    def test_it_expires(self, client, settings):
        user = User.objects.create_user("first@example.jp", name="最初の管理者")
        link = welcome_path(user)
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert not client.get(link, follow=True).context["validlink"]

    def test_a_leaver_cannot_use_it(self, client):
        user = User.objects.create_user("gone@example.jp", name="退職者", is_active=False)
        assert not self.follow(client, user).context["validlink"]

    def test_a_weak_password_is_refused_in_place(self, client):
        user = User.objects.create_user("first@example.jp", name="最初の管理者")
        page = self.follow(client, user)
        answer = client.post(
            page.request["PATH_INFO"], {"new_password1": "12345678901", "new_password2": "12345678901"}
        )
        assert answer.status_code == 200
        assert "new_password2" in answer.context["form"].errors


class TestLanguage:
    def test_a_user_s_choice_outlives_the_browser(self, client, sato):
        client.force_login(sato)
        client.post(reverse("set_language"), {"language": "en", "next": "/todos/"})
        client.cookies.pop(django_settings.LANGUAGE_COOKIE_NAME)
        assert b"To-dos" in client.get(reverse("followups:todos")).content

    def test_the_choice_beats_the_browser_s_language(self, client, sato):
        client.force_login(sato)
        page = client.get(reverse("followups:todos"), headers={"Accept-Language": "en"})
        assert page["Content-Language"] == "ja"

    def test_a_stranger_s_choice_is_kept_in_a_cookie(self, client):
        client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
        assert b"Log in" in client.get(reverse("login")).content

    def test_an_unknown_language_changes_nothing(self, client, sato):
        client.force_login(sato)
        client.post(reverse("set_language"), {"language": "xx"})
        sato.refresh_from_db()
        assert sato.language == "ja"


class TestHome:
    @pytest.mark.parametrize(
        ("roles", "url_name"),
        [
            ([Role.IS], "followups:today"),
            ([Role.FS], "followups:deals"),
            ([Role.IS, Role.FS], "followups:today"),
            ([Role.IS_MANAGER, Role.IS], "dashboards:check"),
            ([Role.OPS_ADMIN], "followups:rules"),
            ([Role.VIEWER], "dashboards:check"),
        ],
    )
    def test_each_role_starts_where_its_work_is(self, client, roles, url_name):
        client.force_login(UserFactory(roles=roles))
        assert client.get("/").url.startswith(reverse(url_name))

    def test_inside_sales_starts_with_today_s_calls(self, client, sato):
        client.force_login(sato)
        assert client.get("/").url == reverse("followups:today")

    def test_every_home_can_be_opened_by_whoever_starts_there(self, client):
        for role in Role:
            client.force_login(UserFactory(roles=[role]))
            assert client.get("/", follow=True).status_code == 200


def test_a_session_outlives_the_night(client, sato):
    client.force_login(sato)
    assert client.session.get_expiry_date() > timezone.now() + timedelta(hours=12)
