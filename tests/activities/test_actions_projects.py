"""Call projects: who stands on the list, the day of the call, and how far the list has come (S2-25, S2-26, S2-38)."""

from datetime import date

import pytest
from django.db import IntegrityError

from activities.actions import (
    Completion,
    add_to_project,
    cancel_todos,
    complete_todos,
    create_project,
    edit_project,
    log_call,
    remove_from_project,
    reopen_todos,
    set_call_dates,
)
from activities.models import CallProject, CallProjectMember, Todo, TodoMove
from people.records import Edit
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY, MONDAY = date(2025, 8, 1), date(2025, 8, 2), date(2025, 8, 4)


@pytest.fixture
def manager():
    return UserFactory(manager=True)


@pytest.fixture
def project(manager):
    return create_project(CallProject(name="初回訪問から3か月", starts_on=TODAY, ends_on=days_ago(-90)), by=manager)


@pytest.fixture
def add(project, manager):
    def put(*deals, leads=(), **more):
        ids = [deal.pk for deal in deals], [lead.pk for lead in leads]
        return add_to_project(project.pk, deal_ids=ids[0], lead_ids=ids[1], by=manager, as_of=TODAY, **more)

    return put


@pytest.fixture
def plan(project, manager):
    def schedule(call_on, **more):
        ids = list(project.members.values_list("pk", flat=True))
        return set_call_dates(ids, call_on, by=manager, as_of=TODAY, **more)

    return schedule


def the_todo():
    return Todo.objects.open().get()


def status_of(project):
    return project.members.get().status


class TestProject:
    def test_it_is_its_makers_where_nobody_is_named(self, project, manager):
        assert project.owner == manager

    def test_without_a_name_it_is_refused(self, manager):
        with pytest.raises(Refused) as refused:
            create_project(CallProject(name=" ", starts_on=TODAY, ends_on=TODAY), by=manager)
        assert set(refused.value.errors) == {"name"}

    def test_one_day_is_long_enough(self, manager):
        assert create_project(CallProject(name="一日だけ", starts_on=TODAY, ends_on=TODAY), by=manager).pk

    def test_it_does_not_end_before_it_starts(self, project):
        with pytest.raises(Refused) as refused:
            edit_project(Edit(project.pk, {"ends_on": days_ago(1)}))
        assert set(refused.value.errors) == {"ends_on"}


class TestAdding:
    def test_of_37_deals_34_are_added_and_3_were_there_already(self, project, add):
        deals = DealFactory.create_batch(37)
        add(*deals[:3])

        added = add(*deals)

        assert (len(added.member_ids), added.skipped, added.refused) == (34, 3, [])
        assert project.members.count() == 37

    def test_leads_stand_beside_deals(self, project, add):
        lead = LeadFactory()

        assert len(add(DealFactory(), leads=[lead]).member_ids) == 2
        assert add(leads=[lead]).skipped == 1

    def test_whoever_must_not_be_contacted_is_refused_with_the_reason(self, project, add):
        contact = ContactFactory(do_not_contact_reason="停止依頼")
        deal = DealFactory(contact=contact, company=contact.company)

        added = add(deal, DealFactory())

        assert len(added.member_ids) == 1
        ((name, why),) = added.refused
        assert name == contact.company.name
        assert "停止依頼" in why

    def test_what_is_out_of_target_is_refused(self, add):
        added = add(DealFactory(excluded=True), leads=[LeadFactory(status="out_of_target", name="逆営業の会社")])

        assert added.member_ids == []
        assert len(added.refused) == 2

    def test_a_project_that_is_gone_takes_nobody(self, manager):
        with pytest.raises(Refused):
            add_to_project(0, deal_ids=[DealFactory().pk], by=manager, as_of=TODAY)

    def test_a_call_date_comes_with_its_to_dos(self, add):
        add(DealFactory(), DealFactory(), call_on=FRIDAY)

        assert list(Todo.objects.open().values_list("due_on", flat=True)) == [FRIDAY, FRIDAY]

    def test_the_database_refuses_a_deal_twice(self, project, add):
        deal = DealFactory()
        add(deal)

        with pytest.raises(IntegrityError):
            CallProjectMember.objects.create(project=project, deal=deal)


class TestCallDate:
    def test_it_makes_one_to_do_for_the_is_owner_with_the_projects_name(self, project, add, plan):
        inside = UserFactory(inside=True)
        add(DealFactory(is_owner=inside))

        plan(FRIDAY)

        todo = the_todo()
        assert (todo.project, todo.assignee, todo.subject, todo.due_on) == (project, inside, project.name, FRIDAY)
        assert project.members.get().call_on == FRIDAY

    def test_without_an_owner_it_is_the_planners(self, add, plan, manager):
        add(DealFactory())
        plan(FRIDAY)
        assert the_todo().assignee == manager

    def test_an_owner_who_has_left_gets_nothing(self, add, plan, manager):
        add(DealFactory(is_owner=UserFactory(inside=True, gone=True)))
        plan(FRIDAY)
        assert the_todo().assignee == manager

    def test_a_chosen_person_takes_them_all(self, add, plan):
        chosen = UserFactory(inside=True)
        add(DealFactory(is_owner=UserFactory(inside=True)), leads=[LeadFactory()])
        plan(FRIDAY)

        plan(FRIDAY, assignee=chosen)

        assert set(Todo.objects.open().values_list("assignee", flat=True)) == {chosen.pk}

    def test_a_day_off_becomes_the_next_business_day(self, add, plan):
        add(DealFactory())
        plan(SATURDAY)
        assert (the_todo().due_on, the_todo().effective_due_on) == (SATURDAY, MONDAY)

    def test_set_again_it_moves_and_never_doubles(self, project, add, plan):
        add(DealFactory())
        plan(FRIDAY)

        again = plan(MONDAY)

        assert (len(again.made), len(again.moved)) == (0, 1)
        assert the_todo().due_on == MONDAY
        assert project.members.get().call_on == MONDAY

    def test_the_same_day_again_is_no_move(self, add, plan):
        add(DealFactory())
        plan(FRIDAY)

        again = plan(FRIDAY)

        assert (again.made, again.moved) == ([], [])
        assert TodoMove.objects.count() == 0

    def test_today_is_early_enough_and_yesterday_is_not(self, add, plan):
        add(DealFactory())
        plan(TODAY)
        with pytest.raises(Refused) as refused:
            plan(days_ago(1))
        assert set(refused.value.errors) == {"call_on"}

    def test_two_projects_with_one_deal_have_a_to_do_each(self, project, add, plan, manager):
        deal = DealFactory()
        add(deal, call_on=FRIDAY)
        other = create_project(CallProject(name="別の名簿", starts_on=TODAY, ends_on=TODAY), by=manager)

        add_to_project(other.pk, deal_ids=[deal.pk], call_on=MONDAY, by=manager, as_of=TODAY)

        assert Todo.objects.of_project(project.pk).get().due_on == FRIDAY
        assert Todo.objects.of_project(other.pk).get().due_on == MONDAY

    def test_inside_sales_covers_a_follow_up_with_it(self, add, plan):
        cycle = CycleFactory(is_owner=UserFactory(inside=True))
        cycle.deal.is_owner = cycle.is_owner
        cycle.deal.save()
        add(cycle.deal)

        plan(FRIDAY)

        cycle.refresh_from_db()
        assert the_todo().cycle == cycle
        assert cycle.has_open_todo

    @pytest.mark.parametrize("count", [1, 20])
    def test_it_asks_as_often_for_twenty_as_for_one(self, add, plan, count, django_assert_max_num_queries):
        add(*DealFactory.create_batch(count))
        with django_assert_max_num_queries(30):
            plan(FRIDAY, assignee=UserFactory(inside=True))

    def test_a_full_day_is_refused_for_all_and_taken_with_a_reason(self, project, add, plan):
        few = UserFactory(inside=True, todo_cap=2)
        add(*DealFactory.create_batch(3))
        with pytest.raises(Refused) as refused:
            plan(FRIDAY, assignee=few)
        assert set(refused.value.errors) == {"due_on"}
        assert not Todo.objects.exists()

        plan(FRIDAY, assignee=few, over_cap_reason="展示会の翌日")
        assert Todo.objects.open().count() == 3

    def test_a_project_that_does_not_count_fills_no_day(self, project, add, plan):
        CallProject.objects.update(counts_to_capacity=False)
        add(*DealFactory.create_batch(3))
        plan(FRIDAY, assignee=UserFactory(inside=True, todo_cap=2))
        assert Todo.objects.open().count() == 3


class TestProgress:
    @pytest.fixture
    def member(self, add, plan):
        deal = DealFactory()
        add(deal)
        plan(FRIDAY)
        return deal

    def call(self, deal, manager, outcome):
        call = ActivityFactory.build(deal=deal, outcome=outcome)
        return log_call(call, by=manager, as_of=TODAY, completing=(the_todo().pk,))

    def test_a_new_member_is_open(self, project, member):
        assert status_of(project) == "open"

    def test_done_when_its_to_do_is_done(self, project, member, manager):
        complete_todos([Completion(the_todo().pk)], by=manager, as_of=TODAY)
        assert status_of(project) == "done"

    @pytest.mark.parametrize(
        ("outcome", "status"), [("not_connected", "done"), ("declined", "done"), ("appointment", "appointment")]
    )
    def test_the_result_of_the_call_says_which(self, project, member, manager, outcome, status):
        self.call(member, manager, outcome)
        assert status_of(project) == status

    def test_taken_back_it_is_open_again(self, project, member, manager):
        todo = the_todo()
        complete_todos([Completion(todo.pk)], by=manager, as_of=TODAY)
        reopen_todos([todo.pk])
        assert status_of(project) == "open"

    def test_called_again_later_it_is_open_and_an_appointment_stays_won(self, project, member, manager, plan):
        self.call(member, manager, "appointment")
        plan(MONDAY)
        assert status_of(project) == "open"

        complete_todos([Completion(the_todo().pk)], by=manager, as_of=TODAY)

        assert status_of(project) == "appointment"

    def test_a_cancelled_call_leaves_it_open(self, project, member, manager):
        cancel_todos([the_todo().pk], "not_useful", by=manager, as_of=TODAY)
        assert status_of(project) == "open"

    def test_a_to_do_outside_the_project_changes_nothing(self, project, member, manager):
        complete_todos([Completion(TodoFactory(deal=member).pk)], by=manager, as_of=TODAY)
        assert status_of(project) == "open"

    def test_a_lead_counts_like_a_deal(self, project, add, manager):
        add(leads=[LeadFactory()], call_on=FRIDAY)
        complete_todos([Completion(the_todo().pk)], by=manager, as_of=TODAY)
        assert status_of(project) == "done"

    def test_taken_off_the_list_it_is_not_called(self, project, member, manager):
        assert remove_from_project([project.members.get().pk], by=manager, as_of=TODAY) == 1
        assert not project.members.exists()
        assert Todo.objects.get().status == "cancelled"
