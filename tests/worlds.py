"""How many generated worlds a recount looks at: a few in each test run, `WORLDS` times as many with `make worlds`."""

import os

from hypothesis import HealthCheck, settings


def worlds(count: int) -> settings:
    """The settings of a recount; each world is built in a transaction of its own that is rolled back."""
    factor = int(os.environ.get("WORLDS", "1"))
    return settings(
        max_examples=factor * count, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )  # fmt: skip
