"""Verbs about people: taking them in, their roles, their limits, and letting them go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import RoleGrant, Team, User
from people.records import Edit, edit_records, insert_records, on_sight
from people.refusal import refuse
from people.rows import insert_rows
from people.states import ActivityPanel, Role
from people.text import normalised_name

EDITABLE = frozenset(
    {
        "external_id", "name", "kana", "email", "team", "manager", "todo_cap", "deal_cap", "is_active", "language",
        "theme", "density", "date_style", "has_single_keys", "wants_digest", "wants_returns", "wants_leaks",
        "wants_failures",
    }
)  # fmt: skip


@transaction.atomic
def create_people(people: Sequence[User], *, by: User | None) -> list[User]:
    """Take in people who cannot log in yet: with an unusable password they own work until somebody invites them (D2).

    people: unsaved users; e-mail is optional and unique, `todo_cap` None means the default of the role. Roles are
    given with `add_roles`. A second user with the same e-mail or external id raises IntegrityError.
    """
    for person in people:
        _derive(person)
        person.set_unusable_password()
    insert_records(people)
    User.history.bulk_history_create(people, default_user=by)
    return list(people)


@transaction.atomic
def edit_people(edits: Sequence[Edit], *, by: User | None) -> list[User]:
    """Change fields of people (EDITABLE) and keep the history; gives back those that changed. Roles: `set_roles`."""
    changed = edit_records(User.objects.all(), edits, EDITABLE, check=_derived)
    if changed:
        User.history.bulk_history_create(changed, update=True, default_user=by)
    return changed


def choose_activity_panels(user: User, codes: Collection[str]) -> None:
    """What a person wants to see on 活動と架電結果, in the order of the page; unknown codes are left out."""
    known = [code for code in ActivityPanel.values if code in codes]
    User.objects.filter(pk=user.pk).update(activity_panels=known)


def set_caps(user: User, *, todo_cap: int | None, deal_cap: int | None, by: User | None) -> None:
    """How many to-dos a day and deals at once a person carries; None is the default of the role, 0 to-dos is none."""
    edit_people([Edit(user.pk, {"todo_cap": todo_cap, "deal_cap": deal_cap})], by=by)


@transaction.atomic
def set_members(team: Team, members: Collection[User], *, by: User | None) -> None:
    """Exactly these people, beside those who have left, belong to the team; whoever is taken out belongs to none."""
    wanted = {member.pk for member in members}
    present = set(team.members.filter(is_active=True).values_list("pk", flat=True))
    edits = [Edit(user_id, {"team": team}) for user_id in sorted(wanted - present)]
    edits += [Edit(user_id, {"team": None}) for user_id in sorted(present - wanted)]
    edit_people(edits, by=by)


@transaction.atomic
def add_roles(grants: Iterable[tuple[int, Role]], *, by: User | None) -> None:
    """Give roles, (user id, role) each; a role already held stays as it is (D1). The history is kept."""
    pairs = sorted({(user_id, role.value) for user_id, role in grants})
    _grant(pairs, by=by)
    _open_admin([user_id for user_id, role in pairs if role == Role.OPS_ADMIN], by=by)


@transaction.atomic
def set_roles(user: User, roles: Collection[Role], *, by: User | None) -> None:
    """Give exactly these roles; the history is kept. Operations admins may open the admin, nobody else may.

    Refused for the last active operations admin: nobody could give the role back.
    """
    if Role.OPS_ADMIN not in roles and user.has_role(Role.OPS_ADMIN) and not _other_admins(user).exists():
        refuse(_("This is the only operations admin. Give the role to somebody else first."), field="roles")
    for grant in RoleGrant.objects.filter(user=user).exclude(role__in=roles):
        grant._history_user = by  # type: ignore[attr-defined]
        grant.delete()
    _grant([(user.pk, role.value) for role in roles], by=by)
    _set_admin([user.pk], is_staff=Role.OPS_ADMIN in roles, by=by)


@transaction.atomic
def invite(user: User, roles: Collection[Role], *, by: User | None) -> User:
    """Take in one person with his roles; he sets his password behind a one-time link (D3).

    user: unsaved, with an e-mail. Refused when the e-mail is missing or taken.
    """
    if not user.email:
        refuse(_("Enter an e-mail."), field="email")
    if User.objects.filter(email=user.email.strip().lower()).exists():
        refuse(_("This e-mail is already in use."), field="email")
    create_people([user], by=by)
    set_roles(user, roles, by=by)
    return user


def ensure_teams(names: Iterable[str]) -> dict[str, Team]:
    """Teams by normalised name, made on sight (D27)."""
    return on_sight(Team, names)


def _grant(pairs: Sequence[tuple[int, str]], *, by: User | None) -> None:
    columns = ("user_id", "role")
    new = insert_rows(RoleGrant, columns, pairs, returning=("id", *columns), skip_conflicts=True)
    if new:
        grants = [RoleGrant(pk=pk, user_id=user_id, role=role) for pk, user_id, role in new]
        RoleGrant.history.bulk_history_create(grants, default_user=by)


def _derive(person: User) -> None:
    person.name_key = normalised_name(person.name)
    person.email = person.email.strip().lower() if person.email else None


def _derived(person: User) -> Mapping[str, str]:
    _derive(person)
    return {}


def _other_admins(user: User) -> Any:
    return User.objects.active().with_role(Role.OPS_ADMIN).exclude(pk=user.pk)


def _open_admin(user_ids: Collection[int], *, by: User | None) -> None:
    if user_ids:
        _set_admin(user_ids, is_staff=True, by=by)


def _set_admin(user_ids: Collection[int], *, is_staff: bool, by: User | None) -> None:
    edits = [Edit(user_id, {"is_staff": is_staff}) for user_id in user_ids]
    changed = edit_records(User.objects.all(), edits, {"is_staff"})
    if changed:
        User.history.bulk_history_create(changed, update=True, default_user=by)
