"""Every URL has a row in the policy, and the door does what the row says: each URL × each role, failing closed."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from people.http import PolicyMiddleware
from people.policy import NOBODY, POLICY, PUBLIC, READERS, SIGNED_IN, audience_of, is_admitted, row_for
from people.states import Role
from tests.factories import UserFactory

READ_ONLY_ROLES = {Role.VIEWER}
ADMIN_ONLY = {"followups:rule_edit", "followups:rule_pause", "followups:sweep_now"} | {
    row.url_name for row in POLICY if row.url_name.startswith("settings:") and row.write
}
OUTSIDE_THE_LOGIN = {
    "login",
    "demo_login",
    "set_password",
    "set_language",
    "healthz",
    "admin:login",
    "followups:notice_stop",
}
ONLY_WITH_DEBUG = {"styleguide"}


def url_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from url_names(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or "")


ALL_NAMES = sorted(set(url_names(get_resolver())) - {"admin:"})
OUR_NAMES = [name for name in ALL_NAMES if not name.startswith("admin:")]


def test_every_url_has_a_row() -> None:
    assert [name for name in ALL_NAMES if row_for(name) is None] == []


def test_no_row_names_a_url_that_is_gone() -> None:
    exact = {row.url_name for row in POLICY if not row.url_name.endswith("*")}
    assert exact - set(ALL_NAMES) - ONLY_WITH_DEBUG == set()


def test_no_url_name_has_two_rows() -> None:
    assert len({row.url_name for row in POLICY}) == len(POLICY)


def test_only_the_door_itself_is_open_to_strangers() -> None:
    assert {name for name in ALL_NAMES if PUBLIC in (audience_of(name, "GET"), audience_of(name, "POST"))} == (
        OUTSIDE_THE_LOGIN
    )


def test_a_viewer_writes_nowhere() -> None:
    writable = {row.url_name for row in POLICY if Role.VIEWER in row.write}
    assert writable == set()


def test_inside_sales_neither_loses_nor_returns() -> None:
    for name in ("followups:lose", "followups:return"):
        assert Role.IS not in audience_of(name, "GET") | audience_of(name, "POST")


@pytest.mark.parametrize("name", sorted(ADMIN_ONLY))
def test_rules_are_changed_and_run_by_admins_alone(name: str) -> None:
    assert audience_of(name, "POST") == {Role.OPS_ADMIN}


def test_a_method_without_an_audience_is_closed_to_admins_too() -> None:
    assert audience_of("followups:deals", "POST") == NOBODY
    assert audience_of("followups:deals", "DELETE") == NOBODY


def test_a_url_without_a_row_is_closed() -> None:
    assert audience_of("followups:a_page_of_tomorrow", "GET") == NOBODY
    assert audience_of("", "GET") == NOBODY


def enter(name: str, method: str, user: object) -> HttpResponse | None:
    """What the door answers to this user on the page of that name; None lets him in."""
    request = RequestFactory().generic(method, "/somewhere/")
    request.user = user
    request.htmx = False
    request.resolver_match = type("Match", (), {"view_name": name})()
    return PolicyMiddleware(lambda _request: HttpResponse()).process_view(request, None, (), {})


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_door_lets_a_role_in_exactly_where_its_row_says(role: Role) -> None:
    user = UserFactory(roles=[role])
    for name in OUR_NAMES:
        for method in ("GET", "POST"):
            audience = audience_of(name, method)
            if audience in (PUBLIC, SIGNED_IN) or role in audience:
                assert enter(name, method, user) is None, (name, method)
            else:
                with pytest.raises(PermissionDenied):
                    enter(name, method, user)


def test_a_stranger_is_sent_to_the_login_from_every_page_but_the_door() -> None:
    for name in OUR_NAMES:
        for method in ("GET", "POST"):
            answer = enter(name, method, AnonymousUser())
            if audience_of(name, method) is PUBLIC:
                assert answer is None, (name, method)
            else:
                assert answer is not None and answer["Location"].startswith(reverse("login")), (name, method)


@pytest.mark.django_db
def test_somebody_without_a_role_gets_no_further_than_the_door(client) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("followups:deals")).status_code == 403
    assert client.get(reverse("dashboards:check")).status_code == 403


@pytest.mark.django_db
def test_a_leaver_is_not_admitted() -> None:
    assert not is_admitted(UserFactory(admin=True, gone=True), READERS)


@pytest.mark.django_db
def test_a_superuser_counts_as_an_admin() -> None:
    assert is_admitted(UserFactory(is_superuser=True), audience_of("followups:sweep_now", "POST"))


@pytest.mark.django_db
def test_one_of_several_roles_is_enough() -> None:
    assert is_admitted(UserFactory(roles=[Role.VIEWER, Role.FS]), audience_of("followups:lose", "POST"))


@pytest.mark.django_db
def test_a_new_page_without_a_row_answers_403(client, settings) -> None:
    settings.ROOT_URLCONF = __name__
    client.force_login(UserFactory(admin=True))
    assert client.get("/tomorrow/").status_code == 403


@pytest.mark.django_db
def test_a_part_fetched_by_htmx_sends_the_whole_window_to_the_login(client) -> None:
    answer = client.get(
        reverse("followups:todos"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/todos/?when=late"},
    )
    assert answer["HX-Redirect"] == f"{reverse('login')}?next=/todos/%3Fwhen%3Dlate"


urlpatterns = [path("tomorrow/", lambda _request: HttpResponse("open"), name="a_page_of_tomorrow")]
