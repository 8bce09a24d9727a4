"""Fills one benchmark database with what the pages of a rep's day show: customers to search, leads, and one full day.

Runs inside one process: everything is written by the product's own verbs, or with the keys that they derive. A company
for every deal, so that a search goes through as many as there are deals; the to-dos are those of a first sweep.
"""

import os
from collections.abc import Iterator
from datetime import time, timedelta
from itertools import islice, product
from random import Random

import django

OVERDUE, PROMISED, NEW_LEADS = 10, 5, 5  # of the reader, beside what the sweep has planned for him
BATCH = 5000


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        fill_customers()
        fill_leads()
        fill_day()


def fill_customers() -> None:
    """Names, readings and phones of invented companies with one person each, and the deals given to them in turn."""
    from deals.models import Deal
    from leads.models import Company, Contact
    from people.records import insert_records
    from people.rows import update_rows
    from people.text import search_key, word_starts

    rng, count = Random(42), Deal.objects.count()
    names = invented_names(rng)
    Deal.objects.update(company=None, contact=None)
    Company.objects.all().delete()
    for start in range(1, count + 1, BATCH):
        batch = range(start, min(start + BATCH, count + 1))
        named = islice(names, len(batch))
        companies = [Company(name=name, kana=kana, phone=phone(rng)) for name, kana in named]
        insert_records(companies)
        people = [Contact(company=company, name=f"担当 {company.pk}", phone=phone(rng)) for company in companies]
        insert_records(people)
        deals = []
        for n, company, person in zip(batch, companies, people, strict=True):
            name = f"{company.name} 導入"
            deals.append((n, name, search_key(name), word_starts(name), company.pk, person.pk))
        update_rows(Deal, ["id", "name", "search_key", "starts_key", "company_id", "contact_id"], deals)


def fill_leads() -> None:
    """One lead for every ten deals, half of them touched, with an owner of inside sales."""
    from benchmarks.data import AS_OF
    from deals.models import Deal
    from leads.models import Company, Lead
    from leads.states import LeadStatus
    from people.models import User
    from people.records import insert_records
    from people.states import Role

    owners = list(User.objects.with_role(Role.IS).order_by("pk").values_list("pk", flat=True))
    companies = Company.objects.order_by("pk").values_list("pk", "name")[: Deal.objects.count() // 10]
    leads = []
    for n, (pk, name) in enumerate(companies):
        since = AS_OF - timedelta(n % 300)
        lead = Lead(name=name, company_id=pk, owner_id=owners[n % len(owners)], created_on=since)
        lead.status, lead.status_entered_on = LeadStatus.APPROACHING, since
        leads.append(lead)
    insert_records(leads)


def fill_day() -> None:
    """The first sweep, and for one person of inside sales also promises, what was left over, and new leads."""
    from activities.actions import add_todos
    from activities.models import Todo
    from benchmarks.data import AS_OF
    from deals.models import Deal
    from followups.rules import sweep
    from leads.actions import create_leads
    from leads.models import Lead
    from people.models import User

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


READER = "u5"  # of inside sales


def invented_names(rng: Random) -> Iterator[tuple[str, str]]:
    """Name and reading of companies, each once: one or two words and a line of business."""
    from intake.demo.market import world

    stems = [tuple(line.split()) for line in world()["stems"].strip().splitlines()]
    endings = [tuple(ending.split()) for industry in world()["industries"] for ending in industry["endings"]]
    names = [(first, second, ending) for first, second, ending in product(stems, stems, endings)]
    for (first, kana), (second, second_kana), (ending, ending_kana) in rng.sample(names, 200_000):
        yield f"株式会社{first}{second}{ending}", f"{kana}{second_kana}{ending_kana}"


def phone(rng: Random) -> str:
    return f"03-{rng.randint(3000, 6999)}-{rng.randint(0, 9999):04}"


if __name__ == "__main__":
    main()
