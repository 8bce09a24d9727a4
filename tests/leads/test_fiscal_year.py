"""The customer's year and the days it suggests (S0-23)."""

from datetime import date

import pytest

from leads.fiscal_year import approach_days, months_of
from leads.models import Company
from people.business_days import BusinessCalendar

CALENDAR = BusinessCalendar(yearly_days_off=frozenset({(1, 1), (1, 2), (1, 3)}))


def days(company: Company | None, as_of: date) -> dict[str, date]:
    return {suggestion.label: suggestion.day for suggestion in approach_days(company, as_of, CALENDAR)}


def test_a_year_from_april_seen_on_the_last_of_july():
    company = Company(fiscal_start_month=4, slack_months=[2])
    assert days(company, date(2025, 7, 31)) == {
        "3か月後": date(2025, 10, 31),
        "予算策定": date(2026, 1, 5),  # 1 to 4 January are days off and a weekend
        "閑散期": date(2026, 2, 2),  # the first is a Sunday
        "来期初": date(2026, 4, 1),
    }


def test_the_days_stand_in_their_order():
    found = approach_days(Company(fiscal_start_month=9, slack_months=[8, 12]), date(2025, 7, 31), CALENDAR)
    assert [suggestion.day for suggestion in found] == sorted(suggestion.day for suggestion in found)


@pytest.mark.parametrize(
    ("as_of", "start"), [(date(2026, 3, 31), date(2026, 4, 1)), (date(2026, 4, 1), date(2027, 4, 1))]
)
def test_the_first_day_of_the_year_itself_suggests_the_next_one(as_of, start):
    assert days(Company(fiscal_start_month=4), as_of)["来期初"] == start


def test_without_slack_months_there_is_no_slack_season():
    assert "閑散期" not in days(Company(fiscal_start_month=4), date(2025, 7, 31))


def test_of_several_slack_months_the_next_one_counts():
    company = Company(fiscal_start_month=4, slack_months=[2, 8])
    assert days(company, date(2025, 7, 31))["閑散期"] == date(2025, 8, 1)


def test_a_deal_without_a_company_has_a_year_from_april():
    assert days(None, date(2025, 7, 31))["来期初"] == date(2026, 4, 1)


def test_three_months_after_the_last_of_november_is_clipped_and_shifted():
    assert days(None, date(2025, 11, 30))["3か月後"] == date(2026, 3, 2)  # 28 February is a Saturday


def test_a_year_that_starts_in_january_plans_its_budget_in_october():
    assert days(Company(fiscal_start_month=1), date(2025, 7, 31))["予算策定"] == date(2025, 10, 1)


def test_the_strip_begins_with_the_fiscal_year_and_names_its_months():
    months = months_of(Company(fiscal_start_month=4, slack_months=[2], peak_months=[12, 4]))
    assert [month.kind for month in months] == ["start"] + [""] * 7 + ["peak", "", "slack", ""]
    assert months[0].word == "期初"
