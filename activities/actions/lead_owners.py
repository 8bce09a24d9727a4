"""Giving leads to somebody else."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.assigning import reassign_todos
from activities.models import Todo
from leads.actions import edit_leads
from leads.models import Lead
from people.models import User
from people.records import Edit
from people.refusal import refuse


@transaction.atomic
def give_leads(lead_ids: Sequence[int], owner: User | None, *, by: User | None, as_of: date) -> list[Lead]:
    """Give leads to one person, with the open to-dos of the owner before him and those that nobody has.

    None: nobody's; the to-dos then stay where they are. Gives back the leads that changed hands. Refused: a leaver, a
    lead that does not exist.
    """
    if owner is not None and not owner.is_active:
        refuse(_("This person does not work here any more."), field="owner")
    before = dict(Lead.objects.filter(pk__in=lead_ids).values_list("pk", "owner_id"))
    changed = edit_leads([Edit(lead_id, {"owner": owner}) for lead_id in lead_ids])
    if owner is None or not changed:
        return changed
    todos = Todo.objects.open().filter(lead__in=[lead.pk for lead in changed], deal__isnull=True)
    mine = [
        todo_id
        for todo_id, lead_id, assignee_id in todos.order_by("id").values_list("pk", "lead_id", "assignee_id")
        if assignee_id in (None, before[lead_id])
    ]
    reassign_todos(mine, owner, by=by, as_of=as_of)
    return changed
