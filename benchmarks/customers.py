"""What the pages of a rep's day show, for a benchmark database of deals: customers to search, leads, and one full day.

Everything is written by the product's own verbs, or with the keys that they derive (`benchmarks.fill`). A company for
every deal, so that a search goes through as many as there are deals; the to-dos are those of a first sweep.
"""

from collections.abc import Iterator
from datetime import time, timedelta
from itertools import islice, product
from random import Random

from django.db import transaction

from activities.actions import add_todos
from activities.models import Todo
from benchmarks.data import AS_OF
from benchmarks.deals import batches
from deals.models import Deal
from followups.rules import sweep
from intake.demo.market import world
from leads.actions import create_companies, create_contacts, create_leads
from leads.models import Company, Contact, Lead
from leads.states import LeadStatus
from people.models import User
from people.rows import update_rows
from people.states import Role
from people.text import search_key, word_starts

OVERDUE, PROMISED, NEW_LEADS = 10, 5, 5  # of the reader, beside what the sweep has planned for him
READER = "u5"  # of inside sales


@transaction.atomic
def fill() -> None:
    """Customers, leads and the day of the reader."""
    fill_customers()
    fill_leads()
    fill_day()


def fill_customers() -> None:
    """Names, readings and phones of invented companies with one person each, and the deals given to them in turn."""
    rng = Random(42)
    names = invented_names(rng)
    Deal.objects.update(company=None, contact=None)
    Company.objects.all().delete()
    for batch in batches(Deal.objects.order_by("pk").values_list("pk", flat=True)):
        named = islice(names, len(batch))
        companies = [Company(name=name, kana=kana, phone=phone(rng)) for name, kana in named]
        create_companies(companies)
        people = [Contact(company=company, name=f"担当 {company.pk}", phone=phone(rng)) for company in companies]
        create_contacts(people)
        deals = []
        for pk, company, person in zip(batch, companies, people, strict=True):
            name = f"{company.name} 導入"
            deals.append((pk, name, search_key(name), word_starts(name), company.pk, person.pk))
        update_rows(Deal, ["id", "name", "search_key", "starts_key", "company_id", "contact_id"], deals)


def fill_leads() -> None:
    """One lead for every ten deals, half of them touched, with an owner of inside sales."""
    owners = list(User.objects.with_role(Role.IS).order_by("pk").values_list("pk", flat=True))
    companies = Company.objects.order_by("pk").values_list("pk", "name")[: Deal.objects.count() // 10]
    leads = []
    for n, (pk, name) in enumerate(companies):
        since = AS_OF - timedelta(n % 300)
        lead = Lead(name=name, company_id=pk, owner_id=owners[n % len(owners)], created_on=since)
        lead.status, lead.status_entered_on = LeadStatus.APPROACHING, since
        leads.append(lead)
    create_leads(leads, by=None, as_of=AS_OF)


def fill_day() -> None:
    """The first sweep, and for one person of inside sales also promises, what was left over, and new leads."""
    sweep(as_of=AS_OF)
    reader = User.objects.get(external_id=READER)
    deals = list(Deal.objects.filter(status="ongoing", is_followed=False).order_by("pk")[: OVERDUE + PROMISED])
    earlier = AS_OF - timedelta(2)
    for deal in deals[:OVERDUE]:
        late = Todo(deal=deal, subject="見積の返事を聞く", assignee=reader, original_due_on=earlier)
        add_todos([late], by=None, as_of=earlier)
    for hour, deal in enumerate(deals[OVERDUE:], 11):
        promise = Todo(deal=deal, subject="電話の約束", assignee=reader, original_due_on=AS_OF, is_promised=True)
        promise.due_time = time(hour)
        add_todos([promise], by=None, as_of=AS_OF)
    fresh = [Lead(name=f"問い合わせ{n}", owner=reader, phone=f"03-1234-{n:04}") for n in range(NEW_LEADS)]
    create_leads(fresh, by=None, as_of=AS_OF)


def invented_names(rng: Random) -> Iterator[tuple[str, str]]:
    """Name and reading of companies, each once: one or two words and a line of business."""
    stems = [tuple(line.split()) for line in world()["stems"].strip().splitlines()]
    endings = [tuple(ending.split()) for industry in world()["industries"] for ending in industry["endings"]]
    names = list(product(stems, stems, endings))  # a million and a half
    rng.shuffle(names)
    for (first, kana), (second, second_kana), (ending, ending_kana) in names:
        yield f"株式会社{first}{second}{ending}", f"{kana}{second_kana}{ending_kana}"


def phone(rng: Random) -> str:
    return f"03-{rng.randint(3000, 6999)}-{rng.randint(0, 9999):04}"
