"""Many deals or to-dos to somebody else: shown first, run, and told what did not go (S1-25, D.1)."""

from datetime import timedelta

import pytest
from django.db.models import prefetch_related_objects
from django.utils import timezone

from activities.models import Todo
from deals.models import Deal, HandOver
from followups.actions import reassign_deals, reassign_open_todos
from people.refusal import Refused
from people.working_days import load_calendar
from tests.factories import TODAY, AbsenceFactory, CycleFactory, DealFactory, TeamFactory, TodoFactory, UserFactory
from tests.followups.handing import hand_over

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

    @pytest.fixture
    def due(self):
        return load_calendar().add(timezone.localdate(), 2)

    @pytest.fixture
    def url(self, leaving):
        return f"/reassign/?list=todos&all=1&query=assignee%3D{leaving.pk}"

    def fill(self, leaving, taking, due, has: int, comes: int, cap: int = 2) -> list[Todo]:
        taking.todo_cap = cap
        taking.save()
        TodoFactory.create_batch(has, assignee=taking, original_due_on=due)
        return TodoFactory.create_batch(comes, assignee=leaving, original_due_on=due)

    @pytest.mark.parametrize(
        ("has", "comes", "state", "stays"), [(0, 1, "free", 0), (1, 1, "full", 0), (1, 2, "over", 1), (2, 1, "over", 1)]
    )
    def test_it_shows_his_days_against_the_cap_before_it_runs(
        self, client, manager, leaving, taking, due, url, has, comes, state, stays
    ):
        client.force_login(manager)
        self.fill(leaving, taking, due, has, comes)

        load = client.post(url, {"count": comes, "to": taking.pk}).context["load"]

        [change] = load.days
        assert (change.before, change.after.day, change.after.count) == (has, due, has + comes)
        assert (change.after.state, load.is_over, len(load.stays)) == (state, state == "over", stays)
        assert Todo.objects.filter(assignee=leaving).count() == comes

    def test_above_the_cap_a_manager_says_why_or_it_stays_and_is_named(
        self, client, manager, leaving, taking, due, url
    ):
        client.force_login(manager)
        self.fill(leaving, taking, due, has=1, comes=2)

        page = hand_over(client, url, taking.pk)
        assert len(page.context["failures"]) == Todo.objects.filter(assignee=leaving).count() == 1

        hand_over(client, url, taking.pk, over_cap_reason="休職の間だけ")
        assert Todo.objects.filter(assignee=taking).count() == 3
        assert Todo.objects.filter(over_cap_reason="休職の間だけ").count() == 1

    def test_inside_sales_cannot_fill_a_colleagues_day_above_the_cap(self, client, leaving, taking, due, url):
        client.force_login(leaving)
        self.fill(leaving, taking, due, has=2, comes=1)
        shown = client.post(url, {"count": 1, "to": taking.pk})
        assert (shown.context["load"].takes_reason, shown.context["load"].going) == (False, 0)
        hand_over(client, url, taking.pk, over_cap_reason="どうしても")
        assert Todo.objects.filter(assignee=taking).count() == 2

    def test_what_is_overdue_fills_his_today(self, client, manager, leaving, taking, url):
        client.force_login(manager)
        today = timezone.localdate()
        self.fill(leaving, taking, today - timedelta(days=10), has=0, comes=1)
        [change] = client.post(url, {"count": 1, "to": taking.pk}).context["load"].days
        assert (change.after.day, change.after.count) == (load_calendar().on_or_after(today), 1)

    def test_promises_take_the_room_first_and_none_goes_to_a_day_on_which_he_is_away(self, manager, leaving, taking):
        taking.todo_cap = 1
        taking.save()
        plain = TodoFactory(assignee=leaving, original_due_on=TODAY)
        promised = TodoFactory(assignee=leaving, promised=True, original_due_on=TODAY)
        away = TodoFactory(assignee=leaving, original_due_on=TODAY + timedelta(days=1))
        AbsenceFactory(user=taking, starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=1))
        chosen = [plain.pk, promised.pk, away.pk]
        result = reassign_open_todos(chosen, taking, by=manager, as_of=TODAY)
        assert (result.done, sorted(pk for pk, _why in result.failed)) == ([promised.pk], [plain.pk, away.pk])
        again = reassign_open_todos(chosen, taking, over_cap_reason="代理", by=manager, as_of=TODAY)
        assert [pk for pk, _why in again.failed] == [away.pk]

    @pytest.mark.parametrize("many", [2, 30])
    def test_many_are_given_in_as_many_queries_as_two(self, manager, leaving, taking, django_assert_num_queries, many):
        todos = TodoFactory.create_batch(many, assignee=leaving)
        prefetch_related_objects([manager], "role_grants")  # as behind the door
        with django_assert_num_queries(9):
            reassign_open_todos([todo.pk for todo in todos], taking, over_cap_reason="代理", by=manager, as_of=TODAY)

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
