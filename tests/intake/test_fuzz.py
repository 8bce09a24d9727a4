"""Any file: every row is imported or explained, and the file comes in again without a change."""

import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.batches import import_file
from intake.findings import ImportRefused
from intake.maps import read_map
from intake.report import Report
from intake.rows import Rejected
from leads.models import Company
from tests.factories import TODAY
from tests.intake.conftest import figures

pytestmark = pytest.mark.django_db

MAPS = {
    "companies": 'kind = "companies"\n[columns]\nexternal_id = "a"\nname = "b"\nindustry = "c"\nphone = "d"\n',
    "contacts": 'kind = "contacts"\n[columns]\nexternal_id = "a"\nname = "b"\ncompany = "c"\nphone = "d"\n',
    "users": 'kind = "users"\n[columns]\nexternal_id = "a"\nname = "b"\nmanager = "c"\nteam = "d"\n',
    "leads": 'kind = "leads"\n[columns]\nexternal_id = "a"\nname = "b"\nsource = "c"\ncreated_on = "d"\n',
    "deals": """
kind = "deals"
[columns]
external_id = "a"
fs_owner = "b"
status = "c"
closed_on = "d"
[values.status]
"x" = "lost"
"*" = "ongoing"
[defaults]
lost_reason = "competitor"
[fallback]
next_approach = "closed_on + 3 months"
approach_contact_text = "担当者"
hook = "状況を確認する"
""",
    "activities": """
kind = "activities"
[columns]
external_id = "a"
subject = "b"
company = "c"
occurred_at = "d"
[defaults]
kind = "call"
""",
    "todos": 'kind = "todos"\n[columns]\nsubject = "b"\nassignee = "c"\ndue_on = "d"\n',
}
TEXT = st.text(
    alphabet=st.sampled_from(
        "aAx1０ ,;\"\t\n\r\0\\'-=+@$％㈱①～髙﨑ｱア名合計\u3000\N{ZERO WIDTH SPACE}\N{GRINNING FACE}é"
    ),
    max_size=8,
)
CELL = TEXT | st.sampled_from(
    [
        "",
        "1",
        "2",
        "x",
        "2024-01-31",
        "2024/02/30",
        "2025-7-1 10:00",
        "合計",
        "Total",
        "株式会社山田",
        "㈱山田",
        "名" * 40_000,
    ]
)
LINE = st.lists(CELL, min_size=3, max_size=5) | st.lists(CELL, min_size=4, max_size=4)


def encoded(lines: list[list[str]], delimiter: str, end: str, *, is_quoted: bool) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if is_quoted else text

    return end.join(delimiter.join(map(cell, line)) for line in [["a", "b", "c", "d"], *lines]) + end


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(MAPS)),
    lines=st.lists(LINE, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp", "latin-1"]),
    is_quoted=st.booleans(),
)
def test_rows_in_are_rows_imported_and_rows_explained(
    kind: str, lines: list[list[str]], delimiter: str, end: str, encoding: str, is_quoted: bool
) -> None:
    content = encoded(lines, delimiter, end, is_quoted=is_quoted).encode(encoding, "replace")
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name)
        (folder / "file.csv").write_bytes(content)
        (folder / "map.toml").write_text(f"delimiter = '{delimiter}'\n" + MAPS[kind], encoding="utf-8")
        before = Company.objects.count()
        try:
            dry, first, again = (bring_in(folder, is_dry_run=is_dry) for is_dry in (True, False, False))
        except ImportRefused as refusal:
            assert refusal.text
            assert Company.objects.count() == before
        else:
            assert figures(dry) == figures(first)
            assert dry.warnings == first.warnings
            assert (again.created, again.updated, again.unchanged) == (0, 0, first.created + first.updated)
            assert (again.skipped, again.rejected) == (first.skipped, first.rejected)
        transaction.set_rollback(True)


def bring_in(folder: Path, *, is_dry_run: bool) -> Report:
    """Import the file; every rejected row says why."""
    rejected: list[Rejected] = []
    report = import_file(
        folder / "file.csv",
        read_map(folder / "map.toml"),
        as_of=TODAY,
        is_dry_run=is_dry_run,
        on_rejected=rejected.append,
    )
    assert len(rejected) == report.rejected
    assert all(problem.text for row in rejected for problem in row.problems)
    assert all(row.problems for row in rejected)
    return report
