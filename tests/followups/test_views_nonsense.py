"""Whatever stands in the address or the form, a page answers; it never breaks."""

import pytest
from django.urls import reverse

from tests.factories import DealFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

NONSENSE = ["", "abc", "-1", "0", "9" * 30, "１２", "\x00", "' OR 1=1 --", "%", "🙂"]
ASKING = {
    "/deals/": ["q", "status", "owner", "team", "kind", "followed", "mine", "company", "page"],
    "/todos/": ["assignee", "kind", "origin", "when", "page"],
    "/today/": ["tab", "page"],
    "/companies/": ["q", "page"],
    "/log/": ["q", "deal", "todo"],
    "/runs/": ["page"],
    "/deals/add/": ["company"],
    "/contacts/add/": ["company"],
    "/todos/add/": ["deal"],
    "/todos/move/": ["todo"],
}


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("address", ASKING)
def test_nonsense_in_the_address_is_answered(client, address, value):
    client.force_login(UserFactory(admin=True))
    TodoFactory()
    for name in ASKING[address]:
        assert client.get(address, {name: value}).status_code in (200, 404), (address, name, value)


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("verb", ["lose", "return", "reopen", "win", "exclude", "advance", "exempt", "deal_edit"])
def test_nonsense_in_a_form_is_refused_in_words(client, verb, value):
    client.force_login(UserFactory(admin=True))
    deal = DealFactory(status="ongoing")
    url = reverse(f"followups:{verb}", args=[deal.pk])
    fields = client.get(url).context["form"].fields
    kept = {"reason", "name", "next_action"} if value.strip("\x00") else set()  # free text may say anything
    page = client.post(url, {name: "理由" if name in kept else value for name in fields})
    assert page.status_code in (200, 302, 409)


def test_a_long_text_is_refused_and_kept(client):
    client.force_login(UserFactory(admin=True))
    url = reverse("followups:exclude", args=[DealFactory().pk])
    page = client.post(url, {"reason": "長" * 201})
    assert "reason" in page.context["form"].errors
    assert "長" * 201 in page.content.decode()


def test_a_form_without_its_token_is_refused(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(admin=True))
    url = reverse("followups:exclude", args=[DealFactory().pk])
    assert strict.post(url, {"reason": "逆営業"}).status_code == 403
