"""Questions about people."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import BaseUserManager
from django.db import models

from people.read_once import read_once
from people.states import THRESHOLD_RANGES, Role

if TYPE_CHECKING:
    from people.models import Threshold, User


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        """People who work here today; leavers keep their records and get nothing new."""
        return self.filter(is_active=True)

    def with_role(self, *roles: Role) -> Self:
        """People who hold at least one of the roles."""
        return self.filter(role_grants__role__in=roles).distinct()

    def reachable(self) -> Self:
        """People to whom mail goes: active, with an address, and able to log in (D2)."""
        return self.active().filter(email__isnull=False).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def follow_up_staff(self) -> Self:
        """Active inside sales: the only people a cycle's to-do is given to (S0-21, D2)."""
        return self.active().with_role(Role.IS)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None, password: str | None = None, **fields: object) -> "User":
        """A person; without a password he can own work but cannot log in (D2)."""
        user: User = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Log in by e-mail, upper and lower case alike."""
        found: User = self.get(email=(username or "").strip().lower())
        return found


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def in_force(self) -> dict[str, int]:
        """All thresholds as they hold now, the default where nobody changed it."""
        changed = read_once("thresholds", lambda: dict(self.values_list("code", "value")))
        return {code: spec[0] for code, spec in THRESHOLD_RANGES.items()} | changed
