"""Undo of a run (D19): what it inserted and nobody has touched goes, what it wrote and still stands gets its old value.

Nothing is rewritten that people or later runs built on: such a row is kept and named with its reason. History is only
added to, and no version, counter or watermark goes back. Each batch is one transaction, so a kill leaves whole batches;
a second undo completes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from activities.actions import refresh_has_open_todo
from activities.models import Todo
from activities.states import TodoStatus
from deals.actions import touch_follow_ups
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.states import DealEventKind
from followups.models import Rule, SweepChange, SweepRun
from followups.rules.settings import change_rule
from followups.rules.step import locked_deals
from followups.rules.touched import DATES, OPENING, Standing
from followups.states import ChangeVerb, KeptReason, RuleMode, RunStatus
from people.models import User
from people.refusal import refuse
from people.rows import insert_rows, update_rows

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """A change that stays. text says why, in the reader's language."""

    change: int
    deal: int
    deal_name: str
    verb: str
    reason: str
    text: str


@dataclass(slots=True)
class Undone:
    """What an undo did, or would do: cycles and to-dos deleted, rows whose former values came back, changes kept."""

    run: int
    cycles_deleted: int = 0
    todos_deleted: int = 0
    restored: int = 0
    rules_off: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The form of `manage.py undo_sweep --json`."""
        deleted = self.cycles_deleted + self.todos_deleted
        return asdict(self) | {"deleted": deleted, "kept": [asdict(kept) for kept in self.kept]}


def preview_undo(run: SweepRun) -> Undone:
    """What an undo of the run would do now; writes nothing."""
    undone = Undone(run.pk, rules_off=_acting_rules(run))
    for changes in _batches(run):
        _count(undone, _free(run, changes, undone))
    return undone


def undo_sweep(run_id: int, *, by: User | None, as_of: date, keep_rules: bool = False) -> Undone:
    """Take back what the run did and switch its rules off, so that the next morning does not do it again.

    keep_rules leaves them as they are. Refused: a run that is at work or has been undone.
    """
    run = _claimed(run_id)
    undone = Undone(run.pk)
    if not keep_rules:  # first, so that no sweep beside it does the same again
        undone.rules_off = _switch_off(run, by, as_of)
    for changes in _batches(run):
        with transaction.atomic():
            list(locked_deals({change.deal_id for change in changes}).values_list("pk", flat=True))
            free = _free(run, changes, undone)
            _take_back(run, free, by, as_of)
        _count(undone, free)
    SweepRun.objects.filter(pk=run.pk).update(status=RunStatus.UNDONE)
    return undone


def _switch_off(run: SweepRun, by: User | None, as_of: date) -> list[str]:
    codes = _acting_rules(run)
    with transaction.atomic():
        for rule in Rule.objects.filter(code__in=codes):
            change_rule(rule=rule, changes={"mode": RuleMode.OFF.value}, by=by, as_of=as_of)
    return codes


def _claimed(run_id: int) -> SweepRun:
    run = SweepRun.objects.filter(pk=run_id).first() or refuse(_("There is no such run."))
    if run.status in (RunStatus.RUNNING, RunStatus.WAITING):
        refuse(_("This run is still at work. Wait until it has ended."))
    if run.status == RunStatus.CANCELLED:
        refuse(_("This run was cancelled before it wrote anything. There is nothing to undo."))
    if run.status == RunStatus.UNDONE:
        refuse(_("This run has been undone already."))
    return run


def _batches(run: SweepRun) -> Iterator[list[SweepChange]]:
    """The changes of the run, newest first.

    Each batch is read by its ids: asked for the next thousand of the run, a planner without statistics of what the run
    has just written reads and sorts all of it for every batch.
    """
    ids = list(run.changes.order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield list(SweepChange.objects.filter(pk__among=ids[start : start + BATCH]).order_by("-pk"))


def _free(run: SweepRun, changes: Sequence[SweepChange], undone: Undone) -> list[SweepChange]:
    """Those that can be taken back; the others are noted as kept."""
    standing = Standing(run, changes)
    waiting = [change for change in changes if not standing.is_gone(change)]
    reasons = {change.pk: standing.reason_to_keep(change) for change in waiting}
    names = _names([change.deal_id for change in waiting if reasons[change.pk]])
    undone.kept += [_kept(change, reason, names) for change in waiting if (reason := reasons[change.pk])]
    return [change for change in waiting if reasons[change.pk] is None]


def _names(deal_ids: list[int]) -> dict[int, str]:
    return dict(Deal.objects.filter(pk__among=deal_ids).order_by().values_list("pk", "name")) if deal_ids else {}


def _kept(change: SweepChange, reason: KeptReason, names: dict[int, str]) -> Kept:
    return Kept(change.pk, change.deal_id, names[change.deal_id], change.verb, reason.value, str(reason.label))


def _count(undone: Undone, free: Sequence[SweepChange]) -> None:
    opened = sum(change.verb in OPENING for change in free)
    made = sum(change.verb != ChangeVerb.ASSIGNED for change in free)
    undone.cycles_deleted += opened
    undone.todos_deleted += made
    undone.restored += len(free) + sum(len(ids) for change in free for ids in _carried(change))


def _carried(change: SweepChange) -> tuple[list[Any], list[Any]]:
    """To-dos of others that the change closed, and those that it took along."""
    return change.before.get("open_todos") or [], change.before.get("todos") or []


def _take_back(run: SweepRun, free: Sequence[SweepChange], by: User | None, as_of: date) -> None:
    opened = [change for change in free if change.verb in OPENING]
    covered = [change for change in free if change.verb == ChangeVerb.COVERED]
    _give_back_todos(opened)
    _reopen_todos(run, opened)
    Todo.objects.filter(pk__among=[change.todo_id for change in [*opened, *covered]]).delete()
    _free_deals([change for change in opened if change.verb == ChangeVerb.OPENED])
    _give_back_deals([change for change in opened if change.verb == ChangeVerb.RETURNED])
    cycles = FollowUpCycle.objects.filter(pk__among=[change.cycle_id for change in opened])
    if (began_on := cycles.aggregate(first_on=Min("entered_on"))["first_on"]) is not None:
        touch_follow_ups([change.deal_id for change in opened], began_on)
    cycles.delete()
    _forget_owners(covered)
    refresh_has_open_todo([change.cycle_id for change in covered])
    _unassign([change for change in free if change.verb == ChangeVerb.ASSIGNED])
    constants = {"kind": DealEventKind.UNDONE.value, "happened_on": as_of, "cause": f"undo:{run.pk}"}
    columns = ("deal_id", "cycle_id", "by_id", "detail", "from_status", "to_status")
    who = by.pk if by else None
    rows = [(c.deal_id, c.cycle_id, who, f"{c.rule_code} {c.verb}", *_way_back(c)) for c in free]
    insert_rows(DealEvent, columns, rows, constants=constants)


def _way_back(change: SweepChange) -> tuple[str, str]:
    """From which status to which the deal goes back; blank where it stayed in one."""
    return change.after.get("status", ""), change.before.get("status", "")


def _give_back_todos(opened: Sequence[SweepChange]) -> None:
    """To-dos that a return took along go back to their people, where they still are where it put them."""
    rows = [
        (pk, cycle_id, assignee_id, change.cycle_id, change.after["assignee"])
        for change in opened
        for pk, cycle_id, assignee_id in _carried(change)[1]
    ]
    stands = Todo.objects.filter(pk__among=[row[0] for row in rows]).values_list("pk", "cycle_id", "assignee_id")
    now = {pk: (cycle_id, assignee_id) for pk, cycle_id, assignee_id in stands}
    back = [(pk, cycle_id, whose) for pk, cycle_id, whose, *put in rows if now.get(pk) == tuple(put)]
    rest = [(pk, cycle_id) for pk, cycle_id, _whose, *put in rows if pk in now and now[pk] != tuple(put)]
    update_rows(Todo, ("id", "cycle_id", "assignee_id"), back, expressions=["version = t.version + 1"])
    update_rows(Todo, ("id", "cycle_id"), rest, expressions=["version = t.version + 1"])  # its cycle goes


def _reopen_todos(run: SweepRun, opened: Sequence[SweepChange]) -> None:
    """To-dos of earlier cycles that the run closed are open again."""
    ids = [pk for change in opened for pk in _carried(change)[0]]
    closed = Todo.objects.filter(pk__among=ids, status=TodoStatus.SUPERSEDED, closed_cause=f"sweep:{run.pk}")
    rows = [(pk, TodoStatus.OPEN.value, None, "") for pk in closed.values_list("pk", flat=True)]
    update_rows(
        Todo, ("id", "status", "closed_on", "closed_cause"), rows, expressions=["version = t.version + 1"]
    )  # fmt: skip


def _free_deals(opened: Sequence[SweepChange]) -> None:
    Deal.objects.filter(pk__among=[change.deal_id for change in opened]).update(is_followed=False)


def _give_back_deals(returned: Sequence[SweepChange]) -> None:
    columns = ("id", "status", "status_entered_on", "is_owner_id", "next_approach_on", "is_followed")
    rows = [
        (
            change.deal_id, before["status"], _day(before["status_entered_on"]), before["is_owner"],
            _day(before["next_approach_on"]), False,
        )
        for change in returned
        for before in [change.before]
    ]  # fmt: skip
    update_rows(Deal, columns, rows, expressions=["version = t.version + 1"])


def _forget_owners(changes: Sequence[SweepChange]) -> None:
    """A cycle that had no owner has none again, unless somebody has chosen another since."""
    rows = [
        (change.cycle_id, None)
        for change in changes
        if change.before["cycle_owner"] is None and change.after["cycle_owner"] is not None
    ]
    chosen = {change.cycle_id: change.after["cycle_owner"] for change in changes}
    owners = dict(FollowUpCycle.objects.filter(pk__among=[pk for pk, _none in rows]).values_list("pk", "is_owner_id"))
    still = [row for row in rows if row[0] in owners and owners[row[0]] == chosen[row[0]]]
    update_rows(FollowUpCycle, ("id", "is_owner_id"), still)


def _unassign(assigned: Sequence[SweepChange]) -> None:
    rows = [
        (change.todo_id, None, *(_day(change.before[name]) for name in DATES[1:]))
        for change in assigned
    ]  # fmt: skip
    columns = ("id", "assignee_id", *DATES[1:])
    update_rows(Todo, columns, rows, expressions=["version = t.version + 1"])
    _forget_owners(assigned)


def _acting_rules(run: SweepRun) -> list[str]:
    """The rules in auto or suggest that opened or returned anything in this run."""
    codes = run.changes.filter(verb__in=OPENING).order_by().values("rule_code").distinct()
    acting = Rule.objects.filter(code__in=codes).exclude(mode=RuleMode.OFF)
    return sorted(acting.values_list("code", flat=True))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
