"""A test that commits leaves the database as the migrations left it, for the next one."""

import pytest
from django.db import connection

from deals.models import LostReason
from tests.database import Migrated

APPEND_ONLY = ["leads_leadevent", "deals_dealevent", "deals_handover"]


@pytest.mark.django_db(transaction=True)
def test_rows_of_migrations_that_a_test_deleted_are_there_again_and_its_own_are_gone():
    migrated = Migrated.read()
    shipped = set(LostReason.objects.values_list("id", "code"))
    LostReason.objects.all().delete()
    LostReason.objects.create(code="own", label_ja="自社")

    migrated.restore()

    assert shipped
    assert set(LostReason.objects.values_list("id", "code")) == shipped


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ids_of_the_rows_of_migrations_are_not_given_again_after_a_test_that_set_the_counter_back():
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('deals_lostreason', 'id'), 1, false)")

    Migrated.read().restore()

    assert LostReason.objects.create(code="own", label_ja="自社").pk > 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_committed_the_next_does_not_see(turn):
    assert not LostReason.objects.filter(code="left behind").exists()

    LostReason.objects.create(code="left behind", label_ja="残り")


@pytest.mark.django_db(transaction=True)
def test_the_guards_of_append_only_tables_stand_after_the_database_was_restored():
    Migrated.read().restore()

    assert set(guarded_tables()) >= set(APPEND_ONLY)


def guarded_tables() -> list[str]:
    query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [table for (table,) in cursor.fetchall()]
