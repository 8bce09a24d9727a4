"""Personal settings: saved for the person, in force with the next page, and nobody else's business."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from people import date_styles
from people.models import User
from people.templatetags import ui
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "とても長い合言葉です1"
CHOSEN = {"name": "佐藤 美咲", "kana": "さとう みさき", "language": "ja", "has_single_keys": "on"} | {
    "theme": "", "density": "comfortable", "date_style": "western",
}  # fmt: skip


@pytest.fixture
def sato(client) -> User:
    user = UserFactory(inside=True, name="佐藤 美咲")
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def western_again():
    yield
    date_styles.choose("western")


def saved(client, **answers) -> User:
    answer = client.post("/me/", {name: value for name, value in (CHOSEN | answers).items() if value is not None})
    assert answer.status_code == 302
    return User.objects.get(name=CHOSEN["name"])


def test_everybody_who_is_logged_in_has_personal_settings_even_a_viewer(client):
    client.force_login(UserFactory(viewer=True))
    assert client.get("/me/").status_code == 200


def test_theme_and_density_are_drawn_by_the_server(client, sato):
    saved(client, theme="dark", density="compact")
    page = client.get("/me/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page


def test_the_language_changes_with_the_next_page(client, sato):
    saved(client, language="en")
    assert '<html lang="en"' in client.get("/me/").content.decode()


def test_single_keys_can_be_switched_off(client, sato):
    opened = {"initial-has_single_keys": "True"}
    assert saved(client, has_single_keys=None, **opened).has_single_keys is False


def test_the_change_stands_in_the_history_with_its_author(client, sato):
    assert saved(client, density="compact").history.first().history_user == sato


def test_an_empty_name_is_said_at_its_field(client, sato):
    answer = client.post("/me/", CHOSEN | {"name": ""})
    assert answer.context["form"].errors["name"]


def test_roles_and_caps_cannot_be_smuggled_in(client, sato):
    user = saved(client, is_staff="on", todo_cap="0", roles="OPS_ADMIN")
    assert (user.is_staff, user.todo_cap, user.roles) == (False, None, {"IS"})


def test_the_password_is_changed_with_the_old_one_and_the_session_goes_on(client, sato):
    new = {"new_password1": "また別の長い合言葉2", "new_password2": "また別の長い合言葉2"}
    wrong = client.post("/me/password/", new | {"old_password": "x"})
    assert wrong.context["form"].errors["old_password"]
    assert client.post("/me/password/", new | {"old_password": PASSWORD})["Location"] == reverse("me")
    assert client.get("/me/").status_code == 200
    sato.refresh_from_db()
    assert sato.check_password("また別の長い合言葉2")


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 20), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), ""),
    ],
)
def test_the_era_stands_beside_the_year_for_those_who_want_it(day, shown):
    with override("ja"):
        western = ui.day(day)
        date_styles.choose("japanese")
        assert ui.day(day) == f"{western} {shown}".rstrip()


def test_a_date_without_its_year_has_no_era():
    date_styles.choose("japanese")
    assert "令和" not in ui.day(date(2026, 11, 20), date(2026, 1, 1))


def test_the_style_of_one_reader_is_not_that_of_the_next(client, sato):
    saved(client, date_style="japanese")
    client.get("/me/")
    client.force_login(UserFactory(viewer=True))
    client.get("/me/")
    assert date_styles.second_label(date(2026, 11, 20)) == ""
