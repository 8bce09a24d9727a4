"""What the people of the demo were told of late: written as on any morning, and never sent to anybody."""

from datetime import date

from django.db.models import F

from followups.models import Delivery, Notice
from followups.notices.writing import WRITERS, write
from people.business_days import BusinessCalendar

TOLD_FOR = 3  # business days


def tell(calendar: BusinessCalendar, day: date) -> None:
    """The notices of that morning."""
    write(WRITERS, day, calendar)


def put_away(calendar: BusinessCalendar, as_of: date) -> None:
    """Everybody has read what he was told before the last business day; nothing waits to be sent."""
    last_morning = calendar.add(as_of, -1) if not calendar.is_business_day(as_of) else as_of
    Notice.objects.filter(for_on__lt=last_morning).update(read_at=F("created_at"))
    Delivery.objects.all().delete()
