"""Every page of numbers asks the database at most fifteen times, whatever there is to show."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.rollups import refresh_rollups
from people.states import Role
from tests.dashboards.rows import lost, person, stagnant, todo
from tests.dashboards.test_every_number import PAGES
from tests.factories import ActivityFactory

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
MOST = 15


@pytest.fixture
def browser(client):
    client.force_login(person("渡辺", Role.IS_MANAGER))
    return client


def work(count):
    for n in range(count):
        one = person(f"担当{n}", Role.IS if n % 2 else Role.FS)
        deal = lost(f"失注{n}", date(2025, 7, 1), date(2025, 7, 31))
        todo(deal, AS_OF, one)
        todo(stagnant(f"停滞{n}", date(2025, 7, 2)), date(2025, 7, 30), one)
        ActivityFactory(day=date(2025, 7, 3), owner=one, deal=deal.deal, reached=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_at_most_fifteen_times_for_one_person_and_for_thirty(browser, name):
    counts = []
    for people in (1, 29):
        work(people)
        refresh_rollups()
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(name), {"as_of": AS_OF.isoformat()}).status_code == 200
        counts.append(len(queries))
    assert max(counts) <= MOST, "\n\n".join(query["sql"][:300] for query in queries)
