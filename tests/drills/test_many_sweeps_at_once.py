"""Many processes sweep the same day at once: each deal enters one cycle with one to-do, and nobody fails."""

import pytest

from tests.drills.crew import Crew

pytestmark = pytest.mark.slow

SWEEPS = 8
AS_OF = "2025-07-31"  # a Thursday


def fill(crew: Crew, size: int) -> int:
    """The day's own deals, and to-dos of the day before to hand out and to continue; how many changes that makes."""
    crew.do("found")
    crew.do("stage_night", as_of="2025-07-30", size=size // 5)
    crew.do("sweep", as_of="2025-07-30")
    changes: int = crew.do("stage_night", as_of=AS_OF, size=size)
    return changes


@pytest.mark.parametrize("meets", [False, True], ids=["started at once", "planned before the first writes"])
def test_many_sweeps_at_once_do_what_one_does(crew, meets):
    changes = fill(crew, 400)

    sweeps = crew.race("sweep", workers=SWEEPS, as_of=AS_OF, meets=meets)

    assert [sweep.error for sweep in sweeps] == [""] * SWEEPS
    assert [(sweep.result["errors"], sweep.result["uncovered"]) for sweep in sweeps] == [(0, 0)] * SWEEPS
    assert sum(sweep.result["changes"] for sweep in sweeps) == changes
    assert crew.do("look", as_of=AS_OF) == {"contradictions": [], "left_undone": []}
    assert crew.do("sweep", as_of=AS_OF)["changes"] == 0


def test_without_constraints_and_claims_they_double_each_other(crew):
    fill(crew, 40)
    crew.do("drop_constraints")

    crew.race("sweep", workers=SWEEPS, as_of=AS_OF, meets=True, is_guarded=False)

    assert crew.do("count_doubles") > 100
