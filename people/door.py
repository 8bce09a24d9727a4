"""Who stands at the door: the person of a session, read with the roles he holds."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import F

from people.models import RoleGrant, User
from people.prepared import prepared


class Door(ModelBackend):
    """Django's own backend, e-mail and password; who is logged in comes with his roles, in one query."""

    def get_user(self, user_id: int) -> User | None:
        """None where the person is gone or may not log in any more."""
        rows: list[Any] = _with_roles(user_id)
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        user: User = rows[0]
        grants = RoleGrant.objects.all()
        grants._result_cache = [  # as after a prefetch
            RoleGrant(pk=row.grant_id, user=user, role=row.grant_role) for row in rows if row.grant_id
        ]
        user._prefetched_objects_cache = {"role_grants": grants}  # type: ignore[attr-defined]
        return user


@prepared
def _with_roles(user_id: int) -> Any:
    """The person, once for every role."""
    granted = {"grant_id": F("role_grants__pk"), "grant_role": F("role_grants__role")}
    return User.objects.filter(pk=user_id).annotate(**granted).order_by("role_grants__pk")
