"""Jobs of the drills that kill imports and undos of imports: files of a team, and a look at all that came of them.

Each job works in `folder`, which stands for VAR_DIR. An import or undo goes one of its two ways: `command`, as
manage.py does it, or `page`, as beat or a worker does what a page has asked for, with a clock by which whoever did it
before is dead.
"""

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Concat, Left, StrIndex
from django.test import override_settings
from django.utils import timezone

from activities.models import Activity
from deals.models import Deal, DealEvent
from followups.digest import digests
from intake.batches import import_file
from intake.chunks import ChunkWriter
from intake.maps import read_map
from intake.models import ImportBatch, ImportRow, ImportStep, ImportUndo, UploadedFile
from intake.runs import Journey, ask, work
from intake.undoing.asked import ask_undo, work_undos
from intake.undoing.batches import undo_import
from intake.undoing.ledger import MODELS
from leads.models import LeadEvent
from people.models import User
from tests.drills.steps import autocommit, before_step, die, steps_noted
from tests.factories import TODAY, UserFactory
from tests.intake.conftest import Desk
from tests.intake.undo_world import EVERY_KIND, MAPS, Team

SEED, STAGED, KILLED, CHUNK = 5, 12, 30, 5  # rows staged, rows of the file whose import is killed, rows in a chunk
# They tell how often somebody set to work, not what came of it; into how many portions records fall goes by their ids,
# and who is killed has used some up.
ATTEMPTS = {
    "intake.importbatch", "intake.importstep", "intake.importundo", "intake.uploadedfile", "people.changedportion",
}  # fmt: skip


def stage_files(*, folder: str) -> None:
    """The first version of every kind's file is in, and people have worked on some of the records since."""
    with at(folder):
        team = Team(Desk(Path(folder)), SEED, STAGED)
        for kind in EVERY_KIND:
            team.bring_in(kind)
            work_on(kind, newest=False)
        UserFactory(admin=True, external_id="admin", language="en")


def order(*, folder: str, kind: str, way: str, size: int = KILLED) -> None:
    """A second, longer version of the file lies there, and the page has asked for it where it comes by the page."""
    with at(folder):
        team, path, plan = Team(Desk(Path(folder)), SEED, size), Path(folder) / "rows.csv", Path(folder) / "map.toml"
        path.write_text(team.rows(kind, 1), encoding="utf-8")
        plan.write_text(MAPS[kind], encoding="utf-8")
        shutil.rmtree(Path(folder) / "imports", ignore_errors=True)
        if way == "page":
            stored = Path(folder) / "imports" / "files" / "parcel" / "rows.csv"
            stored.parent.mkdir(parents=True)
            shutil.copy(path, stored)
            admin = User.objects.get(external_id="admin")
            upload = UploadedFile.objects.create(
                uploaded_by=admin, parcel="parcel", name="rows.csv", stored="parcel/rows.csv", kind=kind,
                reading={"rows": size}, plan=tomllib.loads(MAPS[kind]),
            )  # fmt: skip
            with patch("intake.runs.checked_map"):  # the page's own questions are not what the drill is about
                ask(upload, by=admin, as_of=TODAY, is_dry_run=False)


def bring_in(*, folder: str, way: str, die_at: int = 0, chunk: int = CHUNK, without: str = "") -> list[str]:
    """Import the file, or go on with it, with death before the n-th step; the steps that were taken.

    without: which guard is off.
    """
    with at(folder), patch("intake.batches.CHUNK", chunk), dying(die_at) as steps, GUARDS_OFF[without]():
        if way == "page":
            work(timezone.now() + timedelta(hours=1))
        else:
            import_file(Path(folder) / "rows.csv", read_map(Path(folder) / "map.toml"), as_of=TODAY)
    return steps


def work_on(kind: str, *, newest: bool) -> None:
    """People change two records of the kind."""
    column = {"deals": "competitor", "activities": "note", "todos": "subject"}.get(kind, "name")
    rows = MODELS[kind].objects.filter(external_id__isnull=False).order_by("-pk" if newest else "pk")
    for record in rows.exclude(external_id="")[:2]:
        type(record).objects.filter(pk=record.pk).update(**{column: f"手で直した{record.pk}"})


def import_to_take_back(*, folder: str, kind: str, way: str) -> None:
    """The second version is in, people have worked on some of what it made, and the page has asked for its undo."""
    order(folder=folder, kind=kind, way="command")
    bring_in(folder=folder, way="command")
    work_on(kind, newest=True)
    if way == "page":
        admin = User.objects.get(external_id="admin")
        ask_undo(ImportBatch.objects.latest("pk"), by=admin, as_of=TODAY, is_preview=False)


def take_back(*, folder: str, way: str, die_at: int = 0, without: str = "") -> list[str]:
    """Undo the newest import, or go on with that, with death before the n-th step; the steps that were taken."""
    with at(folder), dying(die_at) as steps, GUARDS_OFF[without]():
        if way == "page":
            work_undos(timezone.now() + timedelta(hours=1))
        else:
            batch = ImportBatch.objects.latest("pk")
            if batch.status != "undone":  # killed after its very last word, the command says so and refuses
                undo_import(batch, by=None, as_of=TODAY)
    return steps


def take_back_all() -> dict[str, str]:
    """Undo every import since the staging, the latest first; the digests then."""
    staged = len(EVERY_KIND)
    for batch in ImportBatch.objects.order_by("pk")[staged:][::-1]:
        if batch.steps.exists():
            undo_import(batch, by=None, as_of=TODAY)
    return digests()


def how_far() -> list[int]:
    """Of the newest import: its steps in all, and those that were taken back."""
    steps = ImportBatch.objects.latest("pk").steps.values_list("undone", flat=True)
    return [len(steps), sum(undone is not None for undone in steps)]


def rows_done() -> int:
    """How far the newest import by the page is."""
    return ImportBatch.objects.latest("pk").rows_done


def picture(*, folder: str) -> dict[str, Any]:
    """All that came of it, in words that hold no id: equal for two imports of the same file."""
    counts = {
        model._meta.label_lower: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in settings.INSTALLED_APPS and model._meta.label_lower not in ATTEMPTS
    }
    batch = ImportBatch.objects.latest("pk")
    rejects = {path.name: path.read_text("utf-8-sig") for path in sorted((Path(folder) / "imports").glob("*.csv"))}
    return {
        "digests": digests(), "counts": counts,
        "imported": lines(ImportRow.objects.values_list("kind", "external_id", "digest", "values")),
        "events": lines(DealEvent.objects.annotate(maker=maker()).values_list(
            "deal__external_id", "kind", "from_status", "to_status", "happened_on", "by__name", "maker")),
        "lead_events": lines(LeadEvent.objects.values_list("lead__external_id", "kind", "happened_on", "by__name")),
        "contacts": lines(Deal.objects.values_list("external_id", "last_contact_on", "first_visit_on")),
        "calls": lines(Activity.objects.values_list("external_id", "occurred_at", "deal__external_id")),
        "by_page": told_by_page(batch, rejects) if batch.upload_id else None,
        "open_purges": apps.get_model("deals.HistoryPurge").objects.count(),
    }  # fmt: skip


def told_by_page(batch: ImportBatch, rejects: dict[str, str]) -> dict[str, Any]:
    """What the page says of the whole import, whoever did which part of it, and the rejects file to the letter."""
    steps = [
        [{label: len(rows) for label, rows in step.made.items()}, len(step.changed), len(step.gone), len(step.rows)]
        for step in batch.steps.order_by("pk")
    ]
    summary = {name: value for name, value in batch.summary.items() if name != "rejects_file"}
    return {"status": batch.status, "done": batch.rows_done, "summary": summary, "steps": steps, "rejects": rejects}


def picture_of_undo(*, folder: str) -> dict[str, Any]:
    """All that came of an undo. Undos start from copies of one database, so that ids are the same too."""
    steps = ImportStep.objects.filter(batch=ImportBatch.objects.latest("pk")).order_by("pk")
    undos = ImportUndo.objects.values_list("status", "summary", "steps_total", "steps_done")
    return picture(folder=folder) | {
        "steps": [step.undone for step in steps], "status": ImportBatch.objects.latest("pk").status,
        "undos": list(undos),
        "ids": {kind: sorted(model._base_manager.values_list("pk", flat=True)) for kind, model in MODELS.items()},
    }  # fmt: skip


def lines(rows: Any) -> list[str]:
    return sorted(json.dumps(row, default=str, ensure_ascii=False, sort_keys=True) for row in rows)


def maker() -> Left:
    """What made an event, without the number of the import."""
    return Left("cause", StrIndex(Concat("cause", Value(":")), Value(":")) - 1)


@contextmanager
def at(folder: str) -> Iterator[None]:
    with override_settings(VAR_DIR=Path(folder)):
        yield


@contextmanager
def dying(number: int) -> Iterator[list[str]]:
    with steps_noted() as steps, ExitStack() as stack:
        if number:
            stack.enter_context(before_step(number, die))
        yield steps


@contextmanager
def nothing_known() -> Iterator[None]:
    """No row is looked for among those that came in before."""
    with patch.object(ChunkWriter, "_lasts", lambda writer, rows: {}):
        yield


@contextmanager
def place_forgotten() -> Iterator[None]:
    """Where the import is, is not written down with its chunks."""
    with patch.object(Journey, "keep", lambda journey, rejected: None):
        yield


@contextmanager
def guarded() -> Iterator[None]:
    yield


GUARDS_OFF: dict[str, Callable[[], Any]] = {
    "": guarded, "transactions": autocommit, "known rows": nothing_known, "place": place_forgotten,
}  # fmt: skip
