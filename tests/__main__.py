"""`python -m tests [pytest's arguments]`: the suite on SQLite, then again on a real PostgreSQL.

Tests marked `postgres` run in the second half only. In the first only run those marked `shared_data`, since they make
databases of their own, and those marked `look`: a page that answers on PostgreSQL, which `tests/pages` asks of every
one, looks as it does on SQLite. What a browser writes, it writes on both. Without PostgreSQL the second half is left
out with the reason, or fails the run where REQUIRE_ALL=1.
"""

import os
import subprocess
import sys

import pytest

from tests.services import Absent, is_everything_required, postgres

WORKERS = ["-n", "2"]


def main(arguments: list[str]) -> int:
    on_sqlite = run_pytest("SQLite", ["-m", "not postgres", *arguments], {"TEST_DATABASE_URL": ""})
    if on_sqlite:
        return on_sqlite
    try:
        with postgres.running() as server:
            selected = ["-m", "not shared_data and not look", *arguments]
            return run_pytest(f"PostgreSQL ({server.found})", selected, {"TEST_DATABASE_URL": server.url})
    except Absent as reason:
        print(f"PostgreSQL: not tested. {reason}", file=sys.stderr)
        return int(is_everything_required())


def run_pytest(database: str, arguments: list[str], environment: dict[str, str]) -> int:
    """pytest's exit code; a selection that holds no test for this database counts as passed."""
    print(f"\n== On {database}", flush=True)
    command = [sys.executable, "-m", "pytest", *WORKERS, *arguments]
    code = subprocess.run(command, env=os.environ | environment, check=False).returncode
    return 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
