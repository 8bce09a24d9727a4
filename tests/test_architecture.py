"""What import-linter cannot see: foreign keys named by string, apps without a floor, tasks that do not exist, names."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import DateField, DateTimeField, Field, Model

from salesfollow.celery import app
from salesfollow.schedule import BEAT_SCHEDULE

ROOT = Path(settings.BASE_DIR)
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

# From the ground up; the linter's first contract holds the same list from the top down.
FLOORS = ["people", "leads", "deals", "activities", "followups", "intake", "dashboards"]

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
