"""kill -9 in the middle of an import and of its undo: one more run completes it, and nobody can tell afterwards.

Each trial starts from a copy of one database. The process that imports is killed before one of its statements or
commits, chosen among those between its first chunk and its last, so that some rows are in and some are not: anything
else is no hit and another moment is taken. KILLS=50 in the environment makes the long version.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.drills.conftest import Copies
from tests.drills.crew import Crew
from tests.intake.undo_world import EVERY_KIND

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "5"))
MARK = {"bring_in": 'INSERT INTO "intake_importstep"', "take_back": 'UPDATE "intake_importstep" SET'}


@dataclass
class Move:
    """Imports, and undos of imports, on a database that can be put back to how it was."""

    crew: Crew
    copies: Copies
    folder: str

    def again(self, job: str, kind: str, way: str, **more: Any) -> None:
        """The database as it was when the import of this kind, or its undo, was about to begin."""
        if job == "bring_in":
            self.copies.restore("staged")
            self.crew.do("order", folder=self.folder, kind=kind, way=way, **more)
        else:
            self.copies.restore(f"{kind} {way}")

    def make_ready(self, kind: str, way: str) -> None:
        """An import that is to be taken back."""
        self.copies.restore("staged")
        self.crew.do("import_to_take_back", folder=self.folder, kind=kind, way=way)
        self.copies.keep(f"{kind} {way}")

    def run(self, job: str, way: str, **more: Any) -> Any:
        [ending] = self.crew.race(job, folder=self.folder, way=way, **more)
        return ending

    def whole(self, job: str, kind: str, way: str, **more: Any) -> tuple[Any, Any, list[str]]:
        """The digests before one that nobody kills, what it looks like after it, and the steps that it took."""
        if job == "take_back":
            self.make_ready(kind, way)
        self.again(job, kind, way)
        before, whole = self.crew.do("digests"), self.run(job, way, **more)
        assert (kind, whole.error) == (kind, "")
        return before, self.look(job), whole.result

    def look(self, job: str) -> Any:
        return self.crew.do("picture" if job == "bring_in" else "picture_of_undo", folder=self.folder)

    def is_hit(self, job: str, way: str, moment: int, steps: list[str], **more: Any) -> bool:
        """Kill it before that step; whether some of it was done then and some was not."""
        ending = self.run(job, way, die_at=moment, **more)
        chunks, taken_back = self.crew.do("how_far")
        done = chunks if job == "bring_in" else taken_back
        return ending.was_killed_at_work and 0 < done < len(marked(job, steps))

    def harm(self, job: str, way: str, before: Any, expected: Any, **more: Any) -> list[str]:
        """What is wrong after one more run."""
        if error := self.run(job, way, **more).error:
            return [error]
        wrong = differences(expected, self.look(job))
        if job == "bring_in":  # whoever did which part of it, the ledger takes back all
            wrong += differences(before, self.crew.do("take_back_all"))
        return wrong


@pytest.fixture
def move(crew: Crew, copies: Copies, tmp_path: Any) -> Iterator[Move]:
    ready = Move(crew, copies, str(tmp_path))
    crew.do("stage_files", folder=ready.folder)
    copies.keep("staged")
    yield ready


def marked(job: str, steps: list[str]) -> list[int]:
    """The numbers of the steps that write down a chunk."""
    return [number for number, step in enumerate(steps, 1) if step == MARK[job]]


def midway(job: str, steps: list[str]) -> range:
    """The numbers of the steps after the first chunk was written and before the last one stands."""
    marks = marked(job, steps)
    assert len(marks) > 3, marks
    return range(marks[0] + 1, marks[-1] + 2)


def shared_out(kills: int) -> dict[str, int]:
    """How many kills each kind of record gets."""
    return Counter(EVERY_KIND[number % len(EVERY_KIND)] for number in range(kills))


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """What is not as it should be, by its place in the picture."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = [*expected, *(name for name in found if name not in expected)]
        parts = [differences(expected.get(name), found.get(name), f"{place}/{name}") for name in names]
        return [line for part in parts for line in part]
    return [] if expected == found else [f"{place}: {expected} became {found}"]


@pytest.mark.parametrize("way", ["command", "page"])
@pytest.mark.parametrize("job", ["bring_in", "take_back"])
def test_killed_midway_it_is_completed_by_one_more_run_as_if_nothing_had_been(move: Move, job: str, way: str) -> None:
    chance, fired, hits = random.Random(8), 0, 0
    for kind, wanted in shared_out(KILLS).items():
        before, expected, steps = move.whole(job, kind, way)
        moments = chance.sample(midway(job, steps), len(midway(job, steps)))
        hit_here = 0
        while hit_here < wanted:
            moment, fired = moments.pop(), fired + 1
            move.again(job, kind, way)
            if not move.is_hit(job, way, moment, steps):
                continue
            hit_here += 1
            assert (kind, moment, move.harm(job, way, before, expected)) == (kind, moment, [])
        hits += hit_here
    print(f"{job} by {way}: {fired} kills, {hits} in midway")
    assert hits == KILLS


@pytest.mark.parametrize("job", ["bring_in", "take_back"])
def test_killed_at_any_step_after_its_last_chunk_it_still_tells_all(move: Move, job: str) -> None:
    _before, expected, steps = move.whole(job, "companies", "page")
    last = marked(job, steps)[-1]
    for moment in range(last + 1, len(steps) + 1):
        move.again(job, "companies", "page")
        assert move.run(job, "page", die_at=moment).was_killed_at_work
        assert (moment, move.run(job, "page").error) == (moment, "")
        assert (moment, steps[moment - 1], differences(expected, move.look(job))) == (moment, steps[moment - 1], [])


def test_one_import_killed_again_and_again_goes_on_each_time_where_it_was(move: Move) -> None:
    """By the page, which has a place to go on from: each process is killed in its second or third chunk."""
    chance, chunk, size, latest = random.Random(9), 2, 6 * (KILLS + 1), 0
    move.again("bring_in", "companies", "page", size=size)
    whole = move.run("bring_in", "page", chunk=chunk)
    expected, marks = move.look("bring_in"), marked("bring_in", whole.result)

    move.again("bring_in", "companies", "page", size=size)
    for _kill in range(KILLS):
        moment = chance.randrange(marks[0] + 4, marks[1] + 1)
        assert move.run("bring_in", "page", chunk=chunk, die_at=moment).was_killed_at_work
        before, latest = latest, move.crew.do("rows_done")
        assert before < latest < size

    assert move.run("bring_in", "page", chunk=chunk).error == ""
    assert differences(expected, move.look("bring_in")) == []


@pytest.mark.parametrize(
    ("job", "kinds", "way", "off_when_whole", "off_when_killed", "off_in_the_rerun"),
    [
        ("bring_in", ("companies", "contacts"), "command", "transactions", "transactions", "transactions"),
        ("bring_in", ("companies", "contacts"), "command", "", "", "known rows"),
        ("bring_in", ("companies", "contacts"), "page", "", "place", ""),
        ("take_back", ("companies", "todos"), "command", "transactions", "transactions", "transactions"),
    ],
)
def test_with_a_guard_off_a_killed_one_differs_from_a_whole_one(
    move: Move,
    job: str,
    kinds: tuple[str, str],
    way: str,
    off_when_whole: str,
    off_when_killed: str,
    off_in_the_rerun: str,
) -> None:
    """The twins that must fail: the same deaths without transactions, known rows, or the place that an import is at."""
    chance = random.Random(10)

    def kinds_of_harm() -> Iterator[list[str]]:
        for kind in kinds:
            before, expected, steps = move.whole(job, kind, way, without=off_when_whole)
            for moment in chance.sample(midway(job, steps), 10):
                move.again(job, kind, way)
                if move.is_hit(job, way, moment, steps, without=off_when_killed):
                    yield move.harm(job, way, before, expected, without=off_in_the_rerun)

    assert any(kinds_of_harm())
