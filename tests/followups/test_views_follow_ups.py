"""掘り起こし対象: the same follow-ups as the coverage report counts, with what is next and what was done."""

from datetime import timedelta

import pytest

from dashboards.reports import Asked, answer
from people.states import Role
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    CycleFactory,
    DealFactory,
    ExemptionFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/followup/"


def listed(client, **query):
    return {cycle.pk for cycle in client.get(LIST, query).context["page"].object_list}


@pytest.fixture
def five(me, today):
    """One follow-up in each state of the proof bar."""
    exempt, uncovered, unassigned = CycleFactory(), CycleFactory(lost=True), CycleFactory(returned=True)
    overdue, in_hand = CycleFactory(), CycleFactory()
    ExemptionFactory(cycle=exempt, deal=exempt.deal, starts_on=today, expires_on=today)
    ahead, behind = today + timedelta(days=5), today - timedelta(days=1)
    TodoFactory(rule_made=True, cycle=unassigned, original_due_on=ahead)
    TodoFactory(rule_made=True, cycle=overdue, assignee=me, original_due_on=behind)
    TodoFactory(rule_made=True, cycle=in_hand, assignee=me, original_due_on=ahead)
    CycleFactory(ended=True)
    return {"exempt": exempt, "uncovered": uncovered, "unassigned": unassigned, "overdue": overdue, "in_hand": in_hand}


def test_everybody_sees_every_open_follow_up_and_no_ended_one(client, five):
    for role in Role:
        client.force_login(UserFactory(roles=[role]))
        assert listed(client) == {cycle.pk for cycle in five.values()}


def test_every_part_is_that_of_the_coverage_report(client, five, today):
    report = answer("coverage", Asked(as_of=today))
    for state, cycle in five.items():
        part = set(report.part_rows(state).values_list("pk", flat=True))
        assert listed(client, state=state) == part == {cycle.pk}


def test_kinds_and_states_sum_to_all(client, five):
    context = client.get(LIST).context
    assert context["all"] == sum(n for _k, n in context["kinds"]) == sum(n for _s, n in context["states"]) == 5
    for kind, count in context["kinds"]:
        assert len(listed(client, kind=kind.value)) == count
    narrowed = client.get(LIST, {"kind": "stagnant"}).context
    assert sum(n for _s, n in narrowed["states"]) == len(listed(client, kind="stagnant")) == 3


def test_it_narrows_by_owner_reason_team_and_text(client, me):
    team = TeamFactory()
    mine = CycleFactory(is_owner=me)
    lost = CycleFactory(lost=True)
    deal = DealFactory(company=CompanyFactory(name="株式会社あおぞら", kana="アオゾラ"), team=team)
    theirs = CycleFactory(deal=deal, is_owner=UserFactory(inside=True))
    assert listed(client, owner=me.pk) == {mine.pk}
    assert listed(client, owner="none") == listed(client, reason=lost.reason_id) == {lost.pk}
    assert listed(client, team=team.pk) == listed(client, q="あおぞら") == {theirs.pk}
    assert len(listed(client, owner="x", reason="x", kind="x", state="x", page="x")) == 3


def test_touches_count_from_the_day_it_began(client, me, today):
    cycle = CycleFactory(entered_on=today - timedelta(days=10))
    for days in (11, 10, 0):
        ActivityFactory(deal=cycle.deal, day=today - timedelta(days=days))
    ActivityFactory(deal=cycle.deal, newsletter=True, day=today)
    assert client.get(LIST).context["page"][0].touches == 2


def test_the_file_holds_the_rows_of_the_list(client, five):
    answer = client.get("/followup/list.csv", {"kind": "stagnant"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 3


def test_nothing_at_all_leads_to_the_rules(client, me):
    assert "/rules/" in client.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 50])
def test_it_asks_as_often_for_fifty_rows_as_for_one(client, me, today, django_assert_num_queries, rows):
    for _ in range(rows):
        cycle = CycleFactory(is_owner=me)
        TodoFactory(rule_made=True, cycle=cycle, assignee=me)
        ActivityFactory(deal=cycle.deal, day=today)
    client.get(LIST)
    with django_assert_num_queries(3 + 9):
        client.get(LIST)
