"""The list of to-dos and what can be done with them; the form that logs a call."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Todo, TodoMove
from followups.models import Proposal
from leads.models import NoAppointmentReason
from people.models import User
from tests.factories import (
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
)
from tests.followups.handing import hand_over
from tests.lines import ids

pytestmark = pytest.mark.django_db


def due(on: date, **fields) -> Todo:
    return TodoFactory(original_due_on=on, **fields)


def todos_url(name: str, *chosen: Todo) -> str:
    return reverse(f"followups:{name}") + "?" + "&".join(f"todo={todo.pk}" for todo in chosen)


class TestTheList:
    def shown(self, client, **query):
        return client.get(reverse("followups:todos"), query).context

    def test_it_stands_in_groups_in_the_order_of_the_days(self, client, me, today):
        sunday = today + timedelta(days=6 - today.weekday())
        days = [today - timedelta(days=1), today, sunday + timedelta(days=1), sunday + timedelta(days=8)]
        todos = [due(day) for day in reversed(days)]
        context = self.shown(client)
        assert [group.span.key for group in context["groups"]] == ["late", "today", "next_week", "later"]
        assert ids(todo for group in context["groups"] for todo in group.todos) == ids(todos[::-1])

    def test_the_counts_do_not_depend_on_the_group_chosen(self, client, me, today):
        late = due(today - timedelta(days=3))
        due(today)
        context = self.shown(client, when="late")
        assert (context["counts"]["all"], context["counts"]["late"], context["counts"]["today"]) == (2, 1, 1)
        assert ids(context["page"]) == [late.pk]

    def test_it_narrows_by_person_and_by_nobody(self, client, me, today):
        mine, nobodys = due(today, assignee=me), due(today)
        assert ids(self.shown(client, assignee=me.pk)["page"]) == [mine.pk]
        assert ids(self.shown(client, assignee="none")["page"]) == [nobodys.pk]

    def test_me_is_whoever_looks(self, client, me, today):
        mine, _nobodys = due(today, assignee=me), due(today)
        assert ids(self.shown(client, assignee="me")["page"]) == [mine.pk]

    @pytest.mark.parametrize(
        ("roles", "todos_query", "deals_query"),
        [(["IS"], "?assignee=me", ""), (["FS"], "?assignee=me", "?mine=1"), (["IS", "IS_MANAGER"], "", ""),
         (["VIEWER"], "", "")],
    )  # fmt: skip
    def test_the_navigation_opens_a_reps_lists_on_his_own_work(self, client, roles, todos_query, deals_query):
        client.force_login(UserFactory(roles=roles))
        text = client.get(reverse("followups:companies")).content.decode()
        assert f'href="/todos/{todos_query}"' in text
        assert f'href="/deals/{deals_query}"' in text

    def test_it_narrows_by_kind_and_origin(self, client, me, today):
        rule = due(today, rule_made=True, cycle=CycleFactory(lost=True))
        promise = due(today, promised=True)
        assert ids(self.shown(client, kind="lost")["page"]) == [rule.pk]
        assert ids(self.shown(client, origin="promise")["page"]) == [promise.pk]

    def test_closed_ones_are_not_listed(self, client, me):
        TodoFactory(done=True)
        assert not self.shown(client)["page"].object_list

    def test_a_to_do_of_a_lead_and_one_of_nothing_are_listed_too(self, client, me, today):
        due(today, deal=None, lead=LeadFactory(name="見込客の太郎"))
        due(today, deal=None, is_imported=True, subject="取り込んだ用件")
        text = client.get(reverse("followups:todos")).content.decode()
        assert "見込客の太郎" in text
        assert "取り込んだ用件" in text

    def test_only_what_is_in_reach_has_a_box(self, client, me, today):
        mine, theirs = due(today, assignee=me), due(today, assignee=UserFactory(inside=True))
        text = client.get(reverse("followups:todos")).content.decode()
        assert f'name="todo" value="{mine.pk}"' in text
        assert f'name="todo" value="{theirs.pk}"' not in text


class TestAdding:
    def test_what_when_whom_and_by_whom(self, client, me, today):
        contact = ContactFactory()
        deal = DealFactory(company=contact.company, contact=contact)
        url = reverse("followups:todo_add") + f"?deal={deal.pk}"
        typed = {
            "subject": "役員会の結果を聞く",
            "original_due_on": today.isoformat(),
            "contact": contact.pk,
            "assignee": me.pk,
        }
        assert client.post(url, typed | {"is_promised": "on"}).url == reverse("followups:deal", args=[deal.pk])
        todo = Todo.objects.get()
        assert (todo.deal, todo.contact, todo.assignee, todo.origin) == (deal, contact, me, "promise")

    def test_without_a_person_at_the_customer_it_is_refused(self, client, me, today):
        deal = DealFactory()
        url = reverse("followups:todo_add") + f"?deal={deal.pk}"
        page = client.post(url, {"subject": "電話", "original_due_on": today.isoformat(), "assignee": me.pk})
        assert "contact" in page.context["form"].errors
        assert 'value="電話"' in page.content.decode()

    def test_without_a_deal_there_is_nothing_to_add_to(self, client, me):
        assert client.get(reverse("followups:todo_add")).status_code == 404


class TestMoving:
    def test_several_at_once_with_the_customer_s_word(self, client, me, today):
        chosen = [due(today, assignee=me, promised=True), due(today, assignee=me)]
        monday = today + timedelta(days=14 - today.weekday())
        client.post(
            todos_url("todo_move", *chosen), {"to_on": monday.isoformat(), "is_agreed": "on", "reason": "先方の都合"}
        )
        assert {todo.due_on for todo in Todo.objects.all()} == {monday}
        assert TodoMove.objects.filter(is_agreed=True, reason="先方の都合").count() == 2

    def test_a_slip_keeps_the_promised_day(self, client, me, today):
        todo = due(today, assignee=me, promised=True)
        client.post(todos_url("todo_move", todo), {"to_on": (today + timedelta(days=14)).isoformat()})
        todo.refresh_from_db()
        assert todo.committed_due_on == today

    def test_a_single_one_moved_by_a_colleague_meanwhile_is_a_conflict_and_keeps_my_day(self, client, me, today):
        todo = due(today, assignee=me)
        url = todos_url("todo_move", todo)
        seen = client.get(url).context["form"]["version"].value()
        Todo.objects.filter(pk=todo.pk).update(version=todo.version + 1)
        day = (today + timedelta(days=7)).isoformat()
        page = client.post(url, {"to_on": day, "version": seen})
        assert page.status_code == 409
        assert day in page.content.decode()
        again = {"to_on": day, "version": page.context["form"]["version"].value()}
        assert client.post(url, again).status_code == 302

    def test_it_leads_back_to_where_it_was_opened_from(self, client, me, today):
        todo = due(today, assignee=me)
        url = todos_url("todo_move", todo) + "&next=/todos/%3Fwhen%3Dlate"
        assert client.post(url, {"to_on": today.isoformat()}).url == "/todos/?when=late"

    def test_it_never_leads_to_another_site(self, client, me, today):
        todo = due(today, assignee=me)
        url = todos_url("todo_move", todo) + "&next=https://example.com/"
        assert client.post(url, {"to_on": today.isoformat()}).url == reverse("followups:deal", args=[todo.deal_id])

    def test_nothing_chosen_is_not_found(self, client, me):
        assert client.get(reverse("followups:todo_move")).status_code == 404


class TestCancelling:
    def test_it_says_why(self, client, me):
        todo = TodoFactory(assignee=me)
        assert "cancel_reason" in client.post(todos_url("todo_cancel", todo), {}).context["form"].errors
        client.post(todos_url("todo_cancel", todo), {"cancel_reason": "duplicate"})
        todo.refresh_from_db()
        assert (todo.status, todo.cancel_reason) == ("cancelled", "duplicate")

    def test_the_import_s_own_reason_is_not_a_person_s(self, client, me):
        todo = TodoFactory(assignee=me)
        page = client.post(todos_url("todo_cancel", todo), {"cancel_reason": "imported"})
        assert "cancel_reason" in page.context["form"].errors

    def test_one_closed_meanwhile_is_refused_in_words(self, client, me):
        todo = TodoFactory(assignee=me, done=True)
        page = client.post(todos_url("todo_cancel", todo), {"cancel_reason": "duplicate"})
        assert page.context["form"].non_field_errors() == ["このToDoは、すでにほかの人が閉じています。"]


class TestAssigning:
    def test_a_follow_up_goes_to_inside_sales_alone(self, client, today):
        client.force_login(UserFactory(manager=True))
        todo = TodoFactory(rule_made=True)
        field, inside = UserFactory(field=True), UserFactory(inside=True)
        page = hand_over(client, todos_url("todo_assign", todo), field.pk)
        assert [record for record, _why in page.context["failures"]] == [todo]
        hand_over(client, todos_url("todo_assign", todo), inside.pk)
        todo.refresh_from_db()
        assert (todo.assignee, todo.cycle.is_owner) == (inside, inside)

    def test_inside_sales_gives_its_own_back_to_the_pool(self, client, me):
        todo = TodoFactory(rule_made=True, assignee=me)
        hand_over(client, todos_url("todo_assign", todo), "")
        todo.refresh_from_db()
        assert todo.assignee is None

    def test_nothing_is_handed_over_before_it_was_shown(self, client, me):
        todo = TodoFactory(assignee=me)
        page = client.post(todos_url("todo_assign", todo), {"to": UserFactory(inside=True).pk, "count": 1})
        assert page.context["load"].going == 1
        todo.refresh_from_db()
        assert todo.assignee == me


class TestReach:
    """own → pool for IS, own for FS, the team for its manager, all for an admin (domain.md D.1)."""

    def may(self, client, user, todo) -> bool:
        client.force_login(user)
        return client.get(todos_url("todo_assign", todo)).status_code == 200

    def test_one_s_own_and_nobody_s(self, client):
        me = UserFactory(inside=True)
        assert self.may(client, me, TodoFactory(assignee=me))
        assert self.may(client, me, TodoFactory())
        assert not self.may(client, me, TodoFactory(assignee=UserFactory(inside=True)))

    def test_a_manager_reaches_his_team_and_the_people_who_report_to_him(self, client):
        team, other = TeamFactory(), TeamFactory()
        manager = UserFactory(manager=True, team=team)
        assert self.may(client, manager, TodoFactory(assignee=UserFactory(inside=True, team=team)))
        assert self.may(client, manager, TodoFactory(assignee=UserFactory(inside=True)))
        report = UserFactory(inside=True, team=other)
        User.objects.filter(pk=report.pk).update(manager=manager)
        assert self.may(client, manager, TodoFactory(assignee=report))
        assert not self.may(client, manager, TodoFactory(assignee=UserFactory(inside=True, team=other)))

    def test_an_admin_reaches_all_and_a_viewer_none(self, client):
        todo = TodoFactory(assignee=UserFactory(inside=True, team=TeamFactory()))
        assert self.may(client, UserFactory(admin=True), todo)
        assert not self.may(client, UserFactory(viewer=True), todo)

    def test_one_out_of_reach_closes_the_whole_choice(self, client):
        me = UserFactory(inside=True)
        client.force_login(me)
        chosen = [TodoFactory(assignee=me), TodoFactory(assignee=UserFactory(inside=True))]
        assert client.post(todos_url("todo_cancel", *chosen), {"cancel_reason": "duplicate"}).status_code == 403
        assert Todo.objects.open().count() == 2


class TestDone:
    @pytest.fixture
    def followed(self, me):
        return TodoFactory(rule_made=True, assignee=me, cycle=CycleFactory(is_owner=me))

    def done(self, client, todo, **typed):
        return client.post(reverse("followups:todo_done", args=[todo.pk]), typed)

    def test_in_a_follow_up_it_asks_for_the_next_step(self, client, followed):
        page = self.done(client, followed)
        assert "next_due_on" in page.context["form"].errors
        followed.refresh_from_db()
        assert followed.status == "open"

    def test_the_next_step_takes_its_place(self, client, followed, me, today):
        day = today + timedelta(days=21 - today.weekday())
        self.done(client, followed, next_due_on=day.isoformat(), next_subject="再架電")
        followed.refresh_from_db()
        following = Todo.objects.open().get()
        assert followed.status == "done"
        assert (following.subject, following.assignee, following.cycle) == ("再架電", me, followed.cycle)
        assert (following.contact_text, following.due_on) == (followed.contact_text, day)

    def test_a_reason_ends_the_follow_up(self, client, followed):
        self.done(client, followed, no_next_reason="担当部署が無くなった")
        followed.cycle.refresh_from_db()
        assert (followed.cycle.end_type, followed.cycle.end_reason) == ("closed_by_user", "担当部署が無くなった")

    def test_another_open_to_do_of_the_follow_up_is_enough(self, client, followed, me):
        TodoFactory(deal=followed.deal, cycle=followed.cycle, assignee=me)
        assert self.done(client, followed).status_code == 302

    def test_outside_a_follow_up_nothing_has_to_follow(self, client, me):
        assert self.done(client, TodoFactory(assignee=me)).status_code == 302

    def test_a_next_step_says_what(self, client, followed, today):
        page = self.done(client, followed, next_due_on=today.isoformat(), next_subject=" ")
        assert "next_subject" in page.context["form"].errors
        followed.refresh_from_db()
        assert followed.status == "open"


class TestLogging:
    def url(self, deal, **query):
        return reverse("followups:log_call") + f"?deal={deal.pk}" + "".join(f"&{k}={v}" for k, v in query.items())

    def typed(self, **changed):
        moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        return {"outcome": "callback", "direction": "outbound", "occurred_at": moment} | changed

    def test_a_call_moves_the_clocks_and_makes_the_next_to_do(self, client, me, today):
        deal = DealFactory(contact=ContactFactory())
        next_day = today + timedelta(days=21 - today.weekday())
        typed = self.typed(
            note="会議中", next_due_on=next_day.isoformat(), next_subject="再架電", next_is_promised="on"
        )
        assert client.post(self.url(deal), typed).url == reverse("followups:deal", args=[deal.pk])
        deal.refresh_from_db()
        call = Activity.objects.get()
        assert (call.kind, call.outcome, call.owner, call.note) == ("call", "callback", me, "会議中")
        assert (deal.last_contact_on, deal.last_response_on) == (today, today)
        todo = Todo.objects.get()
        assert (todo.due_on, todo.is_promised, todo.assignee) == (next_day, True, me)

    def test_a_talk_without_appointment_says_why_and_another_result_does_not(self, client, me, today):
        deal, reason = DealFactory(contact=ContactFactory()), NoAppointmentReason.objects.first()
        typed = self.typed(outcome="declined", no_next_reason="見送り", note="時期が合わない")
        page = client.post(self.url(deal), typed)
        assert page.context["form"].errors == {"no_appointment_reason": ["アポにならなかった理由を選んでください。"]}
        assert "時期が合わない" in page.content.decode()
        client.post(self.url(deal), typed | {"no_appointment_reason": reason.pk})
        assert Activity.objects.get().no_appointment_reason == reason
        client.post(self.url(deal), typed | {"no_appointment_reason": reason.pk, "outcome": "callback"})
        assert Activity.objects.latest("id").no_appointment_reason is None

    def test_without_a_result_nothing_is_saved_and_everything_typed_stays(self, client, me):
        deal = DealFactory()
        page = client.post(self.url(deal), self.typed(outcome="", note="会議中とのこと"))
        assert "outcome" in page.context["form"].errors
        assert "会議中とのこと" in page.content.decode()
        assert not Activity.objects.exists()

    def test_it_completes_the_to_do_it_was_for(self, client, me, today):
        todo = TodoFactory(rule_made=True, assignee=me)
        typed = self.typed(
            outcome="not_connected", next_due_on=today.isoformat(), next_subject="再架電", done=[todo.pk]
        )
        client.post(self.url(todo.deal, todo=todo.pk), typed)
        todo.refresh_from_db()
        assert (todo.status, todo.done_by_activity) == ("done", Activity.objects.get())

    def test_a_follow_up_is_not_left_with_nothing_to_come(self, client, me):
        todo = TodoFactory(rule_made=True, assignee=me)
        page = client.post(self.url(todo.deal, todo=todo.pk), self.typed(outcome="not_connected", done=[todo.pk]))
        assert "next_due_on" in page.context["form"].errors
        assert not Activity.objects.exists()

    def test_a_reason_ends_the_follow_up_with_the_call(self, client, me):
        todo = TodoFactory(rule_made=True, assignee=me)
        client.post(self.url(todo.deal), self.typed(done=[todo.pk], no_next_reason="担当部署が無くなった"))
        todo.cycle.refresh_from_db()
        assert (todo.cycle.end_type, todo.cycle.end_reason) == ("closed_by_user", "担当部署が無くなった")
        assert Activity.objects.get().no_next_reason == "担当部署が無くなった"

    def test_a_live_deal_is_not_left_with_nothing_to_come_either(self, client, me):
        deal = DealFactory()
        assert "next_due_on" in client.post(self.url(deal), self.typed()).context["form"].errors
        assert client.post(self.url(deal), self.typed(no_next_reason="先方から連絡")).status_code == 302
        assert Activity.objects.get().no_next_reason == "先方から連絡"

    def test_an_appointment_wakes_the_deal_or_is_proposed(self, client, me, today):
        seller, deal = UserFactory(field=True), DealFactory(returned=True, contact=ContactFactory())
        todo = TodoFactory(rule_made=True, assignee=me, cycle=CycleFactory(returned=True, deal=deal))
        typed = self.typed(outcome="appointment", done=[todo.pk])
        assert "meeting_on" in client.post(self.url(deal), typed).context["form"].errors
        typed |= {"meeting_on": (today + timedelta(days=7)).isoformat(), "meeting_time": "14:00"}
        typed |= {"meeting_way": "web_meeting", "meeting_fs": seller.pk}
        assert client.post(self.url(deal), typed).status_code == 302
        proposal = Proposal.objects.get()
        assert (proposal.deal, proposal.fs, proposal.way) == (deal, seller, "web_meeting")
        assert Todo.objects.open().get().subject == "FSの返答を確認"

    def test_a_meeting_typed_before_another_result_was_chosen_is_left_out(self, client, me, today):
        typed = self.typed(meeting_on=today.isoformat(), meeting_fs=UserFactory(field=True).pk, no_next_reason="不要")
        assert client.post(self.url(DealFactory()), typed).status_code == 302
        assert not Proposal.objects.exists()

    def test_a_day_to_come_is_refused(self, client, me):
        page = client.post(self.url(DealFactory()), self.typed(occurred_at="2199-01-01T10:00"))
        assert "occurred_at" in page.context["form"].errors

    def test_a_mail_needs_no_result_and_a_newsletter_moves_no_clock(self, client, me, today):
        deal = DealFactory()
        typed = self.typed()
        del typed["outcome"]
        client.post(self.url(deal, kind="email"), typed | {"is_bulk": "on"})
        deal.refresh_from_db()
        assert deal.last_contact_on is None
        client.post(self.url(deal, kind="email"), typed | {"direction": "inbound"})
        deal.refresh_from_db()
        assert deal.last_response_on == today

    def test_a_meeting_is_a_first_visit(self, client, me, today):
        deal = DealFactory()
        typed = self.typed()
        del typed["outcome"]
        client.post(self.url(deal, kind="web_meeting"), typed)
        deal.refresh_from_db()
        assert deal.first_visit_on == today

    def test_an_unknown_kind_is_not_found(self, client, me):
        assert client.get(self.url(DealFactory(), kind="imported")).status_code == 404

    def test_a_viewer_may_not(self, client):
        client.force_login(UserFactory(viewer=True))
        assert client.post(self.url(DealFactory()), self.typed()).status_code == 403

    def test_without_a_deal_it_asks_which_one(self, client, me):
        mine = TodoFactory(assignee=me, deal=DealFactory(name="わたしの商談"))
        DealFactory(name="よその商談")
        text = client.get(reverse("followups:log_call")).content.decode()
        assert self.url(mine.deal) in text
        assert "よその商談" not in text
        assert "よその商談" in client.get(reverse("followups:log_call") + "?q=よその").content.decode()

    def test_it_proposes_to_complete_what_is_due_and_mine(self, client, me, today):
        deal = DealFactory()
        mine = TodoFactory(deal=deal, assignee=me, original_due_on=today)
        later = TodoFactory(deal=deal, assignee=me, original_due_on=today + timedelta(days=9))
        TodoFactory(deal=deal, assignee=UserFactory(inside=True), original_due_on=today)
        form = client.get(self.url(deal)).context["form"]
        assert form["done"].value() == [mine.pk]
        assert {todo.pk for todo in form.fields["done"].queryset} == {mine.pk, later.pk}

    def test_a_colleague_s_to_do_cannot_be_completed_by_it(self, client, me):
        theirs = TodoFactory(assignee=UserFactory(inside=True))
        mine = TodoFactory(deal=theirs.deal, assignee=me)
        page = client.post(self.url(theirs.deal), self.typed(done=[mine.pk, theirs.pk]))
        assert "done" in page.context["form"].errors
        assert Todo.objects.open().count() == 2

    def test_it_proposes_the_person_of_the_follow_up_not_of_the_deal(self, client, me):
        clerk = ContactFactory()
        boss = ContactFactory(company=clerk.company)
        deal = DealFactory(lost=True, company=clerk.company, contact=clerk)
        CycleFactory(lost=True, deal=deal, approach_contact=boss)
        assert client.get(self.url(deal)).context["form"]["contact"].value() == boss.pk
        mine = TodoFactory(deal=deal, assignee=me, contact=clerk)
        assert client.get(self.url(deal, todo=mine.pk)).context["form"]["contact"].value() == clerk.pk

    def test_the_deal_due_first_is_offered_first(self, client, me, today):
        later = TodoFactory(assignee=me, original_due_on=today + timedelta(days=9)).deal
        first = TodoFactory(assignee=me, original_due_on=today - timedelta(days=2)).deal
        assert list(client.get(reverse("followups:log_call")).context["deals"]) == [first, later]
