"""What an import makes because a row names it: people, teams, sources, products and companies (D27)."""

from collections.abc import Iterable

from deals.actions import ensure_products
from deals.models import Product
from intake.drafts import Run
from intake.references import Index
from intake.rows import Values
from leads.actions import create_companies, ensure_sources
from leads.models import Company, LeadSource
from people.actions import add_roles, create_people, ensure_teams
from people.models import RoleGrant, Team, User
from people.states import Role


def make_people(run: Run, rows: Iterable[Values], *fields: str) -> None:
    """Owners, assignees and managers that nobody bears the name of: active unless the map says leavers, without a
    password, so nobody can log in as them until invited (D2)."""
    index = run.references.users
    missing = index.missing(_texts(rows, fields))
    if run.is_dry:
        _place(index, missing)
        return
    people = [User(name=name, is_active=run.plan.owners_are_active) for name in missing]
    made = create_people(people, by=None)
    run.note(User, [user.pk for user in made])
    for user in made:
        index.add(user.pk, None, user.name)


def make_companies(run: Run, rows: Iterable[Values]) -> None:
    """Companies that a deal, lead or contact names."""
    index = run.references.companies
    missing = index.missing(_texts(rows, ("company",)))
    if run.is_dry:
        _place(index, missing)
        return
    made = create_companies([Company(name=name) for name in missing])
    run.note(Company, [company.pk for company in made])
    for company in made:
        index.add(company.pk, None, company.name)


def make_teams(run: Run, rows: Iterable[Values]) -> None:
    """Teams that a person or a deal belongs to."""
    missing = run.references.teams.missing(_texts(rows, ("team",)))
    found = {} if run.is_dry else ensure_teams(missing)
    run.note(Team, [team.pk for team in found.values()])
    _add(run.references.teams, missing, {key: team.pk for key, team in found.items()})


def make_sources(run: Run, rows: Iterable[Values]) -> None:
    """Lead sources."""
    missing = run.references.sources.missing(_texts(rows, ("source",)))
    found = {} if run.is_dry else ensure_sources(missing)
    run.note(LeadSource, [source.pk for source in found.values()])
    _add(run.references.sources, missing, {key: source.pk for key, source in found.items()})


def make_products(run: Run, rows: Iterable[Values]) -> None:
    """Products."""
    missing = run.references.products.missing(_texts(rows, ("product",)))
    found = {} if run.is_dry else ensure_products(missing)
    run.note(Product, [product.pk for product in found.values()])
    _add(run.references.products, missing, {key: product.pk for key, product in found.items()})


def grant(run: Run, role: Role, user_ids: Iterable[int | None]) -> None:
    """Give the role to these people where they lack it: is_owner gives IS, fs_owner FS, a manager IS_MANAGER (D1)."""
    held = run.references.grants
    lacking = {(user_id, role) for user_id in user_ids if user_id is not None} - held
    held |= lacking
    if lacking and not run.is_dry:
        add_roles(lacking, by=None)
        given = RoleGrant.objects.filter(role=role, user__among=[user_id for user_id, _role in lacking])
        run.note(RoleGrant, given.values_list("pk", flat=True))


def _texts(rows: Iterable[Values], fields: Iterable[str]) -> Iterable[str]:
    names = tuple(fields)
    return (values[name] for values in rows for name in names if name in values)


def _add(index: Index, names: Iterable[str], found: dict[str, int]) -> None:
    for key, row_id in found.items():
        index.add(row_id, None, key)
    if not found:
        _place(index, names)


def _place(index: Index, names: Iterable[str]) -> None:
    for name in names:
        index.add_placeholder(name)
