"""People and deals as the sweep meets them, written underneath the verbs: only what a rule reads is set."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from activities.models import Todo
from deals.models import Deal, FollowUpCycle, LostReason
from followups.models import Rule
from people.models import RoleGrant, User
from people.states import Role

TODAY = date(2025, 7, 31)  # a Thursday, the day of the golden fixtures
_numbers = count(1)


def ago(days: int) -> date:
    """The day that many days before TODAY."""
    return TODAY - timedelta(days=days)


def person(name: str = "", *roles: Role, cap: int | None = None, is_active: bool = True) -> User:
    """Somebody with these roles."""
    user = User.objects.create_user(None, name=name or f"担当{next(_numbers)}", todo_cap=cap, is_active=is_active)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


def inside(name: str = "", cap: int | None = 20) -> User:
    """Somebody of inside sales."""
    return person(name, Role.IS, cap=cap)


def live_deal(status: str = "ongoing", entered: date | None = None, **fields: Any) -> Deal:
    """A live deal in that status since `entered` (default: long ago)."""
    since = entered or ago(400)
    return Deal.objects.create(
        **{"name": f"商談{next(_numbers)}", "status": status, "created_on": since, "status_entered_on": since} | fields
    )


def lost_deal(closed: date, approach: date, *, is_default: bool = False, **fields: Any) -> Deal:
    """An in-scope loss as an import leaves it: in its cycle, without a to-do (D6)."""
    answers: dict[str, Any] = {
        "next_approach_on": approach,
        "approach_contact_text": "鈴木課長",
        "hook": "来期の予算で再検討",
    }
    reason = LostReason.objects.get(code="deprioritised")
    loss = {"closed_on": closed, "lost_reason": reason, "lost_in_scope": True, "is_followed": True}
    deal = live_deal("lost", closed, **loss, **answers, **fields)
    FollowUpCycle.objects.create(
        deal=deal,
        number=1,
        kind="lost",
        entered_on=closed,
        reason=reason,
        has_default_approach_date=is_default,
        **answers,
    )
    return deal


def todo_of(deal: Deal) -> Todo:
    """The one open to-do of the deal."""
    return Todo.objects.open().get(deal=deal)


def rules_in_auto() -> None:
    """All shipped rules act."""
    Rule.objects.update(mode="auto")
