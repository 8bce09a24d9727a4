"""Real exports of other systems go in through the pages, with three corrections to the suggested map at the most."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from deals.models import Deal
from followups.models import Rule
from leads.models import Contact, Lead
from tests.acceptance.world import DATA
from tests.factories import UserFactory
from tests.journeys.moving import Hand

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.exists(), reason="the data sets are not beside the project"),
]

MOST_CORRECTIONS = 3
ZOHO = (
    ("Users", "11"), ("Accounts", "2,229"), ("Contacts", "1,265"), ("Leads", "3,900"), ("Potentials", "3,632"),
    ("Calls", "4,100"), ("Tasks", "2,978"),
)  # fmt: skip
# Potentials has the stage and whether it is open, won or lost; the second is the one that is judged here.
OF_ZOHO = {"Potentials": {"Stage": "元のステータス", "Forecast Type": "営業ステータス"}}


@pytest.fixture
def hand(page: Page, sign_in: Callable[..., None]) -> Hand:
    sign_in(UserFactory(admin=True, name="山口 亮"))
    return Hand(page)


def test_mavens_opportunities_go_in_as_they_are_suggested(hand: Hand) -> None:
    for name, rows in (("sales_teams", "35"), ("accounts", "85"), ("sales_pipeline", "8,800")):
        hand.import_(DATA / "maven_mdy" / f"{name}.csv", rows)

    assert Deal.objects.filter(status="lost").count() == 2473
    assert Deal.objects.count() == 8800
    assert hand.corrections == 0


def test_zohos_export_goes_in_and_the_rules_find_in_it_what_they_should(hand: Hand) -> None:
    Rule.objects.update(mode="auto")
    for name, rows in ZOHO:
        hand.import_(DATA / "zoho_crm" / f"{name}.csv", rows, OF_ZOHO.get(name))
    swept = hand.run_rules(date(2021, 4, 30))

    assert (swept["rules"]["R-60"]["opened"], swept["covered"], swept["later"]) == (1659, 466, 76)
    assert hand.corrections <= MOST_CORRECTIONS


def test_olists_funnel_goes_in_with_every_lead_and_every_win(hand: Hand) -> None:
    for name, rows in (("marketing_qualified_leads", "8,000"), ("closed_deals", "842")):
        hand.import_(DATA / "olist_iso" / f"olist_{name}_dataset.csv", rows)

    assert Lead.objects.count() == 8000
    assert Lead.objects.filter(status="meeting_won").count() == 842
    assert Deal.objects.filter(status="won").count() == 842
    assert hand.corrections <= MOST_CORRECTIONS


def test_people_who_share_an_address_stay_people_of_their_own(hand: Hand) -> None:
    hand.import_(DATA / "jp_customer_master" / "顧客マスタ.csv", "7,437")

    assert Contact.objects.count() == 7437
    assert Contact.objects.values("email").distinct().count() == 7371
    assert hand.corrections <= MOST_CORRECTIONS
