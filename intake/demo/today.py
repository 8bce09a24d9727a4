"""What makes today worth a look: a rep on leave, one with too much to do, two customers who asked for quiet."""

from datetime import date, timedelta

from activities.actions import TodoShift, move_todos
from activities.models import Todo
from deals.models import Deal
from deals.states import DealStatus
from followups.actions import Exemption, exempt
from intake.demo.cast import PART_TIMER, Cast
from people.business_days import BusinessCalendar
from people.models import Absence

ON_LEAVE = "伊藤 さくら"
LEAVE = (1, 3)  # first and last business day of the leave, counted from today
# To-dos on the coming business day, the overdue ones included.
FULL_DAYS = {PART_TIMER: 8, "佐藤 美咲": 13, "中村 健太": 6}
QUIET = timedelta(days=24)
# Status, whether the deal is followed up, the rule it is exempt from ('' for all), and why.
EXEMPTIONS = (
    (DealStatus.LOST, True, "", "役員の交代が決まるまで、連絡を控えてほしいと依頼があった。"),
    (DealStatus.ONGOING, False, "R-60", "親会社の監査が終わるまで、返事を待つ約束。"),
)


def take_leave(cast: Cast, calendar: BusinessCalendar, as_of: date) -> None:
    """One of inside sales is away in the coming days; nothing is given to her for these."""
    first, last = (calendar.add(as_of, days) for days in LEAVE)
    Absence.objects.create(user=cast.everybody[ON_LEAVE], starts_on=first, ends_on=last, reason="有給休暇")


def exempt_some(cast: Cast, day: date) -> None:
    """The manager leaves one followed deal and one live deal alone for a while."""
    for status, is_followed, rule_code, reason in EXEMPTIONS:
        deals = Deal.objects.filter(status=status, is_followed=is_followed).order_by("pk")
        exemptions = [Exemption(deal.pk, reason, day + QUIET, rule_code) for deal in deals[:1]]
        exempt(exemptions, by=cast.manager, as_of=day)


def fill_days(cast: Cast, calendar: BusinessCalendar, as_of: date, day: date) -> None:
    """Customers ask for an earlier call, so that the coming business day has work for those whose day is looked at.

    The part-timer is over her cap by it.
    """
    coming = calendar.on_or_after(as_of)
    for name, count in FULL_DAYS.items():
        person = cast.everybody[name]
        own = Todo.objects.open().filter(assignee=person)
        missing = count - own.filter(effective_due_on__lte=coming).count()
        later = own.filter(effective_due_on__gt=coming).order_by("-effective_due_on", "pk")[: max(0, missing)]
        shifts = [TodoShift(todo.pk, coming, is_agreed=True, reason="お客様の都合") for todo in later]
        move_todos(shifts, by=person, as_of=day, heeds_limits=False)
