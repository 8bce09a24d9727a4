"""Somebody leaves, or leaves inside sales: nothing he had is left without a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

import people.actions as people_verbs
from activities.actions import lock_deals, reassign_todos
from activities.models import Todo
from deals.actions import OwnerChange, hand_over
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, DealStatus
from leads.actions import edit_leads
from leads.models import Lead
from leads.states import LeadStatus
from people.models import Team, User
from people.records import Edit
from people.refusal import refuse
from people.states import Role

_LIVE = (*OPEN_STATUSES, DealStatus.RETURNED_TO_IS)
_LIVE_LEADS = ~Q(status__in=[LeadStatus.MEETING_WON, LeadStatus.OUT_OF_TARGET])


@dataclass(frozen=True, slots=True)
class Departure:
    """What somebody holds: counts of open to-dos (those of cycles apart), live deals, open cycles and live leads."""

    own_todos: int
    cycle_todos: int
    fs_deals: int
    is_deals: int
    cycles: int
    leads: int

    @property
    def needs_successor(self) -> bool:
        """Whether something would be left that no sweep hands out: to-dos of his own, deals of the field, leads."""
        return bool(self.own_todos or self.fs_deals or self.leads)


def preview_deactivation(user: User) -> Departure:
    """Count what the person holds; writes nothing."""
    todos = Todo.objects.open().filter(assignee=user)
    of_cycles = _todos_of_cycles(user).count()
    return Departure(
        own_todos=todos.count() - of_cycles,
        cycle_todos=of_cycles,
        fs_deals=Deal.objects.filter(fs_owner=user, status__in=_LIVE).count(),
        is_deals=_inside_deals(user).count(),
        cycles=FollowUpCycle.objects.open().filter(is_owner=user).count(),
        leads=Lead.objects.filter(_LIVE_LEADS, owner=user).count(),
    )


@transaction.atomic
def deactivate_user(
    user: User, successor: User | None, *, by: User | None, as_of: date, cause: str = "user"
) -> Departure:
    """Let somebody go: he can no longer log in, and what he held passes on; gives back what that was.

    successor: takes over to-dos, live deals, leads and the leak check. To-dos and cycles of follow-ups go to him only
    if he is inside sales; otherwise they are left unassigned and the next sweep assigns them (D15). Closed deals keep
    their owners. Refused: he himself or a leaver as successor, none where one is needed, the last operations admin.
    """
    held = preview_deactivation(user)
    _refuse_departure(user, successor, held)
    heir = successor if successor and successor.has_role(Role.IS) else None
    _lock_deals_of(user)
    _hand_over_follow_ups(user, heir, by=by, as_of=as_of)
    own = Todo.objects.open().filter(assignee=user)
    reassign_todos(list(own.values_list("pk", flat=True)), successor, by=by, as_of=as_of)
    _hand_over_deals(user, successor, heir, by=by, as_of=as_of, cause=cause)
    leads = Lead.objects.filter(_LIVE_LEADS, owner=user).values_list("pk", flat=True)
    edit_leads([Edit(pk, {"owner": successor}) for pk in leads])
    Team.objects.filter(leak_check_owner=user).update(leak_check_owner=successor)
    people_verbs.edit_people([Edit(user.pk, {"is_active": False})], by=by)
    return held


@transaction.atomic
def set_roles(user: User, roles: Collection[Role], *, by: User | None, as_of: date) -> None:
    """Give exactly these roles; see `people.actions.set_roles`.

    Without the IS role he follows nothing up: to-dos and cycles of follow-ups are left unassigned, and the next sweep
    assigns them (D2, D15).
    """
    people_verbs.set_roles(user, roles, by=by)
    if Role.IS not in roles:
        _lock_deals_of(user)
        _hand_over_follow_ups(user, None, by=by, as_of=as_of)


def _refuse_departure(user: User, successor: User | None, held: Departure) -> None:
    if successor is not None and (successor.pk == user.pk or not successor.is_active):
        refuse(_("Choose somebody else who works here."), field="successor")
    if successor is None and held.needs_successor:
        refuse(_("Choose who takes over the open to-dos, deals and leads."), field="successor")
    admins = User.objects.active().with_role(Role.OPS_ADMIN)
    if user.has_role(Role.OPS_ADMIN) and not admins.exclude(pk=user.pk).exists():
        refuse(_("This is the only operations admin. Give the role to somebody else first."))


def _inside_deals(user: User) -> QuerySet[Deal]:
    return Deal.objects.filter(Q(status__in=_LIVE) | Q(is_followed=True), is_owner=user)


def _todos_of_cycles(user: User) -> QuerySet[Todo]:
    return Todo.objects.open().filter(assignee=user, cycle__isnull=False, cycle__ended_on__isnull=True)


def _lock_deals_of(user: User) -> None:
    """All deals that are about to be touched, in one go: later locks then wait for nobody."""
    todos = Todo.objects.open().filter(assignee=user, deal__isnull=False).order_by().values("deal")
    cycles = FollowUpCycle.objects.open().filter(is_owner=user).order_by().values("deal")
    held = Deal.objects.filter(Q(pk__in=todos) | Q(pk__in=cycles) | Q(fs_owner=user, status__in=_LIVE))
    lock_deals([*held.values_list("pk", flat=True), *_inside_deals(user).values_list("pk", flat=True)])


def _hand_over_follow_ups(user: User, heir: User | None, *, by: User | None, as_of: date) -> None:
    reassign_todos(list(_todos_of_cycles(user).values_list("pk", flat=True)), heir, by=by, as_of=as_of)
    FollowUpCycle.objects.open().filter(is_owner=user).update(is_owner=heir)


def _hand_over_deals(
    user: User, successor: User | None, heir: User | None, *, by: User | None, as_of: date, cause: str
) -> None:
    owners: dict[int, dict[str, int | None]] = {}
    for deal_id in Deal.objects.filter(fs_owner=user, status__in=_LIVE).values_list("pk", flat=True):
        owners.setdefault(deal_id, {})["fs_owner"] = successor.pk if successor else None
    for deal_id in _inside_deals(user).values_list("pk", flat=True):
        owners.setdefault(deal_id, {})["is_owner"] = heir.pk if heir else None
    changes = [OwnerChange(deal_id, new) for deal_id, new in sorted(owners.items())]
    hand_over(changes, by=by, as_of=as_of, cause=cause)
