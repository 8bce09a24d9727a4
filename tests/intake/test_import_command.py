"""The command: what it prints, where, and how it exits."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from intake.batches import import_file
from intake.models import ImportBatch, ImportRow
from leads.models import Company
from tests.factories import TODAY
from tests.intake.conftest import Desk, figures

pytestmark = pytest.mark.django_db

MAP = 'kind = "companies"\n[columns]\nexternal_id = "コード"\nname = "会社名"\nphone = "電話"\n'
GOOD = "コード,会社名,電話\n1,アクメ,03-1234-5678\n2,ベータ,\n"
MIXED = "コード,会社名,電話\n1,アクメ,\n1,二度目,\n,名無し,\n3,短い\n合計,,3\n4,デルタ,\n"


def run(desk: Desk, content: str, *options: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command."""
    out, err = StringIO(), StringIO()
    arguments = [str(desk.file(content)), "--map", str(desk.map(MAP)), *options]
    try:
        call_command("import_records", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_all_rows_in_is_exit_0_and_one_json_object(desk: Desk) -> None:
    code, out, err = run(desk, GOOD, "--json")

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "kind": "companies",
        "batch": ImportBatch.objects.get().pk,
        "dry_run": False,
        "map": "map.toml",
        "rows": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "rejected": 0,
        "warnings": [],
        "conflicts": [],
        "rejects_file": None,
    }


def test_rejected_rows_are_exit_1_named_on_stderr_and_kept_in_a_file(desk: Desk) -> None:
    code, out, err = run(desk, MIXED, "--json")

    summary = json.loads(out)
    assert (code, summary["created"], summary["rejected"]) == (1, 2, 4)
    assert err.splitlines() == [
        "Row 3, column “コード”: A second row with this external id; the first one counts. (“1”)",
        "Row 4, column “コード”: The row has no external id. (“”)",
        "Row 5: The row has 2 cells, the header 3. (“3”)",
        "Row 6: This is a footer row, not a record. (“合計”)",
    ]
    lines = Path(summary["rejects_file"]).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "import_row,import_reasons,コード,会社名,電話"
    assert lines[2] == "4,コード: The row has no external id.,,名無し,"
    assert lines[3].endswith(",3,短い")


def test_messages_are_japanese_where_the_language_is(desk: Desk) -> None:
    with translation.override("ja"):
        code, _out, err = run(desk, MIXED)

    assert code == 1
    assert err.splitlines()[2] == "5行目:セルは2個ですが、見出しは3個です。(「3」)"


def test_long_lists_are_cut_on_the_terminal_and_whole_in_json(desk: Desk) -> None:
    plan = MAP.replace("companies", "contacts").replace("会社名", "名前").replace('phone = "電話"', 'company = "会社"')
    Company.objects.create(name="アクメ"), Company.objects.create(name="㈱アクメ")
    rows = "コード,名前,会社\n" + "".join(f"{n},人{n},アクメ\n" for n in range(60))
    out, err = StringIO(), StringIO()

    call_command("import_records", str(desk.file(rows)), "--map", str(desk.map(plan)), stdout=out, stderr=err)

    assert len(err.getvalue().splitlines()) == 51
    assert err.getvalue().splitlines()[-1] == "… and 10 more; --json lists all."
    assert out.getvalue().splitlines() == [
        "Rows 60: created 60, updated 0, unchanged 0.", "Skipped 0, rejected 0.", "Warnings 60, conflicts 0.",
    ]  # fmt: skip


def test_mended_rejects_can_be_imported_as_they_are(desk: Desk) -> None:
    _code, out, _err = run(desk, MIXED, "--json")
    path = Path(json.loads(out)["rejects_file"])
    mended = path.read_text(encoding="utf-8-sig").replace(",,名無し", ",9,名無し").replace("1,二度目", "2,二度目")

    again = desk.bring_in(mended, MAP)

    assert figures(again) == {"created": 2, "rejected": 2}
    assert again.rejects_file is not None
    header = Path(again.rejects_file).read_text(encoding="utf-8-sig").splitlines()[0]
    assert header == "import_row,import_reasons,コード,会社名,電話"


@pytest.mark.parametrize(
    ("content", "line"), [("", 1), ("コード,会社名\n1,a\n", 1), ('コード,会社名,電話\n1,"a,\n2,b,\n', 2)]
)
def test_a_refused_file_is_exit_2_and_writes_nothing(desk: Desk, content: str, line: int) -> None:
    code, out, err = run(desk, content, "--json")

    assert code == 2
    assert json.loads(out) == {"refused": err, "line": line}
    assert not ImportBatch.objects.exists() and not Company.objects.exists()


def test_a_missing_column_is_refused_with_what_the_file_has(desk: Desk) -> None:
    code, _out, err = run(desk, "id;name\n1;a\n")

    assert code == 2
    assert "コード”, “会社名”, “電話" in err and "id;name" in err


def test_a_dry_run_prints_the_same_and_writes_nothing(desk: Desk) -> None:
    with CaptureQueriesContext(connection) as queries:
        code, out, err = run(desk, MIXED, "--json", "--dry-run")
    dry = json.loads(out)
    assert not any(query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)
    assert not (desk.folder / "var").exists()

    real_code, real_out, real_err = run(desk, MIXED, "--json")

    real = json.loads(real_out)
    assert (code, err) == (real_code, real_err)
    assert dry == real | {"batch": None, "dry_run": True, "rejects_file": None}


DEALS = """
kind = "deals"
[columns]
external_id = "id"
company = "company"
product = "product"
status = "stage"
is_owner = "inside"
fs_owner = "field"
source = "source"
team = "team"
closed_on = "closed"
lost_reason = "why"
revived_from = "old"
[fallback]
next_approach = "closed_on + 2 weeks"
approach_contact_text = "担当者"
hook = "状況を確認する"
"""
DEAL_ROWS = (
    "id,company,product,stage,inside,field,source,team,closed,why,old\n"
    "1,A,P,lost,i,f,Web,East,2024-01-31,competitor,\n"
    "2,A,P,ongoing,i,f,web,east,,,1\n"
    "3,,,won,i,f,,,2024-01-31,,9\n"
    "4,B,,lost,i,f,,,2024-01-31,bad,\n"
)


def test_a_dry_run_of_deals_makes_nothing_on_sight_and_says_what_would_be(desk: Desk) -> None:
    dry = desk.bring_in(DEAL_ROWS, DEALS, dry=True).as_json()
    assert not Company.objects.exists()

    real = desk.bring_in(DEAL_ROWS, DEALS).as_json()

    assert dry == real | {"batch": None, "dry_run": True, "rejects_file": None}
    assert [warning["code"] for warning in real["warnings"]] == ["imported_loss", "unresolved"]


def test_a_dry_run_of_a_second_import_lists_the_same_conflicts(desk: Desk) -> None:
    desk.bring_in(GOOD, MAP)
    Company.objects.filter(external_id="1").update(name="人が変えた")
    changed = GOOD.replace("アクメ", "アクメ商事").replace("ベータ", "ベータ商事")

    dry = desk.bring_in(changed, MAP, dry=True).as_json()
    real = desk.bring_in(changed, MAP).as_json()

    assert dry == real | {"batch": None, "dry_run": True}
    assert (real["updated"], len(real["conflicts"])) == (2, 1)


def test_the_summary_is_kept_with_the_batch(desk: Desk) -> None:
    report = desk.bring_in(GOOD, MAP)

    batch = ImportBatch.objects.get()
    assert (batch.status, batch.file_name, batch.summary) == ("done", "rows.csv", report.as_json())
    assert set(ImportRow.objects.values_list("batch", flat=True)) == {batch.pk}


def test_progress_counts_rows_up_to_the_end_of_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr("intake.batches.CHUNK", 2)

    import_file(
        desk.file(GOOD + "3,ガンマ,\n\n"),
        desk.plan(MAP),
        as_of=TODAY,
        progress=lambda done, total: seen.append((done, total)),
    )

    assert seen == [(2, 3), (3, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_the_encoding_of_japanese_files_needs_no_word(desk: Desk, encoding: str) -> None:
    desk.bring_in(GOOD.replace("アクメ", "㈱①～－髙"), MAP, encoding=encoding)

    assert Company.objects.filter(name="㈱①～－髙").exists()


def test_queries_do_not_grow_with_the_rows_of_a_chunk(desk: Desk, settings: Any) -> None:
    counts = []
    for start, rows in ((0, 5), (1000, 300)):
        lines = "".join(f"{start + n},会社{start + n},\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            desk.bring_in("コード,会社名,電話\n" + lines, MAP)
        counts.append(len(queries))

    assert counts[0] == counts[1]
