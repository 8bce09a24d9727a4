"""A lost reason's scope is flipped: for losses from that day on, and for past ones when an admin says so (S0-17)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from activities.models import Todo
from deals.models import DealEvent, FollowUpCycle, LostReason
from followups.actions import Stopgap, judged_otherwise, rescope_losses
from followups.invariants import violations
from followups.models import SweepChange, SweepRun
from followups.timeline import timeline
from people.refusal import Refused
from tests.factories import CycleFactory, DealFactory, TodoFactory, UserFactory, reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


def flip(code: str) -> LostReason:
    found = reason(code)
    found.in_scope = not found.in_scope
    found.save()
    return found


def answered(today, **fields):
    return DealFactory(
        lost_on_price=True,
        next_approach_on=today + timedelta(days=30),
        approach_contact_text="佐藤部長",
        hook="来期の値引き枠",
        **fields,
    )


def stopgap(today) -> Stopgap:
    return Stopgap(today + timedelta(days=10), "ご担当者", "価格の見直しの案内")


def rescoped(found: LostReason, today, admin, **more):
    return rescope_losses(found.pk, in_scope=found.in_scope, by=admin, as_of=today, **({"stopgap": None} | more))


class TestNowFollowedUp:
    def test_a_follow_up_begins_today_and_the_run_that_follows_makes_and_explains_its_to_do(self, client, admin, today):
        inside, deal = UserFactory(inside=True), answered(today)
        price = flip("price")
        url = reverse("settings:past_losses", args=[price.pk])
        shown = client.get(url)
        assert list(shown.context["page"]) == [deal]

        page = client.post(url, {"shown": shown.context["form"]["shown"].value()}, follow=True)

        cycle = FollowUpCycle.objects.get(deal=deal)
        deal.refresh_from_db()
        assert (cycle.kind, cycle.entered_on, cycle.is_open, cycle.reason) == ("lost", today, True, price)
        assert (deal.lost_in_scope, deal.is_followed) == (True, True)
        todo = Todo.objects.get(cycle=cycle)
        assert (todo.assignee, todo.original_due_on) == (inside, today + timedelta(days=30))
        assert SweepChange.objects.get(todo=todo).run.started_by == admin
        assert list(page.context["page"]) == list(SweepChange.objects.all())
        assert "フォロー対象になりました" in " ".join(str(entry.text) for entry in timeline(deal, deal.events.all()))
        assert {one.code for one in violations()} == {"deal_history_begins_with_its_creation"}  # the factory has none

    def test_twice_makes_nothing_twice(self, admin, today):
        answered(today)
        price = flip("price")
        assert len(rescoped(price, today, admin).began) == 1
        assert rescoped(price, today, admin).began == []
        assert FollowUpCycle.objects.count() == 1

    def test_a_loss_without_answers_stays_as_it_is_or_takes_those_typed(self, admin, today):
        bare = DealFactory(lost_on_price=True)
        price = flip("price")
        assert rescoped(price, today, admin).lacking == [bare.pk]
        assert not FollowUpCycle.objects.exists()

        assert rescoped(price, today, admin, stopgap=stopgap(today)).began == [bare.pk]
        cycle = FollowUpCycle.objects.get()
        assert (cycle.next_approach_on, cycle.hook, cycle.has_default_approach_date) == (
            today + timedelta(days=10),
            "価格の見直しの案内",
            True,
        )

    def test_answers_of_ones_own_are_not_written_over(self, admin, today):
        deal = answered(today)
        rescoped(flip("price"), today, admin, stopgap=stopgap(today))
        deal.refresh_from_db()
        assert (deal.hook, deal.next_approach_on) == ("来期の値引き枠", today + timedelta(days=30))

    def test_the_form_wants_all_three_answers_or_none(self, client, admin, today):
        DealFactory(lost_on_price=True)
        url = reverse("settings:past_losses", args=[flip("price").pk])
        shown = client.get(url).context["form"]["shown"].value()
        errors = client.post(url, {"shown": shown, "hook": "価格の案内をする"}).context["form"].errors
        assert set(errors) == {"next_approach_on", "approach_contact_text"}

    @pytest.mark.parametrize("many", [1, 30])
    def test_many_cost_as_many_queries_as_one(self, admin, today, django_assert_max_num_queries, many):
        for _ in range(many):
            answered(today)
        price = flip("price")
        with django_assert_max_num_queries(14):  # one of them marks the days of appointments
            assert len(rescoped(price, today, admin).began) == many


class TestNoMoreFollowedUp:
    def test_the_follow_up_ends_and_its_rule_made_to_do_with_it_while_promises_stay(self, client, admin, today):
        cycle = CycleFactory(lost=True)
        made = TodoFactory(rule_made=True, cycle=cycle)
        promised = TodoFactory(deal=cycle.deal, cycle=cycle, promised=True)
        closed = CycleFactory(lost=True, ended=True)
        gone = flip("deprioritised")
        assert set(judged_otherwise(gone, today)) == {cycle.deal}
        url = reverse("settings:past_losses", args=[gone.pk])

        client.post(url, {"shown": client.get(url).context["form"]["shown"].value()})

        cycle.refresh_from_db()
        made.refresh_from_db()
        promised.refresh_from_db()
        assert (cycle.end_type, cycle.ended_on, cycle.ended_by) == ("excluded", today, admin)
        assert (made.status, promised.status) == ("superseded", "open")
        assert DealEvent.objects.filter(deal=cycle.deal, kind="cycle_ended", cause="rescope:deprioritised").exists()
        assert not DealEvent.objects.filter(deal=closed.deal).exists()
        assert not SweepRun.objects.exists()
        assert list(judged_otherwise(gone, today)) == []

    def test_flipped_back_they_are_followed_up_again_by_a_new_cycle(self, admin, today):
        cycle = CycleFactory(lost=True)
        rescoped(flip("deprioritised"), today, admin)
        rescoped(flip("deprioritised"), today, admin)
        cycles = FollowUpCycle.objects.filter(deal=cycle.deal).order_by("number")
        assert [(one.number, one.is_open) for one in cycles] == [(1, False), (2, True)]


class TestTheDoor:
    def test_changing_the_scope_leads_to_the_past_losses_and_changes_none_by_itself(self, client, admin, today):
        deal = answered(today)
        price = reason("price")
        url = reverse("settings:entry_edit", args=["lost-reasons", price.pk])
        form = client.get(url).context["form"]
        sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
        sent |= {f"initial-{name}": sent.get(name, "") for name in form.fields if name != "version"}
        answer = client.post(url, sent | {"in_scope": "on"})
        assert answer.url == reverse("settings:past_losses", args=[price.pk])
        price.refresh_from_db()
        deal.refresh_from_db()
        assert (price.in_scope, deal.lost_in_scope, price.history.first().history_user) == (True, False, admin)

    def test_what_has_changed_since_it_was_shown_is_shown_again(self, client, admin, today):
        answered(today)
        url = reverse("settings:past_losses", args=[flip("price").pk])
        shown = client.get(url).context["form"]["shown"].value()
        answered(today)
        assert client.post(url, {"shown": shown}).status_code == 200
        assert not FollowUpCycle.objects.exists()

    def test_a_scope_that_was_changed_back_meanwhile_is_refused(self, admin, today):
        price = flip("price")
        flip("price")
        with pytest.raises(Refused):
            rescoped(price, today, admin)

    def test_managers_do_not_get_in(self, client):
        client.force_login(UserFactory(manager=True))
        assert client.get(reverse("settings:past_losses", args=[reason("price").pk])).status_code == 403
