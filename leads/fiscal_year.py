"""The customer's year, and the days it suggests for the next approach (S0-23)."""

from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from leads.models import Company
from people.business_days import BusinessCalendar, add_months

BUDGET_LEAD_MONTHS = 3  # budgets are drawn up this long before the fiscal year starts
APRIL = 4
DEFAULT_MONTHS = 3  # "three months later", where the customer's year says nothing


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the year strip. kind: start, slack, peak or ''."""

    name: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A day to approach the customer, and why that day."""

    label: str
    day: date


def months_of(company: Company) -> list[Month]:
    """Twelve months from the first of the fiscal year. The first one wins over slack, slack over peak."""
    return [_month(company, (company.fiscal_start_month - 1 + step) % 12 + 1) for step in range(12)]


def _month(company: Company, number: int) -> Month:
    name = str(MONTHS_3[number])
    if number == company.fiscal_start_month:
        return Month(name, "start", _("starts"))
    if number in company.slack_months:
        return Month(name, "slack", _("slack"))
    if number in company.peak_months:
        return Month(name, "peak", _("peak"))
    return Month(name, "", "")


def approach_days(company: Company | None, as_of: date, calendar: BusinessCalendar) -> list[Suggestion]:
    """Budget planning, slack months, three months later and the new fiscal year, in the order of the days.

    All lie after as_of and on business days. Without a company the year starts in April and nothing is slack.
    """
    start_month = company.fiscal_start_month if company else APRIL
    budget_month = (start_month - 1 - BUDGET_LEAD_MONTHS) % 12 + 1
    days = [
        Suggestion(_("Budget planning"), _next_first(budget_month, as_of, calendar)),
        Suggestion(_("3 months later"), calendar.on_or_after(add_months(as_of, DEFAULT_MONTHS))),
        Suggestion(_("New fiscal year"), _next_first(start_month, as_of, calendar)),
    ]
    slack = [_next_first(month, as_of, calendar) for month in (company.slack_months if company else [])]
    if slack:
        days.append(Suggestion(_("Slack season"), min(slack)))
    return sorted(days, key=lambda suggestion: suggestion.day)


def _next_first(month: int, as_of: date, calendar: BusinessCalendar) -> date:
    """The first business day of that month, the next time it lies after as_of."""
    day = calendar.on_or_after(date(as_of.year, month, 1))
    return day if day > as_of else calendar.on_or_after(date(as_of.year + 1, month, 1))
