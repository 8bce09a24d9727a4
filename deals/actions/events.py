"""Writing down what happened to deals."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date

from deals.models import DealEvent
from deals.states import DealEventKind
from people.models import User
from people.rows import insert_rows


@dataclass(frozen=True, slots=True)
class DealHappening:
    """One line of a deal's history. A change of status names both statuses; '' before the first.

    cause: where it differs from that of the batch, as 'activity:12' does within an import.
    """

    deal_id: int
    kind: str
    happened_on: date
    from_status: str = ""
    to_status: str = ""
    cycle_id: int | None = None
    detail: str = ""
    cause: str = ""


_COLUMNS = tuple(field.name for field in fields(DealHappening))


def write_events(happenings: Sequence[DealHappening], *, by: User | None, cause: str) -> None:
    """Add the lines, all by one person and for one cause; nothing is ever changed or taken back."""
    rows = [_plain(happening, cause) for happening in happenings]
    insert_rows(DealEvent, _COLUMNS, rows, constants={"by_id": by.pk if by else None})


def _plain(happening: DealHappening, cause: str) -> tuple[object, ...]:
    *values, own_cause = astuple(happening)
    return *(value.value if isinstance(value, DealEventKind) else value for value in values), own_cause or cause
