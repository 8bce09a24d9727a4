"""Changing rules: range checks, versions, and the command."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from followups.models import Rule, RuleVersion
from followups.rules.settings import change_rule
from people.refusal import Refused
from tests.followups.scenes import TODAY

pytestmark = pytest.mark.django_db


def test_a_change_makes_a_version_that_keeps_what_the_rule_said() -> None:
    rule = Rule.objects.get(code="R-60")

    changed = change_rule(rule=rule, changes={"value": 45, "mode": "auto"}, by=None, as_of=TODAY)

    assert (changed.version, changed.value, changed.mode) == (2, 45, "auto")
    assert [version.content["value"] for version in RuleVersion.objects.filter(rule=rule)] == [60, 45]


def test_the_same_values_make_no_version() -> None:
    rule = Rule.objects.get(code="R-60")

    assert change_rule(rule=rule, changes={"value": "60"}, by=None, as_of=TODAY).version == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": 0}, "value"),
        ({"value": 3651}, "value"),
        ({"value": "viele"}, "value"),
        ({"mode": "sometimes"}, "mode"),
        ({"unit": "year"}, "unit"),
        ({"statuses": []}, "statuses"),
        ({"statuses": ["won"]}, "statuses"),
        ({"code": "R-61"}, "code"),
    ],
)
def test_a_value_outside_the_range_is_refused_and_nothing_changes(changes: dict[str, object], field: str) -> None:
    rule = Rule.objects.get(code="R-60")

    with pytest.raises(Refused) as refusal:
        change_rule(rule=rule, changes=changes, by=None, as_of=TODAY)

    assert list(refusal.value.errors) == [field]
    rule.refresh_from_db()
    assert (rule.version, rule.value, rule.code) == (1, 60, "R-60")


@pytest.mark.parametrize("value", [1, 3650])
def test_the_ends_of_the_range_are_allowed(value: int) -> None:
    assert (
        change_rule(rule=Rule.objects.get(code="R-60"), changes={"value": value}, by=None, as_of=TODAY).value == value
    )


def test_the_database_refuses_what_the_verb_refuses() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.filter(code="R-60").update(value=0)


def test_the_command_sets_several_rules_and_prints_them() -> None:
    out = StringIO()

    call_command("rules", "--set", "R-60", "mode=auto", "value=61", "--set", "R-14", "mode=auto", "--json", stdout=out)

    rows = {row["code"]: row for row in json.loads(out.getvalue())}
    assert rows["R-60"] == {
        "code": "R-60", "mode": "auto", "version": 2, "statuses": ["not_started", "appointment", "ongoing", "quoted"],
        "basis": "no_activity", "value": 61, "unit": "day", "action": "todo", "priority": 30,
    }  # fmt: skip
    assert (rows["R-14"]["mode"], rows["R-1M"]["mode"]) == ("auto", "off")


@pytest.mark.parametrize(
    "words", [["R-99", "mode=auto"], ["R-60", "mode"], ["R-60", "value=0"], ["R-60", "mode=auto", "limit=3"]]
)
def test_the_command_refuses_as_a_whole_with_exit_code_two(words: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("rules", "--set", "R-14", "mode=auto", "--set", *words)

    assert refused.value.returncode == 2
    assert Rule.objects.get(code="R-14").mode == "off"
