"""Whatever writes, in whichever table that a kept answer may count: its portions are noted as changed (ADR 11)."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q

from activities.models import Activity, Todo
from dashboards.triggers import NAMES, PORTIONS, create_triggers, drop_triggers
from deals.models import Deal, DealEvent, FollowUpCycle
from leads.models import Lead
from people.models import ChangedPortion
from people.portions import (
    EVERYTHING,
    OF_LEADS,
    OF_NOBODY,
    SHIFT,
    Whose,
    _PortionOfLead,
    _within_leads,
    of_deals,
    of_deals_or_leads,
)
from tests.dashboards.noting import delete, insert, loss, noted, sql, unwatched
from tests.factories import (
    TODAY,
    ActivityFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
)
from tests.kept import agree, changed, far_apart, keep, portion_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def apart(db):
    far_apart()
    yield
    far_apart(1)


def event():
    """Of an event the guard of the history has let go, until the test is undone: here it may change."""
    made = DealFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE deals_dealevent DISABLE TRIGGER deals_dealevent_append_only")
    return DealEvent.objects.create(deal=made, kind="status", to_status="ongoing", happened_on=TODAY)


def of_deal(row):
    return {portion_of(row.deal)}


def of_lead(row):
    return {OF_LEADS - (row.lead_id >> SHIFT)}


def of_itself(row):
    return {OF_NOBODY - (row.pk >> SHIFT)}


@dataclass
class Watched:
    """A row of a watched table, the portions that it belongs to, and a column by which rows are counted."""

    make: Callable[[], Any]
    portions: Callable[[Any], set[int]] = of_deal
    column: str = "subject"


ROWS = {
    "a deal": Watched(DealFactory, lambda row: {portion_of(row)}, "competitor"),
    "a deal that revives another": Watched(
        lambda: DealFactory(revived_from=DealFactory()),
        lambda row: {portion_of(row), portion_of(row.revived_from)},
        "competitor",
    ),
    "a cycle": Watched(CycleFactory, of_deal, "hook"),
    "a loss": Watched(loss, of_deal, "competitor"),
    "an activity of a deal": Watched(lambda: ActivityFactory(deal=DealFactory())),
    "an activity of a lead": Watched(lambda: ActivityFactory(lead=LeadFactory()), of_lead),
    "an activity of nobody": Watched(ActivityFactory, of_itself),
    "an event": Watched(event, of_deal, "detail"),
    "a to-do of a deal": Watched(TodoFactory),
    "a to-do of a lead": Watched(lambda: TodoFactory(deal=None, lead=LeadFactory()), of_lead),
    "a to-do of both": Watched(lambda: TodoFactory(lead=LeadFactory()), lambda row: of_deal(row) | of_lead(row)),
    "a lead": Watched(LeadFactory, lambda row: {OF_LEADS - (row.pk >> SHIFT)}, "name"),
    "a to-do of nobody": Watched(lambda: TodoFactory(deal=None, is_imported=True), of_itself),
}


def test_each_table_that_belongs_to_portions_is_tried_here():
    assert {watched.make()._meta.db_table for watched in ROWS.values()} == set(PORTIONS)


@pytest.mark.parametrize("watched", ROWS.values(), ids=ROWS)
def test_a_row_that_comes_changes_or_goes_notes_its_portions(watched):
    row = watched.make()
    expected = watched.portions(row)
    assert noted(lambda: sql("UPDATE {table} SET id = id WHERE id = %s", row, row.pk)) == expected
    assert noted(lambda: delete(row)) == expected
    assert noted(lambda: insert(row)) == expected


@pytest.mark.parametrize("watched", ROWS.values(), ids=ROWS)
def test_many_rows_note_each_portion_once(watched):
    rows = [watched.make() for _number in range(3)]
    expected = set().union(*map(watched.portions, rows))
    noted(lambda: sql("UPDATE {table} SET id = id WHERE id = ANY(%s)", rows[0], [row.pk for row in rows]))
    assert sorted(ChangedPortion.objects.values_list("portion", flat=True)) == sorted(expected)


@pytest.mark.parametrize("watched", ROWS.values(), ids=ROWS)
def test_a_statement_that_meets_no_row_notes_nothing(watched):
    row = watched.make()
    assert noted(lambda: sql("UPDATE {table} SET id = id WHERE id = -1", row)) == set()


@pytest.mark.parametrize("name", ["a cycle", "a loss", "an activity of a deal", "a to-do of a deal"])
def test_a_row_that_moves_to_another_deal_notes_both(name):
    row, other = ROWS[name].make(), DealFactory()
    move = lambda: sql("UPDATE {table} SET deal_id = %s WHERE id = %s", row, other.pk, row.pk)  # noqa: E731
    assert noted(move) == {portion_of(row.deal), portion_of(other)}


def test_a_todo_that_moves_from_nobody_to_a_lead_and_on_to_a_deal_notes_both():
    row, lead, deal = ROWS["a to-do of nobody"].make(), LeadFactory(), DealFactory()
    of_the_lead = OF_LEADS - (lead.pk >> SHIFT)
    todos = Todo.objects.filter(pk=row.pk)
    assert noted(lambda: todos.update(lead=lead)) == of_itself(row) | {of_the_lead}
    assert noted(lambda: todos.update(deal=deal)) == {of_the_lead, portion_of(deal)}


def test_a_todo_of_a_lead_notes_the_deals_whose_calls_name_it_too():
    row = ROWS["a to-do of a lead"].make()
    call = ActivityFactory(deal=DealFactory(), lead=row.lead)
    expected = {*of_lead(row), portion_of(call.deal)}
    assert noted(lambda: Todo.objects.filter(pk=row.pk).update(subject="電話")) == expected
    assert noted(lambda: delete(row)) == expected
    assert noted(lambda: insert(row)) == expected


def test_a_follow_up_notes_the_deals_that_revive_its_own_too():
    row = ROWS["a cycle"].make()
    revived = DealFactory.create_batch(2, revived_from=row.deal)
    expected = {portion_of(row.deal), *map(portion_of, revived)}
    assert noted(lambda: FollowUpCycle.objects.filter(pk=row.pk).update(hook="来期")) == expected
    assert noted(lambda: delete(row)) == expected
    assert noted(lambda: insert(row)) == expected


def test_a_deal_that_is_said_to_revive_another_notes_all_three():
    row, other = ROWS["a deal that revives another"].make(), DealFactory()
    revives = noted(lambda: Deal.objects.filter(pk=row.pk).update(revived_from=other))
    assert revives == {portion_of(row), portion_of(row.revived_from), portion_of(other)}


def test_a_row_that_is_written_or_else_changed_notes_its_portion_either_way():
    made, other = DealFactory(external_id="A"), DealFactory()
    again = DealFactory.build(external_id="A", company=None)
    columns = {"update_conflicts": True, "unique_fields": ["external_id"], "update_fields": ["competitor"]}
    new = DealFactory.build(external_id="B", company=None)
    found = noted(lambda: Deal.objects.bulk_create([again, new], **columns))
    assert found == {portion_of(made), portion_of(Deal.objects.get(external_id="B"))}
    assert portion_of(other) not in found


def test_who_writes_in_a_transaction_that_is_undone_notes_nothing():
    ChangedPortion.objects.all().delete()
    with transaction.atomic():
        DealFactory()
        transaction.set_rollback(True)
    assert changed() == set()


OF_LEAD = Whose(_PortionOfLead(F("pk")), [lambda portions: Q(_within_leads("pk", portions))])
WHOSE = {Deal: of_deals("pk"), Todo: of_deals_or_leads(), Activity: of_deals_or_leads(), Lead: OF_LEAD}


@pytest.mark.parametrize("is_watched", [True, False])
@pytest.mark.parametrize("watched", ROWS.values(), ids=ROWS)
def test_without_its_trigger_a_kept_answer_would_be_wrong(watched, is_watched):
    row = watched.make()
    model, rows = type(row), type(row).objects.filter(pk=row.pk)
    counted = model.objects.order_by().values_list(watched.column).annotate(n=Count("pk"))
    question = counted, WHOSE.get(model, of_deals())
    keep(question)
    with nullcontext() if is_watched else unwatched(model._meta.db_table):
        rows.update(**{watched.column: "別の言葉"})
    assert agree(question) == is_watched


@pytest.mark.parametrize("table", [*PORTIONS, *NAMES])
def test_a_table_that_is_emptied_at_once_changes_everything(table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        ChangedPortion.objects.all().delete()
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert changed() == {EVERYTHING}


def test_signing_in_changes_nothing(client):
    user = UserFactory()
    assert noted(lambda: client.force_login(user)) == set()
    user.refresh_from_db()
    assert user.last_login is not None


def test_triggers_go_with_the_migration_and_come_back():
    """Backwards and forwards again."""
    made = DealFactory()
    with connection.schema_editor(atomic=False) as editor:
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
        drop_triggers(editor)
        assert noted(lambda: sql("UPDATE {table} SET id = id WHERE id = %s", made, made.pk)) == set()
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
        create_triggers(editor)
    assert noted(lambda: sql("UPDATE {table} SET id = id WHERE id = %s", made, made.pk)) == {portion_of(made)}
