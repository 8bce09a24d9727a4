"""ToDo状況 as it is opened: the identity, on time by person and over time, and what slipped and why (SC-12)."""

from datetime import date

import pytest

from activities.models import Todo
from people.states import Role
from tests.dashboards.on_time_month import AS_OF, build_july, july, made
from tests.dashboards.rows import person, stagnant, todo

pytestmark = pytest.mark.django_db

URL = "/dashboards/todos/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("dashboards.views.todos.localdate", lambda: AS_OF)


@pytest.fixture
def browser(client):
    client.force_login(person("渡辺", Role.IS_MANAGER, language="en"))
    return client


def status_of(browser, query=""):
    response = browser.get(f"{URL}?{query}")
    assert response.status_code == 200
    return response.context["status"]


def test_the_golden_month_stands_on_the_page(browser):
    build_july()
    todo(stagnant("六月から", date(2025, 6, 2)), date(2025, 6, 20), person("鈴木", Role.IS))
    status = status_of(browser)
    came, became = ([(figure.name, figure.value) for figure in side] for side in (status.came, status.became))
    assert came == [("due", 9), ("carried", 1)]
    assert became == [("done", 6), ("late", 2), ("ahead", 1), ("cancelled", 1)]
    assert (status.kept.numerator, status.kept.whole, status.kept.percent) == (4, 7, 57.1)
    assert status.total == 10


def test_every_number_opens_as_many_rows_as_it_says(browser):
    build_july()
    made("担当なし", None, 10)
    status = status_of(browser)
    numbers = [(figure.url, figure.value) for figure in (*status.came, *status.became)]
    numbers += [(line.url, line.total) for line in (*status.slips.kinds, *status.ages, *status.cancelled)]
    numbers += [(url, count) for _why, count, url in status.slips.reasons]
    numbers += [(row.urls["todo_status"], row.total) for row in status.people]
    numbers += [(row.urls["late"], row.counts["late"]) for row in status.people]
    numbers += [(row.urls["on_time"], row.kept.numerator) for row in status.people]
    numbers += [(row.urls["todo_moves"], row.moves) for row in status.people]
    numbers += [(url, share.numerator) for _label, share, url in status.trend.rows]
    numbers += [(status.kept_url, 4), (status.slips.url, 3)]
    for url, count in numbers:
        assert browser.get(url).context["page"].paginator.count == count, url


def test_what_the_customer_wished_stands_apart_from_what_slipped(browser):
    build_july()
    slips = status_of(browser).slips
    assert [(line.label, line.total) for line in slips.kinds] == [
        ("Agreed with the customer", 1), ("By the rules", 0), ("Put off by oneself", 1), ("Moved after the day", 1),
    ]  # fmt: skip
    assert {(why, count) for why, count, _url in slips.reasons} == {("会議が重なった", 1), ("連絡が遅れた", 1)}


def test_people_add_up_to_the_whole(browser):
    build_july()
    made("別の人", person("鈴木", Role.IS), 10)
    status = status_of(browser)
    assert [(row.name, row.total) for row in status.people] == [("佐藤", 9), ("鈴木", 1)]
    assert sum(row.total for row in status.people) == sum(figure.value for figure in status.became)
    assert (status.people[0].is_enough, status.people[1].is_enough) == (True, False)


def test_the_line_leaves_out_weeks_with_too_few(browser):
    staff = person("佐藤", Role.IS)
    for n in range(5):
        made(f"多い{n}", staff, 8, status="done", closed_on=july(8 + n // 4))
    made("少ない", staff, 15, status="done", closed_on=july(15))
    trend = status_of(browser).trend
    assert [(label, share.numerator, share.whole) for label, share, _url in trend.rows][-4:] == [
        ("7/7", 4, 5), ("7/14", 1, 1), ("7/21", 0, 0), ("7/28", 0, 0),
    ]  # fmt: skip
    assert [point.value for point in trend.points][-4:] == [80.0, None, None, None]
    assert len(trend.points) == 12


def test_the_line_may_go_by_months(browser):
    build_july()
    trend = status_of(browser, "trend=month").trend
    assert [label for label, _share, _url in trend.rows][-2:] == ["2025/6", "2025/7"]
    assert trend.points[-1].value == 57.1


@pytest.mark.parametrize(("days", "part"), [(1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (30, 2), (31, 3)])
def test_late_ones_stand_by_how_late_they_are(browser, days, part):
    due = date.fromordinal(AS_OF.toordinal() - days)
    todo(stagnant("遅延", date(2025, 5, 1)), due, person("佐藤", Role.IS))
    assert [line.total for line in status_of(browser).ages] == [int(n == part) for n in range(4)]


def test_a_superseded_todo_is_named_as_ended_with_its_follow_up(browser):
    made("終了", person("佐藤", Role.IS), 10, status="superseded", closed_on=july(9))
    made("重複", person("鈴木", Role.IS), 10, status="cancelled", closed_on=july(9), cancel_reason="duplicate")
    lines = status_of(browser).cancelled
    assert [(line.label, line.total) for line in lines] == [("Ended with the follow-up", 1), ("Duplicate", 1)]


def test_the_page_narrows_to_a_person_and_a_kind(browser):
    build_july()
    assert status_of(browser, "user=佐藤&kind=stagnant").total == 9
    assert status_of(browser, "kind=lost").total == 0


@pytest.mark.parametrize(
    "query", ["user=gone", "kind=x", "from=x", "from=2025-07-31&to=2025-07-01", "as_of=2025-02-30"]
)
def test_what_the_address_names_and_does_not_exist_is_left_out_with_a_notice(browser, query):
    build_july()
    response = browser.get(f"{URL}?{query}")
    assert "were left out" in response.content.decode()
    assert response.context["status"].total == 9


@pytest.mark.parametrize(
    "query", ["from=2016-01-01&to=2025-12-31", "from=2025-07-31&to=2025-07-31", "from=2030-01-01&to=2030-02-01"]
)
def test_a_period_may_be_ten_years_a_day_or_ahead(browser, query):
    build_july()
    status = status_of(browser, query)
    assert sum(figure.value for figure in status.came) == sum(figure.value for figure in status.became)


def test_the_page_asks_the_same_number_of_queries_for_one_row_and_for_fifty(browser, django_assert_max_num_queries):
    sizes = []
    for count in (1, 50):
        for n in range(count):
            staff = person(f"佐藤{count}-{n}", Role.IS)
            made(f"{count}-{n}", staff, 1 + n % 28)
        with django_assert_max_num_queries(15) as queries:
            browser.get(URL)
        sizes.append(len(queries))
    assert sizes[0] == sizes[1]
    assert Todo.objects.count() == 51
