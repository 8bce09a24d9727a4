"""Saved lists (S3-24): the address is the state, a name leads there."""

import pytest
from django.urls import reverse

from activities.models import SavedList
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "/lists/add/"


@pytest.fixture
def reader(client):
    person = UserFactory(inside=True)
    client.force_login(person)
    return person


def saved(owner, **more):
    values = {"page": "deals", "name": "見積中", "query": "status=quoted"} | more
    return SavedList.objects.create(owner=owner, **values)


def open_list(client, one):
    return client.get(reverse("followups:saved_list", args=[one.pk]))


def test_a_filter_is_saved_and_the_address_opens_it_again(client, reader):
    client.post(f"{ADD}?list=deals&query=%3Fstatus%3Dquoted%26page%3D3", {"name": "見積中"})

    one = SavedList.objects.get()
    assert (one.owner, one.page, one.query, one.is_shared) == (reader, "deals", "status=quoted", False)
    assert open_list(client, one).url == "/deals/?status=quoted"


def test_the_order_of_the_answers_does_not_make_another_list(client, reader):
    saved(reader, query="kind=lost&status=quoted")
    page = client.get("/deals/?status=quoted&kind=lost&q=").content.decode()
    assert 'aria-current="true">見積中' in page


def test_a_filter_in_force_is_offered_for_saving_and_an_empty_one_is_not(client, reader):
    assert ADD in client.get("/deals/?status=quoted").content.decode()
    assert ADD not in client.get("/deals/").content.decode()


@pytest.mark.parametrize("page", ["deals", "todos", "companies", "leads", "followup"])
def test_every_list_shows_its_own(client, reader, page):
    saved(reader, page=page, name=f"{page}の条件", query="")
    assert f"{page}の条件" in client.get(f"/{page}/").content.decode()


def test_others_see_it_only_when_it_is_shared(client, reader):
    other = UserFactory(inside=True)
    private, shared = saved(other, name="ひみつ"), saved(other, name="みんなの", is_shared=True)

    page = client.get("/deals/").content.decode()

    assert "ひみつ" not in page
    assert "みんなの" in page
    assert open_list(client, private).status_code == 404
    assert open_list(client, shared).status_code == 302


def test_a_name_twice_on_one_page_is_refused_at_the_field(client, reader):
    saved(reader)
    answer = client.post(f"{ADD}?list=deals&query=kind%3Dlost", {"name": "見積中"})
    assert "name" in answer.context["form"].errors


def test_the_same_name_on_another_page_is_another_list(client, reader):
    saved(reader)
    client.post(f"{ADD}?list=todos&query=kind%3Dlost", {"name": "見積中"})
    assert SavedList.objects.count() == 2


@pytest.mark.parametrize(("length", "kept"), [(1000, 1), (1001, 0)])
def test_a_filter_of_a_thousand_letters_fits(client, reader, length, kept):
    query = "q=" + "a" * (length - 2)
    client.post(f"{ADD}?list=deals&query={query.replace('=', '%3D')}", {"name": "長い"})
    assert SavedList.objects.count() == kept


def test_a_field_that_is_gone_is_left_out_with_a_notice(client, reader):
    one = saved(reader, query="mood=good&status=quoted")

    answer = client.get(reverse("followups:saved_list", args=[one.pk]), follow=True)

    assert answer.redirect_chain == [("/deals/?status=quoted", 302)]
    assert any("mood" in str(message) for message in answer.context["messages"])


def test_an_answer_that_is_gone_is_left_out_too(client, reader):
    one = saved(reader, query="owner=999999&status=quoted")
    assert open_list(client, one).url == "/deals/?status=quoted"


def test_it_is_renamed_and_deleted_by_its_owner(client, reader):
    one = saved(reader)
    client.post(reverse("followups:saved_list_edit", args=[one.pk]), {"name": "見積", "is_shared": "on"})
    one.refresh_from_db()
    assert (one.name, one.is_shared) == ("見積", True)

    client.post(reverse("followups:saved_list_delete", args=[one.pk]))
    assert not SavedList.objects.exists()


@pytest.mark.parametrize("name", ["followups:saved_list_edit", "followups:saved_list_delete"])
def test_nobody_else_touches_it(client, reader, name):
    one = saved(UserFactory(inside=True), is_shared=True)
    assert client.post(reverse(name, args=[one.pk]), {"name": "x"}).status_code == 404


def test_a_viewer_opens_shared_lists_and_saves_none(client):
    one = saved(UserFactory(inside=True), is_shared=True)
    client.force_login(UserFactory(viewer=True))
    DealFactory()
    page = client.get("/deals/?kind=lost").content.decode()
    assert "見積中" in page
    assert ADD not in page
    assert open_list(client, one).status_code == 302
    assert client.get(f"{ADD}?list=deals").status_code == 403


@pytest.mark.parametrize(
    ("page", "query", "address"),
    [
        ("leads", "status=approaching&view=none", "/leads/?status=approaching&view=none"),
        ("followup", "kind=lost&state=overdue", "/followup/?kind=lost&state=overdue"),
        ("followup", "kind=nonsense&state=overdue", "/followup/?state=overdue"),
    ],
)
def test_leads_and_follow_ups_are_opened_by_name_with_their_tabs(client, reader, page, query, address):
    assert open_list(client, saved(reader, page=page, query=query)).url == address
