"""What holds of every to-do and activity."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Todo
from activities.states import TodoStatus
from deals.models import FollowUpCycle
from deals.states import DealStatus
from followups.invariants.invariant import Invariant
from people.models import User
from people.working_days import load_calendar

Ids = Iterable[Any]


def todos_of_another_deal() -> Ids:
    of_cycles = Todo.objects.filter(cycle__isnull=False)
    return of_cycles.exclude(cycle__deal=F("deal")).values_list("pk", flat=True)


def todos_in_wrong_hands() -> Ids:
    staff = User.objects.follow_up_staff().values("pk")
    held = Todo.objects.open().filter(cycle__ended_on__isnull=True, cycle__isnull=False, assignee__isnull=False)
    return held.exclude(assignee__in=staff).values_list("pk", flat=True)


def todos_of_ended_cycles() -> Ids:
    return Todo.objects.open().rule_made().filter(cycle__ended_on__isnull=False).values_list("pk", flat=True)


def todos_of_finished_deals() -> Ids:
    finished = (DealStatus.WON, DealStatus.OUT_OF_TARGET)
    return Todo.objects.open().rule_made().filter(deal__status__in=finished).values_list("pk", flat=True)


def todos_on_days_off() -> Ids:
    """Imported ones keep the day they came with: what lies in the past is not shifted."""
    calendar = load_calendar()
    own = Todo.objects.open().filter(is_imported=False).order_by()
    days = own.values_list("effective_due_on", flat=True).distinct()
    off = [day for day in days if not calendar.is_business_day(day)]
    return own.filter(effective_due_on__in=off).values_list("pk", flat=True)


def todos_before_their_due_date() -> Ids:
    return Todo.objects.open().filter(effective_due_on__lt=F("due_on")).values_list("pk", flat=True)


def todos_made_too_late() -> Ids:
    """Asked of those that nobody has moved: the others no longer show the day a rule gave them."""
    as_made = Todo.objects.rule_made().filter(moves__isnull=True)
    return as_made.filter(effective_due_on__lt=F("created_on")).values_list("pk", flat=True)


def cycles_with_two_rule_made_todos() -> Ids:
    todos = Todo.objects.open().rule_made().order_by().values("cycle").annotate(open_todos=Count("pk"))
    return todos.filter(open_todos__gt=1).values_list("cycle", flat=True)


def cycles_with_a_repeated_step() -> Ids:
    steps = Todo.objects.filter(step__isnull=False).order_by().values("cycle", "step").annotate(times=Count("pk"))
    return steps.filter(times__gt=1).values_list("cycle", flat=True)


def todos_done_by_what_was_undone() -> Ids:
    done = Todo.objects.filter(status=TodoStatus.DONE, done_by_activity__is_void=True)
    return done.values_list("pk", flat=True)


def activities_on_a_wrong_day() -> Ids:
    day = TruncDate("occurred_at", tzinfo=_zone())
    return Activity.objects.annotate(day=day).filter(~Q(occurred_on=F("day"))).values_list("pk", flat=True)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


INVARIANTS = (
    Invariant(
        "todo_belongs_to_the_deal_of_its_cycle", Todo,
        _("To-do %(id)s belongs to a follow-up of another deal."), todos_of_another_deal,
    ),
    Invariant(
        "cycle_todos_are_with_inside_sales", Todo,
        _("To-do %(id)s of a follow-up is with somebody who is not active inside sales."), todos_in_wrong_hands,
    ),
    Invariant(
        "ended_cycle_has_no_open_rule_made_todo", Todo,
        _("To-do %(id)s was made by a rule for a follow-up that has ended, and is still open."), todos_of_ended_cycles,
    ),
    Invariant(
        "finished_deal_has_no_open_rule_made_todo", Todo,
        _("To-do %(id)s was made by a rule for a deal that is won or excluded, and is still open."),
        todos_of_finished_deals,
    ),
    Invariant(
        "open_todo_is_due_on_a_business_day", Todo, _("To-do %(id)s is due on a day on which nobody works."),
        todos_on_days_off,
    ),
    Invariant(
        "todo_is_effective_on_or_after_its_due_date", Todo,
        _("To-do %(id)s is to be done before its own due date."), todos_before_their_due_date,
    ),
    Invariant(
        "rule_made_todo_is_not_born_overdue", Todo, _("To-do %(id)s was overdue on the day a rule made it."),
        todos_made_too_late,
    ),
    Invariant(
        "cycle_has_one_open_rule_made_todo", FollowUpCycle,
        _("Follow-up %(id)s has more than one open to-do made by a rule."), cycles_with_two_rule_made_todos,
    ),
    Invariant(
        "cycle_takes_each_step_once", FollowUpCycle, _("Follow-up %(id)s has the same step twice."),
        cycles_with_a_repeated_step,
    ),
    Invariant(
        "undone_activity_has_done_nothing", Todo, _("To-do %(id)s is done by an activity that was undone."),
        todos_done_by_what_was_undone,
    ),
    Invariant(
        "activity_is_on_the_day_of_its_moment", Activity,
        _("Activity %(id)s is counted on another day than the one on which it happened."), activities_on_a_wrong_day,
    ),
)  # fmt: skip
