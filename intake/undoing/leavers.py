"""Former values that name somebody who has left since the import: nothing is given back to him."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from activities.models import Todo
from activities.states import TodoStatus
from deals.models import Deal, FollowUpCycle
from deals.states import CLOSED_STATUSES
from intake.models import ImportBatch
from intake.states import RecordKind
from intake.undoing.columns import label_of
from intake.undoing.standing import Changed
from leads.models import Lead
from leads.states import LeadStatus
from people.models import Team, User

# What nobody who has left may hold; a call stays the call of whoever made it.
_HELD: dict[type[Model], tuple[str, ...]] = {
    User: ("manager_id",), Team: ("leak_check_owner_id",), Deal: ("fs_owner_id", "is_owner_id"), Lead: ("owner_id",),
    Todo: ("assignee_id",), FollowUpCycle: ("is_owner_id",),
}  # fmt: skip
# In these statuses a record keeps its people when they leave.
_OVER: dict[type[Model], Collection[str]] = {
    Deal: CLOSED_STATUSES,
    Lead: (LeadStatus.MEETING_WON, LeadStatus.OUT_OF_TARGET),
    Todo: [status for status in TodoStatus.values if status != TodoStatus.OPEN],
}


@dataclass
class Leavers:
    """Those among the people whom the former values of a step name who have left since its import began."""

    batch: ImportBatch
    changes: Iterable[Changed]
    left: set[int] = field(init=False)

    def __post_init__(self) -> None:
        named = {change.before.get(name) for change in self.changes for name in _HELD.get(change.model, ())}
        gone = User.objects.filter(pk__among=[pk for pk in named if pk], is_active=False).order_by()
        ids = set(gone.values_list("pk", flat=True))
        self.left = {pk for pk in ids if self._was_here(pk)} - self._let_go_by_the_file() if ids else set()

    def columns(self, change: Changed) -> set[str]:
        """The columns of the row whose former values would give something to one of them."""
        status = {**(change.now or {}), **change.before}.get("status")
        if change.now is None or status in _OVER.get(change.model, ()):
            return set()
        return {name for name in _HELD.get(change.model, ()) if change.before.get(name) in self.left}

    def _was_here(self, user_id: int) -> bool:
        """Whether he was active when the import began or after: one who was imported as a leaver holds what he held."""
        began, history = self.batch.started_at, User.history.filter(id=user_id).order_by("-history_date", "-history_id")
        before = history.filter(history_date__lte=began).first()
        was_then = before is not None and before.is_active
        return bool(was_then or history.filter(history_date__gt=began, is_active=True).exists())

    def _let_go_by_the_file(self) -> set[int]:
        """People whom the import itself made leavers: they are back with its undo."""
        if self.batch.kind != RecordKind.USERS:
            return set()
        label = label_of(User)
        lines = (line for changed in self.batch.steps.values_list("changed", flat=True) for line in changed)
        return {pk for name, pk, pairs in lines if name == label and pairs.get("is_active") == [True, False]}
