"""Deals, to-dos and rules in the admin: what is typed is edited, what moves moves by its verb."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Todo
from activities.states import TodoStatus
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.states import CycleEnd, CycleKind, DealStatus
from followups.models import Rule, RuleExemption, RuleVersion
from tests.factories import CompanyFactory, CycleFactory, DealFactory, TodoFactory, UserFactory, reason

pytestmark = pytest.mark.django_db

DEALS = reverse("admin:deals_deal_changelist")
TODOS = reverse("admin:activities_todo_changelist")


@pytest.fixture
def admin():
    return UserFactory(admin=True)


@pytest.fixture
def ops(client, admin):
    client.force_login(admin)
    return client


def apply(action, *rows, **answers):
    return {"action": action, "_selected_action": [row.pk for row in rows], "apply": "1"} | answers


def form_of(deal, **changes):
    """What the change page of the deal would send."""
    own = {
        "name": deal.name,
        "company": deal.company_id,
        "priority": deal.priority,
        "seen_version": deal.version,
    }
    return own | changes


def change_url(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def loss(today, **changes):
    answers = {
        "lost_reason": reason("deprioritised").pk,
        "next_approach_on": today + timedelta(days=60),
        "approach_contact_text": "佐藤部長",
        "hook": "来期の予算を確認する",
    }
    return answers | changes


def test_a_status_typed_into_the_form_is_ignored(ops):
    deal = DealFactory(status="ongoing")
    typed = form_of(deal, name="勤怠 85名", status="won", last_contact_on="2025-01-01", hook="打ち込み")
    ops.post(change_url(deal), typed)

    deal.refresh_from_db()
    assert (deal.name, deal.status, deal.last_contact_on, deal.hook) == ("勤怠 85名", "ongoing", None, "")
    assert deal.version == 2


def test_a_deal_changed_by_somebody_else_meanwhile_is_not_overwritten(ops):
    deal = DealFactory(name="勤怠")
    Deal.objects.filter(pk=deal.pk).update(name="シフト", version=2)
    response = ops.post(change_url(deal), form_of(deal, name="労務"))

    deal.refresh_from_db()
    assert deal.name == "シフト"
    assert response.context["adminform"].form.non_field_errors()


def test_a_new_deal_has_its_first_event(ops, admin, today):
    company = CompanyFactory()
    ops.post(
        reverse("admin:deals_deal_add"),
        {"name": "勤怠 85名", "company": company.pk, "status": "appointment", "priority": 2, "created_on": today},
    )

    event = DealEvent.objects.get(deal__name="勤怠 85名")
    assert (event.to_status, event.by) == ("appointment", admin)


def test_a_new_deal_lost_in_scope_without_answers_is_refused(ops, today):
    sent = {"name": "勤怠", "status": "lost", "priority": 2, "created_on": today}
    response = ops.post(reverse("admin:deals_deal_add"), sent)

    assert response.context["adminform"].form.errors
    assert not Deal.objects.exists()


def test_losing_asks_first_and_then_opens_the_cycle_with_its_to_do(ops, today):
    UserFactory(inside=True)
    deals = [DealFactory(), DealFactory()]
    asked = ops.post(DEALS, {"action": "lose", "_selected_action": [deal.pk for deal in deals]})
    assert asked.context["rows"] == deals
    assert not FollowUpCycle.objects.exists()

    ops.post(DEALS, apply("lose", *deals, **loss(today)))
    for cycle in FollowUpCycle.objects.all():
        assert (cycle.kind, cycle.todos.open().count()) == (CycleKind.LOST, 1)
    assert FollowUpCycle.objects.count() == 2


@pytest.mark.parametrize("left_out", ["next_approach_on", "approach_contact_text", "hook"])
def test_losing_without_one_of_the_three_answers_is_refused(ops, today, left_out):
    deal = DealFactory(contact=None)
    response = ops.post(DEALS, apply("lose", deal, **loss(today, **{left_out: ""})))

    assert response.context["form"].errors
    deal.refresh_from_db()
    assert deal.status == "ongoing"


def test_the_contact_of_a_loss_is_the_deals_where_nobody_is_named(ops, today):
    UserFactory(inside=True)
    contact = DealFactory().company.contacts.create(name="西村 由佳")
    deal = DealFactory(contact=contact)
    ops.post(DEALS, apply("lose", deal, **loss(today, approach_contact_text="")))

    deal.refresh_from_db()
    assert deal.approach_contact == contact


@pytest.mark.parametrize(
    ("action", "answers", "status"),
    [
        ("advance", {"status": "quoted"}, DealStatus.QUOTED),
        ("win", {}, DealStatus.WON),
        ("return_to_is", {"reason": "決裁者に会えない"}, DealStatus.RETURNED_TO_IS),
        ("mark_out_of_target", {"reason": "同業の調査"}, DealStatus.OUT_OF_TARGET),
    ],
)
def test_a_verb_moves_the_status(ops, action, answers, status):
    deal = DealFactory()
    ops.post(DEALS, apply(action, deal, **answers))

    deal.refresh_from_db()
    assert deal.status == status


def test_a_verb_refuses_all_rows_when_it_refuses_one_and_names_it(ops):
    live, won = DealFactory(name="勤怠 85名"), DealFactory(name="シフト 40名", won=True)
    response = ops.post(DEALS, apply("win", live, won))

    assert "シフト 40名" in str(response.context["form"].non_field_errors())
    live.refresh_from_db()
    assert live.status == "ongoing"


def test_reopening_ends_the_cycle(ops):
    cycle = CycleFactory(lost=True)
    ops.post(DEALS, apply("reopen", cycle.deal, status="appointment"))

    cycle.refresh_from_db()
    assert cycle.end_type == CycleEnd.REOPENED


def test_an_exemption_has_a_reason_and_an_end_within_thirty_days(ops, today):
    deal = DealFactory()
    too_long = {"reason": "監査の間", "expires_on": today + timedelta(days=31)}
    assert ops.post(DEALS, apply("exempt", deal, **too_long)).context["form"].errors
    assert not RuleExemption.objects.exists()

    ops.post(DEALS, apply("exempt", deal, **(too_long | {"expires_on": today + timedelta(days=30)})))
    assert RuleExemption.objects.get().deal == deal


def test_ending_a_follow_up_needs_a_reason(ops):
    cycle = CycleFactory()
    assert ops.post(DEALS, apply("close_cycle", cycle.deal, reason="")).context["form"].errors

    ops.post(DEALS, apply("close_cycle", cycle.deal, reason="連絡不要とのこと"))
    cycle.refresh_from_db()
    assert cycle.end_type == CycleEnd.CLOSED_BY_USER


def test_a_hand_over_changes_the_owner_named_and_leaves_the_other(ops):
    before, after = UserFactory(field=True), UserFactory(field=True)
    inside = UserFactory(inside=True)
    deal = DealFactory(fs_owner=before, is_owner=inside)
    ops.post(DEALS, apply("hand_over", deal, fs_owner=after.pk, is_owner="", reason="担当替え"))

    deal.refresh_from_db()
    assert (deal.fs_owner, deal.is_owner) == (after, inside)
    assert deal.hand_overs.count() == 1


def test_correcting_a_reason_out_of_scope_ends_the_follow_up(ops, today):
    cycle = CycleFactory(lost=True)
    ops.post(DEALS, apply("reclassify", cycle.deal, lost_reason=reason("price").pk))

    cycle.refresh_from_db()
    assert cycle.end_type == CycleEnd.EXCLUDED


def test_a_to_do_is_added_done_cancelled_and_moved_by_its_verbs(ops, today, admin):
    deal = DealFactory()
    ops.post(
        reverse("admin:activities_todo_add"),
        {"subject": "見積の返事を聞く", "deal": deal.pk, "contact_text": "西村課長", "original_due_on": today},
    )
    todo = Todo.objects.get()
    assert todo.created_by == admin

    ops.post(TODOS, apply("move", todo, to_on=today + timedelta(days=7), is_agreed="on"))
    assert todo.moves.get().is_agreed
    ops.post(TODOS, apply("complete", todo))
    todo.refresh_from_db()
    assert (todo.status, todo.closed_by) == (TodoStatus.DONE, admin)

    other = TodoFactory()
    ops.post(TODOS, apply("cancel", other, cancel_reason="duplicate"))
    other.refresh_from_db()
    assert other.status == TodoStatus.CANCELLED


def test_dates_and_status_of_a_to_do_typed_into_the_form_are_ignored(ops):
    todo = TodoFactory()
    sent = {
        "subject": "条件を聞く",
        "contact_text": "西村課長",
        "seen_version": 1,
        "status": "done",
        "due_on": "2030-01-01",
    }
    ops.post(change_url(todo), sent)

    before = todo.due_on
    todo.refresh_from_db()
    assert (todo.subject, todo.status, todo.due_on) == ("条件を聞く", TodoStatus.OPEN, before)


def test_a_follow_up_is_not_given_to_the_field(ops):
    todo, field = TodoFactory(rule_made=True), UserFactory(field=True)
    response = ops.post(TODOS, apply("reassign", todo, assignee=field.pk))

    assert "assignee" in response.context["form"].errors
    todo.refresh_from_db()
    assert todo.assignee is None


def rule_form(rule, **changes):
    names = (
        "mode", "priority", "statuses", "basis", "value", "unit", "limit_from", "action", "assignee_strategy",
        "due_base", "due_offset_value", "due_offset_unit", "name_ja", "name_en",
    )  # fmt: skip
    own = {name: getattr(rule, name) for name in names}
    return own | {"is_suppressed_by_promise": "on", "seen_version": rule.version} | changes


def test_a_changed_limit_makes_a_version(ops, admin):
    rule = Rule.objects.get(code="R-60")
    ops.post(change_url(rule), rule_form(rule, value=61, mode="auto"))

    rule.refresh_from_db()
    assert (rule.value, rule.mode, rule.version) == (61, "auto", 2)
    assert RuleVersion.objects.get(rule=rule, version=2).changed_by == admin


@pytest.mark.parametrize("changes", [{"value": 0}, {"value": 3651}, {"statuses": []}, {"mode": "sometimes"}])
def test_a_rule_out_of_range_is_refused(ops, changes):
    rule = Rule.objects.get(code="R-60")
    response = ops.post(change_url(rule), rule_form(rule, **changes))

    assert response.context["adminform"].form.errors
    rule.refresh_from_db()
    assert rule.version == 1


def test_lists_ask_as_often_for_ten_rows_as_for_two(ops):
    def ask(url):
        with CaptureQueriesContext(connection) as queries:
            assert ops.get(url).status_code == 200
        return len(queries)

    def add(count):
        for _ in range(count):
            TodoFactory(rule_made=True, assignee=UserFactory(inside=True))

    lists = [DEALS, TODOS, reverse("admin:deals_followupcycle_changelist"), reverse("admin:people_user_changelist")]
    add(2)
    before = [ask(url) for url in lists]
    add(8)
    assert [ask(url) for url in lists] == before
