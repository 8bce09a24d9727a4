"""The sweep as a whole: exactly one to-do per cycle, again and again, whatever the modes and the clock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from activities.models import Todo
from deals.models import Deal, DealEvent, FollowUpCycle, HandOver
from followups.models import Rule, RuleExemption, SweepChange, SweepRun
from followups.rules import plan, sweep
from tests.followups.scenes import TODAY, ago, inside, live_deal, lost_deal, person, rules_in_auto, todo_of

pytestmark = pytest.mark.django_db


def test_a_stagnant_deal_gets_one_owned_dated_explained_todo() -> None:
    rules_in_auto()
    sato = inside("佐藤 美咲")
    deal = live_deal(last_contact_on=ago(60), is_owner=sato)

    summary = sweep(as_of=TODAY)

    todo = todo_of(deal)
    assert (todo.assignee, todo.effective_due_on, todo.rule_code, todo.rule_version, todo.step) == (
        sato,
        TODAY,
        "R-60",
        1,
        1,
    )
    assert summary["rules"]["R-60"] == {
        "mode": "auto", "matched": 1, "opened": 1, "todos_created": 1, "returned": 0, "suggested": 0,
    }  # fmt: skip
    deal.refresh_from_db()
    assert (deal.is_followed, deal.status, deal.version) == (True, "ongoing", 1)
    assert DealEvent.objects.get(deal=deal).cause == f"sweep:{summary['run']}"


def test_a_second_sweep_changes_nothing() -> None:
    rules_in_auto()
    inside()
    live_deal(last_contact_on=ago(90))
    live_deal("contacting")
    lost_deal(ago(100), ago(10))
    sweep(as_of=TODAY)
    before = (Todo.objects.count(), FollowUpCycle.objects.count(), DealEvent.objects.count())

    again = sweep(as_of=TODAY)

    assert (again["changes"], again["todos_created"], again["uncovered"]) == (0, 0, 0)
    assert (Todo.objects.count(), FollowUpCycle.objects.count(), DealEvent.objects.count()) == before


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    rules_in_auto()
    live_deal(last_contact_on=ago(90))
    live_deal("first_visit")
    lost_deal(ago(100), ago(10))

    dry = sweep(as_of=TODAY, dry_run=True)

    assert (SweepRun.objects.count(), Todo.objects.count(), Rule.objects.filter(swept_until__isnull=False).count()) == (
        0,
        0,
        0,
    )
    real = sweep(as_of=TODAY)
    assert {**real, "run": None, "dry_run": True, "seconds": 0} == {**dry, "seconds": 0}


def test_plan_only_reads() -> None:
    rules_in_auto()
    inside()
    live_deal(last_contact_on=ago(90))
    lost_deal(ago(100), ago(10))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan(TODAY)

    # DECLARE opens the cursor of a SELECT on PostgreSQL.
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT", "DECLARE"}


def test_the_number_of_queries_does_not_grow_with_the_number_of_deals(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rules_in_auto()
    inside()
    live_deal(last_contact_on=ago(90))
    with CaptureQueriesContext(connection) as one:
        sweep(as_of=TODAY)
    for _ in range(50):
        live_deal(last_contact_on=ago(90))

    with django_assert_num_queries(len(one)):
        sweep(as_of=TODAY)


def test_a_return_rule_hands_the_deal_to_inside_sales_with_its_open_todos() -> None:
    rules_in_auto()
    suzuki, nakamura = inside("鈴木 陽菜"), person("中村 健太")
    deal = live_deal("contacting", ago(20), fs_owner=nakamura, budget="300万円")
    own = Todo.objects.create(
        subject="資料を送る", deal=deal, assignee=nakamura, original_due_on=ago(1), due_on=ago(1),
        effective_due_on=ago(1), committed_due_on=ago(1), created_on=ago(5),
    )  # fmt: skip

    summary = sweep(as_of=TODAY)

    deal.refresh_from_db()
    own.refresh_from_db()
    cycle = FollowUpCycle.objects.get(deal=deal)
    assert (deal.status, deal.status_entered_on, deal.is_owner, deal.version) == ("returned_to_is", TODAY, suzuki, 2)
    assert (cycle.kind, cycle.entered_on, cycle.rule_code) == ("returned", ago(6), "R-14")
    assert (own.status, own.assignee, own.cycle) == ("open", suzuki, cycle)
    assert Todo.objects.rule_made().filter(cycle=cycle).count() == 1
    passed = HandOver.objects.get(deal=deal)
    assert (passed.from_user, passed.to_user, passed.rule_code, passed.bantc_count) == (nakamura, suzuki, "R-14", 1)
    event = DealEvent.objects.get(deal=deal)
    assert (event.kind, event.from_status, event.to_status) == ("status", "contacting", "returned_to_is")
    assert summary["rules"]["R-14"]["returned"] == 1


@pytest.mark.parametrize("mode", ["off", "auto"])
def test_cover_gives_every_open_cycle_a_todo_in_every_mode(mode: str) -> None:
    Rule.objects.update(mode=mode)
    deal = lost_deal(ago(30), TODAY + timedelta(days=5))

    summary = sweep(as_of=TODAY)

    assert (summary["covered"], summary["uncovered"], todo_of(deal).step) == (1, 0, 1)
    assert (todo_of(deal).hook, todo_of(deal).contact_text) == ("来期の予算で再検討", "鈴木課長")


def test_a_rule_that_is_off_is_listed_and_does_nothing() -> None:
    live_deal(last_contact_on=ago(90))

    summary = sweep(as_of=TODAY)

    assert summary["rules"]["R-60"]["mode"] == "off"
    assert (summary["rules"]["R-60"]["matched"], summary["changes"], summary["unruled"]) == (0, 0, 1)


def test_when_the_todo_is_done_the_next_step_follows_at_the_next_sweep() -> None:
    inside()
    deal = lost_deal(ago(30), ago(2))
    sweep(as_of=TODAY)
    todo = todo_of(deal)
    Todo.objects.filter(pk=todo.pk).update(status="done", closed_on=TODAY)
    FollowUpCycle.objects.update(has_open_todo=False)

    sweep(as_of=TODAY + timedelta(days=1))

    assert todo_of(deal).step == 2
    assert todo_of(deal).assignee == todo.assignee


@pytest.mark.parametrize(("last_day", "made"), [(TODAY - timedelta(days=1), 1), (TODAY, 0), (TODAY + timedelta(1), 0)])
def test_an_exempted_cycle_is_left_alone_until_the_last_day_of_its_exemption(last_day: object, made: int) -> None:
    deal = lost_deal(ago(30), ago(2))
    RuleExemption.objects.create(
        deal=deal, cycle=deal.cycles.get(), reason="先方が改装中", starts_on=ago(10), expires_on=last_day, by=person()
    )

    summary = sweep(as_of=TODAY)

    assert (summary["covered"], summary["uncovered"]) == (made, 0)


@pytest.mark.parametrize(("code", "matched"), [("R-60", 0), ("", 0), ("R-14", 1)])
def test_an_exemption_holds_for_its_rule_or_for_all(code: str, matched: int) -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(90))
    RuleExemption.objects.create(
        deal=deal, rule_code=code, reason="先方が改装中", starts_on=ago(10), expires_on=TODAY, by=person()
    )

    assert sweep(as_of=TODAY)["rules"]["R-60"]["matched"] == matched


@pytest.mark.parametrize(("due", "matched"), [(TODAY + timedelta(days=3), 0), (TODAY, 0), (ago(1), 1)])
def test_an_open_promise_keeps_a_deal_out_of_the_rules_until_its_day_has_passed(due: object, matched: int) -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(90))
    Todo.objects.create(
        subject="4月に連絡する約束", origin="promise", is_promised=True, deal=deal, original_due_on=due, due_on=due,
        effective_due_on=due, committed_due_on=due, created_on=ago(90),
    )  # fmt: skip

    assert sweep(as_of=TODAY)["rules"]["R-60"]["matched"] == matched


def test_a_broken_promise_dates_the_cycle_on_the_day_after_it() -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(90))
    Todo.objects.create(
        subject="約束", origin="promise", is_promised=True, deal=deal, original_due_on=ago(7), due_on=ago(7),
        effective_due_on=ago(7), committed_due_on=ago(7), created_on=ago(90),
    )  # fmt: skip

    sweep(as_of=TODAY)

    assert FollowUpCycle.objects.get(deal=deal).entered_on == ago(6)


def test_a_deal_with_a_later_date_is_left_alone_and_counted() -> None:
    rules_in_auto()
    live_deal(last_contact_on=ago(90), created_on=TODAY + timedelta(days=1))
    lost_deal(TODAY + timedelta(days=2), TODAY + timedelta(days=90))

    summary = sweep(as_of=TODAY)

    assert (summary["later"], summary["changes"], summary["cycles_open"]["lost"]) == (2, 0, 0)


def test_an_earlier_day_finds_nothing_new_and_never_lowers_the_watermark() -> None:
    rules_in_auto()
    live_deal(last_contact_on=ago(90))
    sweep(as_of=TODAY)

    assert sweep(as_of=ago(5))["changes"] == 0
    assert set(Rule.objects.values_list("swept_until", flat=True)) == {TODAY}


def test_rules_act_by_priority_whatever_the_order_of_their_rows() -> None:
    rules_in_auto()
    Rule.objects.filter(code="R-60").update(statuses=["contacting", "ongoing"])
    live_deal("contacting")

    assert sweep(as_of=TODAY)["rules"]["R-14"]["returned"] == 1

    Rule.objects.filter(code="R-60").update(priority=1)
    live_deal("contacting")
    assert sweep(as_of=TODAY)["rules"]["R-60"]["opened"] == 1


def test_a_leftover_rule_made_todo_of_an_ended_cycle_is_superseded() -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(200))
    ended = FollowUpCycle.objects.create(
        deal=deal, number=1, kind="stagnant", entered_on=ago(140), ended_on=ago(100), end_type="closed_by_user"
    )
    left = Todo.objects.create(
        subject="滞留商談掘り起こし", origin="rule", rule_code="R-60", step=1, cycle=ended, deal=deal,
        created_on=ago(140),
        original_due_on=ago(140), due_on=ago(140), effective_due_on=ago(140), committed_due_on=ago(140),
    )  # fmt: skip

    summary = sweep(as_of=TODAY)

    left.refresh_from_db()
    assert (summary["todos_closed"], left.status) == (1, "superseded")
    assert (todo_of(deal).cycle.number, todo_of(deal).step) == (2, 1)


def test_a_row_that_raises_is_set_aside_and_named_and_the_others_go_on() -> None:
    rules_in_auto()
    poison = live_deal(last_contact_on=ago(90), name="毒")
    fine = [live_deal(last_contact_on=ago(90)) for _ in range(20)]
    with connection.cursor() as cursor:
        cursor.execute(POISON[connection.vendor].format(deal=poison.pk))

    summary = sweep(as_of=TODAY)

    assert [(problem["deal"], problem["rule"]) for problem in summary["problems"]] == [(poison.pk, "R-60")]
    assert (summary["errors"], summary["rules"]["R-60"]["matched"], summary["rules"]["R-60"]["opened"]) == (1, 21, 20)
    assert Todo.objects.open().filter(deal__in=fine).count() == 20
    poison.refresh_from_db()
    assert not poison.is_followed


POISON = {
    "sqlite": "CREATE TRIGGER poison BEFORE INSERT ON activities_todo WHEN NEW.deal_id = {deal} "
    "BEGIN SELECT RAISE(ABORT, 'poison'); END",
    "postgresql": "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.deal_id = {deal} THEN "
    "RAISE EXCEPTION 'poison' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; "
    "CREATE TRIGGER poison BEFORE INSERT ON activities_todo FOR EACH ROW EXECUTE FUNCTION poison()",
}


def test_the_ledger_holds_before_after_and_numbers_that_re_derive() -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(75))

    sweep(as_of=TODAY)

    change = SweepChange.objects.get(deal=deal)
    assert change.before["is_followed"] is False
    assert change.after["effective_due_on"] == todo_of(deal).effective_due_on.isoformat()
    assert change.evidence == {
        "basis": "no_activity", "status": "ongoing", "from": ago(75).isoformat(), "age_days": 75, "limit": 60,
        "unit": "day", "entered_on": ago(15).isoformat(), "as_of": TODAY.isoformat(),
    }  # fmt: skip


def test_changing_a_limit_opens_and_closes_nothing_that_exists() -> None:
    rules_in_auto()
    live_deal(last_contact_on=ago(60))
    sweep(as_of=TODAY)
    Rule.objects.filter(code="R-60").update(value=61)

    assert (sweep(as_of=TODAY)["changes"], Deal.objects.filter(is_followed=True).count()) == (0, 1)
