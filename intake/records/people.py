"""Users: people who own work (D1, D2)."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from followups.actions import deactivate_user, preview_deactivation, set_roles
from intake.drafts import Change, Draft, Kept, Said
from intake.on_sight import grant, make_people, make_teams
from intake.records.customers import adopted
from intake.records.kind import Kind, edits
from intake.rows import Values
from people.actions import add_roles, create_people, edit_people
from people.models import User
from people.states import Role


class Users(Kind):
    """They cannot log in until somebody invites them; an e-mail is optional and unique."""

    model = User
    related = ("team", "manager")

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Teams and managers are made on sight; a manager gets the role."""
        make_teams(self.run, rows)
        make_people(self.run, rows, "manager")
        users = self.run.references.users
        found = (users.find(values["manager"]) for values in rows if "manager" in values)
        grant(self.run, Role.IS_MANAGER, {manager.id for manager in found if manager})

    def draft(self, external_id: str, values: Values) -> Draft:
        """A blank name becomes the external id."""
        draft = Draft(external_id, values)
        draft.columns = {
            "external_id": values.get("external_id"),
            "name": values.get("name") or external_id,
            "email": values.get("email"),
            "team_id": draft.link("team", self.run.references.teams),
            "manager_id": draft.link("manager", self.run.references.users),
            "todo_cap": values.get("todo_cap"),
            "is_active": values.get("active", True),
        }
        return draft

    @cached_property
    def _emails(self) -> dict[str, tuple[str | None, str]]:
        """E-mail → external id and name of who has it, those of this file included."""
        rows = User.objects.exclude(email=None).values_list("email", "external_id", "name")
        return {str(email): (external_id, name) for email, external_id, name in rows}

    def object(self, external_id: str, values: Values) -> list[Said]:
        """An e-mail belongs to one person."""
        if "email" not in values:
            return []
        mine = (external_id, values.get("name", external_id))
        owner_id, name = self._emails.setdefault(values["email"], mine)
        if owner_id in (None, external_id):
            return []
        return [Said("email", _("%(name)s has this e-mail already.") % {"name": name}, values["email"])]

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert them with their roles."""
        people = create_people([User(**draft.columns) for draft in drafts], by=None)
        for person in people:
            self.run.references.users.add(person.pk, person.external_id, person.name)
        granted = zip(people, drafts, strict=True)
        add_roles([(user.pk, Role(role)) for user, draft in granted for role in _roles(draft)], by=None)
        return [person.pk for person in people]

    def object_to(self, change: Change) -> list[Said]:
        """A file never takes the operations admin's role; who holds open work and has no manager cannot leave by it."""
        if change.old and Role.OPS_ADMIN in _roles(change.old) and Role.OPS_ADMIN not in _roles(change.new):
            change.kept.append(Kept("roles", Role.OPS_ADMIN.value, ";".join(_roles(change.new))))
        user = _user(change)
        if change.columns.get("is_active") is not False or _successor(user):
            return []
        if not preview_deactivation(user).needs_successor:
            return []
        return [Said("active", _("He holds open work and has no active manager. Let him go on his own page."))]

    def change(self, changes: Sequence[Change]) -> None:
        """Write the columns, add and take roles as the file did; a leaver is let go by the verb."""
        for change in changes:
            if change.columns.pop("is_active", None) is False:
                user = _user(change)
                deactivate_user(user, _successor(user), by=None, as_of=self.run.as_of, cause=self.run.cause)
        edit_people(edits(changes), by=None)
        for change in changes:
            user = _user(change)
            self.run.references.users.add(user.pk, change.new.external_id, change.new.columns["name"])
            self._change_roles(user, change)

    def _change_roles(self, user: User, change: Change) -> None:
        before = set(_roles(change.old)) if change.old else set()
        after = set(_roles(change.new))
        held = {Role(role) for role in user.roles}
        wanted = held - (before - after - {Role.OPS_ADMIN}) | (after - before)
        if wanted != held:
            set_roles(user, wanted, by=None, as_of=self.run.as_of)

    def twins(self, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Also people made on sight: they have no e-mail, and bear the name or the id of the row."""
        unknown: Any = User.objects.filter(Q(external_id=None) & Q(email=None))
        return adopted(unknown, drafts) | self._by_email(drafts) | dict(super().twins(drafts))

    def _by_email(self, drafts: Sequence[Draft]) -> dict[str, int]:
        owners = {draft.columns["email"]: draft.external_id for draft in drafts if draft.columns["email"]}
        found = User.objects.filter(external_id=None, email__in=owners).values_list("email", "pk")
        return {owners[email]: user_id for email, user_id in found}


def _user(change: Change) -> User:
    assert isinstance(change.record, User)
    return change.record


def _successor(user: User) -> User | None:
    return user.manager if user.manager and user.manager.is_active else None


def _roles(draft: Draft) -> list[Role]:
    return [Role(role) for role in draft.values.get("roles", [])]
