"""Something for every number about the daily work to count."""

from datetime import date

from activities.states import CallOutcome
from dashboards.reports.stock_flow import usual_window
from leads.models import AvailabilityGuess
from people.models import User
from people.working_days import load_calendar
from tests.dashboards.rows import call
from tests.factories import ActivityFactory, ContactFactory, DealFactory, TodoFactory


def every_kind_of_work(staff: User, as_of: date) -> None:
    """An appointment, a linked mail, a promise, an empty phrase, a forgotten deal, and a to-do of the latest bridge."""
    first_on, last_on = usual_window(load_calendar(), as_of)
    for day in (as_of, last_on):
        deal = DealFactory(created_on=date(as_of.year, 1, 6))
        made = call(staff, day, CallOutcome.APPOINTMENT, deal=deal, no_next_reason="日程の連絡待ち")
        TodoFactory(deal=deal, done=True, done_by_activity=made, created_on=date(as_of.year, 1, 6))
    ActivityFactory(mail=True, day=as_of, owner=staff, deal=DealFactory())
    TodoFactory(promised=True, assignee=staff)
    TodoFactory(assignee=staff, subject="その後いかがでしょうか")
    DealFactory(created_on=date(as_of.year, 1, 6))
    contact = ContactFactory()
    AvailabilityGuess.objects.create(
        contact=contact, guess="as_usual", starts_on=first_on, ends_on=last_on, noted_by=staff
    )
    TodoFactory(
        assignee=staff, contact=contact, hook="連休の人手", original_due_on=first_on, created_on=date(as_of.year, 1, 6)
    )
