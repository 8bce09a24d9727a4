"""Maven's, Zoho's and Olist's files and the customer list through the page, with the map as it is suggested."""

from datetime import date

import pytest
from django.test import Client

from deals.models import Deal
from followups.models import Rule
from followups.rules import sweep
from followups.states import RuleMode
from intake.guessing import plans
from leads.models import Contact, Lead
from tests.acceptance.world import DATA
from tests.factories import UserFactory
from tests.intake.page_desk import PageDesk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.exists(), reason="the data sets are not beside the project"),
]


@pytest.fixture(params=["by the shipped map", "by what the columns say"])
def desk(request: pytest.FixtureRequest, client: Client, monkeypatch: pytest.MonkeyPatch) -> PageDesk:
    if request.param != "by the shipped map":
        monkeypatch.setattr(plans, "shipped", dict)
    client.force_login(UserFactory(admin=True))
    return PageDesk(client)


@pytest.fixture
def rules_on() -> None:
    Rule.objects.update(mode=RuleMode.AUTO)


# 500 opportunities have no date at all; what comes in without one is of today, unless somebody knows better.
FILES = (("sales_teams.csv", {}), ("accounts.csv", {}), ("sales_pipeline.csv", {"d-created_on": "2017-12-31"}))


@pytest.mark.parametrize(
    ("as_of", "stagnant"), [(date(2017, 12, 31), 1533), (None, 2089)], ids=["as of 2017-12-31", "as of today"]
)
def test_maven_needs_one_correction(desk: PageDesk, rules_on: None, as_of: date | None, stagnant: int) -> None:
    for name, corrections in FILES:
        batch = desk.import_(DATA / "maven_mdy" / name, **corrections)
        assert (batch.status, batch.summary["rejected"]) == ("done", 0)
    assert batch.summary["created"] == 8800

    swept = sweep(as_of=as_of or date(2026, 11, 22))

    assert (swept["rules"]["R-60"]["opened"], swept["covered"]) == (stagnant, 2473)


# Potentials has the stage and whether it is open, won or lost; the second is the one that is judged here.
TWO_STATUSES = {"c6": "source_status", "c7": "status"}


def test_zoho_needs_two_corrections(desk: PageDesk, rules_on: None) -> None:
    counts = {}
    for name in ("Users", "Accounts", "Contacts", "Leads", "Potentials", "Calls", "Tasks"):
        batch = desk.import_(DATA / "zoho_crm" / f"{name}.csv", **(TWO_STATUSES if name == "Potentials" else {}))
        counts[name] = (batch.summary["created"], batch.summary["rejected"])

    assert counts == {
        "Users": (11, 0), "Accounts": (2229, 0), "Contacts": (1265, 0), "Leads": (3900, 0), "Potentials": (3632, 0),
        "Calls": (4100, 0), "Tasks": (2978, 0),
    }  # fmt: skip
    swept = sweep(as_of=date(2021, 4, 30))
    assert (swept["rules"]["R-60"]["opened"], swept["covered"], swept["later"]) == (1659, 466, 76)


def test_olist_needs_no_correction(desk: PageDesk) -> None:
    leads = desk.import_(DATA / "olist_iso" / "olist_marketing_qualified_leads_dataset.csv")
    deals = desk.import_(DATA / "olist_iso" / "olist_closed_deals_dataset.csv")

    assert (leads.summary["created"], deals.summary["created"], deals.summary["rejected"]) == (8000, 842, 0)
    assert Deal.objects.filter(status="won").count() == 842
    assert Lead.objects.filter(status="meeting_won").count() == 842


def test_a_shared_address_makes_nobody_another_person(desk: PageDesk) -> None:
    batch = desk.import_(DATA / "jp_customer_master" / "顧客マスタ.csv")

    assert (batch.summary["created"], batch.summary["rejected"]) == (7437, 0)
    assert Contact.objects.count() == 7437
    assert Contact.objects.values("email").distinct().count() == 7371
