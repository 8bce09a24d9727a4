"""The real parts that tests use: PostgreSQL, Redis and Chromium. Each is looked for, started if need be, or absent."""

import os


class Absent(Exception):
    """A part is not to be had on this machine; the text says where it was looked for."""


def is_everything_required() -> bool:
    """Whether a missing part fails the run instead of skipping tests (`REQUIRE_ALL=1`, as on the build machine)."""
    return os.environ.get("REQUIRE_ALL", "") not in ("", "0")
