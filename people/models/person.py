"""People, their teams and roles."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people.labels import Labelled
from people.querysets import UserManager
from people.states import DateStyle, Density, PromiseMode, Role, TeamKind, Theme
from people.text import normalised_name


class Team(models.Model):
    """A sales team with the person who answers for its daily leak check (S0-30)."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(_("normalised name"), max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=TeamKind, default=TeamKind.COMBINED)
    leak_check_owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leak check owner")
    )
    promise_mode = models.CharField(
        _("to-do without promise and reason"), max_length=5, choices=PromiseMode, default=PromiseMode.WARN
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = normalised_name(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the company. E-mail may be missing (imported owners); such a person cannot log in."""

    _known_roles: tuple[object, frozenset[str]] | None = None  # the grants that were read at the door, and their codes

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_key = models.CharField(_("normalised name"), max_length=150, editable=False, db_index=True)
    kana = models.CharField(_("kana"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    todo_cap = models.PositiveSmallIntegerField(
        _("to-dos a day"), null=True, blank=True, help_text=_("Empty: the default of the role. 0: gets no to-dos.")
    )
    deal_cap = models.PositiveSmallIntegerField(_("deals held"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=11, choices=Density, default=Density.COMFORTABLE)
    date_style = models.CharField(_("dates"), max_length=8, choices=DateStyle, default=DateStyle.WESTERN)
    has_single_keys = models.BooleanField(
        _("single-key shortcuts"), default=True, help_text=_("Keys such as 1 to 5 or J and K, inside lists and forms.")
    )
    # What reaches him outside the product; in it he finds every notice.
    wants_digest = models.BooleanField(_("What is due, each morning"), default=True)
    wants_returns = models.BooleanField(_("Deals that will soon go back to inside sales"), default=True)
    wants_leaks = models.BooleanField(_("Leaks and unsigned checks, for managers"), default=True)
    wants_failures = models.BooleanField(_("Rules that failed or did not run, for admins"), default=True)
    activity_panels = models.JSONField(
        _("panels of the activity page"), null=True, blank=True, editable=False, help_text=_("Empty: the first five.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "activity_panels"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="people_user_has_a_name", condition=~Q(name=""), violation_error_message=_("Enter a name.")
            ),
            models.CheckConstraint(
                name="people_user_email_is_lower_case",
                condition=Q(email__isnull=True) | Q(email=models.functions.Lower("email")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = normalised_name(self.name)
        self.email = self.email.strip().lower() if self.email else None
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def roles(self) -> frozenset[str]:
        """The codes of the roles held; prefetch `role_grants` where many people are shown."""
        grants = getattr(self, "_prefetched_objects_cache", {}).get("role_grants")
        if grants is None:
            return frozenset(grant.role for grant in self.role_grants.all())
        if self._known_roles is None or self._known_roles[0] is not grants:  # a page asks a hundred times
            self._known_roles = grants, frozenset(grant.role for grant in grants)
        return self._known_roles[1]

    def has_role(self, *roles: Role) -> bool:
        """Whether he holds at least one of the roles. A superuser counts as operations admin."""
        return not self.powers.isdisjoint(roles)

    @property
    def powers(self) -> frozenset[str]:
        """The roles that count: those held, and operations admin for a superuser."""
        return self.roles | {Role.OPS_ADMIN.value} if self.is_superuser else self.roles


class RoleGrant(Labelled, models.Model):
    """One role of one person (D1)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="people_a_role_is_held_once"),
            models.CheckConstraint(name="people_role_is_known", condition=Q(role__in=Role.values)),
        ]
        indexes = [models.Index(fields=["role", "user"], name="people_role_user")]  # assignment: who is IS?

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
