"""Reading the zip: is it whole and of this release, and back into an empty installation with the same digests."""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from activities.models import Activity, Todo
from deals.models import Deal
from followups.digest import digests
from intake.archive.manifest import CHECKSUM_SUFFIX, MANIFEST, Manifest, checksum, table_file
from intake.archive.moment import go_on_from
from intake.archive.tables import Table, our_apps, tables
from intake.archive.writing import Progress, applied_migrations
from intake.models import ImportBatch
from leads.models import Company, Contact, Lead
from people.models import User

_BATCH = 2000
_RECORDS = (Company, Contact, Lead, Deal, Activity, Todo, ImportBatch)


class ArchiveRefused(Exception):
    """The zip is damaged, of another release, or this installation is not empty; the text says what to do."""


def check_archive(path: Path) -> Manifest:
    """Read the whole zip and write nothing. Raises ArchiveRefused where one byte of it is not what was written."""
    beside = path.with_name(path.name + CHECKSUM_SUFFIX)
    try:
        if beside.exists() and beside.read_text(encoding="utf-8").split()[:1] != [checksum(path)]:
            raise ArchiveRefused(_("%(file)s is damaged: its checksum is not the one beside it.") % {"file": path.name})
        with ZipFile(path) as archive:
            manifest = _manifest(archive)
            for name, written in manifest.files.items():
                if _sha256(archive, name) != written.sha256:
                    raise ArchiveRefused(_("%(file)s is damaged.") % {"file": name})
    except OSError as error:
        raise ArchiveRefused(f"{path}: {error.strerror or error}") from error
    except (BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ArchiveRefused(_("%(file)s is damaged or not a full export.") % {"file": path.name}) from error
    return manifest


def restore(path: Path, *, progress: Progress) -> Manifest:
    """Put everything back into an empty installation of the same release, all or nothing.

    What a fresh installation brings along (reasons, rules, thresholds) gives way to what the zip holds. Raises
    ArchiveRefused, with the database as it was.
    """
    manifest = check_archive(path)
    _check_release(manifest)
    try:
        with transaction.atomic(), ZipFile(path) as archive:
            _check_empty()
            _replace(archive, manifest, progress)
            if (here := digests()) != manifest.digests:
                differing = ", ".join(name for name in here if here[name] != manifest.digests.get(name))
                raise ArchiveRefused(
                    _("These tables did not come back as they were: %(tables)s.") % {"tables": differing}
                )
    except (DatabaseError, ValidationError, ValueError) as error:
        raise ArchiveRefused(_("The database does not take what the file holds: %(why)s") % {"why": error}) from error
    return manifest


def _manifest(archive: ZipFile) -> Manifest:
    manifest = Manifest.read(json.loads(archive.read(MANIFEST)))
    lacking = {table_file(table) for table in tables()} - manifest.files.keys()
    if lacking and manifest.migrations == applied_migrations():
        raise KeyError(*sorted(lacking)[:1])
    return manifest


def _sha256(archive: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _check_release(manifest: Manifest) -> None:
    here = applied_migrations()
    for app in our_apps():
        theirs = set(manifest.migrations.get(app, []))
        if unknown := sorted(theirs - set(here[app])):
            text = _("The file was made by a newer release (it knows %(app)s.%(name)s). Install that release first.")
            raise ArchiveRefused(text % {"app": app, "name": unknown[0]})
        if missing := sorted(set(here[app]) - theirs):
            text = _(
                "The file was made by an older release (it lacks %(app)s.%(name)s). Restore it with that release and"
                " upgrade afterwards."
            )
            raise ArchiveRefused(text % {"app": app, "name": missing[0]})


def _check_empty() -> None:
    """Nobody has set a password and nothing was entered. Raises ArchiveRefused that names what stands here."""
    for model in _RECORDS:
        if model._default_manager.exists():
            text = _("This installation is not empty (%(what)s). Restore into a new database.")
            raise ArchiveRefused(text % {"what": model._meta.verbose_name_plural})
    if any(user.has_usable_password() for user in User.objects.only("password")):
        text = _("Somebody has set a password here already. Restore into a new database.")
        raise ArchiveRefused(text)


def _replace(archive: ZipFile, manifest: Manifest, progress: Progress) -> None:
    """Keys may point forward: both databases check them at the end of the transaction."""
    every = tables()
    for table in every:
        table.model._base_manager.all()._raw_delete(connection.alias)
    for table in every:
        progress(table.name)
        name = table_file(table)
        with archive.open(name) as file:
            count = _insert(table, file)
        if count != manifest.files[name].rows:
            raise ArchiveRefused(_("%(file)s is damaged.") % {"file": name})
    go_on_from(every, manifest.last_numbers)


def _insert(table: Table, file: IO[bytes]) -> int:
    rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
    header = next(rows)
    if header != table.columns:
        raise ArchiveRefused(_("%(file)s has other columns than this release.") % {"file": table_file(table)})
    csv.field_size_limit(sys.maxsize)
    write = _copy if connection.vendor == "postgresql" else _insert_many
    return write(table, map(table.values, rows))


def _copy(table: Table, rows: Iterable[list[Any]]) -> int:
    count, errors = 0, connection.wrap_database_errors
    with connection.cursor() as cursor, errors, cursor.copy(f"COPY {_target(table)} FROM STDIN") as copy:
        for values in rows:
            copy.write_row(values)
            count += 1
    return count


def _insert_many(table: Table, rows: Iterable[list[Any]]) -> int:
    places = ", ".join(["%s"] * len(table.columns))
    waiting, count = iter(rows), 0
    with connection.cursor() as cursor:
        while batch := list(islice(waiting, _BATCH)):
            cursor.executemany(f"INSERT INTO {_target(table)} VALUES ({places})", batch)
            count += len(batch)
    return count


def _target(table: Table) -> str:
    quoted = connection.ops.quote_name
    return f"{quoted(table.name)} ({', '.join(map(quoted, table.columns))})"
