"""Full exports that a page orders: one at a time, written by beat or a worker, kept for a week.

What is known of them are files below VAR_DIR, no rows: an export reads everything as of one moment, inside which
nothing may be written, and it would hold its own order.
"""

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.archive.manifest import CHECKSUM_SUFFIX
from intake.archive.records import files
from intake.archive.tables import tables
from intake.archive.writing import write_archive
from people.models import User

KEPT_FOR = timedelta(days=7)  # from its making
SILENCE = timedelta(minutes=10)  # without a sign of life for so long, whoever wrote it is dead
TRIES = 2  # then whoever writes it dies of it
PREFIX = "salesfollow-"
WAITING, RUNNING, DEAD, FAILED = "waiting.json", "running.json", "dead.json", "failed.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """An export under way. done of all: files of the zip; all is 0 while it waits for its turn.

    tries: how often one began to write it and died.
    """

    by: str
    done: int = 0
    all: int = 0
    tries: int = 0


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
            return _read(folder() / state)
    return None


def last_sign() -> datetime | None:
    """When the export under way last moved: its order, its progress or the file itself; None without one."""
    signs = []
    for path in (folder() / WAITING, folder() / RUNNING, *folder().glob(f"{PREFIX}*.part")):
        with suppress(OSError):
            signs.append(_made_at(path))
    return max(signs, default=None)


def why_failed() -> str:
    """What became of the last one where it could not be written, and what to do; else ''."""
    try:
        said = json.loads((folder() / FAILED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if said["code"] == "system":
        text = _("The last export could not be written: %(why)s. Free some space on the disk and order it again.")
        return text % {"why": said["why"]}
    text = {
        "broke_off": ngettext(
            "The last export broke off after %(minutes)s minute, before it was ready.",
            "The last export broke off after %(minutes)s minutes, before it was ready.",
            said["minutes"],
        ),
        "died": _("The program that wrote the last export was ended twice before it was ready."),
    }[said["code"]]
    what_to_do = _("Order it again, or write it on the server by manage.py export_all, which no time limit ends.")
    happened = text % {"minutes": said["minutes"]}
    return _("%(happened)s %(what_to_do)s") % {"happened": happened, "what_to_do": what_to_do}


def exports() -> list[Export]:
    """Those that can be fetched, the newest first."""
    found = sorted(folder().glob(f"{PREFIX}*.zip"), reverse=True)
    return [Export(path.name, path.stat().st_size, _made_at(path)) for path in found]


def path_of(name: str) -> Path | None:
    """The export of that name, None where there is none (any longer)."""
    return next((folder() / one.name for one in exports() if one.name == name), None)


def write_ordered(now: datetime) -> bool:
    """Write the export that waits, or one that somebody began and did not live to end; whether there was any.

    One that breaks off, for whatever reason, leaves the reason for the page; one of which its writers die is given up.
    """
    running = folder() / RUNNING
    _take_from_the_dead(now)
    try:
        (folder() / WAITING).rename(running)  # of two who ask at once one gets it
    except FileNotFoundError:
        return False
    os.utime(running)
    started = monotonic()
    try:
        _write(running, timezone.localtime(now))
    except OSError as error:
        logger.exception("the full export cannot be written")
        _keep(folder() / FAILED, {"code": "system", "why": error.strerror or str(error)})
    except Exception:
        logger.exception("the full export broke off")
        _keep(folder() / FAILED, {"code": "broke_off", "minutes": int(monotonic() - started) // 60})
    finally:
        running.unlink(missing_ok=True)
    return True


def _take_from_the_dead(now: datetime) -> None:
    """An export whose writer is dead waits anew; the second time it is given up, and the reason left for the page."""
    last, dead = last_sign(), folder() / DEAD
    if last is None or last >= now - SILENCE:
        return
    try:
        (folder() / RUNNING).rename(dead)  # of two who ask at once one gets it
    except FileNotFoundError:
        return
    for half in folder().glob(f"{PREFIX}*.part"):
        half.unlink(missing_ok=True)
    order = _read(dead)
    tries = order.tries + 1
    if tries < TRIES:
        _keep(folder() / WAITING, {"by": order.by, "tries": tries})
    else:
        logger.error("the full export is given up: its writers died %d times", tries)
        _keep(folder() / FAILED, {"code": "died", "minutes": 0})
    dead.unlink()


def clear_exports(now: datetime) -> int:
    """Delete those that are older than a week; how many."""
    old = [one for one in exports() if one.deleted_at <= now]
    for one in old:
        path = folder() / one.name
        path.unlink()
        path.with_name(path.name + CHECKSUM_SUFFIX).unlink(missing_ok=True)
    return len(old)


def _write(running: Path, now: datetime) -> None:
    said = asdict(_read(running))
    names: list[str] = []
    total = len(tables()) + sum(1 for _file in files())

    def tell(name: str) -> None:
        _keep(running, said | {"done": len(names), "all": total})
        names.append(name)

    write_archive(folder() / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}.zip", made_at=now, progress=tell)


def _read(path: Path) -> Order:
    return Order(**json.loads(path.read_text(encoding="utf-8")))


def _keep(path: Path, said: dict[str, Any]) -> None:
    """Whole or not at all: a page may read it at any moment."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(path)


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())
