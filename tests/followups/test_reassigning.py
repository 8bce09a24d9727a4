"""Many deals or to-dos to somebody else: shown first, run, and told what did not go (S1-25, D.1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Todo
from deals.models import Deal, HandOver
from followups.actions import reassign_deals, reassign_open_todos
from people.refusal import Refused
from tests.factories import TODAY, CycleFactory, DealFactory, TeamFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(manager=True)


@pytest.fixture
def leaving():
    return UserFactory(inside=True, name="休職 前")


@pytest.fixture
def taking():
    return UserFactory(inside=True, name="引受 後")


def reassigned(deals, to, by, side="is_owner"):
    return reassign_deals([deal.pk for deal in deals], side, to, reason="休職", by=by, as_of=TODAY)


class TestDeals:
    def test_each_writes_one_hand_over(self, manager, leaving, taking):
        deals = DealFactory.create_batch(3, is_owner=leaving)

        result = reassigned(deals, taking, manager)

        assert (len(result.done), result.failed) == (3, [])
        assert HandOver.objects.filter(from_user=leaving, to_user=taking, reason="休職").count() == 3
        assert set(Deal.objects.values_list("is_owner", flat=True)) == {taking.pk}

    def test_the_former_owners_to_dos_go_along_and_others_stay(self, manager, leaving, taking):
        cycle = CycleFactory(deal=DealFactory(is_owner=leaving), is_owner=leaving)
        his = TodoFactory(rule_made=True, cycle=cycle, assignee=leaving)
        other = TodoFactory(deal=cycle.deal, assignee=manager)

        reassigned([cycle.deal], taking, manager)

        assert Todo.objects.get(pk=his.pk).assignee == taking
        assert Todo.objects.get(pk=other.pk).assignee == manager
        cycle.refresh_from_db()
        assert cycle.is_owner == taking

    def test_one_that_refuses_is_named_and_the_rest_goes_on(self, manager):
        field, follower = UserFactory(combined=True), UserFactory(field=True)
        fine, bad = DealFactory(fs_owner=field), DealFactory(fs_owner=field)
        cycle = CycleFactory(deal=bad, is_owner=field)
        TodoFactory(rule_made=True, cycle=cycle, assignee=field)

        result = reassigned([bad, fine], follower, manager, side="fs_owner")

        assert result.done == [fine.pk]
        assert [pk for pk, _why in result.failed] == [bad.pk]
        bad.refresh_from_db()
        assert bad.fs_owner == field

    @pytest.mark.parametrize("traits", [{"inside": True, "gone": True}, {"field": True}])
    def test_a_leaver_or_somebody_without_the_role_gets_none(self, manager, leaving, traits):
        with pytest.raises(Refused) as refused:
            reassigned([DealFactory(is_owner=leaving)], UserFactory(**traits), manager)
        assert set(refused.value.errors) == {"to"}

    def test_nobody_is_the_pool(self, leaving):
        deal = DealFactory(is_owner=leaving)
        reassigned([deal], None, leaving)
        deal.refresh_from_db()
        assert deal.is_owner is None


def test_a_closed_to_do_stays_and_is_named(manager, taking):
    still_open, closed = TodoFactory(), TodoFactory(done=True)

    result = reassign_open_todos([closed.pk, still_open.pk], taking, by=manager, as_of=TODAY)

    assert result.done == [still_open.pk]
    assert [pk for pk, _why in result.failed] == [closed.pk]


class TestPage:
    def post(self, client, query, **typed):
        return client.post(f"/reassign/?{query}", typed)

    def test_it_shows_the_load_before_it_runs(self, client, manager, leaving, taking):
        client.force_login(manager)
        today = timezone.localdate()
        due = today + timedelta(days=2)
        taking.todo_cap = 2
        taking.save()
        TodoFactory(assignee=taking, original_due_on=due)
        TodoFactory.create_batch(2, assignee=leaving, original_due_on=due)
        query, typed = f"list=todos&all=1&query=assignee%3D{leaving.pk}", {"count": 2, "to": taking.pk}

        shown = self.post(client, query, **typed)

        load = shown.context["load"]
        assert (load.before, load.after, load.busiest_before, load.busiest_after, load.cap) == (1, 3, 1, 3, 2)
        assert load.is_over
        assert Todo.objects.filter(assignee=leaving).count() == 2

        self.post(client, query, **typed, shown=shown.context["form"]["shown"].value())
        assert Todo.objects.filter(assignee=taking).count() == 3

    def test_the_cap_itself_is_not_over(self, client, manager, leaving, taking):
        client.force_login(manager)
        taking.todo_cap = 1
        taking.save()
        TodoFactory(assignee=leaving)
        shown = self.post(client, f"list=todos&all=1&query=assignee%3D{leaving.pk}", count=1, to=taking.pk)
        assert not shown.context["load"].is_over

    def test_another_person_than_shown_is_shown_first(self, client, manager, leaving, taking):
        client.force_login(manager)
        deal = DealFactory(is_owner=leaving)
        other = UserFactory(inside=True)
        query, typed = f"list=deals&deal={deal.pk}", {"count": 1, "side": "is_owner", "reason": "休職"}
        shown = self.post(client, query, **typed, to=taking.pk).context["form"]["shown"].value()

        self.post(client, query, **typed, to=other.pk, shown=shown)
        deal.refresh_from_db()
        assert deal.is_owner == leaving

        answer = self.post(client, query, **typed, to=taking.pk, shown=shown)
        deal.refresh_from_db()
        assert deal.is_owner == taking
        assert answer.url == "/deals/?"

    @pytest.mark.parametrize(
        ("traits", "side", "goes"),
        [
            ({"field": True}, "fs_owner", False),
            ({"manager": True}, "is_owner", True),
            ({"admin": True}, "fs_owner", True),
        ],
    )
    def test_somebody_elses_deals_are_the_managers(self, client, leaving, taking, traits, side, goes):
        client.force_login(UserFactory(**traits))
        deal = DealFactory(is_owner=leaving, fs_owner=UserFactory(field=True))
        to = taking if side == "is_owner" else UserFactory(field=True)
        typed = {"count": 1, "side": side, "reason": "休職", "to": to.pk}
        query = f"list=deals&deal={deal.pk}"
        shown = self.post(client, query, **typed).context["form"]["shown"].value()

        answer = self.post(client, query, **typed, shown=shown)

        deal.refresh_from_db()
        assert (getattr(deal, side) == to) is goes
        assert goes or deal.name in answer.content.decode()

    def test_a_manager_reaches_his_team(self, client, taking):
        manager = UserFactory(manager=True, team=TeamFactory())
        client.force_login(manager)
        deal = DealFactory(is_owner=UserFactory(inside=True, team=TeamFactory()))
        typed = {"count": 1, "side": "is_owner", "reason": "休職", "to": taking.pk}
        assert self.post(client, f"list=deals&deal={deal.pk}", **typed).context["out_of_reach"] == 1

    def test_inside_sales_gives_its_own_back_to_the_pool_only(self, client, leaving, taking):
        client.force_login(leaving)
        deal = DealFactory(is_owner=leaving)
        typed = {"count": 1, "side": "is_owner", "reason": "休職", "to": taking.pk}
        assert "to" in self.post(client, f"list=deals&deal={deal.pk}", **typed).context["form"].errors
        del typed["to"]
        assert self.post(client, f"list=deals&deal={deal.pk}", **typed).context["reached"] == [deal.pk]

    def test_fs_hands_its_own_to_a_colleague(self, client):
        field, colleague = UserFactory(field=True), UserFactory(field=True)
        client.force_login(field)
        deal = DealFactory(fs_owner=field)
        typed = {"count": 1, "side": "fs_owner", "reason": "育休", "to": colleague.pk}
        shown = self.post(client, f"list=deals&deal={deal.pk}", **typed).context["form"]["shown"].value()
        self.post(client, f"list=deals&deal={deal.pk}", **typed, shown=shown)
        deal.refresh_from_db()
        assert deal.fs_owner == colleague

    def test_a_viewer_does_not_get_in(self, client):
        client.force_login(UserFactory(viewer=True))
        assert client.get("/reassign/?list=deals").status_code == 403
