"""Follow-ups without a to-do get theirs at once, and several are exempted for one reason (SC-10)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from deals.models import DealEvent
from followups.actions.covering import cover_deals
from followups.coverage import uncovered
from followups.models import RuleExemption
from people.refusal import Refused
from tests.factories import TODAY, ContactFactory, CycleFactory, DealFactory, TodoFactory, UserFactory, days_ago

pytestmark = pytest.mark.django_db

COVER, EXEMPT = reverse("followups:cover"), reverse("followups:exempt_many")


@pytest.fixture
def staff():
    return UserFactory(inside=True)


@pytest.fixture
def manager(client):
    user = UserFactory(manager=True, language="en")
    client.force_login(user)
    return user


def bare(**kwargs):
    return CycleFactory(deal__contact=ContactFactory(), **kwargs)


class TestCovering:
    def test_each_gets_one_to_do_with_a_person_and_a_day(self, staff):
        cycles = [bare(rule_code="R-60"), bare(returned=True), CycleFactory(lost=True)]

        cover_deals([cycle.deal_id for cycle in cycles], by=staff, as_of=TODAY)

        todos = {todo.cycle_id: todo for todo in Todo.objects.all()}
        assert [todos[cycle.pk].rule_code for cycle in cycles] == ["R-60", "R-RETURN", "R-LOST"]
        assert {todo.assignee for todo in todos.values()} == {staff}
        assert [todos[cycle.pk].original_due_on for cycle in cycles] == [
            days_ago(10), days_ago(-80), cycles[2].next_approach_on,
        ]  # fmt: skip
        assert min(todo.effective_due_on for todo in todos.values()) >= TODAY
        assert not uncovered(TODAY).exists()
        assert DealEvent.objects.filter(kind="todo_created").count() == 3

    def test_a_later_one_takes_the_next_step(self, staff):
        cycle = bare()
        TodoFactory(rule_made=True, cycle=cycle, done=True, step=4)
        [todo] = cover_deals([cycle.deal_id], by=staff, as_of=TODAY)
        assert todo.step == 5

    def test_what_has_a_to_do_or_no_follow_up_is_refused_and_named(self, staff):
        covered, free = TodoFactory(rule_made=True).deal, DealFactory()
        for deal in (covered, free):
            with pytest.raises(Refused) as refused:
                cover_deals([bare().deal_id, deal.pk], by=staff, as_of=TODAY)
            assert refused.value.position == 1
        assert Todo.objects.count() == 1

    def test_its_queries_do_not_grow_with_the_follow_ups(self, staff, django_assert_max_num_queries):
        ids = [bare().deal_id for _n in range(20)]
        with django_assert_max_num_queries(25):
            cover_deals(ids, by=staff, as_of=TODAY)


class TestPages:
    def test_the_chosen_get_their_to_dos_and_the_others_are_named(self, client, manager, staff):
        today = timezone.localdate()
        one, other = bare(), TodoFactory(rule_made=True).cycle
        address = f"{COVER}?deal={one.deal_id}&deal={other.deal_id}"
        assert one.deal.company.name in client.get(address).content.decode()

        page = client.post(address, follow=True).content.decode()

        assert one.todos.filter(status="open", created_on=today).count() == 1
        assert "1 deal has been changed." in page
        assert f"{other.deal}: The follow-up has a to-do by now." in page

    def test_the_chosen_are_exempted_for_one_reason(self, client, manager):
        deals = [bare().deal, bare().deal]
        address = f"{EXEMPT}?deal={deals[0].pk}&deal={deals[1].pk}"
        assert client.post(address, {"reason": "", "expires_on": ""}).status_code == 200

        client.post(address, {"reason": "先方の希望", "expires_on": timezone.localdate().isoformat()})

        rows = RuleExemption.objects.order_by("deal_id")
        assert [(row.deal, row.reason, row.by) for row in rows] == [(deal, "先方の希望", manager) for deal in deals]
        assert not uncovered(timezone.localdate()).exists()

    @pytest.mark.parametrize("address", [COVER, EXEMPT])
    def test_without_a_deal_there_is_no_page(self, client, manager, address):
        assert client.get(address).status_code == 404
        assert client.get(f"{address}?deal=0&deal=x").status_code == 404

    @pytest.mark.parametrize("address", [COVER, EXEMPT])
    def test_they_are_the_managers(self, client, staff, address):
        client.force_login(staff)
        assert client.get(f"{address}?deal={bare().deal_id}").status_code == 403
