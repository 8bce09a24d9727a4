"""自分のキャパ: what one person carries, what he gets done, and what he could hand back (S1-14, S1-17, S1-18)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from activities.capacity import Loads, StripDay
from activities.models import Todo
from activities.states import TodoStatus
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.lists import deal_rows
from people.business_days import BusinessCalendar
from people.models import SosCall, User
from people.policy import WORKERS, is_admitted
from people.prepared import prepared
from people.querysets import UserQuerySet
from people.states import Role
from people.working_days import load_calendar

MEASURED_BUSINESS_DAYS = 20
HAND_BACK_ROWS = 20


@dataclass(frozen=True, slots=True)
class OwnLoad:
    """One person's caps beside what is measured. done: median of to-dos done per business day, None without any."""

    person: User
    strip: list[StripDay]
    done: float | None
    deals: int
    deal_cap: int | None

    @property
    def today(self) -> StripDay:
        """The first business day of the strip."""
        return self.strip[0]

    @property
    def week(self) -> tuple[int, int]:
        """To-dos and caps of the business days left of the week in which the strip begins; days off have no cap."""
        week = self.strip[0].day.isocalendar()[:2]
        days = [day for day in self.strip if day.day.isocalendar()[:2] == week]
        return sum(day.count for day in days), sum(0 if day.is_off else day.cap for day in days)

    @property
    def is_tight(self) -> bool:
        """Whether deals should go to inside sales: too many are held, or a day has reached its cap (C-18, S1-17)."""
        return bool(self.too_many_deals) or any(day.state in ("full", "over") for day in self.strip)

    @property
    def too_many_deals(self) -> int:
        """Deals held above the cap of deals; 0 within it or without one."""
        return max(0, self.deals - self.deal_cap) if self.deal_cap is not None else 0


def own_load(user: User, as_of: date) -> OwnLoad:
    """Five queries."""
    calendar = load_calendar()
    strip = Loads.load([user.pk], as_of, calendar).strip(user.pk)
    return OwnLoad(user, strip, done_per_day(user, as_of, calendar), sum(_held(user.pk)), user.deal_cap)


@prepared
def _held(user_id: int) -> Any:
    """The number of his live deals; no row where there are none."""
    held = Deal.objects.open().filter(fs_owner=user_id).order_by().values("fs_owner")
    return held.annotate(n=Count("pk")).values_list("n", flat=True)


def load_beside(reader: User, asked_id: int | None, as_of: date) -> OwnLoad | None:
    """The load shown beside a list: the reader's own, or of the person asked for, if he looks after him; else None."""
    if not is_admitted(reader, WORKERS):
        return None
    if asked_id in (None, reader.pk):
        return own_load(reader, as_of)
    person = people_looked_after(reader).filter(pk=asked_id).first()
    return own_load(person, as_of) if person else None


def done_per_day(user: User, as_of: date, calendar: BusinessCalendar) -> float | None:
    """The median of to-dos done on each of the last 20 business days before as_of; None where none was."""
    days = [calendar.add(as_of, -1)]
    while len(days) < MEASURED_BUSINESS_DAYS:
        days.append(calendar.add(days[-1], -1))
    counts = Counter(_done(user.pk, days[-1], days[0]))
    return float(median(counts[day] for day in days)) if counts else None


@prepared
def _done(user_id: int, first: date, last: date) -> Any:
    done = Todo.objects.filter(assignee=user_id, status=TodoStatus.DONE, closed_on__range=(first, last))
    return done.values_list("closed_on", flat=True)


def hand_back_list(user: User, as_of: date) -> DealQuerySet:
    """His live deals, those he can best do without first: low priority, small expectation, no promise ahead, silent."""
    promise = Todo.objects.open().promised().filter(deal=OuterRef("pk"), effective_due_on__gte=as_of)
    expected = ExpressionWrapper(
        Coalesce(F("amount"), Value(Decimal(0))) * Coalesce(F("probability"), Value(0)) / Value(100),
        output_field=DecimalField(max_digits=17, decimal_places=2),
    )
    held = deal_rows(Deal.objects.open().filter(fs_owner=user))
    ranked = held.annotate(expected=expected, has_promise=Exists(promise))
    return ranked.order_by("-priority", "expected", "has_promise", "no_activity_from", "id")


def people_looked_after(reader: User) -> UserQuerySet:
    """Active people whose load the reader may see: a manager's team and reports, everybody for an admin (D.1)."""
    people: UserQuerySet = User.objects.active().with_role(Role.IS, Role.FS).order_by("kana", "name", "id")
    return people.filter(pk__in=_reach(reader))


def _reach(reader: User) -> Any:
    if reader.has_role(Role.OPS_ADMIN) or (reader.has_role(Role.IS_MANAGER) and reader.team_id is None):
        return User.objects.values("pk")
    if reader.has_role(Role.IS_MANAGER):
        reach = Q(team=reader.team_id) | Q(team__isnull=True) | Q(manager=reader)
        return User.objects.filter(reach).values("pk")
    return User.objects.filter(pk=reader.pk).values("pk")


def own_call(user: User) -> SosCall | None:
    """The person's own call for help that nobody has settled yet."""
    return next(iter(_own_calls(user.pk)), None)


@prepared
def _own_calls(user_id: int) -> "QuerySet[SosCall]":
    return SosCall.objects.filter(user=user_id, settled_on__isnull=True)[:1]


def open_calls(reader: User) -> list[SosCall]:
    """Others' calls for help that wait for this reader, a manager's own for the admins; nobody answers his own."""
    if not reader.has_role(Role.IS_MANAGER, Role.OPS_ADMIN):
        return []
    calls = SosCall.objects.filter(settled_on__isnull=True, user__is_active=True, user__in=_reach(reader))
    return list(calls.exclude(user=reader).select_related("user"))
