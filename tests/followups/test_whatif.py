"""A trial tells what a real sweep would do, deal by deal, and writes nothing (P5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.models import Deal
from followups.digest import digests
from followups.models import Rule, RuleExemption, SweepChange
from followups.rules import sweep
from followups.rules.settings import change_rule
from followups.rules.spec import RuleSpec
from followups.rules.whatif import WhatIf, hits_of, whatif
from people.states import Role
from tests.factories import TodoFactory
from tests.followups.scenes import TODAY, ago, inside, live_deal, lost_deal, person, rules_in_auto

pytestmark = pytest.mark.django_db


@pytest.fixture
def sato():
    return inside("佐藤 美咲", cap=4)


def a_business(sato) -> None:
    """Deals of every age and status, promises, exemptions, a loss that waits for its to-do, two people with caps."""
    inside("田中 蓮", cap=2)
    fs = person("中村 拓也", Role.FS)
    for n, days in enumerate(range(10, 140, 3)):
        status = ("ongoing", "quoted", "not_started", "appointment", "contacting", "first_visit")[n % 6]
        live_deal(status, ago(days), is_owner=sato if n % 4 == 0 else None, fs_owner=fs)
    deals = list(Deal.objects.order_by("pk"))
    TodoFactory(deal=deals[-1], promised=True, due_on=TODAY + timedelta(days=3))
    TodoFactory(deal=deals[-2], promised=True, due_on=ago(5))
    for deal, code in ((deals[-7], ""), (deals[-8], "R-60")):
        RuleExemption.objects.create(
            deal=deal, rule_code=code, reason="決算期", starts_on=ago(3), expires_on=TODAY + timedelta(days=5), by=sato
        )
    lost_deal(ago(90), ago(2))


class Rehearsal(Exception):
    """Takes back a sweep on a copy."""


def really(code: str, days: int) -> list[tuple[int, int | None, str, str]]:
    """What a sweep with that limit does: deal, person, first day, day as levelled; then all is as before."""
    rows = []
    with pytest.raises(Rehearsal), transaction.atomic():
        change_rule(
            rule=Rule.objects.get(code=code),
            changes={"value": days, "unit": "day", "mode": "auto"},
            by=None,
            as_of=TODAY,
        )
        run = sweep(as_of=TODAY)["run"]
        for change in SweepChange.objects.filter(run=run, rule_code=code, verb__in=["opened", "returned"]):
            after = change.after
            rows.append((change.deal_id, after["assignee"], after["due_on"], after["effective_due_on"]))
        raise Rehearsal
    return sorted(rows)


def tried(code: str, days: int) -> WhatIf:
    rule = replace(RuleSpec.of(Rule.objects.get(code=code)), value=days, unit="day")
    return whatif(rule, TODAY)


def rows_of(found: WhatIf) -> list[tuple[int, int | None, str, str]]:
    dates = [(one, one.dates()) for one in found.openings]
    return sorted((one.deal_id, one.assignee_id, day["due_on"], day["effective_due_on"]) for one, day in dates)


@pytest.mark.parametrize("code", ["R-60", "R-14", "R-1M"])
@pytest.mark.parametrize("mode", ["off", "auto"])
def test_at_every_limit_from_30_to_120_days_it_equals_the_real_sweep_row_by_row(sato, code, mode):
    a_business(sato)
    Rule.objects.update(mode=mode)
    for days in range(30, 121, 10):
        found = tried(code, days)
        assert rows_of(found) == really(code, days)
        assert found.hits == hits_of(found.rule, TODAY)
        assert found.at(days) == len(found.hits)


def test_every_single_day_of_the_range_finds_what_the_sweep_finds(sato):
    a_business(sato)
    counts = [(days, len(tried("R-60", days).hits), len(really("R-60", days))) for days in range(30, 121)]
    assert [found for _days, found, _real in counts] == [real for _days, _found, real in counts]


def test_it_writes_nothing(sato):
    a_business(sato)
    before, rules = digests(), list(Rule.objects.values_list("code", "version", "mode"))
    tried("R-60", 30)
    assert (digests(), list(Rule.objects.values_list("code", "version", "mode"))) == (before, rules)


def test_what_comes_in_and_what_drops_out_against_the_rule_in_force(sato):
    rules_in_auto()
    old, middle, young = (live_deal(last_contact_on=ago(days)) for days in (70, 50, 40))
    assert (tried("R-60", 45).plus, tried("R-60", 45).minus) == ({middle.pk}, set())
    assert (tried("R-60", 80).plus, tried("R-60", 80).minus) == (set(), {old.pk})
    Rule.objects.update(mode="off")
    assert tried("R-60", 30).plus == {old.pk, middle.pk, young.pk}


def test_a_deal_of_a_rule_that_acts_before_is_not_found(sato):
    deal = live_deal("contacting", ago(100))
    rule = replace(RuleSpec.of(Rule.objects.get(code="R-60")), statuses=("contacting",))
    assert whatif(rule, TODAY).hits == {deal.pk}
    Rule.objects.filter(code="R-14").update(mode="auto")
    assert whatif(rule, TODAY).hits == hits_of(rule, TODAY) == set()


def test_levelling_is_shown_against_the_flood_that_it_spreads():
    sato = inside("佐藤 美咲", cap=4)
    for _ in range(10):
        live_deal(last_contact_on=ago(90), is_owner=sato)
    [load] = tried("R-60", 60).loads
    assert (load.added, load.flood, load.peak.total, load.peak.cap) == (10, 10, 3, 4)  # 75 % of the cap
    assert [day.added for day in load.days][:4] == [3, 3, 3, 1]


def test_nobody_in_inside_sales_is_said():
    live_deal(last_contact_on=ago(90))
    assert (tried("R-60", 60).unassigned, tried("R-60", 60).loads) == (1, [])


@pytest.mark.parametrize(("unit", "value", "days"), [("day", 60, 60), ("week", 2, 14), ("month", 1, 31)])
def test_the_limit_is_told_in_days(unit, value, days):
    rule = replace(RuleSpec.of(Rule.objects.get(code="R-60")), value=value, unit=unit)
    assert whatif(rule, TODAY).limit_days == days


def test_the_number_of_questions_does_not_grow_with_the_deals(sato):
    counts = []
    for _ in range(2):
        a_business(sato)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            tried("R-60", 45)
        counts.append(len(asked))
    assert counts[0] == counts[1]
