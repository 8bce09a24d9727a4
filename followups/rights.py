"""What a person may do with one deal or one to-do: the inner door behind people/policy.py (domain.md D.1).

Managers and admins may use every verb on every record. FS act on the deals they own, IS on what they follow up.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from activities.models import CallProject, Todo
from deals.actions.advancing import ENDABLE
from deals.actions.losing import LOSABLE
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, DealStatus
from followups.actions import REOPENABLE
from followups.actions.exempting import EXEMPTABLE
from followups.lines import Assignee, TodoLine
from followups.models import Proposal
from leads.models import Lead
from people.models import User
from people.policy import MANAGERS, POLICY, WORKERS, admits, is_admitted
from people.states import Role

# Of every deal, whoever owns it.
EVERYDAY = frozenset(
    {"followups:deal_edit", "followups:log_call", "followups:todo_add", "leads:contact_add", "leads:contact_edit"}
)
LEAD_VERBS = frozenset(
    {
        "followups:lead_edit", "followups:lead_status", "followups:lead_true", "followups:lead_convert",
        "followups:todo_add", "followups:log_call",
    }
)  # fmt: skip
TODO_VERBS = frozenset(f"followups:todo_{verb}" for verb in ("done", "complete", "move", "cancel", "assign"))

PROJECT_VERBS = frozenset({"followups:project_edit", "followups:project_call_on", "followups:project_remove"})


def _owns(user: User, deal: Deal, _cycle: FollowUpCycle | None) -> bool:
    return deal.fs_owner_id == user.pk and user.has_role(Role.FS)


def _takes(user: User, deal: Deal, _cycle: FollowUpCycle | None) -> bool:
    """A deal without an FS owner may be re-opened by any FS, who thereby takes it."""
    return deal.fs_owner_id in (None, user.pk) and user.has_role(Role.FS)


def _works_on(user: User, deal: Deal, cycle: FollowUpCycle | None) -> bool:
    follower = cycle.is_owner_id if cycle is not None else deal.is_owner_id
    return _owns(user, deal, cycle) or (user.has_role(Role.IS) and follower in (None, user.pk))


class Right(NamedTuple):
    """A verb. fits: whether it makes sense as the deal stands; is_his: who may, beside managers and admins."""

    fits: Callable[[Deal], bool]
    is_his: Callable[[User, Deal, FollowUpCycle | None], bool]


RIGHTS: dict[str, Right] = {
    "followups:advance": Right(lambda deal: deal.status in OPEN_STATUSES, _owns),
    "followups:lose": Right(lambda deal: deal.status in LOSABLE, _owns),
    "followups:reclassify": Right(lambda deal: deal.status == DealStatus.LOST, _owns),
    "followups:propose": Right(lambda deal: deal.status not in (DealStatus.WON, DealStatus.OUT_OF_TARGET), _works_on),
    "followups:object": Right(lambda deal: deal.status in OPEN_STATUSES, _owns),
    "followups:return": Right(lambda deal: deal.status in OPEN_STATUSES, _owns),
    "followups:win": Right(lambda deal: deal.status in ENDABLE, _owns),
    "followups:exclude": Right(lambda deal: deal.status in ENDABLE, _owns),
    "followups:reopen": Right(lambda deal: deal.status in REOPENABLE or deal.is_followed, _takes),
    "followups:exempt": Right(lambda deal: deal.status in EXEMPTABLE, _works_on),
    "followups:close_cycle": Right(lambda deal: deal.is_followed, _works_on),
}


def rights_on_deal(user: User, deal: Deal, cycle: FollowUpCycle | None = None) -> frozenset[str]:
    """URL names of the verbs that this person may use on the deal as it stands. cycle: the open one."""
    if not is_admitted(user, WORKERS):
        return frozenset()
    fitting = [url_name for url_name, right in RIGHTS.items() if right.fits(deal)]
    return EVERYDAY | {url_name for url_name in fitting if may_use(url_name, user, deal, cycle)}


def may_use(url_name: str, user: User, deal: Deal, cycle: FollowUpCycle | None) -> bool:
    """Whether the verb is this person's on this deal, whatever the deal's status. cycle: the open one."""
    return is_admitted(user, MANAGERS) or RIGHTS[url_name].is_his(user, deal, cycle)


def may_decide(user: User, proposal: Proposal) -> bool:
    """Whether this person may accept or decline the appointment: who was asked, managers and admins."""
    return is_admitted(user, MANAGERS) or (proposal.fs_id == user.pk and user.has_role(Role.FS))


def rights_on_todo(user: User, todo: Todo | TodoLine) -> frozenset[str]:
    """URL names of the verbs for a to-do: one's own or nobody's; a manager's reach is his team (D.1)."""
    if not is_admitted(user, WORKERS):
        return frozenset()
    is_reached = todo.assignee_id in (None, user.pk) or user.has_role(Role.OPS_ADMIN) or _manages(user, todo)
    return TODO_VERBS if is_reached else frozenset()


def _manages(user: User, todo: Todo | TodoLine) -> bool:
    return todo.assignee is not None and _leads(user, todo.assignee)


def _leads(user: User, member: User | Assignee) -> bool:
    """A person without a team is every manager's business: nobody may be out of reach."""
    if not user.has_role(Role.IS_MANAGER):
        return False
    return _is_in_reach(user, member)


def _is_in_reach(manager: User, person: User | Assignee) -> bool:
    return manager.team_id is None or person.team_id in (None, manager.team_id) or person.manager_id == manager.pk


def rights_on_lead(user: User, lead: Lead) -> frozenset[str]:
    """URL names of the verbs for a lead: everybody works on every lead; it is given away by whom a to-do would be."""
    if not is_admitted(user, WORKERS):
        return frozenset()
    verbs = LEAD_VERBS if lead.is_settled else LEAD_VERBS | {"followups:call_lead"}
    is_reached = lead.owner_id in (None, user.pk) or user.has_role(Role.OPS_ADMIN)
    if is_reached or (lead.owner is not None and _leads(user, lead.owner)):
        return verbs | {"followups:leads_assign"}
    return verbs


def rights_on_project(user: User, project: CallProject) -> frozenset[str]:
    """URL names of the verbs for a call project: its owner's and the managers'. Anybody who works here adds to it."""
    if not is_admitted(user, WORKERS):
        return frozenset()
    is_his = project.owner_id == user.pk or is_admitted(user, MANAGERS)
    return PROJECT_VERBS | {"followups:project_fill"} if is_his else frozenset({"followups:project_fill"})


def may_reassign(user: User, deal: Deal, side: str) -> bool:
    """Whether he may give the deal another 'is_owner' or 'fs_owner': his own deal, or one of his team (D.1)."""
    owner: User | None = getattr(deal, side)
    if user.has_role(Role.OPS_ADMIN) or (owner is not None and owner.pk == user.pk):
        return True
    return user.has_role(Role.IS_MANAGER) and (owner is None or _is_in_reach(user, owner))


def pages_open_to(user: User) -> frozenset[str]:
    """URL names of the policy that this person may use, whatever the record."""
    return _pages_open_to(user.powers)


@cache
def _pages_open_to(powers: frozenset[str]) -> frozenset[str]:
    """The table stays as it is while the process runs, and few combinations of roles are held."""
    return frozenset(row.url_name for row in POLICY if admits(powers, row.write) or admits(powers, row.read))
