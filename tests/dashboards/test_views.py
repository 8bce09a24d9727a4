"""本日の要確認 and the rows behind its numbers, as a manager opens them."""

import csv
import json
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Todo, TodoMove
from activities.states import TodoOrigin
from dashboards.addresses import records_url
from dashboards.reports import REPORTS, Asked, answer
from dashboards.views import health as health_page
from deals.models import Deal
from followups.models import LeakCheck, Rule, SweepRun
from followups.rules import sweep
from people.models import Threshold, User
from people.states import Role, ThresholdCode
from tests.dashboards.cohorts import every_ending
from tests.dashboards.daily_work import every_kind_of_work
from tests.dashboards.rows import call, lost, person, stagnant, todo
from tests.factories import ActivityFactory, DealFactory, ExemptionFactory, LeadFactory

AS_OF = date(2025, 7, 31)
NOW = datetime.combine(AS_OF, time(9, 10), timezone.get_default_timezone())

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Thursday, 31 July 2025, 9:10 in Tokyo."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def manager() -> User:
    return person("渡辺", Role.IS_MANAGER, language="ja")


@pytest.fixture
def browser(manager) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def staff() -> User:
    return person("佐藤", Role.IS)


def ran(at: datetime = NOW - timedelta(hours=3), as_of: date = AS_OF) -> SweepRun:
    summary = {"todos_created": 8, "levelled_until": None, "rules": {}, "covered": 8, "changes": 0}
    return SweepRun.objects.create(as_of=as_of, status="done", started_at=at, finished_at=at, summary=summary)


@pytest.fixture
def mixed(staff):
    """One open follow-up in each state of the proof bar, and two that are in hand."""
    late = stagnant("遅延", date(2025, 7, 1))
    todo(late, date(2025, 7, 30), staff)
    todo(stagnant("予定", date(2025, 7, 1)), date(2025, 8, 1), staff)
    todo(lost("失注予定", date(2025, 7, 1), date(2025, 10, 1)), date(2025, 10, 1), staff)
    todo(lost("担当なし", date(2025, 7, 1), date(2025, 7, 31)), date(2025, 10, 1))
    lost("未設定", date(2025, 7, 1), date(2025, 10, 1))
    exempt = stagnant("除外", date(2025, 7, 1))
    ExemptionFactory(deal=exempt.deal, cycle=exempt, starts_on=AS_OF, expires_on=AS_OF)


def context_of(browser: Client, address: str = "/dashboards/today/"):
    response = browser.get(address)
    assert response.status_code == 200
    return response.context


def text_of(browser: Client, address: str = "/dashboards/today/") -> str:
    return " ".join(browser.get(address).content.decode().split())


def rows_of_file(browser: Client, address: str) -> list[list[str]]:
    path, _mark, query = address.partition("?")
    response = browser.get(f"{path.rstrip('/')}.csv?{query}")
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in body
    return list(csv.reader(StringIO(body.decode("utf-8-sig"), newline="")))


# The proof bar


def test_the_five_parts_of_the_proof_sum_to_the_open_cycles(browser, mixed):
    proof = context_of(browser)["proof"]

    counts = {part.code: part.count for part in proof.parts}
    assert counts == {"in_hand": 2, "overdue": 1, "unassigned": 1, "uncovered": 1, "exempt": 1}
    assert sum(counts.values()) == proof.open == 6
    assert (proof.stagnant, proof.lost, proof.returned) == (3, 3, 0)
    assert proof.leaks == 2


def test_no_leaks_is_said_when_nothing_is_uncovered_or_unassigned(browser, staff):
    ran()
    todo(stagnant("遅延", date(2025, 7, 1)), date(2025, 7, 30), staff)

    assert "No leaks" in text_of_english(browser)


@pytest.mark.parametrize("leak", ["uncovered", "unassigned"])
def test_no_leaks_is_not_said_while_one_is_uncovered_or_unassigned(browser, staff, leak):
    ran()
    cycle = stagnant("漏れ", AS_OF)
    if leak == "unassigned":
        todo(cycle, date(2025, 8, 1))

    assert "No leaks" not in text_of_english(browser)


def test_no_leaks_is_not_said_before_the_rules_have_run(browser, staff):
    assert "No leaks" not in text_of_english(browser)


def text_of_english(browser: Client, address: str = "/dashboards/today/") -> str:
    User.objects.update(language="en")
    return text_of(browser, address)


def test_without_inside_sales_the_page_offers_to_invite_somebody(browser):
    assert "Invite" in text_of_english(browser)

    person("佐藤", Role.IS)
    assert "Invite" not in text_of_english(browser)


def test_a_leaver_of_inside_sales_is_nobody_to_give_a_follow_up(browser):
    person("佐藤", Role.IS, is_active=False)

    assert context_of(browser)["has_inside_sales"] is False


def test_the_day_can_be_chosen_and_every_link_keeps_it(browser, mixed):
    context = context_of(browser, "/dashboards/today/?as_of=2025-07-30")

    assert context["as_of"] == date(2025, 7, 30)
    assert {part.code: part.count for part in context["proof"].parts}["overdue"] == 0
    links = [tile.url for tile in context["tiles"]] + [part.url for part in context["proof"].parts]
    assert all("as_of=2025-07-30" in link for link in links)


@pytest.mark.parametrize("typed", ["2025-02-30", "yesterday", ""])
def test_a_day_that_is_none_means_today(browser, typed):
    assert context_of(browser, f"/dashboards/today/?as_of={typed}")["as_of"] == AS_OF


# The light


def test_the_light_is_red_before_the_first_run(browser):
    light = context_of(browser)["light"]

    assert (light.last_run, light.is_stale) == (None, True)
    assert "never run" in text_of_english(browser)


def test_the_light_turns_red_when_no_run_came_for_longer_than_the_threshold(browser):
    run = ran(NOW - timedelta(hours=26), AS_OF - timedelta(days=1))
    assert context_of(browser)["light"].is_stale is False

    SweepRun.objects.filter(pk=run.pk).update(finished_at=NOW - timedelta(hours=26, seconds=1))
    assert context_of(browser)["light"].is_stale is True


def test_a_run_for_an_earlier_day_vouches_only_for_that_day(browser):
    ran(as_of=AS_OF - timedelta(days=30))

    assert context_of(browser)["light"].is_stale is True
    assert context_of(browser, "/dashboards/today/?as_of=2025-07-01")["light"].is_stale is False


def test_an_undone_or_failed_run_lights_nothing(browser):
    SweepRun.objects.filter(pk=ran().pk).update(status="undone")

    assert context_of(browser)["light"].last_run is None


def test_an_imported_loss_waits_for_its_first_run_and_the_page_says_so(browser, staff):
    ran()
    lost("取込", date(2025, 7, 1), date(2025, 10, 1))

    assert context_of(browser)["light"].unswept == 1
    assert "since an import" in text_of_english(browser)

    sweep(as_of=AS_OF)
    assert context_of(browser)["light"].unswept == 0


# The tiles and their rows


def test_the_tiles_count_what_they_say(browser, mixed):
    tiles = {tile.name: tile.value for tile in context_of(browser)["tiles"]}

    assert tiles == {
        "todo_leaks": 1,
        "untouched": 2,
        "overdue": 1,
        "unassigned": 1,
        "over_cap": 0,
        "stale_leads": 0,
        "unruled": 3,
    }


def as_asked(address: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(address)
    return parts.path.strip("/").split("/")[-1], dict(parse_qsl(parts.query))


def numbers(context) -> list[tuple[int, str]]:
    """Every number of the page with the address of its rows."""
    proof = context["proof"]
    shown = [(tile.value, tile.url) for tile in context["tiles"]]
    shown += [(part.count, part.url) for part in proof.parts]
    shown += [(tab.count, tab.url) for tab in context["found"].tabs]
    shown += [(kind.count, kind.url) for kind in context["approaches"]["kinds"]]
    shown += [(context["approaches"]["total"], context["approaches"]["url"])]
    return [*shown, (proof.open, proof.open_url), (proof.leaks, proof.leaks_url)]


def test_every_number_is_its_rows_its_file_and_its_report(browser, mixed):
    for number, address in numbers(context_of(browser)):
        page = context_of(browser, address)["page"]
        metric, query = as_asked(address)
        report = answer(metric, Asked(as_of=date.fromisoformat(query["as_of"])))

        assert page.paginator.count == number, address
        assert len(rows_of_file(browser, address)) - 1 == number, address
        assert report.part_rows(query.get("part", "")).count() == number, address
        assert [row.pk for row in page] == [row.pk for row in page.paginator.object_list[:50]]


def held_and_kept(staff: User) -> None:
    """A deal in somebody's hands, a to-do done in time, one put off, one without room; and a signature."""
    todo(stagnant("あふれた", date(2025, 7, 1)), date(2025, 8, 1), person("満員", Role.IS, todo_cap=0))
    Deal.objects.filter(pk=DealFactory(status="ongoing").pk).update(fs_owner=staff)
    signed_at = datetime.combine(AS_OF, time(9), timezone.get_default_timezone())
    LeakCheck.objects.create(checked_on=AS_OF, signed_by=staff, signed_at=signed_at, run_state="current")
    done = todo(stagnant("守った", date(2025, 7, 1)), date(2025, 7, 10), staff)
    Todo.objects.filter(pk=done.pk).update(status="done", closed_on=date(2025, 7, 10))
    TodoMove.objects.create(todo=done, from_on=date(2025, 7, 9), to_on=date(2025, 7, 10), moved_on=date(2025, 7, 8))


@pytest.mark.parametrize("metric", REPORTS)
def test_every_report_has_a_page_and_a_file_of_its_rows(browser, mixed, staff, metric):
    forgotten = LeadFactory(owner=staff, created_on=date(2025, 7, 1))
    ActivityFactory(lead=forgotten, owner=staff, mail=True, day=date(2025, 7, 10))
    call(staff, date(2025, 7, 1), deal=Deal.objects.first(), duration_s=60)
    every_ending()
    every_kind_of_work(staff, AS_OF)
    held_and_kept(staff)
    total = answer(metric, Asked(as_of=AS_OF)).total

    assert context_of(browser, f"/records/{metric}/")["page"].paginator.count == total > 0
    assert len(rows_of_file(browser, f"/records/{metric}/")) == total + 1


def test_the_other_follow_ups_behind_the_untouched_tile_add_up(browser, mixed):
    context = context_of(browser, "/records/untouched/")

    parts = {part["code"]: part["count"] for part in context["parts"]}
    assert context["page"].paginator.count + sum(parts.values()) == 6
    assert parts == {"planned": 3, "touched": 0, "exempt": 1, "in_grace": 0}


def test_filters_narrow_page_and_file_alike_and_stay_in_the_address(browser, mixed):
    address = "/records/coverage/?as_of=2025-07-31&kind=lost&user=null"

    assert context_of(browser, address)["page"].paginator.count == 3
    assert len(rows_of_file(browser, address)) == 4
    assert "kind=lost" in text_of(browser, address)


def test_conditions_that_no_longer_exist_are_left_out_and_the_page_says_so(browser, mixed):
    context = context_of(browser, "/records/coverage/?kind=gone&team=解散した課&as_of=2025-13-01")

    assert context["is_address_outdated"] is True
    assert context["page"].paginator.count == 6


def test_a_blank_key_can_be_asked_for(browser, mixed):
    Deal.objects.filter(name="予定").update(source_status="Open")

    assert context_of(browser, "/records/coverage/?source_status=null")["page"].paginator.count == 5
    assert context_of(browser, "/records/coverage/?source_status=Open")["page"].paginator.count == 1


def test_long_lists_come_in_pages_of_fifty(browser, staff):
    for n in range(51):
        stagnant(f"商談{n}", date(2025, 7, 1))

    context = context_of(browser, "/records/coverage/?page=2")
    assert (len(context["page"]), context["page"].paginator.count) == (1, 51)
    assert len(rows_of_file(browser, "/records/coverage/?page=2")) == 52


@pytest.mark.parametrize("address", ["/records/nothing/", "/records/nothing.csv", "/records/people/?from=2025-01-01"])
def test_what_no_report_answers_is_not_found(browser, address):
    assert browser.get(address).status_code == 404


def test_the_rows_open_only_to_people_who_are_logged_in(mixed):
    assert Client().get("/records/coverage/").status_code == 302
    assert Client().get("/records/coverage.csv").status_code == 302


# Files and JSON


def test_the_rows_can_be_had_as_a_workbook(browser, mixed):
    file = browser.get("/records/coverage.csv?as=xlsx")
    assert file["Content-Disposition"] == 'attachment; filename="coverage-2025-07-31.xlsx"'
    rows = list(load_workbook(BytesIO(b"".join(file.streaming_content))).active.values)
    assert len(rows) - 1 == answer("coverage", Asked(as_of=AS_OF)).total > 0


def test_a_file_in_cp932_first_says_what_it_cannot_hold_and_then_is_made(browser, mixed):
    plain = b"".join(browser.get("/records/coverage.csv?as=cp932").streaming_content).decode("cp932")
    assert plain.count("\r\n") - 1 == answer("coverage", Asked(as_of=AS_OF)).total

    Deal.objects.update(name="𠮷野家 😀")
    warned = browser.get("/records/coverage.csv?as=cp932")
    assert "𠮷😀" in warned.content.decode()
    made = browser.get("/records/coverage.csv?as=cp932&lossy=1")
    assert "〓野家 〓" in b"".join(made.streaming_content).decode("cp932")


def test_json_gives_what_the_command_gives_under_the_same_conditions(browser, mixed):
    found = browser.get("/records/coverage.json?kind=lost&by=user").json()
    lost_ones = answer("coverage", Asked(as_of=AS_OF, where={"kind": "lost"}))
    assert found == json.loads(json.dumps(lost_ones.as_json(["user"])))
    part = browser.get("/records/coverage.json?part=overdue").json()
    assert part["total"] == answer("coverage", Asked(as_of=AS_OF)).part_rows("overdue").count()


def test_json_split_by_what_does_not_exist_is_not_found(browser):
    assert browser.get("/records/coverage.json?by=colour").status_code == 404


def test_a_rate_opens_its_numerator_its_denominator_and_the_difference(browser, mixed):
    pages = [browser.get(f"/records/untouched/?part={part}").context["page"] for part in ("", "whole", "rest")]
    sizes = [page.paginator.count for page in pages]
    shown = browser.get("/records/untouched/").context["rate"]
    assert sizes == [shown.numerator, shown.whole, shown.rest]
    assert shown.whole > 0


# Cost


def queries_of(browser: Client, address: str) -> int:
    browser.get(address)  # warms what a process loads once
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
    return len(captured)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/dashboards/today/", 14 if connection.vendor == "postgresql" else 15),  # see `people.kept_answers.if_kept`
        ("/records/coverage/", 9),
        ("/records/overdue/", 7),
        ("/records/untouched/", 13),
        ("/records/coverage.csv", 6),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, staff, mixed, address, expected):
    few = queries_of(browser, address)
    for n in range(30):
        cycle = stagnant(f"追加{n}", date(2025, 7, 1))
        todo(cycle, date(2025, 7, 30), staff, origin=TodoOrigin.MANUAL)

    assert (few, queries_of(browser, address)) == (expected, expected)


# /healthz


def health(monkeypatch=None):
    response = Client().get("/healthz")
    return response.status_code, response.json()


def test_healthz_needs_no_login_and_tells_the_last_sweep():
    at = timezone.localtime(ran().finished_at)

    assert health() == (200, {"database": "ok", "last_sweep": at.isoformat(), "sweep": "ok"})


def test_healthz_is_well_before_any_run_while_no_rule_acts():
    assert health() == (200, {"database": "ok", "last_sweep": None, "sweep": "ok"})


def test_healthz_gives_a_rule_that_was_just_switched_on_until_its_first_morning():
    Rule.objects.update(mode="auto", updated_at=NOW - timedelta(hours=26))
    assert health()[0] == 200

    Rule.objects.update(updated_at=NOW - timedelta(hours=26, seconds=1))
    assert health() == (503, {"database": "ok", "last_sweep": None, "sweep": "missing"})


def test_healthz_fails_when_rules_act_and_no_run_came_in_time():
    ran(NOW - timedelta(hours=27), AS_OF - timedelta(days=1))
    assert health()[0] == 200

    Rule.objects.filter(code="R-60").update(mode="auto")
    assert health()[0] == 503

    Threshold.objects.create(code=ThresholdCode.SWEEP_STALE_HOURS, value=30)
    assert health()[0] == 200


def test_healthz_fails_when_the_database_does(monkeypatch):
    def fail():
        raise DatabaseError("gone")

    monkeypatch.setattr(health_page, "newest_run", fail)

    assert health() == (503, {"database": "failed", "last_sweep": None, "sweep": "unknown"})


def test_an_address_of_rows_says_its_day():
    assert (
        records_url("coverage", Asked(as_of=AS_OF), part="exempt") == "/records/coverage/?as_of=2025-07-31&part=exempt"
    )
