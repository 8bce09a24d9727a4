"""Chromium: CHROMIUM, else the browser on the path."""

import os
import shutil

from tests.services import Absent

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Keep the browser off the network: it would look for updates and vendors' services at every start.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path() -> str:
    """The browser's program. Raises `Absent` when there is none."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise Absent(f"no browser: CHROMIUM is not set and none of {', '.join(NAMES)} is on the path")
