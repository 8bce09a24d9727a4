"""本日のコール: whom a person calls next, in one order (SC-01, wireframe 1)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.models import Activity, Todo
from activities.querysets import TodoQuerySet
from activities.states import TodoStatus
from deals.states import Priority
from followups.lines import TodoLine, queue_lines
from leads.models import AvailabilityGuess, Lead
from leads.states import Availability, LeadStatus
from people.models import User
from people.prepared import prepared

PAGE_SIZE = 50
AT_HAND = timedelta(minutes=15)  # a timed promise this near goes before everything else
BAD_DAYS = (Availability.COVERING, Availability.PEAK_SEASON)


class Rank(models.IntegerChoices):
    """Why a to-do stands where it stands; lower goes first."""

    AT_HAND = 0, _("Promised for now")
    OVERDUE_PROMISE = 1, _("Overdue")
    OVERDUE = 2, _("Overdue")
    PROMISE = 3, _("Today")
    TODAY = 4, _("Today")
    NEW_LEAD = 5, _("New leads")
    PUT_OFF = 6, _("Put off until later today")


class Tab(models.TextChoices):
    TODAY = "today", _("Today")
    LATE = "late", pgettext_lazy("tab", "Overdue")
    NEW = "new", _("New leads")
    AVOID = "avoid", _("Avoid")
    AHEAD = "ahead", _("Ahead")


@dataclass(slots=True)
class Section:
    """To-dos of one page of the queue under one heading."""

    label: str | Promise
    is_late: bool
    todos: list[TodoLine] = field(default_factory=list)


def queue_of(user: User, now: datetime, put_off: Collection[int] = ()) -> TodoQuerySet:
    """The person's open to-dos that are due, in the order in which to call, each with `rank` and `is_avoided`.

    put_off: those that go to the end for this session. Avoided: whoever must not be contacted, and customers who are
    believed to be busy today, unless they were promised a call.
    """
    return _queue(user.pk, now.date(), *_at_hand(now), list(put_off))


def _queue(user_id: int, as_of: date, nearest: time, farthest: time, put_off: list[int]) -> TodoQuerySet:
    due = Todo.objects.open().filter(assignee=user_id, effective_due_on__lte=as_of)
    fresh = Q(lead__status=LeadStatus.NEW) & ~Exists(Activity.objects.filter(lead=OuterRef("lead"), is_void=False))
    ranked = due.annotate(
        is_fresh_lead=Case(When(fresh, then=Value(True)), default=Value(False)),
        is_avoided=_is_avoided(as_of),
        rank=_rank(as_of, nearest, farthest, put_off),
        worth=Coalesce(
            Cast("deal__amount", FloatField()) * Cast("deal__probability", FloatField()), Value(0.0),
            output_field=FloatField(),
        ),
    )  # fmt: skip
    ordered: TodoQuerySet = ranked.order_by(
        "rank",
        "effective_due_on",
        Case(When(is_promised=True, then=F("due_time"))).asc(nulls_last=True),
        Coalesce("deal__priority", Value(Priority.MIDDLE.value)),
        "-worth",
        "id",
    )
    return ordered


def _at_hand(now: datetime) -> tuple[time, time]:
    """From when to when a promise of this day is at hand."""
    nearest, farthest = max(now - AT_HAND, _midnight(now)), min(now + AT_HAND, _last_minute(now))
    return nearest.time(), farthest.time()


def _rank(as_of: date, nearest: time, farthest: time, put_off: list[int]) -> Case:
    late, promised = Q(effective_due_on__lt=as_of), Q(is_promised=True)
    at_hand = promised & Q(effective_due_on=as_of, due_time__range=(nearest, farthest))
    return Case(
        When(Q(pk__in=put_off), then=Value(Rank.PUT_OFF.value)),
        When(at_hand, then=Value(Rank.AT_HAND.value)),
        When(late & promised, then=Value(Rank.OVERDUE_PROMISE.value)),
        When(late, then=Value(Rank.OVERDUE.value)),
        When(promised, then=Value(Rank.PROMISE.value)),
        When(is_fresh_lead=True, then=Value(Rank.NEW_LEAD.value)),
        default=Value(Rank.TODAY.value),
        output_field=models.IntegerField(),
    )


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _last_minute(now: datetime) -> datetime:
    return now.replace(hour=23, minute=59, second=59, microsecond=0)


def _is_avoided(as_of: date) -> Case:
    guesses = AvailabilityGuess.objects.filter(contact=OuterRef("contact"), guess__in=BAD_DAYS)
    busy = Q(is_promised=False) & Exists(guesses.filter(starts_on__lte=as_of, ends_on__gte=as_of))
    barred = Q(contact__isnull=False) & ~Q(contact__do_not_contact_reason="")
    return Case(When(barred | busy, then=Value(True)), default=Value(False))


class Standing(NamedTuple):
    """Where one due to-do stands in the person's queue."""

    pk: int
    rank: int
    is_avoided: bool
    is_fresh_lead: bool
    effective_due_on: date


def standings(
    user: User, now: datetime, put_off: Collection[int] = (), project_id: int | None = None
) -> list[Standing]:
    """The whole queue in its order, from one query; of one call project, where it is named.

    One person's day is short, and ordering it is what costs: tabs, sizes and the page all come from this one answer.
    """
    asked = user.pk, now.date(), *_at_hand(now), list(put_off)
    return [Standing._make(row) for row in _standings(*asked, project_id, False)]


def standings_ahead(user: User, on: date, project_id: int | None = None) -> list[Standing]:
    """What the person has to do on a coming day, for working ahead: in the order in which that day will begin."""
    morning = timezone.make_aware(datetime.combine(on, time()))
    return [Standing._make(row) for row in _standings(user.pk, on, *_at_hand(morning), [], project_id, True)]


@prepared
def _standings(
    user_id: int, as_of: date, nearest: time, farthest: time, put_off: list[int], project_id: int | None,
    is_that_day: bool,
) -> Any:  # fmt: skip
    todos = _queue(user_id, as_of, nearest, farthest, put_off)
    todos = todos if project_id is None else todos.of_project(project_id)
    todos = todos.filter(effective_due_on=as_of) if is_that_day else todos
    return todos.values_list(*Standing._fields)


def in_tab(queue: Iterable[Standing], tab: Tab, as_of: date) -> list[Standing]:
    """The part of today's queue that a tab shows; what is avoided stands in its own tab alone."""
    belongs: dict[Tab, Callable[[Standing], bool]] = {
        Tab.TODAY: lambda one: not one.is_avoided,
        Tab.LATE: lambda one: not one.is_avoided and one.effective_due_on < as_of,
        Tab.NEW: lambda one: not one.is_avoided and one.is_fresh_lead,
        Tab.AVOID: lambda one: one.is_avoided,
        Tab.AHEAD: lambda _one: False,
    }
    return [one for one in queue if belongs[tab](one)]


def tab_sizes(queue: Sequence[Standing], as_of: date) -> dict[str, int]:
    """How many to-dos each tab of today holds."""
    return {tab.value: len(in_tab(queue, tab, as_of)) for tab in Tab if tab != Tab.AHEAD}


def standing_lines(queue: Sequence[Standing]) -> list[TodoLine]:
    """Lines of these to-dos in this order; one that is deleted at this moment is left out."""
    found = queue_lines([one.pk for one in queue])
    return [found[one.pk] for one in queue if one.pk in found]


def sections(queue: Sequence[Standing], todos: Iterable[TodoLine]) -> list[Section]:
    """The to-dos of one page under their headings, in the order they have."""
    words = {rank: str(Rank(rank).label) for rank in {one.rank for one in queue}}
    labels = {one.pk: words[one.rank] for one in queue}
    late = str(Rank.OVERDUE.label)
    found = groupby(todos, key=lambda todo: labels[todo.pk])
    return [Section(label, label == late, list(group)) for label, group in found]


def leads_to_start(user: User) -> list[Lead]:
    """The person's new leads that nobody has touched and that have no to-do, a page of them: a call makes one."""
    return _leads_to_start(user.pk)


@prepared
def _leads_to_start(user_id: int) -> "QuerySet[Lead]":
    touched = Activity.objects.filter(lead=OuterRef("pk"), is_void=False)
    planned = Todo.objects.open().filter(lead=OuterRef("pk"))
    leads = Lead.objects.filter(~Exists(touched), ~Exists(planned), owner=user_id, status=LeadStatus.NEW)
    shown = leads.select_related("company", "contact").only("name", "created_on", "company__name", "contact__name")
    return shown.order_by("created_on", "id")[:PAGE_SIZE]


def done_today(user: User, as_of: date, project_id: int | None = None) -> list[Todo]:
    """What the person has completed today, the latest first, a page of them."""
    return _done_today(user.pk, as_of, project_id)


@prepared
def _done_today(user_id: int, as_of: date, project_id: int | None) -> TodoQuerySet:
    done = Todo.objects.filter(closed_by=user_id, status=TodoStatus.DONE, closed_on=as_of)
    done = done if project_id is None else done.of_project(project_id)
    rows = done.select_related("deal__company", "lead", "done_by_activity")
    shown = rows.only("subject", "deal__name", "deal__company__name", "lead__name", "done_by_activity__outcome")
    latest: TodoQuerySet = shown.order_by("-updated_at", "-id")[:PAGE_SIZE]
    return latest
