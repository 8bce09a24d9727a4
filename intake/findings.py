"""What an import has to say about a file: why it was refused, which row was rejected, what a row went in with."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SHOWN_CHARACTERS = 80  # of a value, in a message (D29)


class ImportRefused(Exception):
    """The whole file or its map was refused and nothing was written. line: of the file, None where none is to blame."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.line = line


class BadCell(ValueError):
    """One cell cannot be read; the text says why in the active language."""


class WarningCode(TextChoices):
    """Why a row went in with a remark (D29)."""

    UNRESOLVED = "unresolved", _("Link not found")
    AMBIGUOUS_NAME = "ambiguous_name", _("Several bear this name")
    CLOSED_BEFORE_CREATED = "closed_before_created", _("Closed before it was created")
    IMPORTED_LOSS = "imported_loss", _("Loss without its answers")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was rejected. `row` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning: the row went in."""

    row: int
    column: str
    code: str
    text: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that people or the sweep changed since the last import: it was kept (D28)."""

    row: int
    column: str
    external_id: str
    field: str
    kept: str
    in_file: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def shown(value: object) -> str:
    """A value as a message shows it: one line, 80 characters at most."""
    text = str(value)
    start = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:SHOWN_CHARACTERS])
    return start if len(text) <= SHOWN_CHARACTERS else start + "…"
