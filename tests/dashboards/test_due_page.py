"""今月のアプローチ as it is opened: the calendar, the sums, the list by date, and what the address may say (SC-11)."""

from datetime import date

import pytest
from django.urls import reverse

from activities.actions import Completion, complete_todos
from people.states import Role
from tests.dashboards.rows import lost, person, todo

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 22)  # a Tuesday; Monday the 21st is a holiday
URL = "/dashboards/due/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("dashboards.views.due.localdate", lambda: AS_OF)


@pytest.fixture
def browser(client):
    client.force_login(person("渡辺", Role.IS_MANAGER, language="en"))
    return client


@pytest.fixture
def staff():
    return person("佐藤", Role.IS)


def approach(name, day, staff=None, *, is_made=False, reason="competitor"):
    cycle = lost(name, date(2025, 4, 1), day, reason)
    cycle.is_owner = staff
    cycle.save()
    row = todo(cycle, day, staff)
    if is_made:
        complete_todos([Completion(row.pk)], by=staff, as_of=AS_OF)
    return row


@pytest.fixture
def july(staff):
    approach("完了", date(2025, 7, 3), staff, is_made=True)
    approach("超過", date(2025, 7, 18), staff)
    approach("土曜", date(2025, 7, 19), person("鈴木", Role.IS), reason="deprioritised")
    approach("今日", AS_OF, staff)
    approach("先月", date(2025, 6, 30), staff)
    approach("八月", date(2025, 8, 1), staff)
    approach("八月も", date(2025, 8, 1), staff)


def test_days_people_and_reasons_add_up_to_the_total(browser, july):
    month = browser.get(URL).context["month"]
    days = {day.day.day: day.counts for week in month.weeks for day in week.days if day and day.total}
    assert days == {
        3: {"made": 1, "late": 0, "left": 0}, 18: {"made": 0, "late": 1, "left": 0},
        19: {"made": 0, "late": 0, "left": 1}, 22: {"made": 0, "late": 0, "left": 1},
    }  # fmt: skip
    assert month.total == 4 == sum(line.total for line in month.people) == sum(line.total for line in month.reasons)
    assert [(line.label, line.total) for line in month.people] == [("佐藤", 3), ("鈴木", 1)]
    assert month.carried == 1


def test_every_number_opens_as_many_rows_as_it_says(browser, july):
    month = browser.get(URL).context["month"]
    numbers = [(month.url, month.total), (month.carried_url, month.carried)]
    numbers += [(url, count) for _colour, _label, count, url in month.states]
    numbers += [(line.url, line.total) for line in (*month.people, *month.reasons)]
    for url, count in numbers:
        assert browser.get(url).context["page"].paginator.count == count


def test_a_day_opens_its_own_list_below(browser, july):
    month = browser.get(URL).context["month"]
    friday = next(day for week in month.weeks for day in week.days if day and day.day == date(2025, 7, 18))
    shown = browser.get(friday.url).context
    assert [(day, [row.deal.name for row in rows]) for day, rows in shown["groups"]] == [(friday.day, ["超過"])]


def test_the_list_stands_under_its_dates_as_the_report_of_the_article(browser, july):
    groups = browser.get(URL).context["groups"]
    assert [(day.day, len(rows)) for day, rows in groups] == [(3, 1), (18, 1), (19, 1), (22, 1)]


def test_what_was_carried_over_can_be_listed_and_handed_on(browser, july):
    response = browser.get(f"{URL}?show=carried")
    assert [row.deal.name for _day, rows in response.context["groups"] for row in rows] == ["先月"]
    page = response.content.decode()
    assert reverse("followups:todo_move") in page
    assert reverse("followups:todo_assign") in page


def test_a_viewer_is_offered_no_verbs(client, july):
    client.force_login(person("閲覧", Role.VIEWER))
    assert reverse("followups:todo_move") not in client.get(URL).content.decode()


def test_the_address_says_which_month(browser, july):
    shown = browser.get(f"{URL}?month=2025-08").context
    assert (shown["month"].first_on, shown["month"].total, shown["month"].carried) == (date(2025, 8, 1), 2, 4)
    assert browser.get(shown["months"][0]).context["month"].first_on == date(2025, 7, 1)
    assert browser.get(shown["months"][1]).context["month"].first_on == date(2025, 9, 1)


def test_the_months_after_say_what_they_hold(browser, july):
    ahead = browser.get(URL).context["month"].ahead
    assert [(first_on, count) for first_on, count, _url in ahead.months] == [
        (date(2025, 8, 1), 2),
        (date(2025, 9, 1), 0),
    ]
    assert (ahead.busiest_on, ahead.busiest) == (date(2025, 8, 1), 2)


def test_a_week_without_working_days_is_thin(browser):
    weeks = browser.get(f"{URL}?month=2025-06").context["month"].weeks  # 1 June 2025 is a Sunday
    assert [week.is_thin for week in weeks] == [True, False, False, False, False, False]


@pytest.mark.parametrize(
    "query",
    ["month=2025-13", "month=x", "month=0000-01", "day=x", "kind=nothing", "user=gone", "team=gone", "as_of=x"],
)
def test_what_the_address_names_and_does_not_exist_is_left_out_with_a_notice(browser, july, query):
    response = browser.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert "were left out" in response.content.decode()
    assert response.context["month"].total == 4


@pytest.mark.parametrize("query", ["month=1999-02", "month=2045-02", "as_of=2030-01-01", "page=99", "month=9999-12"])
def test_any_month_can_be_asked_for(browser, july, query):
    assert browser.get(f"{URL}?{query}").status_code == 200


def test_the_page_asks_the_same_number_of_queries_for_one_row_and_for_fifty(
    browser, staff, django_assert_max_num_queries
):
    sizes = []
    for count in (1, 50):
        for n in range(count):
            approach(f"{count}-{n}", date(2025, 7, 1 + n % 28), staff)
        with django_assert_max_num_queries(15) as queries:
            browser.get(URL)
        sizes.append(len(queries))
    assert sizes[0] == sizes[1]
