"""A run can be undone (D19): what nobody has touched is as it was before, what somebody built on is kept and named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.actions import TodoShift, move_todos
from activities.models import Todo
from deals.models import Deal, DealEvent, FollowUpCycle
from followups.actions.closing import Closing, close_cycle
from followups.digest import digests
from followups.invariants import violations
from followups.models import Rule, SweepRun
from followups.rules import preview_undo, sweep, undo_sweep
from followups.rules import undoing as the_undoing
from people.refusal import Refused
from people.states import Role
from tests import demo
from tests.factories import ActivityFactory, ExemptionFactory
from tests.followups.scenes import TODAY, ago, inside, live_deal, lost_deal, person, rules_in_auto, todo_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sato():
    return inside("佐藤 美咲")


@pytest.fixture
def fs():
    return person("中村 拓也", Role.FS)


def a_business(sato, fs) -> None:
    """A deal for each verb of a sweep: opened, returned with a to-do of field sales, covered, assigned."""
    rules_in_auto()
    live_deal(last_contact_on=ago(90), is_owner=sato, fs_owner=fs)
    returned = live_deal("contacting", last_response_on=ago(30), fs_owner=fs, first_visit_on=ago(60))
    Todo.objects.create(
        deal=returned, subject="資料を送る", assignee=fs, created_on=ago(3), original_due_on=TODAY, due_on=TODAY,
        effective_due_on=TODAY, committed_due_on=TODAY, contact_text="鈴木課長", hook="資料の依頼",
    )  # fmt: skip
    lost_deal(ago(100), ago(10))
    waiting = lost_deal(ago(200), ago(20))
    cycle = waiting.cycles.get()
    Todo.objects.create(
        deal=waiting, cycle=cycle, subject="連絡", created_on=ago(30), original_due_on=ago(20), due_on=ago(20),
        effective_due_on=ago(20), committed_due_on=ago(20), contact_text="鈴木課長", hook="来期の予算",
    )  # fmt: skip
    FollowUpCycle.objects.filter(pk=cycle.pk).update(has_open_todo=True)


def run_of(summary) -> SweepRun:
    return SweepRun.objects.get(pk=summary["run"])


def test_after_an_undo_the_business_knows_what_it_knew_before(sato, fs):
    a_business(sato, fs)
    before, broken = digests(), violations()  # the scene has no history
    run = run_of(sweep(as_of=TODAY))
    assert set(run.changes.values_list("verb", flat=True)) == {"opened", "returned", "covered", "assigned"}
    assert digests() != before

    undone = undo_sweep(run.pk, by=sato, as_of=TODAY)

    assert digests() == before
    assert (undone.cycles_deleted, undone.todos_deleted, undone.kept) == (2, 3, [])
    assert {found.code for found in violations()} == {found.code for found in broken}
    run.refresh_from_db()
    assert run.status == "undone"


def test_undone_and_run_again_with_its_rules_on_a_sweep_does_the_same_once_more(sato, fs):
    a_business(sato, fs)
    run = run_of(sweep(as_of=TODAY))
    swept = digests()
    undo_sweep(run.pk, by=sato, as_of=TODAY)
    assert set(Rule.objects.values_list("mode", flat=True)) == {"auto", "off"}  # R-1M had nothing to do

    rules_in_auto()
    sweep(as_of=TODAY)

    assert digests() == swept


def test_the_demo_company_keeps_every_invariant_through_a_sweep_and_its_undo(run_folder):
    demo.move_in(run_folder)
    before, later = digests(), demo.DAY + timedelta(days=10)
    run = run_of(sweep(as_of=later))
    assert run.changes.exists()
    undone = undo_sweep(run.pk, by=None, as_of=later)
    assert (undone.kept, violations()) == ([], [])
    assert digests() == before


def test_its_rules_are_switched_off_unless_they_are_to_be_kept(sato, fs):
    a_business(sato, fs)
    run = run_of(sweep(as_of=TODAY))
    assert preview_undo(run).rules_off == ["R-14", "R-60"]
    assert undo_sweep(run.pk, by=sato, as_of=TODAY, keep_rules=True).rules_off == []
    assert not Rule.objects.filter(mode="off").exists()

    again = run_of(sweep(as_of=TODAY))
    assert undo_sweep(again.pk, by=sato, as_of=TODAY).rules_off == ["R-14", "R-60"]
    assert sorted(Rule.objects.filter(mode="off").values_list("code", flat=True)) == ["R-14", "R-60"]


def test_history_is_only_added_to_and_names_the_undo(sato, fs):
    a_business(sato, fs)
    run = run_of(sweep(as_of=TODAY))
    told = list(DealEvent.objects.values_list("pk", flat=True))
    undo_sweep(run.pk, by=sato, as_of=TODAY)
    added = DealEvent.objects.exclude(pk__in=told)
    assert DealEvent.objects.filter(pk__in=told).count() == len(told)
    assert set(added.values_list("kind", "cause", "by")) == {("undone", f"undo:{run.pk}", sato.pk)}
    assert added.count() == run.changes.count() == 4


def moved(todo, by):
    move_todos([TodoShift(todo.pk, TODAY + timedelta(days=4))], by=by, as_of=TODAY, heeds_limits=False)


def closed(todo, by):
    close_cycle([Closing(todo.deal_id, "先方の都合")], by=by, as_of=TODAY)


def called(todo, by):
    ActivityFactory(deal=todo.deal, owner=by, created_at=timezone.now() + timedelta(minutes=1))


def reworded(todo, by):
    Todo.objects.filter(pk=todo.pk).update(hook="来期の体制変更", version=F("version") + 1)


def exempted(todo, by):
    ExemptionFactory(deal=todo.deal, cycle=todo.cycle, starts_on=TODAY, expires_on=TODAY + timedelta(days=9))


def advanced(todo, by):
    DealEvent.objects.create(
        deal=todo.deal, kind="status", from_status="ongoing", to_status="quoted", happened_on=TODAY, by=by
    )


@pytest.mark.parametrize(
    ("touch", "reason"),
    [
        (moved, "todo_changed"), (closed, "todo_changed"), (reworded, "todo_changed"), (exempted, "cycle_changed"),
        (called, "deal_changed"), (advanced, "deal_changed"),
    ],
)  # fmt: skip
def test_what_somebody_has_touched_stays_and_is_named(sato, touch, reason):
    rules_in_auto()
    one, two = (live_deal(last_contact_on=ago(90), is_owner=sato, name=name) for name in ("手つかず", "触った"))
    run = run_of(sweep(as_of=TODAY))
    touch(todo_of(two), sato)
    stands = Todo.objects.filter(deal=two).values().get()

    undone = undo_sweep(run.pk, by=sato, as_of=TODAY)

    assert [(kept.deal_name, kept.reason) for kept in undone.kept] == [("触った", reason)]
    assert Todo.objects.filter(deal=two).values().get() == stands
    assert not Todo.objects.filter(deal=one).exists()
    assert not Deal.objects.get(pk=one.pk).is_followed


def test_a_return_whose_day_somebody_has_changed_since_stays(sato, fs):
    rules_in_auto()
    deal = live_deal("contacting", last_response_on=ago(30), fs_owner=fs, first_visit_on=ago(60))
    run = run_of(sweep(as_of=TODAY))
    Deal.objects.filter(pk=deal.pk).update(next_approach_on=TODAY + timedelta(days=40))
    assert [kept.reason for kept in undo_sweep(run.pk, by=sato, as_of=TODAY).kept] == ["deal_changed"]
    deal.refresh_from_db()
    assert (deal.status, deal.next_approach_on) == ("returned_to_is", TODAY + timedelta(days=40))


def test_a_todo_of_an_earlier_follow_up_that_the_run_closed_is_open_again(sato):
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(90), is_owner=sato)
    ended = FollowUpCycle.objects.create(
        deal=deal, number=1, kind="stagnant", entered_on=ago(200), ended_on=ago(120), end_type="closed_by_user",
        end_reason="先方の都合",
    )  # fmt: skip
    left = Todo.objects.create(
        deal=deal, cycle=ended, subject="連絡", origin="rule", rule_code="R-60", rule_version=1, step=1, assignee=sato,
        created_on=ago(200), original_due_on=ago(200), due_on=ago(200), effective_due_on=ago(200),
        committed_due_on=ago(200),
    )  # fmt: skip
    before = digests()
    run = run_of(sweep(as_of=TODAY))
    left.refresh_from_db()
    assert left.status == "superseded"
    undo_sweep(run.pk, by=sato, as_of=TODAY)
    left.refresh_from_db()
    assert left.status == "open"
    assert digests() == before


def test_another_todo_in_the_follow_up_keeps_it(sato):
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(90), is_owner=sato)
    run = run_of(sweep(as_of=TODAY))
    made = todo_of(deal)
    Todo.objects.create(
        deal=deal, cycle=made.cycle, subject="資料", assignee=sato, created_on=TODAY, original_due_on=TODAY,
        due_on=TODAY, effective_due_on=TODAY, committed_due_on=TODAY, contact_text="鈴木課長", hook="資料の依頼",
    )  # fmt: skip
    assert [kept.reason for kept in undo_sweep(run.pk, by=sato, as_of=TODAY).kept] == ["cycle_changed"]
    assert Todo.objects.open().filter(deal=deal).count() == 2


def test_what_a_later_run_built_on_stays_until_that_run_is_undone():
    rules_in_auto()
    live_deal(last_contact_on=ago(90))
    before = digests()
    first = run_of(sweep(as_of=TODAY))  # nobody can have it yet
    sato = inside("佐藤 美咲")
    hired = digests()["people_user"]
    second = run_of(sweep(as_of=TODAY + timedelta(days=1)))
    assert list(second.changes.values_list("verb", flat=True)) == ["assigned"]

    assert [kept.reason for kept in preview_undo(first).kept] == ["later_run"]
    undo_sweep(second.pk, by=sato, as_of=TODAY)
    assert undo_sweep(first.pk, by=sato, as_of=TODAY).kept == []
    after = digests()
    assert after["people_user"] == hired
    assert [after[name] for name in before if not name.startswith("people")] == [
        before[name] for name in before if not name.startswith("people")
    ]


def test_a_run_that_is_at_work_or_undone_is_refused(sato):
    run = SweepRun.objects.create(as_of=TODAY)
    with pytest.raises(Refused, match="."):
        undo_sweep(run.pk, by=sato, as_of=TODAY)
    SweepRun.objects.filter(pk=run.pk).update(status="undone")
    with pytest.raises(Refused, match="."):
        undo_sweep(run.pk, by=sato, as_of=TODAY)


def test_an_undo_that_was_cut_off_is_completed_by_a_second_one(sato, fs, monkeypatch):
    a_business(sato, fs)
    before = digests()
    run = run_of(sweep(as_of=TODAY))
    swept = digests()
    monkeypatch.setattr(the_undoing, "BATCH", 1)
    take_back, done = the_undoing._take_back, []

    def until_the_third(*args):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(take_back(*args))

    monkeypatch.setattr(the_undoing, "_take_back", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        undo_sweep(run.pk, by=sato, as_of=TODAY)
    assert digests() not in (before, swept)

    monkeypatch.setattr(the_undoing, "_take_back", take_back)
    undo_sweep(run.pk, by=sato, as_of=TODAY)
    assert digests() == before
    assert DealEvent.objects.filter(cause=f"undo:{run.pk}").count() == 4


def test_the_number_of_queries_does_not_grow_with_the_changes(sato):
    rules_in_auto()
    counts = []
    for number in (1, 30):
        for _ in range(number):
            live_deal(last_contact_on=ago(90), is_owner=sato)
        run = run_of(sweep(as_of=TODAY))
        with CaptureQueriesContext(connection) as captured:
            undo_sweep(run.pk, by=sato, as_of=TODAY, keep_rules=True)
        assert not FollowUpCycle.objects.exists()
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_command_says_what_came_back_and_what_stays(sato):
    rules_in_auto()
    one, two = (live_deal(last_contact_on=ago(90), is_owner=sato, name=name) for name in ("手つかず", "触った"))
    run = run_of(sweep(as_of=TODAY))
    moved(todo_of(two), sato)
    out = StringIO()
    call_command("undo_sweep", str(run.pk), "--json", "--keep-rules", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["run"], told["deleted"], told["restored"], told["rules_off"]) == (run.pk, 2, 1, [])
    assert [kept["deal"] for kept in told["kept"]] == [two.pk]
    with pytest.raises(CommandError) as refused:
        call_command("undo_sweep", str(run.pk))
    assert refused.value.returncode == 2


def test_the_page_shows_what_would_happen_and_does_it(sato):
    rules_in_auto()
    live_deal(last_contact_on=ago(90), is_owner=sato)
    touched = live_deal(last_contact_on=ago(90), is_owner=sato, name="触った")
    run = run_of(sweep(as_of=TODAY))
    moved(todo_of(touched), sato)
    client = Client()
    client.force_login(person("鈴木", Role.OPS_ADMIN))
    address = reverse("followups:run_undo", args=[run.pk])
    shown = client.get(address)
    assert (shown.context["preview"].cycles_deleted, len(shown.context["preview"].kept)) == (1, 1)
    assert "触った" in shown.content.decode()
    assert FollowUpCycle.objects.count() == 2

    client.post(address)
    assert FollowUpCycle.objects.get().deal == touched
    run.refresh_from_db()
    assert run.status == "undone"
    assert client.post(address).status_code == 302
