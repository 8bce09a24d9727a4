"""Any file through the page: every row is in or explained, nothing breaks, and the same file again changes nothing.

`GENERATED_FILES=20000 pytest tests/intake/test_page_generated.py` makes as many as one wants; the seed is the number of
the file, so that a failure can be looked at alone.
"""

import csv
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from intake import uploads
from intake.findings import ImportRefused
from intake.models import ImportBatch, UploadedFile
from intake.notes import remark
from intake.pages.mapping import mapping_page
from intake.reading.__main__ import done
from intake.reading.limits import LIMITS, Unfit
from intake.runs import ask, work
from leads.models import Company, Contact, Lead
from people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FILES = int(os.environ.get("GENERATED_FILES", "120"))
HEADERS = {
    "companies": ["会社ID", "会社名", "業種", "従業員数", "電話番号"],
    "contacts": ["取引先責任者 ID", "氏名", "取引先名", "メール", "役職"],
    "leads": ["リード ID", "氏名", "会社名", "リードソース", "作成日"],
}
ENCODINGS = ("utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp")
WORDS = (
    "髙﨑商事", "①番館", "㈱青葉", "株式会社 青葉", "～波～", "－横棒－", "山田 太郎", "Müller", "a,b;c\td",
    'say "hi"', "改\n行",
    "2026/3/4", "3/14/2026", "令和8年1月2日", "1,234円", "", "", " ", "-", "N/A", "'=1+1", "0", "絵文字😀", "x" * 300,
)  # fmt: skip


def generated(seed: int) -> tuple[bytes, int]:
    """A file as some program may have written it, and how many records it holds below the header."""
    dice = random.Random(seed)
    header = HEADERS[dice.choice(list(HEADERS))]
    delimiter, quoting = dice.choice(",;\t"), dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    rows = [[f"K{n}", *(dice.choice(WORDS) for _ in header[1:])] for n in range(dice.randrange(1, 15))]
    for row in rows:
        wounded(row, dice)
    if dice.random() < 0.2:
        rows.append(["合計", str(len(rows)), *[""] * (len(header) - 2)])
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=dice.choice(("\n", "\r\n"))).writerows(
        [header, *rows]
    )
    content = text.getvalue() if dice.random() > 0.03 else text.getvalue() + '"never closed'
    return content.encode(dice.choice(ENCODINGS), "replace"), len(rows)


def wounded(row: list[str], dice: random.Random) -> None:
    """Now and then a NUL, a cell too few or too many, or an id that stood before."""
    fate = dice.random()
    if fate < 0.05:
        row[1] += "\0"
    elif fate < 0.10:
        row.pop()
    elif fate < 0.15:
        row.append("übrig")
    elif fate < 0.20:
        row[0] = "K0"


@pytest.fixture(autouse=True)
def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the child without its start, which takes longer than the reading."""

    def read(job: dict[str, Any], place: Path) -> Any:
        try:
            return json.loads(json.dumps(done(job, LIMITS)))
        except Unfit as unfit:
            raise ImportRefused(uploads.refusal({"code": unfit.code, **unfit.facts})) from unfit

    monkeypatch.setattr(uploads, "_read", read)


def counts() -> list[int]:
    return [model.objects.count() for model in (Company, Contact, Lead)]


def imported(upload: UploadedFile, by: User) -> ImportBatch:
    ask(upload, by=by, as_of=timezone.localdate(), is_dry_run=False)
    work(timezone.now())
    batch = ImportBatch.objects.latest("pk")
    assert batch.status == "done", batch.summary
    return batch


@pytest.mark.parametrize("block", range(0, FILES, 40))
def test_every_row_is_in_or_explained(block: int) -> None:
    admin = UserFactory(admin=True, language="en")
    refused = 0
    for seed in range(block, min(block + 40, FILES)):
        content, rows = generated(seed)
        with transaction.atomic():
            try:
                [upload], _said = uploads.take_in("rows.csv", [content], by=admin)
                mapping_page(upload)
                assert all(map(remark, upload.reading["notes"]))
                batch = imported(upload, admin)
            except ImportRefused as refusal:
                assert refusal.text and counts() == [0, 0, 0], seed
                refused += 1
                continue
            figures = batch.summary
            assert figures["rows"] == rows, seed
            parts = ("created", "updated", "unchanged", "skipped", "rejected")
            assert sum(figures[name] for name in parts) == rows, seed
            assert len(figures["named"]) == figures["rejected"], seed
            again = imported(upload, admin).summary
            assert (again["created"], again["updated"]) == (0, 0), seed
            transaction.set_rollback(True)
    assert refused < 20
