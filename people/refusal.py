"""How a verb says no: what is wrong, field by field, or that somebody else was quicker."""

from collections.abc import Mapping
from typing import NoReturn

from django.db import models

ALL = "__all__"  # what no single field is to blame for


class Refused(Exception):
    """A verb did nothing because a rule forbids it.

    errors: field → message in the reader's language, ALL for the rest. position: which record of a batch is meant,
    counted from 0; the whole batch is refused with it.
    """

    def __init__(self, errors: Mapping[str, str], *, position: int = 0) -> None:
        self.errors = {field: str(message) for field, message in errors.items()}
        self.position = position
        super().__init__("; ".join(self.errors.values()))


class Conflict(Exception):
    """The record was changed after the person had opened it; nothing was written.

    record: the row as it stands now, so that both values can be shown.
    """

    def __init__(self, record: models.Model) -> None:
        self.record = record
        super().__init__(f"{record._meta.label} {record.pk}")


def refuse(message: str, *, field: str = ALL, position: int = 0) -> NoReturn:
    """Raise Refused with one message."""
    raise Refused({field: message}, position=position)


def refuse_first(errors: Mapping[int, Mapping[str, str]]) -> None:
    """Raise Refused for the first record of a batch that has errors; records without errors may stand in the map."""
    for position, found in sorted(errors.items()):
        if found:
            raise Refused(found, position=position)
