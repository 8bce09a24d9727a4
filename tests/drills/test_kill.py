"""kill -9 in the middle of a sweep: whatever stands is whole, and one ordinary run does the rest.

Each trial is a night of its own: the night's deals are staged, the sweep is killed, the tables are looked at, one
ordinary sweep runs, and the tables are looked at again. DRILLS=500 in the environment makes the long version.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from statistics import median

import pytest

from tests.drills.crew import Crew, Ending

pytestmark = pytest.mark.slow

TRIALS = int(os.environ.get("DRILLS", "12"))
FIRST_NIGHT = date(2025, 7, 31)
NOTHING_WRONG = {"contradictions": [], "left_undone": []}


@dataclass(frozen=True)
class Nights:
    """A company whose sweep is killed night after night."""

    crew: Crew

    def stage(self, night: int, size: int) -> str:
        as_of = (FIRST_NIGHT + timedelta(days=night)).isoformat()
        self.crew.do("stage_night", as_of=as_of, size=size)
        return as_of

    def mend(self, as_of: str) -> dict[str, list[str]]:
        """The ordinary run after the crash, and what is wrong then."""
        wrong: dict[str, list[str]] = self.crew.do("mend", as_of=as_of)
        return wrong

    def contradictions(self, as_of: str) -> list[str]:
        wrong: list[str] = self.crew.do("look", as_of=as_of)["contradictions"]
        return wrong


@pytest.fixture
def nights(crew: Crew) -> Nights:
    crew.do("found")
    return Nights(crew)


def test_killed_before_any_statement_or_commit_a_sweep_leaves_nothing_half_done(nights):
    """The n-th night is killed at the n-th step, until a night is over before its bullet comes."""
    for step in count(1):
        as_of = nights.stage(step, size=2)
        (sweep,) = nights.crew.race("sweep", as_of=as_of, die_at=step)
        assert (step, nights.contradictions(as_of)) == (step, [])
        assert (step, nights.mend(as_of)) == (step, NOTHING_WRONG)
        if not sweep.signal:
            break

    assert step > 60, "most of a sweep was not reached"


def test_killed_at_random_moments_sweeps_leave_nothing_half_done(nights):
    """Three sweeps at once, each killed somewhere within the time that a whole one takes just now."""
    chance = random.Random(2)
    as_of = nights.stage(0, size=12)
    span = median_of_survivors(nights.crew.race("sweep", workers=3, as_of=as_of, batch=10))
    endings: list[Ending] = []
    for trial in range(1, TRIALS + 1):
        as_of = nights.stage(trial, size=12)
        bullets = [chance.uniform(0, span) for _ in range(3)]
        trio = nights.crew.race("sweep", workers=3, kill_after=bullets, as_of=as_of, batch=10)
        assert (trial, nights.contradictions(as_of)) == (trial, [])
        assert (trial, nights.mend(as_of)) == (trial, NOTHING_WRONG)
        endings += trio
        span = median_of_survivors(trio) or span * 1.2

    at_work = sum(ending.was_killed_at_work for ending in endings)
    print(f"{len(endings)} sweeps, {at_work} killed at work")
    assert at_work >= 0.45 * len(endings), "too few sweeps were killed at work: the drill shows nothing"


def median_of_survivors(sweeps: Sequence[Ending]) -> float:
    """How long a whole sweep takes on this machine at this load; 0 where none survived."""
    times = [sweep.seconds for sweep in sweeps if not sweep.signal]
    return median(times) if times else 0.0


def test_without_transactions_a_killed_sweep_leaves_what_no_run_mends(nights):
    """The twin that must fail: the same deaths when every statement commits by itself."""
    harm = 0
    for night, step in enumerate(range(30, 70, 4)):
        as_of = nights.stage(night, size=2)
        nights.crew.race("sweep", as_of=as_of, die_at=step, is_atomic=False)
        wrong = nights.mend(as_of)
        harm += len(wrong["contradictions"]) + len(wrong["left_undone"])

    print(f"{harm} things half done or lost")
    assert harm > 10


@pytest.mark.postgres
def test_a_connection_lost_while_a_batch_is_written_is_taken_up_again(nights):
    """As when the database is restarted: the batch is written anew, and the run comes to its end by itself."""
    for night, step in enumerate(range(20, 56, 5)):
        as_of = nights.stage(night, size=2)
        (sweep,) = nights.crew.race("sweep", as_of=as_of, cut_at=step)
        assert (step, sweep.error) == (step, "")
        wrong = nights.crew.do("look", as_of=as_of)
        assert (step, wrong) == (step, NOTHING_WRONG)
