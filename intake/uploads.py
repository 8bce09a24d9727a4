"""Files that somebody uploads: kept below VAR_DIR, never where the web server serves from, and read in a child."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from shutil import rmtree
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from intake.findings import ImportRefused
from intake.guessing import guessed_kind, suggested_plan
from intake.models import UploadedFile
from intake.notes import refusal
from intake.reading.limits import LIMITS, MB
from intake.reading.number_formats import named
from intake.rows import REJECT_COLUMNS
from intake.states import AT_WORK
from people.models import User

WAIT_SECONDS = 150  # for the child, which the system stops after LIMITS.seconds of work
KEPT_FOR = timedelta(days=30)  # from the upload; then the file goes, while its columns and its map stay
KIND_ORDER = ("users", "companies", "contacts", "leads", "deals", "activities", "todos")


def folder() -> Path:
    """Where uploads are kept."""
    return Path(settings.VAR_DIR) / "imports" / "files"


def path_of(upload: UploadedFile) -> Path:
    """The table of the upload."""
    return folder() / upload.stored


def take_in(name: str, blocks: Iterable[bytes], *, by: User) -> tuple[list[UploadedFile], list[str]]:
    """Keep a file and read it: one upload for each table in it, in the order of import, and the sentences on the parts
    that cannot be read. Raises ImportRefused where none can."""
    parcel = uuid4().hex
    place = folder() / parcel
    place.mkdir(parents=True)
    suffix = PurePath(name).suffix.lower()[:8]
    kept = place / f"original{suffix if suffix[1:].isalnum() else ''}"
    _write(kept, blocks)
    try:
        found = _read({"path": str(kept), "name": PurePath(name).name[:200]}, place)
    except ImportRefused:
        _forget(place)
        raise
    uploads = [_upload(table, parcel, by) for table in found["tables"]]
    uploads.sort(key=lambda upload: KIND_ORDER.index(upload.kind))
    for upload in uploads:
        upload.save()
    refused = [_("%(name)s: %(why)s") % {"name": part["name"], "why": refusal(part)} for part in found["refused"]]
    return uploads, refused


def is_there(upload: UploadedFile) -> bool:
    """Whether the file is still kept."""
    return path_of(upload).is_file()


def refuse_unless_there(upload: UploadedFile) -> None:
    """Raises ImportRefused, with what to do, where the file was deleted meanwhile."""
    if not is_there(upload):
        text = _("This file was deleted %(days)d days after its upload. Upload it again; it goes in by the same map.")
        raise ImportRefused(text % {"days": KEPT_FOR.days})


def clear(now: datetime) -> int:
    """Delete the files that were uploaded more than 30 days ago, and those that no upload names; how many folders.

    Those of an import that waits or is at work stay. Rejected rows are kept elsewhere and stay too.
    """
    young = Q(uploaded_at__gte=now - KEPT_FOR) | Q(batches__status__in=AT_WORK)
    kept = set(UploadedFile.objects.filter(young).values_list("parcel", flat=True))
    oldest = (now - KEPT_FOR).timestamp()
    places = [place for place in folder().glob("*") if place.is_dir() and place.name not in kept]
    gone = [place for place in places if place.stat().st_mtime < oldest]
    for place in gone:
        rmtree(place)
    return len(gone)


def read_anew(upload: UploadedFile, asked: Mapping[str, Any]) -> None:
    """Read the table as somebody has chosen (encoding, delimiter, header_row); the map is suggested anew.

    Raises ImportRefused where it cannot be read so; the upload is then as it was.
    """
    refuse_unless_there(upload)
    path = path_of(upload)
    [table] = _read({"path": str(path), "name": upload.name, "asked": dict(asked)}, path.parent)["tables"]
    notes = [note for note in upload.reading["notes"] if note["code"] in ABOUT_THE_BOOK]
    upload.reading = _kept(table | {"notes": named(notes, table["columns"]) + table["notes"]})
    upload.plan = suggested_plan(upload.kind, upload.reading)
    upload.save()


HOW_IT_IS_WRITTEN = ("encoding", "delimiter", "header_row")
LOOKED_BACK = 100  # uploads
ABOUT_THE_BOOK = ("macros", "external_links", "merged_cells", "hidden_sheet", "unread_format")


def _upload(table: dict[str, Any], parcel: str, by: User) -> UploadedFile:
    reading = _kept(table)
    kind = guessed_kind(table["name"], reading)
    stored = str(Path(table["path"]).relative_to(folder()))
    plan = suggested_plan(kind, reading)
    if before := _before(reading):
        kind, plan = before.kind, plan | before.plan | {name: plan[name] for name in HOW_IT_IS_WRITTEN}
    return UploadedFile(
        parcel=parcel, name=table["name"], stored=stored, kind=kind, reading=reading, plan=plan, uploaded_by=by
    )


def _before(reading: dict[str, Any]) -> UploadedFile | None:
    """The last file with the same columns that was imported: the next one goes in by the same map, and so do rows of
    it that were rejected and come back mended."""
    columns = _columns(reading)
    imported = UploadedFile.objects.filter(batches__is_dry_run=False).distinct()[:LOOKED_BACK]
    return next((upload for upload in imported if _columns(upload.reading) == columns), None)


def _columns(reading: dict[str, Any]) -> set[str]:
    return {column["name"] for column in reading["columns"]} - set(REJECT_COLUMNS)


def _kept(table: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in table.items() if name not in ("path", "name")}


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    """Raises ImportRefused for a file above the limit, which is not kept."""
    size = 0
    with path.open("wb") as file:
        for block in blocks:
            size += len(block)
            if size > LIMITS.upload:
                break
            file.write(block)
    if size > LIMITS.upload:
        _forget(path.parent)
        raise ImportRefused(refusal({"code": "too_large", "size": size // MB, "most": LIMITS.upload // MB}))


def _forget(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()
    place.rmdir()


def _read(job: dict[str, Any], place: Path) -> dict[str, Any]:
    """What the child found. Raises ImportRefused with a sentence."""
    note = place / "job.json"
    note.write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "intake.reading", str(note)]
    try:
        done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, timeout=WAIT_SECONDS, check=False)
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise ImportRefused(refusal({"code": "too_large_to_read"})) from error
    finally:
        note.unlink()
    if "unfit" in found:
        raise ImportRefused(refusal(found["unfit"]))
    return found
