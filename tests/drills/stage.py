"""The work of one night: deals that are due on that very day, made by the product's own verbs.

Every staged deal must have one open cycle with one open to-do afterwards, so what is lost or doubled can be counted
without asking a second implementation.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.utils import timezone

from activities.actions import Completion, add_todos, complete_todos, reassign_todos
from activities.models import Todo
from deals.models import Deal, LostReason
from deals.states import CycleKind, DealStatus
from followups.actions import create_deals
from followups.models import Rule
from followups.rules.settings import change_rule
from people.actions import add_roles, create_people
from people.business_days import latest_day_due_by
from people.models import User
from people.states import Role

# What a staged deal is called -> the cycle it must be in after the night.
KINDS: Mapping[str, CycleKind] = {
    "R-60": CycleKind.STAGNANT,
    "R-14": CycleKind.RETURNED,
    "R-1M": CycleKind.RETURNED,
    "lost": CycleKind.LOST,
    "returned": CycleKind.RETURNED,
}


def found() -> None:
    """A field representative, three people of inside sales, and all rules switched on."""
    people = create_people([User(name=name, external_id=name) for name in ("FS", "IS 1", "IS 2", "IS 3")], by=None)
    add_roles([(people[0].pk, Role.FS), *((person.pk, Role.IS) for person in people[1:])], by=None)
    for rule in Rule.objects.all():
        change_rule(rule=rule, changes={"mode": "auto"}, by=None, as_of=timezone.localdate())


def stage(as_of: date, size: int) -> int:
    """`size` deals of each kind, due on as_of; of the to-dos of former nights some done, some nobody's.

    Gives back how many changes a sweep as of that day makes of it.
    """
    field = User.objects.get(name="FS")
    deals = create_deals(list(_deals(as_of, size, field)), by=None, as_of=as_of, cause="import:1")
    plain = [
        Todo(deal=deal, subject="資料送付", original_due_on=as_of, contact_text="担当者", assignee=field)
        for deal in deals
        if deal.name.startswith("R-14")
    ]
    add_todos(plain, by=None, as_of=as_of)
    # A return with a to-do of the field beside its own is covered by it.
    made = Todo.objects.open().rule_made().exclude(deal__name__startswith="R-14").order_by("pk")
    ids = list(made.values_list("pk", flat=True)[: size // 2])
    done, nobodys = ids[::2], ids[1::2]
    complete_todos([Completion(pk) for pk in done], by=None, as_of=as_of)
    reassign_todos(nobodys, None, by=None, as_of=as_of)
    return len(deals) + len(ids)


def _deals(as_of: date, size: int, field: User) -> Iterator[Deal]:
    reason = LostReason.objects.get(code="unreachable")
    for number in range(size):
        for deal in (_stagnant(as_of), _silent(as_of), _visited(as_of), _lost(as_of, reason), _returned(as_of)):
            deal.name = f"{deal.name} {as_of} {number}"
            deal.fs_owner = field
            yield deal


def _stagnant(as_of: date) -> Deal:
    contacted_on = as_of - timedelta(days=60)
    return Deal(name="R-60", status=DealStatus.ONGOING, created_on=contacted_on, last_contact_on=contacted_on)


def _silent(as_of: date) -> Deal:
    entered_on = as_of - timedelta(days=14)
    return Deal(name="R-14", status=DealStatus.CONTACTING, created_on=entered_on)


def _visited(as_of: date) -> Deal:
    entered_on = latest_day_due_by(as_of, 1, "month")
    return Deal(name="R-1M", status=DealStatus.FIRST_VISIT, created_on=entered_on, first_visit_on=entered_on)


def _lost(as_of: date, reason: LostReason) -> Deal:
    return Deal(
        name="lost", status=DealStatus.LOST, lost_reason=reason, created_on=as_of - timedelta(days=9), closed_on=as_of,
        next_approach_on=as_of + timedelta(days=90), approach_contact_text="部長", hook="来期の予算",
    )  # fmt: skip


def _returned(as_of: date) -> Deal:
    return Deal(name="returned", status=DealStatus.RETURNED_TO_IS, created_on=as_of)
