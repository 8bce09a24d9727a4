"""The import page: what it refuses, what it keeps, what a dry run foresees, and how an import ends."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal
from followups.models import Rule
from intake.batches import import_file
from intake.chunks import ChunkWriter
from intake.maps import read_map
from intake.models import ImportBatch, ImportRow, SavedMap, UploadedFile
from intake.runs import SILENCE, TRIES, ask, work
from leads.models import Company, Lead
from people.models import User
from people.states import Role
from tests.factories import CompanyFactory, UserFactory
from tests.intake.books import formatted
from tests.intake.page_desk import PageDesk

pytestmark = pytest.mark.django_db

DEALS = (
    "商談 ID,取引先名,商談名,フェーズ,商談 所有者,最終活動日,作成日\n"
    "D1,株式会社青葉,勤怠,提案,中村 健太,2025-01-05,2024-12-01\n"
    "D2,㈱青葉,経費,失注,中村 健太,2025-02-05,2024-12-02\n"
    "D3,若葉,給与,保留,田中 翔,2025-02-05,2024-12-03\n"
)


@pytest.fixture
def desk(client: Client) -> PageDesk:
    client.force_login(UserFactory(admin=True, language="en"))
    return PageDesk(client)


def file(content: str, name: str = "商談.csv") -> tuple[str, bytes]:
    return name, content.encode()


def test_a_file_goes_from_upload_to_result_and_a_dry_run_writes_nothing(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))
    tried = desk.try_out(upload)

    assert tried is not None and tried.is_dry_run
    assert {name: tried.summary[name] for name in ("rows", "created", "rejected")} == {
        "rows": 3,
        "created": 2,
        "rejected": 1,
    }
    assert not Deal.objects.exists() and not Company.objects.exists() and not ImportRow.objects.exists()

    batch = desk.bring_in(tried)

    assert (batch.status, batch.rows_done, batch.rows_total, batch.started_by) == (
        "done",
        3,
        3,
        User.objects.get(language="en"),
    )
    assert Deal.objects.count() == 2
    page = desk.client.get(reverse("intake:run", args=[batch.pk])).content.decode()
    assert "保留" in page and "フェーズ" in page


def test_the_dry_run_foresees_follow_ups_companies_put_together_and_people_to_invite(desk: PageDesk) -> None:
    CompanyFactory(name="若葉")
    [upload] = desk.upload(file(DEALS.replace("保留", "提案")))
    tried = desk.try_out(upload)

    assert tried is not None
    foreseen = tried.summary["forecast"]
    assert {name: foreseen[name] for name in ("lost", "stagnant", "followed", "unassigned")} == {
        "lost": 1, "stagnant": 2, "followed": 3, "unassigned": 3,
    }  # fmt: skip
    assert (foreseen["companies"], foreseen["companies_new"], foreseen["merged"]) == (
        2,
        1,
        [["株式会社青葉", "㈱青葉"]],
    )
    assert foreseen["people"] == ["中村 健太", "田中 翔"]
    UserFactory(roles=[Role.IS])
    again = desk.try_out(upload)
    assert again is not None and again.summary["forecast"]["unassigned"] == 0


def test_the_first_deals_lead_to_the_trial_of_the_rule_for_stagnant_ones(desk: PageDesk) -> None:
    there = reverse("followups:rule_edit", args=["R-60"]) + "?mode=auto"

    def leads_there(content: tuple[str, bytes]) -> bool:
        batch = desk.import_(content)
        return there in desk.client.get(reverse("intake:run", args=[batch.pk])).content.decode()

    assert not leads_there(file("会社名,業種\n青葉,物流\n", "会社.csv"))
    [upload] = desk.upload(file(DEALS))
    tried = desk.try_out(upload)
    assert tried is not None
    assert there not in desk.client.get(reverse("intake:run", args=[tried.pk])).content.decode()
    assert leads_there(file(DEALS))
    Rule.objects.filter(code="R-14").update(mode="suggest")
    assert not leads_there(file(DEALS.replace("D1", "D4")))


def test_the_same_file_twice_changes_nothing_and_says_so(desk: PageDesk) -> None:
    content = file(DEALS.replace("保留", "提案"))
    desk.import_(content)
    again = desk.import_(content)

    assert (again.summary["unchanged"], again.summary["created"], again.summary["updated"]) == (3, 0, 0)
    page = desk.client.get(reverse("intake:run", args=[again.pk])).content.decode()
    assert "The same file twice changes nothing." in page


def test_what_stays_as_people_have_it_is_told_by_the_field_s_name_and_not_its_code(desk: PageDesk) -> None:
    CompanyFactory(name="株式会社白樺リゾート")
    [upload] = desk.upload(file("会社ID,会社名\nEX1,白樺リゾート\n", "会社.csv"))
    tried = desk.try_out(upload)
    assert tried is not None
    page = desk.client.get(reverse("intake:run", args=[tried.pk])).content.decode()

    assert "Row 2, Company name: “株式会社白樺リゾート” stays, the file says “白樺リゾート”" in page


def test_rejected_rows_come_back_mended_by_the_same_map(desk: PageDesk) -> None:
    desk.import_(file(DEALS), **{"c5": "", "d-lost_reason": "competitor"})
    batch = ImportBatch.objects.get(is_dry_run=False)
    answer = desk.client.get(reverse("intake:rejected", args=[batch.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("4,")

    [upload] = desk.upload(("直した行.csv", text.replace("保留", "提案").encode("utf-8-sig")))
    assert "last_contact_on" not in upload.plan["columns"] and upload.plan["defaults"]["lost_reason"] == "competitor"
    tried = desk.try_out(upload)
    assert tried is not None
    again = desk.bring_in(tried)

    assert (again.summary["rows"], again.summary["created"], again.summary["rejected"]) == (1, 1, 0)
    assert Deal.objects.get(external_id="D3").name == "給与"


def test_an_id_that_would_make_one_record_of_sixty_leads_is_refused(desk: PageDesk) -> None:
    rows = "".join(f"大野{n},1001,Web\n" for n in range(60))
    [upload] = desk.upload(file("氏名,Company,リードソース\n" + rows, "leads.csv"))

    assert desk.try_out(upload, c1="external_id") is None
    assert "“Company” cannot be the ID: 60 rows hold only 1 value" in desk.said()
    assert desk.try_out(upload, c1="company") is None
    assert "“Company” holds IDs (such as “1001”), not the names of companies" in desk.said()
    CompanyFactory(external_id="1001")
    tried = desk.try_out(upload, c1="company")
    assert tried is not None and desk.bring_in(tried).summary["created"] == 60
    assert Lead.objects.filter(company__external_id="1001").count() == 60


def test_two_columns_for_one_field_and_a_missing_one_are_refused(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))

    assert desk.try_out(upload, c6="last_contact_on") is None
    assert "fill the same field" in desk.said()
    assert desk.try_out(upload, c3="", c6="created_on", **{"d-status": ""}) is None
    assert "is needed: choose the column that fills it" in desk.said()


def test_a_column_may_fill_two_fields(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))
    desk.settle(upload, more_column="6", more_field="status_entered_on")

    assert (upload.plan["columns"]["created_on"], upload.plan["columns"]["status_entered_on"]) == ("作成日", "作成日")


def test_encoding_delimiter_header_and_kind_can_be_overridden(desk: PageDesk) -> None:
    [upload] = desk.upload(("a.csv", "x;会社名\n1;青葉\n".encode("cp932")))
    url = reverse("intake:mapping", args=[upload.pk])
    assert (upload.reading["encoding"], upload.reading["delimiter"]) == ("cp932", ";")

    desk.client.post(url, {"verb": "read", "encoding": "cp932", "delimiter": ",", "header_row": "0"})
    upload.refresh_from_db()
    assert [column["name"] for column in upload.reading["columns"]] == ["#1"]
    refused = desk.client.post(
        url, {"verb": "read", "encoding": "utf-8", "delimiter": ",", "header_row": "1"}, follow=True
    )
    assert "not in the encoding utf-8" in refused.content.decode()
    desk.client.post(url, {"verb": "read", "encoding": "cp932", "delimiter": ";", "header_row": "1"})
    desk.client.post(url, {"verb": "kind", "kind": "companies"})
    upload.refresh_from_db()
    assert (upload.kind, upload.plan["columns"]) == ("companies", {"name": "会社名"})


def test_a_map_is_saved_offered_and_used_again(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))
    desk.settle(upload, c5="")
    desk.client.post(reverse("intake:mapping", args=[upload.pk]), {"verb": "save", "map_name": "うちの商談"})
    saved = SavedMap.objects.get(name="うちの商談")
    [other] = desk.upload(file(DEALS, "10月.csv"))
    assert (f"saved:{saved.pk}", "うちの商談") in desk.page(other)["maps"]

    desk.client.post(reverse("intake:mapping", args=[other.pk]), {"verb": "use", "map": f"saved:{saved.pk}"})
    other.refresh_from_db()
    assert "last_contact_on" not in other.plan["columns"]


def test_a_zip_waits_as_several_files_in_the_order_of_import(desk: PageDesk, tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deals.csv", DEALS)
        archive.writestr("users.csv", "User ID,Full Name,Email\n1,佐藤,s@example.com\n")
    uploads = desk.upload(path)

    assert sorted(upload.kind for upload in uploads) == ["deals", "users"]
    assert [upload.kind for upload in desk.answer.context["waiting"]] == ["users", "deals"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel file"),
        (b"", "empty"),
        (b'a,b\n"1,2\n', "quotes are broken"),
        (b"PK\x03\x04 no zip", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(desk: PageDesk, content: bytes, said: str) -> None:
    assert desk.upload(("x.csv", content)) == []
    assert said in desk.said()


def test_mixed_dates_are_told_before_anything_goes_in_and_their_rows_are_rejected(desk: PageDesk) -> None:
    rows = "D1,勤怠,提案,4/20/2025\nD2,経費,提案,5/21/2025\nD3,給与,提案,20/4/2025\n"
    [upload] = desk.upload(file("商談 ID,商談名,フェーズ,作成日\n" + rows))
    page = desk.client.get(reverse("intake:mapping", args=[upload.pk])).content.decode()
    tried = desk.try_out(upload)

    assert "mixes two orders of day and month: row 4 “20/4/2025”" in page
    assert tried is not None and [row["row"] for row in tried.summary["named"]] == [4]


NO_NUMBER = "“金額” holds numbers, but 1 rows do not"
DIGITS = "".join(f"{n:03},{n}00,{9000000000 + n}\n" for n in range(1, 21)) + "B-1,応相談,x\n"


@pytest.mark.parametrize(
    ("header", "kind", "said"),
    [
        ("商談 ID,商談名,備考", "deals", []),
        ("商談 ID,金額,備考", "deals", [NO_NUMBER]),
        (
            "金額,商談名,備考",
            "deals",
            [NO_NUMBER, "“金額” fills a number, but 20 rows begin"],
        ),
        ("会社名,業種,電話番号", "companies", ["In “電話番号”, 20 phone numbers seem to have lost the 0"]),
        ("会社名,業種,備考", "companies", []),
    ],
)
def test_digits_are_remarked_on_only_where_the_column_is_read_as_what_they_are_not(
    desk: PageDesk, header: str, kind: str, said: list[str]
) -> None:
    [upload] = desk.upload(file(f"{header}\n{DIGITS}"))
    desk.settle(upload, verb="kind", kind=kind)

    notes = desk.page(upload)["notes"]
    assert [note[: len(text)] for note, text in zip(notes, said, strict=True)] == said


def test_zeros_that_a_number_format_shows_come_in_and_those_not_read_are_told_where_they_matter(desk: PageDesk) -> None:
    book = formatted(
        ("商談 ID", "00000", [12, 13]),
        ("取引先名", "00!-00", [7, 8]),
        ("商談名", "0,000", [7, 1200]),
        ("金額", "0,000", [7, 1200]),
    )
    [upload] = desk.upload(("商談.xlsx", book))

    assert [note.split(", ")[0] for note in desk.page(upload)["notes"]] == [
        "Excel shows “商談名” in the number format 0,000"
    ]
    desk.settle(upload, verb="read", header_row="1")
    assert len(desk.page(upload)["notes"]) == 1
    batch = desk.import_(("商談.xlsx", book))
    assert batch.summary["created"] == 2
    assert set(Deal.objects.values_list("external_id", "company__name", "amount")) == {
        ("00012", "00-07", 7), ("00013", "00-08", 1200),
    }  # fmt: skip


def test_while_an_import_runs_the_page_warns_of_lists_saved_meanwhile(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))
    desk.settle(upload)
    tried = desk.try_out(upload)
    assert tried is not None
    desk.client.post(reverse("intake:start", args=[tried.pk]))

    page = desk.client.get(reverse("intake:imports")).content.decode()
    assert "Lists that you save as a file now hold only a part of it" in page


class Killed(BaseException):
    """What a kill looks like from inside."""


def many(count: int) -> tuple[str, bytes]:
    rows = "".join(f"D{n},会社{n % 7},勤怠,{'提案' if n % 9 else '??'},2024-12-01\n" for n in range(count))
    return file("商談 ID,取引先名,商談名,フェーズ,作成日\n" + rows)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["_lasts", "_write", "_remember", "_tell"])
def test_a_kill_at_any_moment_is_made_up_for_with_the_same_figures_and_the_same_rejects(
    desk: PageDesk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 10)
    [upload] = desk.upload(many(35))
    tried = desk.try_out(upload)
    assert tried is not None
    desk.client.post(reverse("intake:start", args=[tried.pk]))
    ordinary, calls = getattr(ChunkWriter, moment), []

    def dies_in_the_third_chunk(self: ChunkWriter, *args: Any) -> Any:
        calls.append(moment)
        done = ordinary(self, *args)
        if len(calls) == 3:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(ChunkWriter, moment, dies_in_the_third_chunk)
        with pytest.raises(Killed):
            work(timezone.now())
    batch = ImportBatch.objects.get(is_dry_run=False)
    assert (batch.status, batch.rows_done, Deal.objects.count()) == ("running", 20, 20 - 3)

    assert work(timezone.now()) == 0  # whoever was at it may still live
    assert work(timezone.now() + SILENCE + timedelta(seconds=1)) == 1
    batch.refresh_from_db()
    figures = {name: batch.summary[name] for name in ("rows", "created", "updated", "unchanged", "rejected")}
    assert figures == {"rows": 35, "created": 31, "updated": 0, "unchanged": 0, "rejected": 4}
    rejects = Path(batch.summary["rejects_file"]).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in rejects[1:]] == ["2", "11", "20", "29"]
    assert Deal.objects.count() == 31


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_off_again_and_again_is_given_up_with_a_sentence(
    desk: PageDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    [upload] = desk.upload(many(5))
    tried = desk.try_out(upload)
    assert tried is not None
    desk.client.post(reverse("intake:start", args=[tried.pk]))

    def dies(self: ChunkWriter, *args: Any) -> Any:
        raise Killed

    monkeypatch.setattr(ChunkWriter, "_write", dies)
    now = timezone.now()
    for attempt in range(TRIES):
        with pytest.raises(Killed):
            work(now + attempt * 2 * SILENCE)
    work(now + TRIES * 2 * SILENCE)
    batch = ImportBatch.objects.get(is_dry_run=False)
    assert (batch.status, Deal.objects.count()) == ("refused", 0)
    assert "three times" in batch.summary["refused"]


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_that_breaks_off_again_and_again_is_given_up_however_far_it_comes(
    desk: PageDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 2)
    [upload] = desk.upload(many(5))
    desk.settle(upload)
    batch = ask(upload, by=User.objects.get(is_active=True), as_of=timezone.localdate(), is_dry_run=True)
    take = ChunkWriter.take

    def dies_later(self: ChunkWriter, outcomes: Any) -> Any:
        if ImportBatch.objects.get().rows_done >= 2:
            raise Killed
        return take(self, outcomes)

    monkeypatch.setattr(ChunkWriter, "take", dies_later)
    now = timezone.now()
    for attempt in range(TRIES):
        ImportBatch.objects.update(rows_done=0)
        with pytest.raises(Killed):
            work(now + attempt * 2 * SILENCE)
    work(now + TRIES * 2 * SILENCE)
    batch.refresh_from_db()
    assert batch.status == "refused" and "Nothing was written" in batch.summary["refused"]


@pytest.mark.parametrize(("minutes", "is_told"), [(4, False), (6, True)])
def test_an_import_that_does_not_move_says_so_and_goes_on_by_itself(
    desk: PageDesk, minutes: int, is_told: bool
) -> None:
    [upload] = desk.upload(file(DEALS))
    desk.settle(upload)
    batch = ask(upload, by=User.objects.get(is_active=True), as_of=timezone.localdate(), is_dry_run=False)
    sign = timezone.now() - timedelta(minutes=minutes)
    ImportBatch.objects.update(status="running", beat_at=sign)

    page = desk.client.get(reverse("intake:run", args=[batch.pk])).content.decode()
    assert (f"Nothing has moved for {minutes} minutes." in page) is is_told
    assert work(timezone.now()) == 1


def test_an_import_that_a_time_limit_ends_goes_on_where_it_was(desk: PageDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 10)
    [upload] = desk.upload(many(20))
    desk.settle(upload)
    batch = ask(upload, by=User.objects.get(is_active=True), as_of=timezone.localdate(), is_dry_run=False)
    take = ChunkWriter.take

    def ends(self: ChunkWriter, outcomes: Any) -> Any:
        if Deal.objects.exists():
            raise SoftTimeLimitExceeded
        return take(self, outcomes)

    with monkeypatch.context() as patched, pytest.raises(SoftTimeLimitExceeded):
        patched.setattr(ChunkWriter, "take", ends)
        work(timezone.now())
    assert work(timezone.now() + 2 * SILENCE) == 1
    batch.refresh_from_db()
    assert (batch.status, batch.summary["rows"]) == ("done", 20)


def test_an_import_of_the_command_line_that_was_killed_is_said_to_be_over_and_can_be_taken_back(
    desk: PageDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 1)
    rows, plan = tmp_path / "rows.csv", tmp_path / "map.toml"
    rows.write_text("id,name\nC1,青葉\nC2,若葉\n", encoding="utf-8")
    plan.write_text('kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\n', encoding="utf-8")

    def kills(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        import_file(rows, read_map(plan), as_of=timezone.localdate(), progress=kills)
    batch, page = ImportBatch.objects.get(), reverse("intake:run", args=[ImportBatch.objects.get().pk])
    work(timezone.now())
    assert "1 of 2 rows" in desk.client.get(page).content.decode()
    work(timezone.now() + SILENCE + timedelta(seconds=1))
    batch.refresh_from_db()
    assert (batch.status, Company.objects.count()) == ("refused", 1)
    said = desk.client.get(page).content.decode()
    assert "The import broke off. The rows before it are in" in said and reverse("intake:undo", args=[batch.pk]) in said


def test_an_import_is_cancelled_between_two_chunks_and_goes_on_by_the_same_file(
    desk: PageDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 10)
    content = many(35)
    [upload] = desk.upload(content)
    tried = desk.try_out(upload)
    assert tried is not None
    desk.client.post(reverse("intake:start", args=[tried.pk]))
    batch = ImportBatch.objects.get(is_dry_run=False)
    ordinary = ChunkWriter._tell

    def cancelled_by_somebody(self: ChunkWriter, *args: Any) -> None:
        ordinary(self, *args)
        desk.client.post(reverse("intake:cancel", args=[batch.pk]))

    with monkeypatch.context() as patched:
        patched.setattr(ChunkWriter, "_tell", cancelled_by_somebody)
        work(timezone.now())
    batch.refresh_from_db()
    assert (batch.status, batch.summary["rows"], Deal.objects.count()) == ("cancelled", 10, 8)

    again = desk.import_(content)
    assert (again.summary["unchanged"], again.summary["created"]) == (8, 23)


def test_a_waiting_import_is_cancelled_at_once(desk: PageDesk) -> None:
    [upload] = desk.upload(file(DEALS))
    tried = desk.try_out(upload)
    assert tried is not None
    desk.client.post(reverse("intake:start", args=[tried.pk]))
    batch = ImportBatch.objects.get(is_dry_run=False)
    desk.client.post(reverse("intake:cancel", args=[batch.pk]))

    assert work(timezone.now()) == 0
    batch.refresh_from_db()
    assert batch.status == "cancelled" and not Deal.objects.exists()


def test_uploads_lie_outside_of_what_the_web_server_gives_away(desk: PageDesk, settings: Any) -> None:
    [upload] = desk.upload(file(DEALS))

    stored = Path(settings.VAR_DIR) / "imports" / "files" / upload.stored
    assert stored.is_file()
    assert not stored.is_relative_to(settings.STATIC_ROOT) and "商談" not in upload.stored
    assert date.fromisoformat(f"{upload.uploaded_at:%Y-%m-%d}")
    assert UploadedFile.objects.get().uploaded_by.has_role(Role.OPS_ADMIN)
