"""What a call or mail was done for (M-14): a promise, another planned step, a new lead, or nothing of these."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Todo
from people.business_days import DAY, BusinessCalendar

WORK = (
    ("promise", _("A promise")),
    ("todo", _("Another to-do made before")),
    ("new_lead", _("A new lead")),
    ("ad_hoc", _("On the spur of the moment")),
)
FRESH_BUSINESS_DAYS = 2  # a lead of at most this age is a new one


def with_work_source(
    activities: QuerySet[Activity], first_on: date, last_on: date, calendar: BusinessCalendar
) -> QuerySet[Activity]:
    """Activities of that period with a column `work`: promise, todo, new_lead or ad_hoc, the first that applies.

    promise and todo: it did a to-do made at least one business day before, agreed with the customer or not. new_lead:
    its lead, or its deal's, was at most two business days old.
    """
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    latest = {day: _on_or_before(calendar, day) for day in days}
    fresh = {day: calendar.add(latest[day], -FRESH_BUSINESS_DAYS) for day in days}
    dated = activities.alias(
        planned_before=_mapped(latest),
        fresh_from=_mapped(fresh),
        lead_made_on=Coalesce("lead__created_on", "deal__lead__created_on"),
    )
    planned = Todo.objects.filter(done_by_activity=OuterRef("pk"), created_on__lt=OuterRef("planned_before"))
    work = Case(
        When(Exists(planned.filter(is_promised=True)), then=Value("promise")),
        When(Exists(planned), then=Value("todo")),
        When(Q(lead_made_on__gte=F("fresh_from"), lead_made_on__lte=F("occurred_on")), then=Value("new_lead")),
        default=Value("ad_hoc"),
    )
    return dated.annotate(work=work)


def _on_or_before(calendar: BusinessCalendar, day: date) -> date:
    while not calendar.is_business_day(day):
        day -= DAY
    return day


def _mapped(days: dict[date, date]) -> Case:
    """The day of the activity, mapped. A weekday has its usual distance; only days around holidays are named."""
    distances = {day: day - other for day, other in days.items()}
    usual = {weekday: _most_common(distances, weekday) for weekday in range(1, 8)}
    unusual: dict[timedelta, list[date]] = defaultdict(list)
    for day, distance in distances.items():
        if distance != usual[day.isoweekday()]:
            unusual[distance].append(day)
    named = [When(occurred_on__in=found, then=_days_before(distance)) for distance, found in unusual.items()]
    weekly = [When(occurred_on__iso_week_day=weekday, then=_days_before(back)) for weekday, back in usual.items()]
    return Case(*named, *weekly, output_field=DateField())


def _most_common(distances: dict[date, timedelta], weekday: int) -> timedelta:
    found = Counter(distance for day, distance in distances.items() if day.isoweekday() == weekday)
    return found.most_common(1)[0][0] if found else timedelta()


def _days_before(distance: timedelta) -> Cast:
    return Cast(ExpressionWrapper(F("occurred_on") - distance, DateField()), DateField())
