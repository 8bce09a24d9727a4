"""Call projects: lists to call, who stands on them, and the day on which each is called (S2-25, S2-26, S2-38)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.adding import add_todos
from activities.actions.assigning import reassign_todos
from activities.actions.closing import cancel_todos
from activities.actions.members import Place, place_of
from activities.actions.moving import TodoShift, move_todos
from activities.actions.open_todos import lock_deals
from activities.models import CallProject, CallProjectMember, Todo
from activities.states import CancelReason, ProjectMemberStatus
from deals.models import Deal
from deals.states import DealStatus
from leads.models import Lead
from leads.states import LeadStatus
from people.models import User
from people.records import Edit, edit_records, insert_records, lock
from people.refusal import refuse, refuse_first
from people.rows import insert_rows, update_rows

PROJECT_FIELDS = frozenset({"name", "owner", "starts_on", "ends_on", "counts_to_capacity"})


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the records: members added, how many stood on the list already, and who was refused, with why."""

    member_ids: list[int]
    skipped: int
    refused: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The to-dos that were made for a call date, and those that were moved to it."""

    made: list[Todo]
    moved: list[Todo]


@transaction.atomic
def create_project(project: CallProject, *, by: User | None) -> CallProject:
    """Insert an unsaved project; it is its maker's where nobody is named."""
    if project.owner_id is None and by is not None:
        project.owner = by
    refuse_first({0: _project_errors(project)})
    insert_records([project])
    return project


@transaction.atomic
def edit_project(edit: Edit) -> list[CallProject]:
    """Change PROJECT_FIELDS; gives the project back if it changed."""
    return edit_records(CallProject.objects.all(), [edit], PROJECT_FIELDS, check=_project_errors)


@transaction.atomic
def add_to_project(
    project_id: int,
    *,
    deal_ids: Collection[int] = (),
    lead_ids: Collection[int] = (),
    call_on: date | None = None,
    assignee: User | None = None,
    over_cap_reason: str = "",
    by: User | None,
    as_of: date,
) -> Added:
    """Put deals and leads on the list; with call_on each gets its to-do for that day (`set_call_dates`).

    What stands on it already is passed over and counted. Refused one by one: what is out of target, and whoever must
    not be contacted (S3-37).
    """
    lock_deals(deal_ids)
    if not lock(CallProject.objects.all(), [project_id]):
        refuse(_("This record no longer exists."))
    deals = Deal.objects.filter(pk__among=deal_ids).select_related("company", "contact").order_by("pk")
    leads = Lead.objects.filter(pk__among=lead_ids).select_related("contact").order_by("pk")
    refused = _refused(deals, leads)
    wanted: list[tuple[int, int | None, int | None]]
    wanted = [(project_id, deal.pk, None) for deal in deals if (deal.pk, None) not in refused]
    wanted += [(project_id, None, lead.pk) for lead in leads if (None, lead.pk) not in refused]
    rows = insert_rows(
        CallProjectMember, ("project_id", "deal_id", "lead_id"), wanted,
        constants={"status": ProjectMemberStatus.OPEN.value}, returning=("id",), skip_conflicts=True,
    )  # fmt: skip
    member_ids = sorted(row[0] for row in rows)
    if call_on is not None:
        set_call_dates(member_ids, call_on, assignee=assignee, over_cap_reason=over_cap_reason, by=by, as_of=as_of)
    return Added(member_ids, len(wanted) - len(member_ids), list(refused.values()))


@transaction.atomic
def set_call_dates(
    member_ids: Sequence[int],
    call_on: date,
    *,
    assignee: User | None = None,
    over_cap_reason: str = "",
    by: User | None,
    as_of: date,
) -> Scheduled:
    """Plan these members for a day: each has one open to-do of the project on it afterwards, made or moved.

    Whose: `assignee`, else for a new one the deal's IS owner or the lead's owner, else `by`. Refused: a day that has
    passed, and all of them where one person's day cannot take its share (`add_todos`, `move_todos`).
    """
    if call_on < as_of:
        refuse(_("This day has passed."), field="call_on")
    members = _claim(member_ids)
    planned = {place_of(todo): todo for todo in _open_todos(members)}
    moved = [todo for todo in planned.values() if todo.due_on != call_on]
    shifts = [TodoShift(todo.pk, call_on, reason=todo.subject, over_cap_reason=over_cap_reason) for todo in moved]
    move_todos(shifts, by=by, as_of=as_of)
    if assignee is not None:
        others = [todo.pk for todo in planned.values() if todo.assignee_id != assignee.pk]
        reassign_todos(others, assignee, by=by, as_of=as_of)
    bare = [member for member in members if place_of(member) not in planned]
    made = add_todos([_call(member, call_on, assignee, over_cap_reason, by) for member in bare], by=by, as_of=as_of)
    rows = [(member.pk, call_on, ProjectMemberStatus.OPEN.value) for member in members]
    update_rows(CallProjectMember, ("id", "call_on", "status"), rows)
    return Scheduled(made, moved)


@transaction.atomic
def remove_from_project(member_ids: Sequence[int], *, by: User | None, as_of: date) -> int:
    """Take members off the list, and cancel what was still to be called; gives back how many."""
    members = _claim(member_ids)
    todo_ids = [todo.pk for todo in _open_todos(members)]
    cancel_todos(todo_ids, CancelReason.NOT_USEFUL, by=by, as_of=as_of)
    CallProjectMember.objects.filter(pk__among=[member.pk for member in members]).delete()
    return len(members)


def _project_errors(project: CallProject) -> dict[str, str]:
    if not project.name.strip():
        return {"name": _("Enter a name.")}
    return {"ends_on": _("The last day lies before the first.")} if project.ends_on < project.starts_on else {}


def _refused(deals: Collection[Deal], leads: Collection[Lead]) -> dict[tuple[int | None, int | None], tuple[str, str]]:
    """Who may not be called, by deal and lead: the name and why."""
    found: dict[tuple[int | None, int | None], tuple[str, str]] = {}
    for deal in deals:
        why = _why_not(deal, is_out=deal.status == DealStatus.OUT_OF_TARGET)
        if why:
            found[deal.pk, None] = (deal.company.name if deal.company else deal.name, why)
    for lead in leads:
        why = _why_not(lead, is_out=lead.status == LeadStatus.OUT_OF_TARGET)
        if why:
            found[None, lead.pk] = (lead.name, why)
    return found


def _why_not(record: Deal | Lead, *, is_out: bool) -> str:
    if is_out:
        return _("Out of target")
    reason = record.contact.do_not_contact_reason if record.contact else ""
    return _("Do not contact: %(reason)s") % {"reason": reason} if reason else ""


def _claim(member_ids: Sequence[int]) -> list[CallProjectMember]:
    """Lock these members, their deals first; those that were taken off the list meanwhile are left out."""
    lock_deals(CallProjectMember.objects.filter(pk__among=member_ids).values_list("deal_id", flat=True))
    found = lock(
        CallProjectMember.objects.all(), member_ids,
        "project", "deal__company", "deal__is_owner", "lead__owner",
    )  # fmt: skip
    return list(found.values())


def _open_todos(members: Sequence[CallProjectMember]) -> list[Todo]:
    places: set[Place] = {place_of(member) for member in members}
    found = Todo.objects.open().filter(project__in={place.project_id for place in places})
    return [todo for todo in found.order_by("pk") if place_of(todo) in places]


def _call(
    member: CallProjectMember, call_on: date, assignee: User | None, over_cap_reason: str, by: User | None
) -> Todo:
    """The unsaved to-do of a member. Whom: its contact, else the company; why: its hook, else the list."""
    deal, lead = member.deal, member.lead
    owner = deal.is_owner if deal else lead.owner if lead else None
    nobody_named = deal is not None and deal.contact_id is None
    return Todo(
        project=member.project,
        deal=deal,
        lead=lead,
        subject=member.project.name,
        hook=(deal.hook if deal else "") or member.project.name,
        over_cap_reason=over_cap_reason,
        contact_text=(deal.company.name if deal.company else deal.name) if deal and nobody_named else "",
        assignee=assignee or (owner if owner and owner.is_active else by),
        original_due_on=call_on,
    )
