import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from people.models import Team
from people.rows import update_rows
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def test_rows_are_changed_by_their_ids_and_the_guard_leaves_others_alone():
    first, second, third = TeamFactory.create_batch(3)
    rows = [(first.pk, "一課"), (second.pk, "二課"), (0, "無い")]
    assert update_rows(Team, ("id", "name"), rows, guard="t.id <> %s", guard_params=[second.pk]) == [first.pk]
    names = dict(Team.objects.values_list("pk", "name"))
    assert names == {first.pk: "一課", second.pk: second.name, third.pk: third.name}


@pytest.mark.postgres
def test_the_rows_of_a_batch_are_looked_up_at_once_however_many_the_table_holds():
    made = TeamFactory.create_batch(3)
    with CaptureQueriesContext(connection) as asked:
        update_rows(Team, ("id", "name"), [(team.pk, f"{team.pk}課") for team in made])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # three rows are read faster than their index
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: (id = ANY" in plan, plan
