"""An import is taken back: the world is as it was before, and what people have touched stays, named with its reason."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from activities.models import Activity, Todo
from deals.models import Deal, DealEvent, FollowUpCycle, HistoryPurge
from deals.purging import history_may_go
from followups.digest import digests
from followups.invariants.rollups import days_of_other_appointments, days_of_other_cohorts
from followups.models import CohortDay, Rule
from followups.rollups import refresh_rollups
from followups.rules import sweep
from intake.models import ImportBatch, ImportRow, ImportStep, ImportUndo
from intake.states import BatchStatus
from intake.undoing import batches as undoing
from intake.undoing.asked import SILENCE, TRIES, work_undos
from intake.undoing.batches import Undone, preview_import_undo, undo_import
from intake.undoing.taking_back import Return
from leads.models import Company, LeadEvent
from people.models import RollupMark
from people.refusal import Refused
from tests.factories import TODAY, ActivityFactory, UserFactory, at_noon
from tests.intake.conftest import Desk, figures
from tests.intake.page_desk import PageDesk
from tests.intake.undo_world import EVERY_KIND, Team

pytestmark = pytest.mark.django_db

COMPANIES = """
kind = "companies"
[columns]
external_id = "id"
name = "name"
phone = "phone"
"""
DEALS = """
kind = "deals"
[columns]
external_id = "id"
company = "company"
status = "status"
fs_owner = "field"
last_contact_on = "touched"
"""
FOUR = "id,company,status,field,touched\n" + "".join(f"D{n},会社{n},ongoing,外勤,2025-01-0{n + 1}\n" for n in range(4))


LOSSES = """
kind = "deals"
[columns]
external_id = "id"
status = "status"
closed_on = "closed"
lost_reason = "why"
next_approach_on = "next"
approach_contact_text = "whom"
hook = "hook"
"""
LOST = "id,status,closed,why,next,whom,hook\nD1,lost,2025-03-01,competitor,2026-01-05,山田,予算の時期を聞く\n"


def brought_in(desk: Desk, content: str, plan: str) -> ImportBatch:
    return ImportBatch.objects.get(pk=desk.bring_in(content, plan).batch)


def take_back(batch: ImportBatch) -> Undone:
    return undo_import(batch, by=None, as_of=TODAY)


def stays(undone: Undone) -> list[tuple[str, str]]:
    return sorted((row["name"], row["reason"]) for row in undone.kept)


@pytest.mark.parametrize("seed", range(3))
def test_every_import_of_a_team_is_taken_back_to_the_digest_before_it(desk: Desk, seed: int) -> None:
    team = Team(desk, seed)
    for version in range(3):
        for kind in EVERY_KIND:
            assert team.bring_in(kind, version).created or version, kind
    while team.batches:
        kind = team.batches[-1].kind
        undone, before = team.take_back()
        assert undone.kept == [], kind
        now = digests()
        assert [name for name in before if now[name] != before[name]] == [], kind


def test_the_mended_file_can_come_in_again_as_if_it_had_never_been(desk: Desk) -> None:
    batch = brought_in(desk, FOUR, DEALS)

    take_back(batch)
    assert not ImportRow.objects.exists() and not DealEvent.objects.exists() and not Company.objects.exists()

    assert figures(desk.bring_in(FOUR.replace("会社1", "会社一"), DEALS)) == {"created": 4}
    assert Company.objects.filter(name="会社一").exists()


def test_the_ledger_still_says_that_it_came_in_and_was_taken_back(desk: Desk) -> None:
    batch = brought_in(desk, FOUR, DEALS)
    take_back(batch)

    batch.refresh_from_db()
    [step] = batch.steps.all()
    assert batch.status == BatchStatus.UNDONE
    assert step.undone["removed"]["deals.deal"] == 4
    assert len(step.undone["digest"]) == 64 and int(step.undone["digest"], 16)


def test_a_deal_that_somebody_has_called_stays_with_all_that_it_needs(desk: Desk) -> None:
    batch = brought_in(desk, FOUR, DEALS)
    called = Deal.objects.get(external_id="D2")
    Activity.objects.create(
        kind="call", outcome="callback", deal=called, owner=UserFactory(inside=True), occurred_at=at_noon(TODAY)
    )

    undone = take_back(batch)

    assert [deal.external_id for deal in Deal.objects.all()] == ["D2"]
    assert [company.name for company in Company.objects.all()] == ["会社2"]
    assert stays(undone) == [("会社2", "contacted"), ("会社2", "used"), ("外勤", "used")]
    assert DealEvent.objects.filter(deal=called).exists()
    assert figures(desk.bring_in(FOUR, DEALS)) == {"created": 3, "unchanged": 1}


def test_a_deal_that_somebody_has_changed_stays(desk: Desk) -> None:
    batch = brought_in(desk, FOUR, DEALS)
    Deal.objects.filter(external_id="D0").update(amount=5000)

    assert ("会社0", "changed") in stays(take_back(batch))


def test_what_the_rules_opened_goes_along_while_nobody_has_worked_on_it(desk: Desk) -> None:
    UserFactory(inside=True)
    Rule.objects.filter(code="R-60").update(mode="auto")
    before = digests()
    batch = brought_in(desk, FOUR, DEALS)
    sweep(as_of=TODAY)
    assert FollowUpCycle.objects.count() == Todo.objects.count() == 4

    assert take_back(batch).kept == []
    assert digests() == before


def test_a_follow_up_that_somebody_has_worked_on_keeps_its_deal(desk: Desk) -> None:
    UserFactory(inside=True)
    Rule.objects.filter(code="R-60").update(mode="auto")
    batch = brought_in(desk, FOUR, DEALS)
    sweep(as_of=TODAY)
    todo = Todo.objects.get(deal__external_id="D3")
    Todo.objects.filter(pk=todo.pk).update(hook="来週また", version=todo.version + 1)

    undone = take_back(batch)

    assert [deal.external_id for deal in Deal.objects.all()] == ["D3"]
    assert ("会社3", "worked") in stays(undone)
    assert FollowUpCycle.objects.get().deal.external_id == "D3"


def test_what_a_later_import_refers_to_stays_until_that_one_is_taken_back(desk: Desk) -> None:
    first = brought_in(desk, "id,name,phone\nC1,会社1,\nC2,会社2,\n", COMPANIES)
    second = brought_in(desk, FOUR, DEALS)

    assert stays(preview_import_undo(first)) == [("会社1", "used"), ("会社2", "used")]
    take_back(second)
    assert take_back(first).kept == []
    assert not Company.objects.exists()


def test_a_row_that_a_later_import_has_read_anew_stays(desk: Desk) -> None:
    first = brought_in(desk, "id,name,phone\nC1,会社1,\nC2,会社2,\n", COMPANIES)
    brought_in(desk, "id,name,phone\nC1,会社1,03-1234-5678\n", COMPANIES)

    assert stays(take_back(first)) == [("会社1", "later_import")]


def test_former_values_come_back_where_they_are_still_those_of_the_import(desk: Desk) -> None:
    brought_in(desk, "id,name,phone\nC1,前,03-1111-1111\n", COMPANIES)
    batch = brought_in(desk, "id,name,phone\nC1,後,03-2222-2222\n", COMPANIES)
    Company.objects.update(phone="+81333333333")

    undone = take_back(batch)

    company = Company.objects.get()
    assert (company.name, company.phone) == ("前", "+81333333333")
    assert [row["columns"] for row in undone.kept] == [["phone"]]


class TestWhatIsKeptPerDay:
    """A loss comes in by an import, with its follow-up; a call had won an appointment after it."""

    def undone(self, desk: Desk) -> None:
        brought_in(desk, FOUR, DEALS)
        ActivityFactory(deal=Deal.objects.get(external_id="D1"), day=TODAY, outcome="appointment")
        batch = brought_in(desk, LOST, LOSSES)
        refresh_rollups()
        assert CohortDay.objects.count() == 2
        take_back(batch)
        assert not FollowUpCycle.objects.exists()

    def test_it_agrees_with_its_rows_after_the_undo(self, desk: Desk) -> None:
        self.undone(desk)
        assert days_of_other_cohorts() == days_of_other_appointments() == []
        refresh_rollups()
        assert days_of_other_cohorts() == days_of_other_appointments() == []
        assert not CohortDay.objects.exists()

    def test_without_its_marks_the_pages_would_be_told_what_was(self, desk: Desk) -> None:
        self.undone(desk)
        RollupMark.objects.all().delete()
        assert (days_of_other_cohorts(), days_of_other_appointments()) == ([20250301], [20250731])


def test_the_preview_says_what_the_undo_then_does_and_writes_nothing(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 2)
    batch = brought_in(desk, FOUR, DEALS)
    Deal.objects.filter(external_id="D1").update(amount=1)
    before = digests()

    told = preview_import_undo(batch).as_json()

    assert digests() == before and batch.steps.filter(undone=None).count() == 2
    assert take_back(batch).as_json() == told


@pytest.mark.parametrize("spoil", ["twice", "dry", "empty", "at work"])
def test_what_cannot_be_taken_back_is_refused_with_a_sentence(desk: Desk, spoil: str) -> None:
    batch = brought_in(desk, FOUR, DEALS)
    if spoil == "twice":
        take_back(batch)
    elif spoil == "dry":
        ImportBatch.objects.update(is_dry_run=True)
    elif spoil == "empty":
        ImportStep.objects.all().delete()
    else:
        upload = UserFactory(admin=True)
        ImportBatch.objects.update(status=BatchStatus.WAITING, upload=uploaded(upload))
    with pytest.raises(Refused):
        take_back(batch)


def uploaded(by: Any) -> Any:
    from intake.models import UploadedFile

    return UploadedFile.objects.create(uploaded_by=by, parcel="p", name="a.csv", stored="p/a.csv", kind="deals")


class TestHistory:
    """Only what an undo is about to delete may lose its history, and only while it does so."""

    def test_events_of_other_deals_cannot_go_while_a_purge_is_under_way(self, desk: Desk) -> None:
        brought_in(desk, FOUR, DEALS)
        mine, other = Deal.objects.order_by("pk")[:2]
        with history_may_go([mine.pk], []):
            DealEvent.objects.filter(deal=mine).delete()
            with pytest.raises(IntegrityError), transaction.atomic():
                DealEvent.objects.filter(deal=other).delete()
            with pytest.raises(IntegrityError), transaction.atomic():
                DealEvent.objects.filter(deal=other).update(detail="x")

    def test_after_it_they_are_as_safe_as_ever(self, desk: Desk) -> None:
        brought_in(desk, FOUR, DEALS)
        deal = Deal.objects.first()
        assert deal is not None
        with history_may_go([deal.pk], []):
            pass
        with pytest.raises(IntegrityError), transaction.atomic():
            DealEvent.objects.filter(deal=deal).delete()

    @pytest.mark.django_db(transaction=True)
    def test_no_transaction_can_end_with_a_purge_open(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            HistoryPurge.objects.create(owner="deal", record_id=1, never_id=0)
        assert not HistoryPurge.objects.exists()

    def test_a_lead_goes_with_its_history(self, desk: Desk) -> None:
        plan = 'kind = "leads"\n[columns]\nexternal_id = "id"\nname = "name"\n[defaults]\nstatus = "new"\n'
        take_back(brought_in(desk, "id,name\nL1,見込\n", plan))
        assert not LeadEvent.objects.exists()


class TestBrokenOff:
    """Each step is done once, whoever asks how often, and a kill leaves whole steps."""

    @pytest.fixture(autouse=True)
    def two_rows_in_a_step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("intake.batches.CHUNK", 2)

    @pytest.mark.django_db(transaction=True)
    def test_a_kill_in_the_second_step_leaves_the_first_done_and_a_second_undo_completes_it(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = digests()
        batch = brought_in(desk, FOUR, DEALS)
        ordinary, calls = Return.do, []

        def dies(self: Return, **given: Any) -> Any:
            calls.append(1)
            done = ordinary(self, **given)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return done

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Return, "do", dies)
            take_back(batch)
        assert Deal.objects.count() == 2
        assert batch.steps.filter(undone=None).count() == 1

        undone = take_back(batch)

        assert undone.removed["deals.deal"] == 4
        assert digests() == before

    def test_who_comes_second_is_told_what_the_first_did(self, desk: Desk) -> None:
        assert self._asked_twice(brought_in(desk, FOUR, DEALS)) == [2, 2]

    def test_without_the_steps_memory_the_second_would_find_nothing(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forgetful(step_id: int) -> ImportStep:
            step = ImportStep.objects.select_related("batch").get(pk=step_id)
            step.undone = None
            return step

        monkeypatch.setattr(undoing, "_claimed", forgetful)
        assert self._asked_twice(brought_in(desk, FOUR, DEALS)) == [2, 0]

    def _asked_twice(self, batch: ImportBatch) -> list[int]:
        step = batch.steps.latest("pk")
        return [undoing._take_back(step.pk, None, TODAY)["removed"].get("deals.deal", 0) for _turn in range(2)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestEditedMeanwhile:
    """Somebody saves a company in the moment in which its import is taken back."""

    def test_the_undo_waits_and_keeps_the_company(self, desk: Desk) -> None:
        assert self._undone_beside_an_edit(desk) == ["新しい名前"]

    def test_without_the_lock_the_edit_would_be_lost(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(undoing, "_lock_records", lambda step: None)
        assert self._undone_beside_an_edit(desk) == []

    def _undone_beside_an_edit(self, desk: Desk) -> list[str]:
        batch = brought_in(desk, "id,name,phone\nC1,会社1,\n", COMPANIES)
        errors: list[Exception] = []
        thread = threading.Thread(target=in_a_thread(lambda: take_back(batch), errors))
        with transaction.atomic():
            Company.objects.update(name="新しい名前")
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not errors and not thread.is_alive()
        return list(Company.objects.values_list("name", flat=True))


def in_a_thread(do: Callable[[], object], errors: list[Exception]) -> Callable[[], None]:
    def run() -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - the thread of the test tells it
            errors.append(error)
        finally:
            connections.close_all()

    return run


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock; fails after half a minute."""
    until = timezone.now() + timedelta(seconds=30)
    while timezone.now() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


class TestCommand:
    def test_it_prints_one_object(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        batch = brought_in(desk, FOUR, DEALS)
        call_command("undo_import", str(batch.pk), "--dry-run", "--json")
        told = json.loads(capsys.readouterr().out)
        call_command("undo_import", str(batch.pk), "--json")
        done = json.loads(capsys.readouterr().out)

        assert told.pop("dry_run") and not done.pop("dry_run")
        assert told == done
        assert done["removed"]["deals.deal"] == 4 and done["kept"] == []

    def test_it_refuses_what_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="no such import"):
            call_command("undo_import", "999")


class TestPage:
    def test_an_import_is_taken_back_by_two_buttons(self, client: Client) -> None:
        client.force_login(UserFactory(admin=True, language="en"))
        desk = PageDesk(client)
        batch = desk.import_(("会社.csv", "会社ID,会社名\nC1,青葉\nC2,赤城\n".encode()))
        assert "Undo the import" in client.get(f"/import/runs/{batch.pk}/").content.decode()

        asked = client.post(f"/import/runs/{batch.pk}/undo/", follow=True)
        assert "Waits for its turn" in asked.content.decode()
        work_undos(timezone.now())
        preview = ImportUndo.objects.get()
        said = client.get(f"/import/undos/{preview.pk}/").content.decode()
        assert "Everything can be taken back." in said and Company.objects.count() == 2

        client.post(f"/import/undos/{preview.pk}/take-back/")
        work_undos(timezone.now())

        assert not Company.objects.exists()
        assert (
            "The import was taken back."
            in client.get(f"/import/undos/{ImportUndo.objects.latest('pk').pk}/").content.decode()
        )
        assert "was taken back" in client.get(f"/import/runs/{batch.pk}/").content.decode()

    def test_one_whose_worker_died_is_taken_up_again(self, client: Client, desk: Desk) -> None:
        batch = brought_in(desk, FOUR, DEALS)
        admin = UserFactory(admin=True)
        batch.undos.create(
            asked_by=admin,
            as_of=TODAY,
            is_preview=False,
            status="running",
            beat_at=timezone.now() - timedelta(minutes=3),
        )
        assert work_undos(timezone.now()) == 1
        assert not Deal.objects.exists()

    @pytest.mark.parametrize("is_preview", [True, False])
    def test_one_that_breaks_off_again_and_again_is_given_up_with_a_sentence(
        self, client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, is_preview: bool
    ) -> None:
        client.force_login(UserFactory(admin=True, language="ja"))
        batch = brought_in(desk, FOUR, DEALS)
        undo = batch.undos.create(as_of=TODAY, is_preview=is_preview, steps_total=1)

        def breaks(*_: Any, **__: Any) -> Any:
            raise SoftTimeLimitExceeded

        monkeypatch.setattr("intake.undoing.asked.preview_import_undo", breaks)
        monkeypatch.setattr("intake.undoing.asked.undo_import", breaks)
        now = timezone.now()
        for attempt in range(TRIES):
            with pytest.raises(SoftTimeLimitExceeded):
                work_undos(now + attempt * 2 * SILENCE)
        said = client.get(f"/import/undos/{undo.pk}/").content.decode()
        assert "分間、進んでいません" not in said
        work_undos(now + TRIES * 2 * SILENCE)
        undo.refresh_from_db()

        assert (undo.status, Deal.objects.count()) == ("refused", 4)
        assert "3回中断しました" in client.get(f"/import/undos/{undo.pk}/").content.decode()

    @pytest.mark.parametrize(("done_before", "status"), [(0, "done"), (1, "refused")])
    def test_a_step_that_was_taken_back_since_allows_more_tries(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, done_before: int, status: str
    ) -> None:
        monkeypatch.setattr("intake.batches.CHUNK", 2)
        batch = brought_in(desk, FOUR, DEALS)
        undoing._take_back(batch.steps.latest("pk").pk, None, TODAY)
        undo = batch.undos.create(as_of=TODAY, is_preview=False, summary={"tries": TRIES, "done": done_before})
        assert work_undos(timezone.now()) == 1
        undo.refresh_from_db()
        assert undo.status == status

    def test_one_that_does_not_move_says_so(self, client: Client, desk: Desk) -> None:
        client.force_login(UserFactory(admin=True, language="ja"))
        silent = timezone.now() - timedelta(minutes=7)
        undo = brought_in(desk, FOUR, DEALS).undos.create(as_of=TODAY, status="running", beat_at=silent)
        assert "7分間、進んでいません" in client.get(f"/import/undos/{undo.pk}/").content.decode()
