"""The digest tells what the business knows and nothing of how it came to be stored (D19)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from activities.models import Activity, Todo
from deals.models import Deal, DealEvent, FollowUpCycle
from followups.digest import TABLES, digests, total
from followups.models import Rule, SweepRun
from followups.rules import sweep
from leads.models import Company, Contact, Lead
from people.models import User
from tests.factories import (
    TODAY,
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)  # fmt: skip

ROOT = Path(settings.BASE_DIR)


def build_world(*, backwards: bool = False) -> None:
    """A little of everything, in an order that decides the ids."""
    names = ["青葉商事", "みどり工業"]
    for name in reversed(names) if backwards else names:
        company = CompanyFactory(name=name, slack_months=[2, 8])
        contact = ContactFactory(company=company, name=f"{name}の佐藤")
        owner = UserFactory(name=f"{name}担当", email=None, inside=True)
        lead = LeadFactory(name=name, company=company, contact=contact, owner=owner)
        deal = DealFactory(
            name=f"{name}の商談",
            company=company,
            contact=contact,
            lead=lead,
            is_owner=owner,
            amount=Decimal("1200000.50"),
        )
        call = ActivityFactory(deal=deal, owner=owner, contact=contact, company=company)
        cycle = CycleFactory(deal=deal, is_owner=owner)
        TodoFactory(
            cycle=cycle, deal=deal, assignee=owner, rule_made=True, due_time=time(10, 30), done_by_activity=call
        )


@pytest.fixture
def world(db):
    build_world()


def change(model: type[models.Model], **values: object) -> Callable[[], None]:
    def apply() -> None:
        model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**values)

    return apply


@pytest.mark.parametrize(
    "apply",
    [
        change(Deal, amount=Decimal("1200000.51")),
        change(Deal, last_contact_on=TODAY),
        change(Deal, status="quoted"),
        change(Deal, is_followed=False),
        change(Deal, contact=None),
        change(FollowUpCycle, has_open_todo=False),
        change(FollowUpCycle, entered_on=days_ago(11)),
        change(Todo, due_time=time(10, 31)),
        change(Todo, effective_due_on=date(2025, 8, 6)),
        change(Todo, assignee=None),
        change(Activity, outcome="callback"),
        change(Company, slack_months=[2, 9]),
        change(Contact, name="佐藤 次郎"),
        change(Lead, source_status="Open"),
        change(User, todo_cap=7),
    ],
)
def test_it_changes_with_what_the_business_knows(world, apply):
    before = digests()

    apply()

    assert digests() != before
    assert total(digests()) != total(before)


@pytest.mark.parametrize(
    "apply",
    [
        change(Deal, version=99),
        change(Deal, updated_at="2020-01-01T00:00:00Z"),
        change(FollowUpCycle, number=12),
        change(Todo, step=12, version=99, rule_version=4, created_at="2020-01-01T00:00:00Z"),
        change(Activity, created_at="2020-01-01T00:00:00Z"),
        change(User, last_login="2020-01-01T00:00:00Z", password="!other"),
        change(Rule, mode="auto", swept_until=TODAY),
        lambda: SweepRun.objects.create(as_of=TODAY),
        lambda: DealEvent.objects.create(deal=Deal.objects.first(), kind="exempted", happened_on=TODAY),
    ],
)
def test_it_does_not_change_with_versions_counters_moments_history_or_settings(world, apply):
    before = digests()

    apply()

    assert digests() == before


def test_of_what_closed_a_to_do_it_tells_the_kind_and_not_which_one(world):
    kinds, told = ("activity:41", "activity:95", "proposal:41", "user", ""), []
    for cause in kinds:
        change(Todo, closed_cause=cause)()
        told.append(digests()["activities_todo"])
    assert told[0] == told[1]
    assert len(set(told)) == 4


def test_it_does_not_depend_on_ids_or_the_order_of_entry(db):
    build_world()
    once = digests()
    for table in (Todo, FollowUpCycle, Activity, Deal, Lead, Contact, Company, User):
        table.objects.all().delete()

    build_world(backwards=True)

    assert digests() == once


def test_a_dry_run_of_the_sweep_leaves_it_and_a_sweep_does_not(world):
    Rule.objects.update(mode="auto")
    DealFactory(created_on=days_ago(100))
    before = digests()

    sweep(as_of=TODAY, dry_run=True)
    assert digests() == before

    sweep(as_of=TODAY)
    after = digests()
    assert {name for name in after if after[name] != before[name]} == {
        "activities_todo", "deals_deal", "deals_followupcycle",
    }  # fmt: skip


def test_every_table_of_records_is_in_it_or_left_out_on_purpose():
    left_out = {
        "HandOver", "DealEvent", "LeadEvent", "TodoMove", "SweepRun", "SweepChange", "ImportBatch", "ImportRow",
        "Rule", "RuleVersion", "OutcomeEffect", "Threshold", "CompanyHoliday", "Wording", "LintPattern", "Merge",
        "ConsentEvent", "SentForm", "LeakCheck", "FollowUpProgram", "Notice", "Delivery", "ReturnWarning",
        "RollupMark", "RollupSpan", "DayVolume", "PersonDay", "AppointmentDay", "CohortDay", "KeptAnswer",
        "KeptPortion", "ChangedPortion",
        "RuleDraft", "Announcement", "Receipt", "Suggestion", "UploadedFile", "SavedMap",
            "ImportStep", "ImportUndo", "HistoryPurge",
    }  # fmt: skip
    floors = ("people", "leads", "deals", "activities", "followups", "intake")
    ours = [model for floor in floors for model in apps.get_app_config(floor).get_models()]
    records = {model.__name__ for model in ours if not model.__name__.startswith("Historical")}

    assert records == {table.__name__ for table in TABLES} | left_out


def test_the_command_prints_the_tables_and_their_total(world):
    out = StringIO()
    call_command("digest", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"tables": digests(), "total": total(digests())}


BUILD = "from tests.followups.test_digest import build_world; build_world()"


def digest_in(url: str) -> str:
    environment = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
    for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", BUILD]):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)
    printed = subprocess.run(
        [sys.executable, "manage.py", "digest", "--json"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return json.loads(printed.stdout)


@pytest.mark.slow
def test_it_is_the_same_on_sqlite_and_postgresql(postgres_url, tmp_path):
    assert digest_in(f"sqlite:///{tmp_path / 'own.sqlite3'}") == digest_in(postgres_url)
