"""On which side of the house a person stands for a deal in a cycle: inside sales, or the field (D7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from deals.models import FollowUpCycle
from people.models import User
from people.states import Role


@dataclass(frozen=True, slots=True)
class Sides:
    """Who of these people holds the IS role, and whether he still works here; read once for a batch."""

    inside: Mapping[int, bool]

    @classmethod
    def of(cls, user_ids: Iterable[int | None], by: User | None = None) -> Self:
        """One query for all of them, none for nobody, nor for `by`, whose roles were read when he came in."""
        ids = {user_id for user_id in user_ids if user_id is not None}
        if by is not None and ids == {by.pk}:
            return cls({by.pk: by.is_active} if Role.IS in by.roles else {})
        staff = User.objects.with_role(Role.IS).filter(pk__in=ids) if ids else User.objects.none()
        return cls(dict(staff.values_list("pk", "is_active")))

    def is_field(self, user_id: int | None, fs_owner_id: int | None, cycle: FollowUpCycle) -> bool:
        """Whether he speaks for the field: without the IS role, or FS owner of a deal whose cycle is not his."""
        if user_id is None:
            return False
        return user_id not in self.inside or (user_id == fs_owner_id and user_id != cycle.is_owner_id)

    def is_inside(self, user_id: int | None, fs_owner_id: int | None, cycle: FollowUpCycle) -> bool:
        """Whether the cycle may be in his hands: active inside sales, and not as the deal's FS owner."""
        return self.inside.get(user_id or 0, False) and not self.is_field(user_id, fs_owner_id, cycle)
