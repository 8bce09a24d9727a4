"""What people write down: sentences of phrases.toml, filled with the facts of the customer and of the day."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from deals.states import ChangeTrigger
from intake.demo.market import Customer

FURTHER_SENTENCE = 0.55  # how often each group after the first adds one


@cache
def phrases() -> dict[str, Any]:
    """The words of phrases.toml."""
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def note(rng: Random, moment: str, customer: Customer, **of_the_day: str) -> str:
    """A note as somebody would type it after this moment."""
    first, *others = phrases()[moment]
    sentences = [rng.choice(first), *(rng.choice(group) for group in others if rng.random() < FURTHER_SENTENCE)]
    return "".join(sentences).format(**customer.facts, **of_the_day)


def hook(rng: Random, trigger: ChangeTrigger, customer: Customer) -> str:
    """What to talk about at the next approach, given what may change at the customer."""
    return str(rng.choice(phrases()["hooks"][trigger])).format(**customer.facts)


def subject(rng: Random, kind: str, customer: Customer) -> str:
    """The subject of a to-do: kind is subjects (promised), manual or lead."""
    return str(rng.choice(phrases()["promises"][kind])).format(**customer.facts)
