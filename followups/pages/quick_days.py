"""Days that a next step is often put on, one press each (domain.md D.4)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from leads.fiscal_year import Suggestion
from people.business_days import BusinessCalendar, add_months


def next_step_days(as_of: date, calendar: BusinessCalendar) -> list[Suggestion]:
    """The next business day, three of them on, a week, a month and three months; never on a day off."""
    return [
        Suggestion(_("Next business day"), calendar.add(as_of, 1)),
        Suggestion(_("In 3 business days"), calendar.add(as_of, 3)),
        Suggestion(_("In a week"), calendar.on_or_after(as_of + timedelta(days=7))),
        Suggestion(_("In a month"), calendar.on_or_after(add_months(as_of, 1))),
        Suggestion(_("In 3 months"), calendar.on_or_after(add_months(as_of, 3))),
    ]
