"""A run that the page asks for: done in the background with progress, cancelled before it writes, never done twice."""

from datetime import timedelta
from importlib import import_module

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.urls import reverse
from django.utils import timezone

from deals.models import FollowUpCycle
from followups.models import Rule, SweepRun
from followups.rules import undo_sweep
from followups.rules.asked import LONGEST, PATIENCE, SILENCE, ask, cancel, do, work
from people.refusal import Refused
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db

ASKED = import_module("followups.rules.asked")


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


@pytest.fixture
def stagnant(today):
    """Three deals over the limit of R-60, which is on."""
    UserFactory(inside=True)
    Rule.objects.filter(code="R-60").update(mode="auto")
    return [DealFactory(status="ongoing", created_on=today - timedelta(days=70)) for _ in range(3)]


def page_of(run: SweepRun, name: str = "run_progress") -> str:
    return reverse(f"followups:{name}", args=[run.pk])


def test_it_waits_is_done_and_its_page_leads_to_the_result(client, admin, today, stagnant):
    run = ask(by=admin, as_of=today)
    assert "順番を待っています" in client.get(page_of(run)).content.decode()
    assert client.get(page_of(run, "run")).url == page_of(run)
    assert not FollowUpCycle.objects.exists()
    assert work(timezone.now()) == 1
    run.refresh_from_db()
    assert (run.status, run.steps_done, run.steps_total, run.summary["changes"], run.started_by) == (
        "done", 3, 3, 3, admin,
    )  # fmt: skip
    assert client.get(page_of(run)).url == page_of(run, "run")
    polled = client.get(page_of(run), headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == page_of(run, "run")


def test_asked_for_twice_it_is_done_once(admin, today, stagnant):
    first = ask(by=admin, as_of=today)
    assert ask(by=UserFactory(admin=True), as_of=today) == first
    assert (work(timezone.now()), work(timezone.now())) == (1, 0)
    assert SweepRun.objects.count() == 1


def test_of_two_who_pick_it_up_one_does_it(admin, today, stagnant):
    run = ask(by=admin, as_of=today)
    assert (do(run), do(run)) == (True, False)


def test_cancelled_while_it_waits_it_writes_nothing(client, admin, today, stagnant):
    run = ask(by=admin, as_of=today)
    assert "何も変更せずに中止します" in client.post(page_of(run, "run_cancel"), follow=True).content.decode()
    assert work(timezone.now()) == 0
    run.refresh_from_db()
    assert (run.status, FollowUpCycle.objects.count()) == ("cancelled", 0)
    assert "何も変更しないうちに中止されました" in client.get(page_of(run, "run")).content.decode()
    with pytest.raises(Refused, match="元に戻すものはありません"):
        undo_sweep(run.pk, by=admin, as_of=today)


def test_cancelled_while_it_looks_at_the_deals_it_writes_nothing(admin, today, stagnant, monkeypatch):
    run = ask(by=admin, as_of=today)
    sweeping = import_module("followups.rules.sweep")
    planned = sweeping.plan

    def plan_and_cancel(as_of):
        assert cancel(run)
        return planned(as_of)

    monkeypatch.setattr(sweeping, "plan", plan_and_cancel)
    work(timezone.now())
    run.refresh_from_db()
    assert (run.status, run.steps_total, FollowUpCycle.objects.count()) == ("cancelled", 0, 0)


def test_once_it_writes_it_cannot_be_cancelled_and_the_page_says_what_to_do(client, admin, today, stagnant):
    run = ask(by=admin, as_of=today)
    SweepRun.objects.update(status="running", beat_at=timezone.now(), writing_at=timezone.now())
    assert page_of(run, "run_cancel") not in client.get(page_of(run)).content.decode()
    assert (
        "終わってから、実行のページから元に戻してください"
        in client.post(page_of(run, "run_cancel"), follow=True).content.decode()
    )
    assert not SweepRun.objects.get().is_cancel_wanted


@pytest.mark.parametrize(("waits", "is_offered"), [(PATIENCE, True), (PATIENCE / 2, False)])
def test_where_nobody_picks_it_up_the_page_does_it_itself(client, admin, today, stagnant, waits, is_offered):
    run = ask(by=admin, as_of=today)
    SweepRun.objects.update(started_at=timezone.now() - waits)
    assert (page_of(run, "run_start") in client.get(page_of(run)).content.decode()) is is_offered
    client.post(page_of(run, "run_start"))
    run.refresh_from_db()
    assert (run.status, FollowUpCycle.objects.count()) == ("done", 3)


def test_a_run_whose_doer_died_is_marked_as_failed_and_the_next_one_does_the_rest(client, admin, today, stagnant):
    dead = ask(by=admin, as_of=today)
    SweepRun.objects.update(status="running", beat_at=timezone.now() - SILENCE - timedelta(seconds=1))
    work(timezone.now())
    dead.refresh_from_db()
    assert (dead.status, dead.finished_at is None) == ("failed", False)
    page = client.get(page_of(dead, "run")).content.decode()
    assert "もう一度実行してください" in page and f'<a class="btn s" href="{reverse("followups:sweep_now")}"' in page
    ask(by=admin, as_of=today)
    work(timezone.now())
    assert FollowUpCycle.objects.count() == 3


def test_where_nobody_marks_it_the_page_says_that_its_doer_died_and_a_new_run_can_be_asked_for(
    client, admin, today, stagnant
):
    dead = ask(by=admin, as_of=today)
    SweepRun.objects.update(status="running", beat_at=timezone.now() - SILENCE - timedelta(seconds=1))
    assert "もう一度実行してください" in client.get(page_of(dead)).content.decode()
    client.post(reverse("followups:sweep_now"), {"as_of": today.isoformat()})
    dead.refresh_from_db()
    assert (dead.status, SweepRun.objects.asked_for().get().status) == ("failed", "waiting")


@pytest.mark.parametrize(("began", "status"), [(LONGEST, "failed"), (LONGEST - timedelta(minutes=1), "running")])
def test_a_run_of_the_morning_is_taken_for_a_dead_one_when_none_lasts_so_long(client, admin, today, began, status):
    run = SweepRun.objects.create(as_of=today, started_at=timezone.now() - began)
    assert "実行中です" in client.get(page_of(run, "run")).content.decode()
    work(timezone.now())
    run.refresh_from_db()
    assert run.status == status


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_a_run_that_a_time_limit_ends_is_failed_and_what_it_wrote_can_be_undone(
    client, admin, today, stagnant, monkeypatch, is_asked_for
):
    sweeping = import_module("followups.rules.sweep")
    monkeypatch.setattr(sweeping, "BATCH", 1)
    written = sweeping.write_openings

    def once(batch, ledger):
        if FollowUpCycle.objects.exists():
            raise SoftTimeLimitExceeded
        return written(batch, ledger)

    monkeypatch.setattr(sweeping, "write_openings", once)
    if is_asked_for:
        ask(by=admin, as_of=today)
        work(timezone.now())
    else:
        with pytest.raises(SoftTimeLimitExceeded):
            sweeping.sweep(as_of=today)
    run = SweepRun.objects.get()
    page = client.get(page_of(run, "run")).content.decode()
    assert (run.status, run.changes.count(), FollowUpCycle.objects.count()) == ("failed", 1, 1)
    assert "もう一度実行してください" in page and page_of(run, "run_undo") in page
    client.post(page_of(run, "run_undo"))
    assert not FollowUpCycle.objects.exists()


def test_a_run_that_breaks_off_is_failed_and_the_next_is_done(admin, today, stagnant, monkeypatch):
    first = ask(by=admin, as_of=today)

    def breaks(**_):
        raise ValueError("kaputt")

    with monkeypatch.context() as patched:
        patched.setattr(ASKED, "sweep", breaks)
        work(timezone.now())
    first.refresh_from_db()
    assert first.status == "failed"
    ask(by=admin, as_of=today)
    assert work(timezone.now()) == 1


def test_a_manager_sees_how_far_it_is_and_is_offered_no_button(client, admin, today):
    run = ask(by=admin, as_of=today)
    SweepRun.objects.update(started_at=timezone.now() - 2 * PATIENCE)
    client.force_login(UserFactory(manager=True))
    text = client.get(page_of(run)).content.decode()
    assert page_of(run, "run_cancel") not in text
    assert page_of(run, "run_start") not in text
