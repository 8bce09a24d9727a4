"""Full exports that a page orders: one at a time, written by beat or a worker, kept for a week.

What is known of them are files below VAR_DIR, no rows: an export reads everything as of one moment, inside which
nothing may be written, and it would hold its own order.
"""

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from intake.archive.manifest import CHECKSUM_SUFFIX
from intake.archive.records import files
from intake.archive.tables import tables
from intake.archive.writing import write_archive
from people.models import User

KEPT_FOR = timedelta(days=7)  # from its making
SILENCE = timedelta(hours=1)  # without a sign of life for so long, whoever wrote it is dead
PREFIX = "salesfollow-"
WAITING, RUNNING, FAILED = "waiting.json", "running.json", "failed.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """An export under way. done of all: files of the zip; all is 0 while it waits for its turn."""

    by: str
    done: int
    all: int


@dataclass(frozen=True, slots=True)
class Export:
    """A finished one. size: bytes. deleted_at: the moment from which it is not kept any longer."""

    name: str
    size: int
    made_at: datetime

    @property
    def deleted_at(self) -> datetime:
        return self.made_at + KEPT_FOR


def folder() -> Path:
    """Where they lie: away from those of `manage.py export_all`, which are nobody's but the operator's."""
    return Path(settings.VAR_DIR) / "exports" / "ordered"


def order(by: User) -> bool:
    """Have an export written; False where one is under way already."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    if under_way() is not None:
        return False
    (place / FAILED).unlink(missing_ok=True)
    _keep(place / WAITING, {"by": by.name})
    logger.info("full export ordered by user %s", by.pk)
    return True


def under_way() -> Order | None:
    """The export that waits or is being written."""
    for state in (RUNNING, WAITING):
        with suppress(OSError, ValueError):
            return Order(**{"done": 0, "all": 0} | json.loads((folder() / state).read_text(encoding="utf-8")))
    return None


def why_failed() -> str:
    """What the system said where the last one could not be written, else ''."""
    with suppress(OSError, ValueError):
        return str(json.loads((folder() / FAILED).read_text(encoding="utf-8"))["why"])
    return ""


def exports() -> list[Export]:
    """Those that can be fetched, the newest first."""
    found = sorted(folder().glob(f"{PREFIX}*.zip"), reverse=True)
    return [Export(path.name, path.stat().st_size, _made_at(path)) for path in found]


def path_of(name: str) -> Path | None:
    """The export of that name, None where there is none (any longer)."""
    return next((folder() / one.name for one in exports() if one.name == name), None)


def write_ordered(now: datetime) -> bool:
    """Write the export that waits, or one that somebody began and did not live to end; whether there was any."""
    running = folder() / RUNNING
    with suppress(FileNotFoundError):
        if running.stat().st_mtime < (now - SILENCE).timestamp():
            running.rename(folder() / WAITING)
    try:
        (folder() / WAITING).rename(running)  # of two who ask at once one gets it
    except FileNotFoundError:
        return False
    os.utime(running)
    try:
        _write(running, timezone.localtime(now))
    except OSError as error:
        logger.exception("the full export cannot be written")
        _keep(folder() / FAILED, {"why": error.strerror or str(error)})
    finally:
        running.unlink(missing_ok=True)
    return True


def clear_exports(now: datetime) -> int:
    """Delete those that are older than a week; how many."""
    old = [one for one in exports() if one.deleted_at <= now]
    for one in old:
        path = folder() / one.name
        path.unlink()
        path.with_name(path.name + CHECKSUM_SUFFIX).unlink(missing_ok=True)
    return len(old)


def _write(running: Path, now: datetime) -> None:
    said = json.loads(running.read_text(encoding="utf-8"))
    names: list[str] = []
    total = len(tables()) + sum(1 for _file in files())

    def tell(name: str) -> None:
        _keep(running, said | {"done": len(names), "all": total})
        names.append(name)

    write_archive(folder() / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}.zip", made_at=now, progress=tell)


def _keep(path: Path, said: dict[str, Any]) -> None:
    """Whole or not at all: a page may read it at any moment."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(path)


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())
