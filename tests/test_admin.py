"""The admin as a whole: who enters, that every model has its page in Japanese, and that no list asks row by row."""

from collections import Counter

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from deals.models import DealEvent, DealLoss, FollowUpCycle, HandOver
from followups.models import RuleVersion, SweepChange, SweepRun
from intake.models import ImportBatch, ImportRow
from leads.models import LeadEvent
from people.states import Role
from tests.factories import UserFactory

OURS = ("people", "leads", "deals", "activities", "followups", "intake")
PAGES = {model: page for model, page in admin.site._registry.items() if model._meta.app_label in OURS}
HISTORY = [
    LeadEvent,
    DealEvent,
    DealLoss,
    HandOver,
    FollowUpCycle,
    RuleVersion,
    SweepRun,
    SweepChange,
    ImportBatch,
    ImportRow,
]


def url_of(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def ops(client: Client) -> Client:
    client.force_login(UserFactory(admin=True))
    return client


def test_every_model_of_ours_has_a_page():
    without = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS and model not in PAGES and not hasattr(model, "instance_type")
    ]
    assert without == []


def test_sections_and_models_have_japanese_names_that_are_told_apart():
    with translation.override("ja"):
        sections = [str(apps.get_app_config(label).verbose_name) for label in OURS]
        models = [str(model._meta.verbose_name_plural) for model in PAGES]

    assert [name for name, count in Counter([*sections, *models]).items() if count > 1] == []
    assert [name for name in [*sections, *models] if name.isascii()] == ["Why you now", "ToDo"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPS_ADMIN])
def test_only_operations_admins_enter(client, role):
    client.force_login(UserFactory(roles=[role]))

    assert client.get(reverse("admin:index")).status_code in (302, 403)
    assert client.get(url_of(SweepRun, "changelist")).status_code in (302, 403)


@pytest.mark.django_db
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_lists_and_forms_open_without_an_inline_script_or_style(ops, model):
    urls = [url_of(model, "changelist")]
    if PAGES[model].may_add:
        urls.append(url_of(model, "add"))
    for url in urls:
        response = ops.get(url)
        text = response.content.decode()
        assert response.status_code == 200
        assert "<script>" not in text
        assert "style=" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model._meta.label)
def test_history_is_read_only(ops, model):
    assert ops.get(url_of(model, "add")).status_code == 403
    page = PAGES[model]
    assert not page.may_change
    assert not page.may_delete


@pytest.mark.django_db
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_a_list_is_searched_without_a_mistake(ops, model):
    assert ops.get(url_of(model, "changelist"), {"q": "株式会社"}).status_code == 200


@pytest.mark.django_db
def test_the_index_asks_nothing_per_model(ops):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ops.get(reverse("admin:index"))

    assert len(queries) <= 6
