"""One database of its own per data set, and the commands run against it as an operator would."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"
MAPS = DATA / "maps"
BEHIND = ("page", "csv", "json")


@dataclass
class Verdicts:
    """What was expected and what came out, in order."""

    rows: list[tuple[str, Any, Any, bool]] = field(default_factory=list)

    def equal(self, name: str, expected: Any, actual: Any) -> None:
        """Note whether the figure is the expected one."""
        self._note(name, expected, actual, expected == actual)

    def holds(self, name: str, expected: str, actual: Any, *, met: bool) -> None:
        """Note whether a bound holds."""
        self._note(name, expected, actual, met)

    @property
    def failures(self) -> list[str]:
        """The figures that differ, one line each."""
        return [f"{name}: expected {expected}, got {actual}" for name, expected, actual, ok in self.rows if not ok]

    def _note(self, name: str, expected: Any, actual: Any, ok: bool) -> None:
        self.rows.append((name, expected, actual, ok))
        sys.stdout.write(f"{'ok  ' if ok else 'FAIL'} {name}: expected {expected}, actual {actual}\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class World:
    """A database in a temporary folder; no beat runs against it."""

    folder: Path
    verdicts: Verdicts
    name: str

    def run(self, *arguments: str) -> dict[str, Any]:
        """One management command with --json; the exit code stands in the result as `exit`."""
        command = [sys.executable, "manage.py", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False)
        try:
            printed = json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"{' '.join(arguments)} printed no JSON:\n{done.stdout}\n{done.stderr}") from None
        return (printed if isinstance(printed, dict) else {"list": printed}) | {"exit": done.returncode}

    def migrate(self) -> None:
        """Make the tables and switch the three shipped rules to auto."""
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, env=self._environment(), check=True)
        self.run("rules", "--set", "R-60", "mode=auto", "--set", "R-14", "mode=auto", "--set", "R-1M", "mode=auto")

    def load(self, file: Path, map_name: str) -> dict[str, Any]:
        """Import one file with its map."""
        return self.run("import_records", str(file), "--map", str(MAPS / f"{map_name}.toml"))

    def sweep(self, as_of: str) -> dict[str, Any]:
        """Run the rules as of that day; afterwards nothing is uncovered, nothing raised and all invariants hold."""
        summary = self.run("sweep", "--as-of", as_of)
        self._clean(as_of, summary)
        return summary

    def sweep_today(self) -> dict[str, Any]:
        """Run the rules as of the day of the clock, under the same checks."""
        summary = self.run("sweep")
        self._clean("today", summary)
        return summary

    def report(self, name: str, *arguments: str) -> dict[str, Any]:
        """One report."""
        return self.run("report", name, *arguments)

    def counts(self, name: str, *arguments: str) -> dict[Any, int]:
        """The groups of a report as key → n."""
        return {group["key"]: group["n"] for group in self.report(name, *arguments)["groups"]}

    def pages(self, *addresses: str) -> dict[str, dict[str, Any]]:
        """What a reader finds at these addresses; see `tests.acceptance.through_pages`."""
        command = [sys.executable, "-m", "tests.acceptance.through_pages", *addresses]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        found: dict[str, dict[str, Any]] = json.loads(done.stdout)
        return found

    def shows(self, what: str, page: str, numbers: Mapping[str, int]) -> None:
        """Note that the page says these numbers, each a link to rows, and that list, file and JSON have as many.

        numbers: by the report and part of the link, "due_approaches" or "due_approaches carried".
        """
        links = self.pages(page)[page]["numbers"]
        for name, number in numbers.items():
            report, _space, part = name.partition(" ")
            url = next((url for url, says in links.items() if _leads_to(url, report, part) and _says(says, number)), "")
            self.holds(f"{what}: {name} on {page}", f"{number:,}", url or sorted(links.items())[:40], met=bool(url))
            if url:
                behind = self.pages(url)[url]
                self.equal(f"{what}: rows, CSV and JSON of {name}", (number,) * 3, tuple(behind[k] for k in BEHIND))

    def count(self, query: str) -> int:
        """A count that no report gives, straight from the tables."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            return int(database.execute(query).fetchone()[0])

    def equal(self, what: str, expected: Any, actual: Any) -> None:
        """Note a figure of this data set."""
        self.verdicts.equal(f"{self.name} {what}", expected, actual)

    def holds(self, what: str, expected: str, actual: Any, *, met: bool) -> None:
        """Note a bound of this data set."""
        self.verdicts.holds(f"{self.name} {what}", expected, actual, met=met)

    @contextmanager
    def branch(self, name: str) -> Iterator["World"]:
        """A copy of this database to try something else on."""
        with opened(f"{self.name} {name}", self.verdicts) as copy:
            shutil.copy(self.folder / "db.sqlite3", copy.folder / "db.sqlite3")
            yield copy

    def _clean(self, when: str, summary: dict[str, Any]) -> None:
        found = self.run("check_invariants")
        state = {"uncovered": summary["uncovered"], "errors": summary["errors"], "violations": len(found["violations"])}
        self.equal(f"after the sweep of {when}", {"uncovered": 0, "errors": 0, "violations": 0}, state)

    def _environment(self) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": f"sqlite:///{self.folder / 'db.sqlite3'}", "LOG_LEVEL": "WARNING"}


def _leads_to(url: str, report: str, part: str) -> bool:
    parts = urlsplit(url)
    return parts.path == f"/records/{report}/" and dict(parse_qsl(parts.query)).get("part", "") == part


def _says(says: str, number: int) -> bool:
    return f"{number:,}" in re.findall(r"[\d,]+", says)


@contextmanager
def opened(name: str, verdicts: Verdicts) -> Iterator[World]:
    """A world in a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="salesfollow-") as folder:
        yield World(Path(folder), verdicts, name)
