"""Taking hold of to-dos, and the mark on the cycle that says whether it has one."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from activities.models import Todo
from activities.querysets import TodoQuerySet
from activities.states import TodoStatus
from deals.models import Deal, FollowUpCycle
from deals.querysets import CycleQuerySet
from people.prepared import prepared
from people.refusal import refuse


def lock_deals(deal_ids: Iterable[int | None]) -> dict[int, int | None]:
    """Lock these deals in ascending id and give back their FS owners; whoever touches cycles or to-dos waits here."""
    deals = Deal.objects.filter(pk__in={pk for pk in deal_ids if pk}).order_by("pk").select_for_update(no_key=True)
    return dict(deals.values_list("pk", "fs_owner_id"))


def claim_todos(
    todo_ids: Sequence[int], *, is_open: bool = True, has_deals: bool = False, held: Mapping[int, Todo] | None = None
) -> list[Todo]:
    """Lock these to-dos, their deals first; gives them back in the order asked.

    has_deals: the caller has locked the deals already; held: and to-dos among these. Refused: a to-do that is gone, or
    (is_open) that somebody has closed meanwhile.
    """
    if not has_deals:
        lock_deals(Todo.objects.filter(pk__in=todo_ids).order_by().values_list("deal_id", flat=True))
    todos = dict(held or {})
    missing = sorted(set(todo_ids) - todos.keys())
    todos |= {todo.pk: todo for todo in (_locked(missing) if missing else [])}
    claimed = []
    for position, todo_id in enumerate(todo_ids):
        todo = todos.get(todo_id) or refuse(_("This to-do no longer exists."), position=position)
        if is_open and todo.status != TodoStatus.OPEN:
            refuse(_("Somebody has closed this to-do already."), position=position)
        claimed.append(todo)
    return claimed


@prepared
def _locked(todo_ids: list[int]) -> TodoQuerySet:
    locked: TodoQuerySet = Todo.objects.filter(pk__in=todo_ids).order_by("pk").select_for_update(no_key=True)
    return locked


def refresh_has_open_todo(cycle_ids: Collection[int | None]) -> list[int]:
    """Make the mark of these cycles true to their to-dos; gives back the open cycles that are left without one."""
    cycles = mark_cycles(cycle_ids)
    return sorted(cycles.open().filter(has_open_todo=False).values_list("pk", flat=True)) if cycles is not None else []


def mark_cycles(cycle_ids: Collection[int | None]) -> CycleQuerySet | None:
    """Make the mark of these cycles true to their to-dos; gives them back, None where none is named."""
    ids = {cycle_id for cycle_id in cycle_ids if cycle_id is not None}
    if not ids:
        return None
    cycles: CycleQuerySet = FollowUpCycle.objects.filter(pk__in=ids)
    cycles.update(has_open_todo=Exists(Todo.objects.open().filter(cycle=OuterRef("pk"))))
    return cycles
