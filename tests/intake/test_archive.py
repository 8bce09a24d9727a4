"""The full export: whole, of one moment, and back into an empty installation as it was; nothing damaged goes in."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities.models import Todo
from activities.states import ActivityKind
from deals.models import DealEvent
from followups.digest import digests
from followups.models import Rule
from followups.rules import sweep
from intake.archive import writing
from intake.archive.manifest import CHECKSUM_SUFFIX, MANIFEST
from intake.archive.reading import ArchiveRefused, check_archive, restore
from intake.archive.tables import tables
from intake.archive.writing import write_archive
from intake.batches import import_file
from intake.maps import read_map
from intake.states import RecordKind
from leads.models import Company
from people.models import User
from tests.database import empty
from tests.factories import (
    TODAY,
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    SourceFactory,
    TodoFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
GRANTS = ["people_user_groups", "people_user_user_permissions"]  # Django's own, which the product leaves empty
NASTY = ["=1+1", "'=1", "\\N", "\\", "+81312345678", "-5", "@x", "髙﨑𠮷㈱①～", 'a "b", c', "二行\n目\r\n三行目", "𝄞🎌"]


def write(folder: Path, name: str = "all.zip") -> Path:
    path = folder / name
    write_archive(path, made_at=NOW)
    return path


def contents(path: Path, under: str = "tables/") -> dict[str, list[list[str]]]:
    """File → its rows in any order, the header first."""
    with ZipFile(path) as archive:
        found = {}
        for name in archive.namelist():
            if name.startswith(under) and name.endswith(".csv"):
                with archive.open(name) as file:
                    header, *rows = csv.reader(TextIOWrapper(file, encoding="utf-8", newline=""))
                found[name] = [header, *sorted(rows)]
        return found


def empty_everything() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        empty(cursor, [table.name for table in tables()] + GRANTS)
        numbered = [table.name for table in tables() if table.model._meta.pk.column == "id"]
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")
        for name in numbered if connection.vendor == "postgresql" else ():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", [name])


def a_company_with_a_past() -> User:
    """A swept world with awkward texts, a rule of another limit and an entry in the admin's journal."""
    field, inside = UserFactory(field=True), UserFactory(inside=True)
    for number, text in enumerate(NASTY):
        company = CompanyFactory(name=text, note=text)
        long_ago = TODAY.replace(year=2020)
        DealFactory(
            name=text, company=company, fs_owner=field, competitor=text, status_entered_on=long_ago, created_on=long_ago
        )
        ActivityFactory(owner=inside, company=company, note=text * 3, duration_s=number)
    Rule.objects.filter(code="R-60").update(mode="auto", value=45)
    sweep(as_of=TODAY)
    LogEntry.objects.create(
        user=inside, content_type=ContentType.objects.get_for_model(Company), object_id="1", action_flag=ADDITION
    )
    return inside


@pytest.mark.django_db(transaction=True)
class TestBackAndForth:
    def test_what_was_restored_is_what_was_exported_to_the_last_byte_of_every_table(self, tmp_path: Path) -> None:
        a_company_with_a_past()
        path, before = write(tmp_path), digests()
        empty_everything()

        restore(path, progress=lambda name: None)

        assert digests() == before
        assert contents(write(tmp_path, "again.zip")) == contents(path)
        assert Todo.objects.rule_made().open().count() == len(NASTY)

    def test_what_a_fresh_installation_brings_along_gives_way(self, tmp_path: Path) -> None:
        Rule.objects.filter(code="R-60").update(value=45)
        path = write(tmp_path)
        Rule.objects.filter(code="R-60").update(value=60)

        restore(path, progress=lambda name: None)

        assert Rule.objects.get(code="R-60").value == 45

    def test_an_id_that_was_given_once_is_never_given_again(self, tmp_path: Path) -> None:
        CompanyFactory()
        gone = CompanyFactory()
        last = gone.pk
        gone.delete()
        path = write(tmp_path)
        empty_everything()

        restore(path, progress=lambda name: None)

        assert CompanyFactory().pk == last + 1

    def test_history_stays_append_only_after_a_restore(self, tmp_path: Path) -> None:
        a_company_with_a_past()
        path = write(tmp_path)
        empty_everything()
        restore(path, progress=lambda name: None)

        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            DealEvent.objects.all()._raw_delete(connection.alias)  # type: ignore[attr-defined]

    def test_half_a_restore_leaves_nothing(self, tmp_path: Path) -> None:
        CompanyFactory()
        path = write(tmp_path)
        empty_everything()
        rewritten(path, "tables/deals_product.csv", b"id,name,name_key\r\n1,A,a\r\n2,B,a\r\n")

        with pytest.raises(ArchiveRefused):
            restore(path, progress=lambda name: None)

        assert not Company.objects.exists()


@pytest.mark.django_db
class TestRefusals:
    def test_an_installation_that_holds_records_is_not_written_over(self, tmp_path: Path) -> None:
        CompanyFactory()
        with pytest.raises(ArchiveRefused, match="not empty"):
            restore(write(tmp_path), progress=lambda name: None)

    def test_nor_one_in_which_somebody_has_set_a_password(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        user = UserFactory()
        user.set_password("correct horse battery")
        user.save()
        with pytest.raises(ArchiveRefused, match="password"):
            restore(path, progress=lambda name: None)

    def test_an_invited_admin_who_never_came_is_no_obstacle(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        UserFactory(name="招待中")
        restore(path, progress=lambda name: None)
        assert not User.objects.filter(name="招待中").exists()

    @pytest.mark.parametrize(("is_newer", "sentence"), [(True, "newer release"), (False, "older release")])
    def test_another_release_is_named_with_what_to_do(self, tmp_path: Path, *, is_newer: bool, sentence: str) -> None:
        path = write(tmp_path)
        with ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
        known = manifest["migrations"]["leads"]
        manifest["migrations"]["leads"] = [*known, "9999_later"] if is_newer else known[:1]
        rewritten(path, MANIFEST, json.dumps(manifest).encode())
        with pytest.raises(ArchiveRefused, match=sentence):
            restore(path, progress=lambda name: None)

    def test_every_flipped_bit_is_found(self, tmp_path: Path) -> None:
        CompanyFactory.create_batch(3)
        path = write(tmp_path)
        whole, luck = path.read_bytes(), Random(7)
        assert check_archive(path).made_at == NOW
        for _time in range(100):
            damaged = bytearray(whole)
            damaged[luck.randrange(len(whole))] ^= 1 << luck.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(ArchiveRefused):
                check_archive(path)

    def test_without_the_checksum_beside_it_a_changed_table_is_still_found(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        rewritten(path, "tables/leads_company.csv", b"id\r\n", is_declared=False)
        with pytest.raises(ArchiveRefused, match=r"leads_company\.csv"):
            check_archive(path)

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
    def test_what_is_no_export_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        with pytest.raises(CommandError, match=r"x\.zip"):
            call_command("restore", str(path), "--check")

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"none\.zip"):
            call_command("restore", str(tmp_path / "none.zip"))


def rewritten(path: Path, name: str, content: bytes, *, is_declared: bool = True) -> None:
    """Put other bytes into the zip, as somebody would who makes the checksums fit, or not."""
    path.with_name(path.name + CHECKSUM_SUFFIX).unlink()
    old = path.with_name("old.zip")
    shutil.move(path, old)
    with ZipFile(old) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for item in source.namelist():
            data = content if item == name else source.read(item)
            if item == MANIFEST and is_declared and name != MANIFEST:
                manifest = json.loads(data)
                rows = len(list(csv.reader(StringIO(content.decode())))) - 1
                manifest["files"][name] = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
                data = json.dumps(manifest).encode()
            target.writestr(item, data)


class TestOneMoment:
    """Somebody adds a company while its table is being read; the rest of the export must not know of it."""

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(("is_guarded", "seen"), [(True, 0), (False, 1)])
    def test_an_export_during_an_import_holds_what_stood_when_it_began(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool, seen: int
    ) -> None:
        if not is_guarded:
            monkeypatch.setattr(writing, "one_moment", nullcontext)
        write_archive(tmp_path / "all.zip", made_at=NOW, progress=self._interrupt)

        found = contents(tmp_path / "all.zip", "records/")["records/companies.csv"]
        assert len(found) - 1 == seen
        assert Company.objects.count() == 1

    def _interrupt(self, name: str) -> None:
        if name == "tables/people_team.csv":
            writer = Thread(target=self._write)
            writer.start()
            writer.join()

    def _write(self) -> None:
        CompanyFactory()
        connection.close()


class TestTheCommand:
    @pytest.mark.django_db
    def test_it_keeps_the_newest_exports_and_lets_nobody_else_read_them(self, tmp_path: Path, settings: Any) -> None:
        settings.VAR_DIR = tmp_path
        folder = tmp_path / "exports"
        folder.mkdir()
        for day in (1, 2):
            (folder / f"salesfollow-2020-01-0{day}-000000.zip").write_bytes(b"old")

        call_command("export_all", "--keep", "2", stdout=StringIO())

        kept = sorted(folder.glob("*.zip"))
        assert len(kept) == 2
        assert kept[0].name == "salesfollow-2020-01-02-000000.zip"
        assert kept[1].stat().st_mode & 0o777 == 0o600
        assert not list(folder.glob("*.part"))

    @pytest.mark.django_db
    def test_a_whole_file_is_said_to_be_whole(self, tmp_path: Path) -> None:
        said = StringIO()
        call_command("restore", str(write(tmp_path)), "--check", stdout=said)
        assert "2026-11-22 12:00" in said.getvalue()


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
notes = st.one_of(st.just(""), st.sampled_from(NASTY[:-2]), names)
worlds = st.lists(
    st.fixed_dictionaries(
        {
            "company": st.one_of(st.none(), names),
            "external_id": st.booleans(),
            "status": st.sampled_from(["not_started", "contacting", "ongoing", "won", "lost", "returned", "excluded"]),
            "note": notes,
            "amount": st.one_of(st.none(), st.integers(0, 10**9)),
            "has_lead": st.booleans(),
            "has_contact": st.booleans(),
            "calls": st.lists(st.tuples(st.integers(0, 20), notes), max_size=2),
            "todos": st.lists(st.sampled_from(["open", "done", "cancelled"]), max_size=2),
        }
    ),
    max_size=4,
)


def build(world: list[dict[str, Any]]) -> None:
    field, inside = UserFactory(field=True), UserFactory(inside=True, todo_cap=7)
    for number, one in enumerate(world):
        company = CompanyFactory(name=one["company"], industry=one["note"][:50].strip()) if one["company"] else None
        contact = ContactFactory(company=company) if one["has_contact"] else None
        source = SourceFactory()
        lead = LeadFactory(source=source, company=company, contact=contact, status="meeting_won", owner=inside)
        traits = {one["status"]: True} if one["status"] in ("won", "lost", "returned", "excluded") else {}
        fields = {} if traits else {"status": one["status"]}
        deal = DealFactory(
            company=company, contact=contact, lead=lead if one["has_lead"] else None, source=source, fs_owner=field,
            is_owner=inside, external_id=f"X{number}" if one["external_id"] else None, amount=one["amount"],
            competitor=one["note"].replace("\n", " ").replace("\r", " ").strip(), team=field.team,
            last_contact_on=TODAY if one["calls"] else None, **traits, **fields,
        )  # fmt: skip
        for seconds, note in one["calls"]:
            ActivityFactory(deal=deal, owner=inside, contact=contact, duration_s=seconds, note=normal(note))
        for status in one["todos"]:
            closed = {} if status == "open" else {"closed_on": TODAY}
            if status == "cancelled":
                closed["cancel_reason"] = "duplicate"
            TodoFactory(deal=deal, status=status, assignee=inside, contact=contact, contact_text="", **closed)


def normal(text: str) -> str:
    """As people's text is kept: trimmed, with one kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@contextmanager
def a_world_of_its_own() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds)
def test_what_the_import_makes_of_the_records_is_what_they_were(tmp_path: Path, world: list[dict[str, Any]]) -> None:
    with a_world_of_its_own():
        build(world)
        before = write(tmp_path, "before.zip")
    with ZipFile(before) as archive:
        archive.extractall(tmp_path / "out")
    with a_world_of_its_own():
        for kind in RecordKind:
            path = tmp_path / "out" / "records" / f"{kind.value}.csv"
            report = (
                import_file(path, read_map(path.with_suffix(".toml")), as_of=TODAY)
                if len(path.read_text().splitlines()) > 1
                else None
            )
            assert report is None or (report.created, report.rejected, report.warnings) == (report.rows, 0, [])
        after = write(tmp_path, "after.zip")

    assert contents(after, "records/") == contents(before, "records/")
    assert ActivityKind.IMPORTED not in str(contents(after, "records/")["records/activities.csv"])


def test_answers_kept_for_the_pages_of_numbers_stay_out() -> None:
    """They would not be the same after the restore, whose own triggers say that everything has changed."""
    names = {table.name for table in tables()}

    assert "people_rollupspan" in names
    assert not names & {"people_changedportion", "people_keptanswer", "people_keptportion"}
