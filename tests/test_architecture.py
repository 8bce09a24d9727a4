"""What import-linter cannot see: foreign keys named by string, apps without a floor, tasks that do not exist, names."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import DateField, DateTimeField, Field, Model, Q, UniqueConstraint

from salesfollow.celery import app
from salesfollow.schedule import BEAT_SCHEDULE

ROOT = Path(settings.BASE_DIR)
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

# From the ground up; the linter's first contract holds the same list from the top down.
FLOORS = ["people", "leads", "deals", "activities", "followups", "intake", "dashboards"]

# A member of a project that is a lead is no deal, and a to-do of no follow-up takes no step of one.
OF_NO_CONCERN = {
    "activities_a_project_holds_a_deal_once",
    "activities_a_project_holds_a_lead_once",
    "activities_a_cycle_takes_each_step_once",
    "activities_one_open_rule_made_todo_per_cycle",
}

# Django's own name, and words that say more than a suffix would.
OTHER_DATES = {"last_login", "as_of", "swept_until"}


def our_models() -> Iterator[type[Model]]:
    """Our models without the history tables, whose fields repeat the model's."""
    for model in apps.get_models():
        if model._meta.app_label in FLOORS and not hasattr(model, "instance_type"):
            yield model


def our_fields() -> Iterator[tuple[str, Field]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, Field):
                yield f"{model._meta.label}.{field.name}", field


def test_a_foreign_key_never_points_upstairs():
    upstairs = [
        f"{name} -> {field.related_model._meta.label}"
        for name, field in our_fields()
        if field.is_relation and field.related_model._meta.app_label in FLOORS
        if FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(field.model._meta.app_label)
    ]
    assert upstairs == []


def test_every_app_of_ours_has_a_floor_and_stands_in_every_contract():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    contracts = {contract["id"]: contract for contract in LINTER["contracts"]}

    assert ours == set(FLOORS)
    assert contracts["floors"]["layers"] == ["salesfollow", *reversed(FLOORS)]
    assert set(LINTER["root_packages"]) == ours | {"salesfollow"}
    assert set(contracts["rooms"]["containers"]) == ours
    assert set(contracts["celery-at-the-door"]["source_modules"]) == ours
    assert set(contracts["no-cycles"]["ancestors"]) == ours


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def unique_constraints() -> Iterator[tuple[type[Model], UniqueConstraint]]:
    for model in our_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                yield model, constraint


def test_what_is_said_to_be_unique_is_so_on_both_databases():
    """Django leaves out what SQLite does not know and says so in a warning only."""
    unknown_to_sqlite = [
        constraint.name
        for _model, constraint in unique_constraints()
        if constraint.include or constraint.deferrable or constraint.nulls_distinct is not None
    ]
    assert unknown_to_sqlite == []


def test_what_is_said_to_be_unique_is_so_where_nothing_is_known():
    """Two rows without a team are no equals to a database, so a constraint of their own has to hold them apart."""
    guarded = {
        (model, frozenset({*constraint.fields, *names_in(constraint.condition)}))
        for model, constraint in unique_constraints()
        if constraint.condition is not None and any(names_in(constraint.condition))
    }
    open_to_doubles = {
        constraint.name
        for model, constraint in unique_constraints()
        if any(model._meta.get_field(name).null for name in constraint.fields)
        and (model, frozenset(constraint.fields)) not in guarded
    }
    assert open_to_doubles == OF_NO_CONCERN


def names_in(condition: Q) -> Iterator[str]:
    """The fields that are asked to be empty."""
    for name, value in condition.children:
        if name.endswith("__isnull") and value:
            yield name.removesuffix("__isnull")


def test_every_model_says_what_it_is():
    assert [m._meta.label for m in our_models() if m.__doc__.startswith(f"{m.__name__}(")] == []


def test_every_model_and_every_field_that_people_edit_has_a_name_for_them():
    unnamed_models = [model._meta.label for model in our_models() if "verbose_name" not in model._meta.original_attrs]
    unnamed_fields = [
        name
        for name, field in our_fields()
        if field.editable and not field.auto_created and isinstance(field.verbose_name, str)
    ]
    assert unnamed_models == []
    assert unnamed_fields == []


def test_dates_end_in_on_and_moments_in_at():
    misnamed = [
        name
        for name, field in our_fields()
        if isinstance(field, DateField) and field.name not in OTHER_DATES
        if not field.name.endswith("_at" if isinstance(field, DateTimeField) else "_on")
    ]
    assert misnamed == []
