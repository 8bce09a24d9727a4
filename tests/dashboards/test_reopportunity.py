"""The page 再商談化 (SC-13)."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dashboards.models import DailySnapshot
from dashboards.reports import Asked, answer
from dashboards.reports.reopportunity import COMBINED, is_within, view_rows
from dashboards.reports.report import shares_of
from followups.cohort_days import forget_cohorts, refresh_cohorts
from followups.models import CohortDay, FollowUpProgram
from people.states import Role
from tests.dashboards.cohorts import AS_OF, every_ending, golden, hand_back, january, lost_deal, reopen_deal
from tests.dashboards.rows import person

pytestmark = pytest.mark.django_db

URL = "/dashboards/reopportunity/"
JULY = {"as_of": "2025-07-31"}


@pytest.fixture
def manager(client):
    client.force_login(person("渡辺", Role.IS_MANAGER))
    return client


def shown(client, **query):
    answer = client.get(URL, {**JULY, **query})
    assert answer.status_code == 200
    return answer.context


def of_january(context):
    return next(row for row in context["cohorts"] if row.label == "25/01")


@pytest.mark.golden
@pytest.mark.parametrize(
    ("kind", "rate", "fraction", "ever"),
    [("", 42.9, (3, 7), 4), ("lost", 40.0, (2, 5), 3), ("stagnant", 33.3, (1, 3), 1)],
)
def test_golden_rates_and_cells(manager, kind, rate, fraction, ever):
    golden()
    context = shown(manager, kind=kind)
    head, row = context["head"].line, of_january(context)
    assert (head.tally.rate, (head.tally.numerator, head.tally.began)) == (rate, fraction)
    assert (row.cells[-1].value, row.is_mature, row.out_of_scope.value) == (ever, True, 1)
    assert [cell.value for cell in row.beside] == ["2/5", "1/3"]


def said(client, **query):
    """All numbers of the page that follow-ups have a say in."""
    context = shown(client, **query)
    head = context["head"].line
    cohorts = [
        (row.label, row.line.tally, [cell.value for cell in [*row.cells, *row.beside]]) for row in context["cohorts"]
    ]
    parts = [(line.label, line.tally) for line in [*context["reasons"], *context["triggers"]]]
    return head and head.tally, cohorts, sorted(parts, key=str)


@pytest.mark.golden
@pytest.mark.parametrize("kind", ["", "lost", "stagnant", "returned"])
@pytest.mark.parametrize("as_of", ["2025-03-14", "2025-07-31"])
def test_golden_numbers_are_the_same_from_what_is_kept(manager, kind, as_of):
    made = golden()
    hand_back(made["D07"], january(25))
    from_rows = said(manager, kind=kind, as_of=as_of)
    assert refresh_cohorts() > 0
    assert said(manager, kind=kind, as_of=as_of) == from_rows
    reopen_deal(made["D02"], date(2025, 3, 3))  # a day that has changed is read from its rows
    mixed = said(manager, kind=kind, as_of=as_of)
    assert mixed != from_rows
    forget_cohorts()
    assert said(manager, kind=kind, as_of=as_of) == mixed


@pytest.mark.golden
def test_golden_the_page_reads_no_follow_up_of_the_days_that_are_counted(manager):
    golden()
    refresh_cohorts()
    CohortDay.objects.filter(is_chain=True, kind="lost").delete()  # by hand, so that it tells where it looked
    assert shown(manager)["head"].line.tally.began == 3
    assert shown(manager, reason="deprioritised")["head"].line.tally.began == 2


@pytest.mark.golden
def test_golden_columns_of_the_chain(manager):
    golden()
    assert [cell.value for cell in of_january(shown(manager)).cells] == [1, 1, 2, 3, 4]


@pytest.mark.golden
def test_golden_reasons_add_up_to_the_rate(manager):
    golden()
    lines = shown(manager)["reasons"]
    assert sum(line.tally.began for line in lines) == 7
    assert sum(line.tally.numerator for line in lines) == 3
    lost = shown(manager, kind="lost")["reasons"]
    assert [(line.tally.numerator, line.tally.began) for line in lost] == [(2, 3), (0, 1), (0, 1)]


@pytest.mark.golden
def test_golden_reengagement_tile(manager):
    golden()
    tiles = {tile.name: tile for tile in shown(manager)["revived"].tiles}
    assert (tiles["reengagement"].value, tiles["reengagement"].note) == (57.1, "4/7")
    assert tiles["reopened"].value == 1
    assert "25/01" in tiles["reopened"].note


def test_before_the_first_month_is_mature_it_says_when_it_will_be(manager):
    golden()
    context = shown(manager, as_of="2025-07-29")
    assert context["head"].line is None
    assert context["head"].first_matures_on == date(2025, 7, 30)
    with translation.override("en"):
        assert "2025" in manager.get(URL, {"as_of": "2025-07-29"}).content.decode()


def test_months_that_are_not_mature_are_in_no_average(manager):
    golden()
    reopen_deal(lost_deal("後", date(2025, 2, 3), "competitor"), date(2025, 2, 20))
    assert shown(manager)["head"].line.tally.began == 7


# Against what it was before (M-01c)


def test_the_rate_stands_against_the_six_months_before_the_program(manager):
    golden()
    for n in range(10):
        made = lost_deal(f"前{n}", date(2024, 7, 1 + n), "competitor")
        if n < 1:
            reopen_deal(made, date(2024, 8, 1))
    lost_deal("七か月前", date(2024, 6, 30), "competitor")
    FollowUpProgram.objects.create(started_on=january(1), manual_baseline=5)
    head = shown(manager)["head"]
    assert (head.baseline, head.baseline_note, head.is_manual, head.change) == (10.0, "1/10", False, "+32.9pt")
    assert head.interval.low < 32.9 < head.interval.high


def test_without_records_before_the_start_the_rate_entered_by_hand_is_used_and_said_to_be(manager):
    golden()
    FollowUpProgram.objects.create(started_on=january(1), manual_baseline=5)
    head = shown(manager)["head"]
    assert (head.baseline, head.is_manual, head.change, head.interval) == (5.0, True, "+37.9pt", None)


def test_without_a_program_there_is_nothing_to_compare_with(manager):
    golden()
    head = shown(manager)["head"]
    assert (head.baseline, head.change) == (None, "")


@pytest.mark.parametrize(("started_on", "is_in_force"), [(date(2025, 7, 31), True), (date(2025, 8, 1), False)])
def test_a_program_is_in_force_from_its_day_on(manager, started_on, is_in_force):
    FollowUpProgram.objects.create(started_on=started_on)
    assert (FollowUpProgram.in_force(date(2025, 7, 31)) is not None) is is_in_force


def test_months_before_the_program_are_in_no_average(manager):
    golden()
    FollowUpProgram.objects.create(started_on=date(2025, 2, 1))
    assert shown(manager)["head"].line is None
    assert of_january(shown(manager)).is_before


# Days to won and channels


def test_orders_by_channel_and_days(manager):
    every_ending()
    revived = shown(manager, **{"from": "2025-01-01", "to": "2025-07-31"})["revived"]
    assert [channel.n for channel in revived.channels] == [1, 1, 1, 1]
    assert revived.won == 4
    # Starts of the last 180 days are left out: D01 (15 March) and D05 (3 February, 178 days).
    assert [(line.n, line.median) for line in revived.spreads] == [(1, None), (1, None)]


# Questions that cannot be answered as asked


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2015-01-01", "to": "2025-07-31"},
        {"from": "2025-07-31", "to": "2025-07-31"},
        {"as_of": "2035-01-01"},
        {"from": "2030-01-01", "to": "2031-01-01"},
        {"kind": "nonsense"},
        {"kind": "returned"},
        {"team": "解散したチーム", "user": "退職者", "source": "なし"},
        {"trigger": "null", "user": "null"},
    ],
)
def test_it_answers_every_period_and_key(manager, query):
    golden()
    shown(manager, **query)


def test_a_team_that_is_gone_is_left_out_and_said(manager):
    golden()
    assert shown(manager, team="解散したチーム")["form"].is_outdated
    assert shown(manager, team="解散したチーム")["head"].line.tally.began == 7


def test_filtering_keeps_the_kind_and_a_kind_that_is_none_is_said(manager):
    golden()
    form = '<input type="hidden" name="kind" value="lost"'
    assert form in manager.get(URL, {**JULY, "kind": "lost"}).content.decode()
    assert shown(manager, kind="nonsense")["form"].is_outdated
    assert shown(manager, kind="nonsense")["head"].line.tally.began == 7


def test_the_number_of_queries_does_not_depend_on_the_records(manager, django_assert_max_num_queries):
    golden()
    shown(manager)
    with django_assert_max_num_queries(15) as few:
        shown(manager)
    for n in range(50):
        lost_deal(f"多{n}", january(2 + n % 20), "competitor")
    with django_assert_max_num_queries(len(few)):
        shown(manager)


def test_its_figures_are_one_question_that_works_out_once_when_each_row_came_back(django_assert_num_queries):
    golden()
    report = answer("reopportunity", Asked(as_of=AS_OF))
    with django_assert_num_queries(1) as asked:
        figures = report.figures()
    assert (figures["denominator"], figures["within"], figures["ever"]) == (7, {"30": 1, "60": 1, "90": 2, "180": 3}, 4)
    with CaptureQueriesContext(connection) as alone:
        shares_of(view_rows(COMBINED, AS_OF), within=Count("pk", filter=is_within(180)))
    looks = [queries[0]["sql"].count("revived_from_id") for queries in (asked.captured_queries, alone.captured_queries)]
    assert looks[0] == looks[1] > 0


class TestBeforeAndSince:
    def rows(self, manager, **query):
        return {str(one.label): one for one in shown(manager, **query)["changes"]}

    def keep(self, day, numerator, denominator, **group):
        values = {"metric": "untouched", "count": numerator, "numerator": numerator, "denominator": denominator}
        DailySnapshot.objects.create(counted_on=day, **values, **group)

    def test_without_a_program_there_is_nothing_to_compare(self, manager):
        golden()
        assert self.rows(manager) == {}

    def test_the_rate_stands_against_the_stated_baseline(self, manager):
        golden()
        FollowUpProgram.objects.create(started_on=date(2025, 1, 1), manual_baseline=5)
        row = self.rows(manager)["再商談化率"]
        assert (row.before.value, row.since.value, row.change, row.is_better) == (5.0, 42.9, "+37.9pt", True)

    def test_the_untouched_stand_as_they_were_kept_and_fewer_are_better(self, manager):
        FollowUpProgram.objects.create(started_on=date(2025, 1, 1))
        self.keep(date(2024, 11, 1), 1, 10)
        self.keep(date(2024, 12, 31), 6, 10)
        self.keep(date(2025, 1, 1), 5, 10)
        self.keep(date(2025, 7, 30), 1, 10)
        self.keep(date(2025, 8, 1), 9, 10)
        row = self.rows(manager)["未着手"]
        assert (row.before.value, row.since.value, row.change, row.is_better) == (60.0, 10.0, "−50.0pt", True)

    def test_a_program_that_began_with_the_product_is_measured_from_its_first_kept_night(self, manager):
        FollowUpProgram.objects.create(started_on=date(2025, 1, 1))
        for day, numerator in ((date(2025, 1, 23), 6), (date(2025, 1, 30), 5), (date(2025, 7, 30), 1)):
            self.keep(day, numerator, 10)
        row = self.rows(manager)["未着手"]
        assert (row.before.value, row.since.value) == (60.0, 10.0)

    def test_what_was_not_kept_is_a_dash_with_its_reason(self, manager):
        FollowUpProgram.objects.create(started_on=date(2025, 1, 1))
        self.keep(date(2025, 7, 30), 1, 10)
        row = self.rows(manager)["未着手"]
        assert (row.before.value, row.before.note, row.change) == (None, "記録なし", "")

    @pytest.mark.parametrize("query", [{"team": "null"}, {"trigger": "budget"}, {"source": "null"}])
    def test_a_narrower_page_compares_what_can_be_narrowed(self, manager, query):
        FollowUpProgram.objects.create(started_on=date(2025, 1, 1))
        assert "再商談化率" in self.rows(manager, **query)


def test_the_chart_of_cohorts_has_its_table(manager):
    golden()
    page = manager.get(URL, JULY).content.decode()
    assert '<details class="data">' in page and "95%区間" in page
