"""Real files beyond those of the acceptance, straight from the reader; skipped where the folder is absent."""

from pathlib import Path

import pytest
from django.db.models import Count

from activities.models import Activity
from intake.batches import import_file
from intake.files import inspect, rows_of
from intake.maps import read_map
from intake.report import Report
from intake.rows import Rejected, Row, RowReader
from leads.models import Contact
from people.models import User
from tests.factories import TODAY
from tests.intake.conftest import Desk, figures

DATA = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data"
MAPS = DATA / "maps"
FILES = {
    "maven_users": "maven_mdy/sales_teams.csv",
    "maven_companies": "maven_mdy/accounts.csv",
    "maven_deals": "maven_mdy/sales_pipeline.csv",
    "maven_is": "maps/maven_is.csv",
    "olist_leads": "olist_iso/olist_marketing_qualified_leads_dataset.csv",
    "olist_deals": "olist_iso/olist_closed_deals_dataset.csv",
    "zoho_users": "zoho_crm/Users.csv",
    "zoho_accounts": "zoho_crm/Accounts.csv",
    "zoho_contacts": "zoho_crm/Contacts.csv",
    "zoho_leads": "zoho_crm/Leads.csv",
    "zoho_deals": "zoho_crm/Potentials.csv",
    "zoho_calls": "zoho_crm/Calls.csv",
    "zoho_tasks": "zoho_crm/Tasks.csv",
    "zoho_events": "zoho_crm/Events.csv",
    "jp_customers": "jp_customer_master/顧客マスタ.csv",
}

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the data sets are not at {DATA}"),
]


def bring_in(name: str) -> Report:
    return import_file(DATA / FILES[name], read_map(MAPS / f"{name}.toml"), as_of=TODAY)


@pytest.mark.parametrize("name", FILES)
def test_every_row_of_every_file_is_read_by_its_map(name: str) -> None:
    plan = read_map(MAPS / f"{name}.toml")
    table = inspect(DATA / FILES[name], plan.encoding, plan.delimiter)
    reader = RowReader(plan, table.header)

    outcomes = [reader.outcome(number, cells) for number, cells in rows_of(table)]

    assert [outcome.problems for outcome in outcomes if isinstance(outcome, Rejected)] == []
    assert sum(isinstance(outcome, Row) for outcome in outcomes) == table.rows


@pytest.mark.django_db
def test_people_who_share_an_address_stay_different_people(desk: Desk) -> None:
    assert figures(bring_in("jp_customers")) == {"created": 7437}
    assert Contact.objects.values("email").distinct().count() == 7371
    shared = Contact.objects.values("email").annotate(n=Count("pk")).filter(n__gt=1)
    assert sum(row["n"] for row in shared) == 132
    assert Contact.objects.values("phone").distinct().count() == 7437
    assert figures(bring_in("jp_customers")) == {"unchanged": 7437}


@pytest.mark.django_db
def test_events_find_the_leads_that_the_file_knows(desk: Desk) -> None:
    for name in ("zoho_users", "zoho_leads"):
        bring_in(name)

    assert figures(bring_in("zoho_events")) == {"created": 2978}
    assert Activity.objects.filter(lead__isnull=False).count() == 1115
    assert User.objects.count() == 11
