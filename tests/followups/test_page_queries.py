"""The number of queries of a page does not depend on the number of its rows; each page is pinned at 1 and at 50."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal
from followups.models import Rule, SweepRun
from followups.rules import sweep
from leads.models import Company, Contact, Lead
from people.models import User
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    SourceFactory,
    TodoFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# Session, the person with his roles, and his unread notices: what every page behind the login asks.
DOOR = 3


@pytest.fixture
def reader(client) -> User:
    user = UserFactory(roles=["IS_MANAGER", "OPS_ADMIN"])
    client.force_login(user)
    return user


def many_deals(count: int) -> None:
    """Deals of the reader in follow-up, each with a company, a contact, both owners and a to-do."""
    inside, reader = UserFactory(inside=True), User.objects.order_by("pk").first()
    for _ in range(count):
        deal = DealFactory(is_owner=inside, fs_owner=reader)
        cycle = CycleFactory(deal=deal, is_owner=inside)
        TodoFactory(rule_made=True, cycle=cycle, assignee=inside, contact=ContactFactory(company=deal.company))


def swept_deals(count: int) -> None:
    """Deals that a run of the rules has just found stagnant."""
    UserFactory(inside=True)
    Rule.objects.update(mode="auto")
    long_ago = timezone.localdate() - timedelta(days=90)
    for _ in range(count):
        DealFactory(created_on=long_ago)
    sweep(as_of=timezone.localdate())


def full_company(count: int) -> None:
    company = CompanyFactory()
    for _ in range(count):
        contact = ContactFactory(company=company)
        deal = DealFactory(company=company, contact=contact)
        TodoFactory(deal=deal)
        ActivityFactory(deal=deal, contact=contact, owner=UserFactory(), note="メモ")


def full_deal(count: int) -> None:
    """One deal with as many to-dos, activities and contacts."""
    cycle = CycleFactory(deal=DealFactory(fs_owner=UserFactory(field=True)))
    for _ in range(count):
        contact = ContactFactory(company=cycle.deal.company)
        TodoFactory(deal=cycle.deal, cycle=cycle, contact=contact, assignee=UserFactory(inside=True))
        ActivityFactory(deal=cycle.deal, contact=contact, owner=UserFactory(), note="メモ")


def findable(count: int) -> None:
    """So many companies, persons, leads and deals of one name."""
    for _ in range(count):
        company = CompanyFactory(name="みなと商店")
        contact = ContactFactory(company=company, name="みなと 太郎")
        LeadFactory(company=company, contact=contact, name="みなと様", owner=UserFactory())
        DealFactory(company=company, contact=contact, fs_owner=UserFactory(), name="みなと案件")


def many_leads(count: int) -> None:
    """Leads of every kind, each with a company, a to-do or none, and somebody who called."""
    inside = UserFactory(inside=True)
    for number in range(count):
        lead = LeadFactory(company=CompanyFactory(), owner=inside, source=SourceFactory(), status="approaching")
        ActivityFactory(lead=lead, owner=inside)
        if number % 2:
            TodoFactory(deal=None, lead=lead, assignee=inside)


def full_lead(count: int) -> None:
    """One lead with as many to-dos, activities, deals and likely doubles."""
    lead = LeadFactory(company=CompanyFactory(), email="a@example.jp", status="approaching")
    for _ in range(count):
        contact = ContactFactory(company=lead.company, email="a@example.jp")
        TodoFactory(deal=None, lead=lead, contact=contact, assignee=UserFactory(inside=True))
        ActivityFactory(lead=lead, contact=contact, owner=UserFactory(), note="メモ")
        DealFactory(lead=lead, company=lead.company, contact=contact)


def many_runs(count: int) -> None:
    for _ in range(count):
        SweepRun.objects.create(as_of=timezone.localdate(), status="done", started_by=UserFactory(), summary={})


PAGES: dict[str, tuple[Callable[[int], None], str, int]] = {
    "deals": (many_deals, "/deals/", DOOR + 6),
    "my deals": (many_deals, "/deals/?mine=1", DOOR + 6),
    "deals by owner, team and kind": (many_deals, "/deals/?kind=stagnant&followed=True", DOOR + 6),
    "to-dos": (many_deals, "/todos/", DOOR + 13),
    "companies": (many_deals, "/companies/", DOOR + 3),
    "one company": (full_company, "/companies/{company}/", DOOR + 10),
    "one deal": (full_deal, "/deals/{deal}/", DOOR + 12),
    "lose a deal": (full_deal, "/deals/{deal}/lose/", DOOR + 14),
    "return a deal": (full_deal, "/deals/{deal}/return/", DOOR + 14),
    "log a call": (full_deal, "/log/?deal={deal}", DOOR + 11),
    "whose deal to log": (many_deals, "/log/?q=商談", DOOR + 3),
    "search": (findable, "/search/?q=みな", DOOR + 6),
    "search by three characters": (findable, "/search/?q=みなと", DOOR + 6),
    "all companies found": (findable, "/search/?q=みなと&kind=companies", DOOR + 3),
    "all deals found": (findable, "/search/?q=みなと&kind=deals", DOOR + 2),
    "nothing found": (findable, "/search/?q=みなみのしま", DOOR + 8),
    "one contact": (full_deal, "/contacts/{contact}/", DOOR + 10),
    "leads": (many_leads, "/leads/", DOOR + 10),
    "leads without a next step": (many_leads, "/leads/?view=none&silence=30&q=取引先", DOOR + 10),
    "one lead": (full_lead, "/leads/{lead}/", DOOR + 13),
    "change the status of a lead": (full_lead, "/leads/{lead}/status/", DOOR + 6),
    "make a deal of a lead": (full_lead, "/leads/{lead}/convert/", DOOR + 5),
    "rules": (swept_deals, "/rules/", DOOR + 10),
    "runs": (many_runs, "/runs/", DOOR + 5),
    "one run": (swept_deals, "/runs/{run}/", DOOR + 4),
}


def address(pattern: str) -> str:
    """The address with the ids of the only deal, company and run there are."""
    first = {"deal": Deal, "company": Company, "contact": Contact, "run": SweepRun, "lead": Lead}
    return pattern.format(**{name: model.objects.values_list("pk", flat=True).first() for name, model in first.items()})


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_fifty_rows_as_for_one(client, reader, django_assert_num_queries, page, rows):
    make, pattern, expected = PAGES[page]
    make(rows)
    url = address(pattern)
    with django_assert_num_queries(expected):
        assert client.get(url).status_code == 200


def test_the_list_of_deals_stays_within_nine_queries():
    assert PAGES["deals"][2] <= 9


def test_the_fifty_first_deal_is_on_the_second_page(client, reader):
    for _ in range(51):
        DealFactory()
    assert len(client.get(reverse("followups:deals")).context["page"]) == 50
    assert len(client.get(reverse("followups:deals") + "?page=2").context["page"]) == 1
