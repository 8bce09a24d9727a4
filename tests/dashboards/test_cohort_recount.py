"""Generated follow-ups, counted once by the reports and once deal by deal in plain Python."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports import Asked, answer
from deals.models import Deal
from people.states import Role
from tests.dashboards.cohorts import hand_back, lose_deal, reopen_deal, stagnate
from tests.dashboards.rows import call, deal, person
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
START = date(2025, 1, 1)
WINDOW = 180

# What happens to a deal, one step after the other; steps that make no sense in its state are left out.
steps = st.lists(
    st.tuples(
        st.sampled_from(["stagnate", "lose", "lose on price", "return", "reopen", "touch"]),
        st.sampled_from([0, 1, 6, 7, 8, 29, 30, 31, 90, 179, 180, 181]),
    ),
    max_size=7,
)


@dataclass
class Spell:
    """One cycle, as plain Python sees it."""

    kind: str
    entered_on: date
    number: int
    before: "Spell | None" = None
    after: "Spell | None" = None
    reopened_on: date | None = None


@dataclass
class Life:
    """One deal: its state, its cycles and what else happened."""

    deal: Deal
    today: date = START
    state: str = "live"  # live, stagnant, lost, returned, price
    spells: list[Spell] = field(default_factory=list)
    losses: list[tuple[date, int | None]] = field(default_factory=list)  # and the cycle it began
    touches: list[date] = field(default_factory=list)

    def enter(self, kind: str, *, is_link: bool) -> None:
        before = self.spells[-1] if is_link else None
        spell = Spell(kind, self.today, len(self.spells) + 1, before)
        if before:
            before.after = spell
        self.spells.append(spell)
        self.state = kind


def live(life: Life, step: str, caller: Any) -> None:
    """One step in the product and in plain Python."""
    is_followed = life.state in ("stagnant", "lost", "returned")
    if step == "stagnate" and life.state == "live":
        stagnate_again(life)
    elif step == "lose" and life.state in ("live", "stagnant", "returned"):
        lose_deal(life.deal, life.today, "competitor")
        life.enter("lost", is_link=is_followed)
        life.losses.append((life.today, len(life.spells)))
    elif step == "lose on price" and life.state in ("live", "stagnant", "returned"):
        lose_deal(life.deal, life.today, "price")
        life.losses.append((life.today, None))
        life.state = "price"
    elif step == "return" and life.state in ("live", "stagnant"):
        hand_back(life.deal, life.today)
        life.enter("returned", is_link=is_followed)
    elif step == "reopen" and life.state in ("stagnant", "lost", "returned", "price"):
        reopen_deal(life.deal, life.today)
        if is_followed:
            life.spells[-1].reopened_on = life.today
        life.state = "live"
    elif step == "touch":
        call(caller, life.today, deal=Deal.objects.get(pk=life.deal.pk))
        life.touches.append(life.today)


def stagnate_again(life: Life) -> None:
    stagnate("", life.today, made=life.deal)
    life.enter("stagnant", is_link=False)


def build(world: list[list[tuple[str, int]]]) -> list[Life]:
    caller, lives = person("佐藤", Role.IS), []
    for number, happenings in enumerate(world):
        life = Life(deal(f"商談{number}", date(2024, 11, 5)))
        for step, days in happenings:
            life.today = min(life.today + timedelta(days=days), AS_OF)
            live(life, step, caller)
        lives.append(life)
    return lives


# The same questions, deal by deal


def reopened_on(life: Life, spell: Spell) -> date | None:
    on = spell.reopened_on
    if on is None:
        return None
    week = on + timedelta(days=7)
    again = [day for day, number in life.losses if on <= day <= week and (number is None or number > spell.number)]
    is_taken_back = any(not any(on < touch <= day for touch in life.touches) for day in again)
    return None if is_taken_back else on


def chain_of(spell: Spell) -> list[Spell]:
    links = [spell]
    while links[-1].after:
        links.append(links[-1].after)
    return links


def is_head(spell: Spell) -> bool:
    earlier, before = [], spell.before
    while before:
        earlier.append(before.kind)
        before = before.before
    return spell.kind != "returned" and not {"stagnant", "lost"} & set(earlier)


def hits(starts: list[tuple[date, date | None]]) -> tuple[int, int, int]:
    waits = [(on - entered).days for entered, on in starts if on]
    return sum(wait <= WINDOW for wait in waits), len(waits), len(starts)


def recount(lives: list[Life]) -> None:
    asked = Asked(as_of=AS_OF)
    every = [(life, spell) for life in lives for spell in life.spells]
    for kind in ("lost", "stagnant", "returned"):
        starts = [(spell.entered_on, reopened_on(life, spell)) for life, spell in every if spell.kind == kind]
        assert told(f"reopportunity_{kind}", asked) == hits(starts), kind
    chains = []
    for life, spell in every:
        if is_head(spell):
            days = [on for link in chain_of(spell) if (on := reopened_on(life, link))]
            chains.append((spell.entered_on, days[0] if days else None))
    assert told("reopportunity", asked) == hits(chains)
    alive = [on for life, spell in every if (on := reopened_on(life, spell))]
    assert answer("reopened", asked).total == len(alive)
    for name in ("lost_reasons", "won_back"):
        report = answer(name, asked)
        assert (report.whole_total or report.total) == sum(len(life.losses) for life in lives)


def told(name: str, asked: Asked) -> tuple[int, int, int]:
    figures = answer(name, asked).figures()
    for by in ("user", "reason", "source", "month"):
        assert sum(group["numerator"] for group in answer(name, asked).groups([by])) == figures["numerator"]
    return figures["numerator"], figures["ever"], figures["denominator"]


@worlds(25)
@given(world=st.lists(steps, min_size=1, max_size=4))
def test_every_rate_agrees_with_a_count_deal_by_deal(world):
    with transaction.atomic():
        recount(build(world))
        transaction.set_rollback(True)
