"""The pages of call projects (SC-09): filled from lists, planned by day, worked off."""

from datetime import timedelta

import pytest
from django.urls import reverse

from activities.models import CallProject, Todo
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FILL = "/projects/fill/"


@pytest.fixture
def inside(client):
    person = UserFactory(inside=True)
    client.force_login(person)
    return person


@pytest.fixture
def project(inside, today):
    return CallProject.objects.create(name="11月セミナー参加者", owner=inside, starts_on=today, ends_on=today)


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


def fill(client, query, **typed):
    return client.post(f"{FILL}?{query}", typed, follow=True)


class TestFilling:
    def test_ticked_deals_are_added_and_doubles_counted(self, client, project):
        deals = DealFactory.create_batch(4)
        project.members.create(deal=deals[0])
        query = "list=deals&" + "&".join(f"deal={deal.pk}" for deal in deals)

        answer = fill(client, query, count=4, project=project.pk)

        assert project.members.count() == 4
        assert messages_of(answer) == ["4件中 3件を追加、1件は登録済みです。"]

    def test_all_that_the_filter_finds_means_the_filter_run_again(self, client, project):
        DealFactory.create_batch(3, status="quoted")
        DealFactory.create_batch(2)

        fill(client, "list=deals&all=1&query=%3Fstatus%3Dquoted", count=3, project=project.pk)

        assert project.members.count() == 3
        assert set(project.members.values_list("deal__status", flat=True)) == {"quoted"}

    def test_a_filter_that_finds_another_number_by_now_asks_again(self, client, project):
        DealFactory.create_batch(3)

        answer = fill(client, "list=deals&all=1&query=", count=2, project=project.pk)

        assert project.members.count() == 0
        assert answer.context["form"]["count"].value() == "3"
        assert "2件から3件" in answer.content.decode()

    def test_ticked_leads_are_added_and_doubles_counted(self, client, project):
        leads = LeadFactory.create_batch(3)
        project.members.create(lead=leads[0])
        answer = fill(
            client, "list=leads&" + "&".join(f"lead={lead.pk}" for lead in leads), count=3, project=project.pk
        )
        assert set(project.members.values_list("lead", flat=True)) == {lead.pk for lead in leads}
        assert messages_of(answer) == ["3件中 2件を追加、1件は登録済みです。"]

    def test_all_leads_of_a_view_are_those_of_the_list(self, client, project):
        bare, planned = LeadFactory.create_batch(2, status="approaching")
        TodoFactory(deal=None, lead=planned)
        assert FILL in client.get("/leads/?view=none").content.decode()
        fill(client, "list=leads&all=1&query=%3Fview%3Dnone", count=1, project=project.pk)
        assert list(project.members.values_list("lead", flat=True)) == [bare.pk]

    def test_follow_ups_are_added_by_their_deals(self, client, project):
        lost, stagnant = CycleFactory(lost=True), CycleFactory()
        assert FILL in client.get("/followup/").content.decode()
        fill(client, f"list=followup&deal={stagnant.deal_id}", count=1, project=project.pk)
        answer = fill(client, "list=followup&all=1&query=", count=2, project=project.pk)
        assert set(project.members.values_list("deal", flat=True)) == {lost.deal_id, stagnant.deal_id}
        assert messages_of(answer) == ["2件中 1件を追加、1件は登録済みです。"]

    def test_a_new_project_is_made_on_the_way(self, client, inside):
        deal = DealFactory()

        fill(client, f"list=deals&deal={deal.pk}", count=1, new_name="休眠の棚卸し")

        assert CallProject.objects.get().owner == inside
        assert CallProject.objects.get().members.get().deal == deal

    def test_without_a_project_it_says_so(self, client, inside):
        answer = fill(client, f"list=deals&deal={DealFactory().pk}", count=1)
        assert "new_name" in answer.context["form"].errors

    def test_a_date_makes_the_to_dos(self, client, project, today):
        due = today + timedelta(days=7)
        fill(client, f"list=deals&deal={DealFactory().pk}", count=1, project=project.pk, call_on=due.isoformat())
        assert Todo.objects.of_project(project.pk).get().due_on == due

    def test_dates_of_somebody_elses_project_are_not_his_to_set(self, client, inside, today):
        other = CallProject.objects.create(name="他人", owner=UserFactory(inside=True), starts_on=today, ends_on=today)
        query = f"list=deals&deal={DealFactory().pk}"

        answer = fill(client, query, count=1, project=other.pk, call_on=today.isoformat())
        assert "call_on" in answer.context["form"].errors

        fill(client, query, count=1, project=other.pk)
        assert other.members.count() == 1

    def test_who_must_not_be_contacted_is_named(self, client, project):
        contact = ContactFactory(company=CompanyFactory(name="停止商事"), do_not_contact_reason="停止依頼")
        deal = DealFactory(contact=contact, company=contact.company)

        answer = fill(client, f"list=deals&deal={deal.pk}", count=1, project=project.pk)

        assert any("停止商事" in text and "停止依頼" in text for text in messages_of(answer))

    def test_nothing_chosen_is_said(self, client, inside):
        assert "まだ何も選ばれていません" in client.get(f"{FILL}?list=deals").content.decode()

    @pytest.mark.parametrize("query", ["", "list=nonsense", "list=todos"])
    def test_an_unknown_list_is_not_found(self, client, inside, query):
        assert client.get(f"{FILL}?{query}").status_code == 404

    def test_the_list_of_deals_offers_boxes_and_all(self, client, inside):
        deal = DealFactory()
        page = client.get("/deals/?status=ongoing").content.decode()
        assert f'name="deal" value="{deal.pk}"' in page
        assert 'name="query" value="?status=ongoing"' in page

    def test_a_viewer_sees_no_boxes(self, client):
        client.force_login(UserFactory(viewer=True))
        DealFactory()
        assert 'name="deal"' not in client.get("/deals/").content.decode()


class TestPlanning:
    @pytest.fixture
    def members(self, project):
        return [project.members.create(deal=DealFactory()), project.members.create(lead=LeadFactory())]

    def url(self, name, project, members):
        return reverse(name, args=[project.pk]) + "?" + "&".join(f"member={member.pk}" for member in members)

    def test_a_date_for_the_chosen(self, client, project, members, today):
        due = today + timedelta(days=3)
        client.post(self.url("followups:project_call_on", project, members[:1]), {"call_on": due.isoformat()})
        assert Todo.objects.open().get().due_on == due

    def test_a_date_for_all_open_ones(self, client, project, members, today):
        project.members.create(deal=DealFactory(), status="done")
        url = reverse("followups:project_call_on", args=[project.pk])
        client.post(f"{url}?all=1", {"call_on": today.isoformat()})
        assert Todo.objects.open().count() == 2

    def test_yesterday_is_refused_beside_the_field(self, client, project, members, today):
        yesterday = today - timedelta(days=1)
        answer = client.post(
            self.url("followups:project_call_on", project, members), {"call_on": yesterday.isoformat()}
        )
        assert "call_on" in answer.context["form"].errors

    def test_taken_off_the_list(self, client, project, members):
        client.post(self.url("followups:project_remove", project, members))
        assert not project.members.exists()

    @pytest.mark.parametrize(
        "name", ["followups:project_edit", "followups:project_call_on", "followups:project_remove"]
    )
    def test_only_its_owner_and_managers(self, client, project, members, name):
        client.force_login(UserFactory(inside=True))
        assert client.get(self.url(name, project, members)).status_code == 403
        client.force_login(UserFactory(manager=True))
        assert client.get(self.url(name, project, members)).status_code == 200

    def test_nobody_chosen_is_not_found(self, client, project):
        assert client.get(reverse("followups:project_call_on", args=[project.pk])).status_code == 404


class TestPages:
    def test_a_project_is_added_and_edited(self, client, inside, today):
        typed = {
            "name": "年末の挨拶", "owner": inside.pk, "starts_on": today, "ends_on": today + timedelta(days=30),
            "counts_to_capacity": "on",
        }  # fmt: skip
        answer = client.post("/projects/add/", typed)
        project = CallProject.objects.get()
        assert answer.url == f"/projects/{project.pk}/"

        client.post(f"/projects/{project.pk}/edit/", typed | {"name": "新年の挨拶"})
        project.refresh_from_db()
        assert project.name == "新年の挨拶"

    def test_a_period_the_wrong_way_round_is_said_at_the_field(self, client, inside, today):
        typed = {"name": "逆", "owner": inside.pk, "starts_on": today, "ends_on": today - timedelta(days=1)}
        assert "ends_on" in client.post("/projects/add/", typed).context["form"].errors

    def test_progress_counts_open_called_and_won(self, client, project):
        for status, count in (("open", 3), ("done", 2), ("appointment", 1)):
            for _ in range(count):
                project.members.create(deal=DealFactory(), status=status)

        progress = client.get(f"/projects/{project.pk}/").context["progress"]

        assert (progress.total, progress.still_open, progress.done, progress.won) == (6, 3, 2, 1)
        assert (progress.called_share, progress.won_share) == (50, "33.3%")

    def test_an_ended_project_stands_under_ended_from_the_next_day_on(self, client, project, today):
        assert [row.project for row in client.get("/projects/").context["rows"]] == [project]
        CallProject.objects.update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
        assert client.get("/projects/").context["rows"] == []
        assert len(client.get("/projects/?show=ended").context["rows"]) == 1

    def test_a_member_shows_its_last_call_and_its_next(self, client, project, today):
        deal = DealFactory()
        project.members.create(deal=deal)
        ActivityFactory(deal=deal, outcome="callback", day=today - timedelta(days=2))
        ActivityFactory(deal=deal, outcome="declined", day=today - timedelta(days=1))
        todo = TodoFactory(deal=deal, project=project)

        (row,) = client.get(f"/projects/{project.pk}/").context["rows"]

        assert (row.todo, row.call.outcome) == (todo, "declined")

    def test_results_are_those_of_its_own_calls(self, client, project):
        deal = DealFactory()
        call = ActivityFactory(deal=deal, outcome="appointment")
        TodoFactory(deal=deal, project=project, done=True, done_by_activity=call)
        ActivityFactory(deal=deal, outcome="appointment")

        results = client.get(f"/projects/{project.pk}/").context["results"]

        assert {bar.key: bar.count for bar in results}["appointment"] == 1

    @pytest.mark.parametrize("rows", [1, 30])
    def test_the_pages_ask_as_often_for_thirty_rows_as_for_one(
        self, client, project, today, rows, django_assert_num_queries
    ):
        for _ in range(rows):
            deal = DealFactory()
            project.members.create(deal=deal, call_on=today)
            TodoFactory(deal=deal, project=project, assignee=project.owner)
            ActivityFactory(deal=deal)
            CallProject.objects.create(name="別", owner=project.owner, starts_on=today, ends_on=today)
        with django_assert_num_queries(3 + 10):
            client.get(f"/projects/{project.pk}/")
        with django_assert_num_queries(3 + 9):
            client.get("/projects/")
