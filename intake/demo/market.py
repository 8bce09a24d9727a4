"""The market: made-up customers with their people, and the facts that every note about them agrees with."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from intake.demo.romaji import romaji
from leads.actions import create_companies, create_contacts
from leads.models import Company, Contact

YEN_PER_PERSON = 12_000  # a year, of the made-up company's service
LEGAL_FORM = "株式会社"
RANKS = ("部長", "次長", "課長", "主任", "室長", "事務長")
AREAS = ("03-0000-", "03-0000-", "045-000-", "052-000-", "011-000-", "075-000-")


@cache
def world() -> dict[str, Any]:
    """The words of world.toml."""
    return tomllib.loads(Path(__file__).with_name("world.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a customer. title is "" for a person without rank."""

    name: str
    kana: str
    title: str
    email: str

    @property
    def called(self) -> str:
        """How our people call him in a note: 西村課長, 野口さん."""
        family = self.name.split()[0]
        return family + next((rank for rank in RANKS if self.title.endswith(rank)), "さん")


@dataclass(frozen=True, slots=True)
class Customer:
    """A company of the market. facts fill the braces of phrases.toml."""

    name: str
    kana: str
    industry: str
    phone: str
    fiscal_start_month: int
    peak_months: list[int]
    slack_months: list[int]
    size: int
    people: list[Person]
    source: str
    facts: dict[str, str]

    @property
    def amount(self) -> int:
        """Yen a year for everybody who works there."""
        return self.size * YEN_PER_PERSON


def customers(rng: Random) -> Iterator[Customer]:
    """Customers without end in practice: every word meets every ending of every line of business once."""
    stems, industries = _pairs("stems"), world()["industries"]
    names = [
        (stem, ending.split(), industry) for stem in stems for industry in industries for ending in industry["endings"]
    ]
    rng.shuffle(names)
    seen: set[tuple[str, str]] = set()
    for (word, reading), (ending, ending_reading), industry in names:
        if (word, industry["name"]) not in seen:
            seen.add((word, industry["name"]))
            yield _customer(rng, word + ending, reading + ending_reading, romaji(reading), industry)


@cache
def _pairs(key: str) -> list[tuple[str, str]]:
    lines = world()[key].strip().splitlines()
    return [(word, reading) for word, reading in (line.split() for line in lines)]


def _customer(rng: Random, name: str, kana: str, domain: str, industry: dict[str, Any]) -> Customer:
    form = industry.get("form", LEGAL_FORM)
    people = _people(rng, domain)
    size = rng.randint(*industry["people"])
    slack, peak = industry["slack"], industry["peak"]
    return Customer(
        name=_full_name(rng, name, form),
        kana=kana,
        industry=industry["name"],
        phone=_phone(rng),
        fiscal_start_month=rng.choices((4, 10, 1, 7), (70, 14, 10, 6))[0],
        peak_months=peak,
        slack_months=slack,
        size=size,
        people=people,
        source=rng.choices(world()["sources"], (30, 20, 18, 12, 10, 6, 4))[0],
        facts=_facts(rng, industry, people[0], size),
    )


def _full_name(rng: Random, name: str, form: str) -> str:
    """株式会社 before or after the name; any other legal form before it, or left out."""
    if name.endswith("会") or rng.random() < 0.6:
        return form + name
    return name + form if form == LEGAL_FORM else name


def _people(rng: Random, domain: str) -> list[Person]:
    people = []
    for position in range(rng.choices((1, 2, 3), (50, 38, 12))[0]):
        (family, family_reading), (given, given_reading) = rng.choice(_pairs("families")), rng.choice(_pairs("givens"))
        address = f"{romaji(given_reading)[0]}.{romaji(family_reading)}@{domain}.example"
        title = rng.choice(world()["titles" if position == 0 else "further_titles"])
        people.append(Person(f"{family} {given}", f"{family_reading} {given_reading}", title, address))
    return people


def _phone(rng: Random) -> str:
    return rng.choice(AREAS) + f"{rng.randint(100, 9999):04}"


def _facts(rng: Random, industry: dict[str, Any], person: Person, size: int) -> dict[str, str]:
    pain, topic = rng.choice(industry["pains"])
    words = world()
    return {
        "who": person.called,
        "size": str(size),
        "place": industry["place"],
        "places": str(max(2, size // rng.randint(11, 24))),
        "pain": pain,
        "topic": topic,
        "tool": rng.choice(words["tools"]),
        "decider": rng.choice(words["deciders"]),
        "competitor": rng.choice(words["competitors"]),
        "budget": rng.choice(words["budgets"]),
        "event": rng.choice(words["events"]).format(place=industry["place"]),
        "amount": f"{size * YEN_PER_PERSON // 10_000:,}",
        "month": str(rng.choice((1, 2, 4, 6, 9, 10, 11))),
        "peak": str(rng.choice(industry["peak"])),
        "slack": str(rng.choice(industry["slack"])),
    }


@dataclass(frozen=True, slots=True)
class Account:
    """A customer as it stands in the database."""

    customer: Customer
    company: Company
    contacts: list[Contact]

    @property
    def contact(self) -> Contact:
        """The person we speak with."""
        return self.contacts[0]


def enter(found: Sequence[Customer]) -> list[Account]:
    """Write customers and their people down."""
    companies = create_companies([_company(customer) for customer in found])
    contacts = [
        [_contact(person, company, customer) for person in customer.people]
        for customer, company in zip(found, companies, strict=True)
    ]
    create_contacts([contact for group in contacts for contact in group])
    return [Account(*row) for row in zip(found, companies, contacts, strict=True)]


def _company(customer: Customer) -> Company:
    return Company(
        name=customer.name,
        kana=customer.kana,
        industry=customer.industry,
        phone=customer.phone,
        fiscal_start_month=customer.fiscal_start_month,
        slack_months=customer.slack_months,
        peak_months=customer.peak_months,
    )


def _contact(person: Person, company: Company, customer: Customer) -> Contact:
    return Contact(
        company=company,
        name=person.name,
        kana=person.kana,
        title=person.title,
        email=person.email,
        phone=customer.phone,
    )
