"""Several leads at once: what can be done is done, what cannot is listed with the reason."""

from datetime import timedelta

import pytest

from activities.models import Todo
from leads.models import Lead, NurturingReason
from people.working_days import load_calendar
from tests.factories import LeadFactory, TeamFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


def at(verb: str, *leads: Lead, more: str = "") -> str:
    return f"/leads/{verb}/?" + "&".join(f"lead={lead.pk}" for lead in leads) + more


@pytest.mark.parametrize("verb", ["assign", "status", "todo"])
class TestTheChoice:
    def test_no_lead_is_not_found(self, client, me, verb):
        assert client.get(f"/leads/{verb}/").status_code == 404
        assert client.get(f"/leads/{verb}/?lead=4711&lead=x").status_code == 404

    def test_the_chosen_ones_are_shown_before_anything_is_done(self, client, me, verb):
        page = client.get(at(verb, LeadFactory(name="桐谷 由美"), LeadFactory()))
        assert len(page.context["leads"]) == 2
        assert "桐谷 由美" in page.content.decode()

    def test_a_viewer_does_none_of_it(self, client, verb):
        client.force_login(UserFactory(viewer=True))
        assert client.get(at(verb, LeadFactory())).status_code == 403

    def test_an_incomplete_answer_changes_nothing(self, client, me, verb):
        lead = LeadFactory(owner=me)
        client.post(at(verb, lead), {"status": "", "owner": "4711", "subject": ""})
        lead.refresh_from_db()
        assert (lead.status, lead.owner, lead.todos.count()) == ("new", me, 0)


class TestGivingThemAway:
    def test_with_the_open_to_dos_of_their_owner(self, client, me):
        other, third = UserFactory(inside=True), UserFactory(inside=True)
        lead = LeadFactory(owner=me)
        mine, nobodys = TodoFactory(deal=None, lead=lead, assignee=me), TodoFactory(deal=None, lead=lead)
        theirs = TodoFactory(deal=None, lead=lead, assignee=third)
        done = TodoFactory(deal=None, lead=lead, assignee=me, done=True)
        answer = client.post(at("assign", lead, more="&next=/leads/%3Fstatus%3Dnew"), {"owner": other.pk})
        assert answer["Location"] == "/leads/?status=new"
        lead.refresh_from_db()
        assert lead.owner == other
        assert [Todo.objects.get(pk=todo.pk).assignee for todo in (mine, nobodys, theirs, done)] == [
            other, other, third, me,
        ]  # fmt: skip

    def test_back_to_nobody(self, client, me):
        lead = LeadFactory(owner=me)
        client.post(at("assign", lead), {"owner": ""})
        lead.refresh_from_db()
        assert lead.owner is None

    def test_a_leaver_is_not_offered(self, client, me):
        lead = LeadFactory(owner=me)
        client.post(at("assign", lead), {"owner": UserFactory(inside=True, gone=True).pk})
        lead.refresh_from_db()
        assert lead.owner == me

    def test_those_of_others_stay_and_are_named_while_mine_go(self, client, me):
        other = UserFactory(inside=True)
        mine, theirs = LeadFactory(owner=me), LeadFactory(owner=other, name="他人の客")
        answer = client.post(at("assign", mine, theirs), {"owner": ""})
        page = client.get(answer["Location"])
        assert page.context["leads"] == [theirs]
        text = page.content.decode()
        assert "次の1件は変更していません" in text
        assert "ほかの人の担当です" in text
        assert [lead.owner for lead in Lead.objects.order_by("id")] == [None, other]

    def test_what_was_left_is_said_once(self, client, me):
        theirs = LeadFactory(owner=UserFactory(inside=True))
        there = client.post(at("assign", theirs), {"owner": me.pk})["Location"]
        assert [len(client.get(there).context["left"]) for _ in range(2)] == [1, 0]

    @pytest.mark.parametrize(("is_of_the_team", "is_given"), [(True, True), (False, False)])
    def test_a_manager_gives_away_those_of_his_team(self, client, is_of_the_team, is_given):
        team = TeamFactory()
        manager = UserFactory(manager=True, team=team)
        owner = UserFactory(inside=True, team=team if is_of_the_team else TeamFactory())
        lead = LeadFactory(owner=owner)
        client.force_login(manager)
        client.post(at("assign", lead), {"owner": manager.pk})
        lead.refresh_from_db()
        assert (lead.owner == manager) is is_given


class TestTheirStatus:
    def answers(self):
        return {
            "status": "nurturing_action",
            "nurturing_reason": NurturingReason.objects.get(code="timing").pk,
        }

    def test_those_that_can_move_and_the_others_say_why_not(self, client, me):
        with_todo, without = LeadFactory(), LeadFactory()
        TodoFactory(deal=None, lead=with_todo)
        page = client.get(client.post(at("status", with_todo, without), self.answers())["Location"])
        assert [aside.record for aside in page.context["left"]] == [without]
        assert "先に次のToDo" in page.context["left"][0].why
        assert [lead.status for lead in Lead.objects.order_by("id")] == ["nurturing_action", "new"]

    def test_it_says_beforehand_which_ones_will_stay(self, client, me):
        with_todo, without = LeadFactory(), LeadFactory()
        TodoFactory(deal=None, lead=with_todo)
        page = client.post(at("status", with_todo, without) + "&preview", self.answers())
        after = page.context["after"]
        assert (after.done, [aside.record for aside in after.aside]) == ([with_todo], [without])
        assert set(Lead.objects.values_list("status", flat=True)) == {"new"}

    def test_a_lead_of_anybody_may_be_moved(self, client, me):
        lead = LeadFactory(owner=UserFactory(inside=True))
        client.post(at("status", lead), {"status": "approaching"})
        lead.refresh_from_db()
        assert lead.status == "approaching"


class TestAStepForAll:
    def test_each_gets_one_for_its_owner_on_that_day(self, client, me, today):
        other = UserFactory(inside=True)
        leads = [LeadFactory(owner=other), LeadFactory()]
        day = today + timedelta(days=7)
        client.post(at("todo", *leads), {"subject": "展示会の案内", "due_on": day.isoformat(), "hook": "新機能"})
        todos = Todo.objects.order_by("id")
        assert [(todo.lead, todo.assignee, todo.original_due_on) for todo in todos] == [
            (leads[0], other, day),
            (leads[1], me, day),
        ]

    def test_or_for_the_person_who_is_chosen(self, client, me, today):
        lead = LeadFactory(owner=UserFactory(inside=True))
        client.post(at("todo", lead), {"subject": "案内", "due_on": today.isoformat(), "assignee": me.pk})
        assert lead.todos.get().assignee == me

    def test_a_full_day_leaves_the_rest_with_the_reason(self, client, me, today):
        owner = UserFactory(inside=True, todo_cap=1)
        first, second = LeadFactory(owner=owner), LeadFactory(owner=owner)
        day = load_calendar().add(today, 3).isoformat()
        page = client.get(client.post(at("todo", first, second), {"subject": "案内", "due_on": day})["Location"])
        assert [aside.record for aside in page.context["left"]] == [second]
        assert [todo.lead for todo in Todo.objects.all()] == [first]

    def test_a_team_that_wants_a_purpose_takes_the_reason_for_having_none(self, client, me, today):
        lead = LeadFactory(owner=UserFactory(inside=True, team=TeamFactory(promise_mode="warn")))
        said = {"subject": "案内", "due_on": load_calendar().add(today, 3).isoformat()}
        client.post(at("todo", lead), said)
        assert not lead.todos.exists()
        client.post(at("todo", lead), said | {"no_promise_reason": "担当替えの挨拶"})
        assert lead.todos.get().no_promise_reason == "担当替えの挨拶"

    def test_a_preview_adds_none(self, client, me, today):
        page = client.post(at("todo", LeadFactory()) + "&preview", {"subject": "案内", "due_on": today.isoformat()})
        assert len(page.context["after"].done) == 1
        assert not Todo.objects.exists()

    def test_fifty_ask_no_more_than_one(self, client, me, today, django_assert_max_num_queries):
        owner = UserFactory(inside=True, todo_cap=100)
        leads = [LeadFactory(owner=owner) for _ in range(50)]
        with django_assert_max_num_queries(30):
            client.post(at("todo", *leads), {"subject": "案内", "due_on": today.isoformat()})
        assert Todo.objects.count() == 50
