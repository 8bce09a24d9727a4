"""How much of a file is read at all. Beyond it the file is refused with a sentence, before memory or time run out."""

import resource
from dataclasses import dataclass
from typing import Any

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, time in seconds of the processor. ratio: unpacked to packed, judged for members above 1 MB."""

    upload: int = 300 * MB
    unpacked: int = 600 * MB
    ratio: int = 150
    members: int = 1_000
    rows: int = 2_000_000
    cells: int = 40_000_000
    columns: int = 500
    memory: int = 1_200 * MB
    seconds: int = 120


LIMITS = Limits()


class Unfit(Exception):
    """The file is refused. code: what is wrong; facts: what the sentence names."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def confine(limits: Limits) -> None:
    """Bind this process: the system ends it when it wants more memory, time or disk than this."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, limits.unpacked),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
