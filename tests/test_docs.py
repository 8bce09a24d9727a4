"""What the pages about rules and numbers state as fact stands in the code."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from dashboards.reports import REPORTS
from deals.models import LostReason
from deals.states import DealStatus
from followups.models import Rule
from followups.states import CoverageState
from people.states import THRESHOLD_RANGES
from tests.screens.pages import SCREENS, looks_of

DOCS = Path(settings.BASE_DIR) / "docs"


def rows_of(page, first_cell):
    """Cells of the table rows whose first cell matches."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if re.match(first_cell, row[0])]


@pytest.mark.django_db
def test_the_table_of_rules_holds_the_rules_as_they_are_shipped():
    told = {row[0]: row for row in rows_of("rules.md", r"R-\w+$")}

    for rule in Rule.objects.all():
        _code, statuses, _clock, limit, action, _due = told.pop(rule.code)
        assert statuses.split(", ") == [str(DealStatus(status).label) for status in rule.statuses]
        assert limit.split() == [str(rule.value), rule.unit + "s" * (rule.value > 1)]
        assert action.startswith("return" if rule.action == "return" else "to-do")
    assert told == {}


@pytest.mark.django_db
def test_the_table_of_lost_reasons_is_the_shipped_list():
    yes = {True: "yes", False: "no"}
    shipped = [
        [reason.code, reason.label_ja, yes[reason.in_scope], yes[reason.counts_as_loss]]
        for reason in LostReason.objects.all()
    ]

    assert rows_of("rules.md", r"[a-z_]+$") == shipped


def test_every_setting_stands_there_with_its_default_and_range():
    told = {
        re.search(r"`(\w+)`", row[0])[1]: tuple(int(cell) for cell in row[1:])
        for row in rows_of("rules.md", r"`\w+` .")
    }

    assert told == {str(code): spec for code, spec in THRESHOLD_RANGES.items()}


def test_every_report_is_explained_and_no_other():
    told = {name for row in rows_of("metrics.md", r"`") for name in re.findall(r"`(\w+)`", row[0])}

    assert told == set(REPORTS)


def test_the_proof_bar_names_all_its_parts():
    figures = rows_of("metrics.md", r"`coverage`")[0][2]

    assert {state.value for state in CoverageState} <= set(re.findall(r"`(\w+)`", figures))


def test_every_screen_has_its_small_picture_and_its_row_and_no_other():
    taken = {path.name: path.stat().st_size for path in (DOCS / "screens").glob("*.png")}
    wanted = {f"{screen.name}{look}.png" for screen in SCREENS for look in looks_of(screen)}
    linked = set(re.findall(r"\(screens/([a-z0-9-]+\.png)\)", (DOCS / "screens.md").read_text(encoding="utf-8")))

    assert set(taken) == wanted == linked
    assert max(taken.values()) <= 150_000
    assert sum(taken.values()) <= 10_000_000
