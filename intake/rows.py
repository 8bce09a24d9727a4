"""One row of the file as the map reads it: skipped, rejected with every reason, or the values of our fields.

What is read depends on the row and the map alone, never on the database or the clock, so the same row of the same file
always has the same digest: that is what `unchanged` is judged by (D28).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from intake.cells import Formats
from intake.fields import BELONGS, BUILT_IN, EXTERNAL_ID, IGNORED_ELSEWHERE, STATUS_AS_WRITTEN, Belongs
from intake.files import CELL_LIMIT, Cells
from intake.findings import BadCell, ImportRefused, Problem, shown
from intake.footers import is_footer
from intake.maps import ANY_OTHER, ImportMap, Words
from intake.seen import SeenTexts
from people.spreadsheet import as_it_was

DIGEST_BYTES = 16
# What the rejects file puts before the cells of a row; it may come back mended.
REJECT_COLUMNS = ("import_row", "import_reasons")

Values = dict[str, Any]
_PLAIN = (str, int, list)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be read: `values` holds the fields that are not blank, defaults of the map included.

    stored: the values as the last imported row keeps them.
    """

    number: int
    cells: Cells
    external_id: str
    values: Values
    stored: Values
    digest: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that [where] leaves out, or one without a single filled cell."""

    number: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not go in, and why."""

    number: int
    cells: Cells
    problems: list[Problem]


Outcome = Row | Skipped | Rejected


@dataclass(frozen=True)
class _Column:
    """How one field is read from its cells."""

    name: str
    places: tuple[int, ...]
    header: str
    blanks: tuple[Words, ...]
    values: Mapping[str, str]
    read: Callable[[str, Formats], Any]
    formats: Formats
    separator: str = ""

    def text(self, cells: Cells) -> str:
        """The field's text in the file, several columns joined by one space; "" for every kind of blank (D27)."""
        if len(self.places) == 1:
            cell = as_it_was(cells[self.places[0]].strip())
            return "" if cell in self.blanks[0] else cell
        parts = (as_it_was(cells[place].strip()) for place in self.places)
        return " ".join(part for part, blanks in zip(parts, self.blanks, strict=True) if part not in blanks and part)

    def ours(self, text: str) -> str:
        """The text after [values]: `*` stands for any other text that is not blank."""
        found = self.values.get(text)
        if found is not None:
            return found
        if self.separator and self.separator in text:
            return self.separator.join(self.ours(part.strip()) for part in text.split(self.separator))
        return self.values.get(ANY_OTHER, text) if text else text


@dataclass
class RowReader:
    """Reads the rows of one file in order; remembers which external ids it has seen."""

    plan: ImportMap
    header: tuple[str, ...]
    columns: list[_Column] = field(init=False)
    _seen: SeenTexts = field(default_factory=SeenTexts)
    _twins: "Counter[str]" = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._check_header()
        self.columns = [self._column(name, headers) for name, headers in self.plan.columns.items()]
        self._where = [(self.header.index(header), words) for header, words in self.plan.where.items()]
        self._theirs = [place for place, name in enumerate(self.header) if name not in REJECT_COLUMNS]
        self._has_id = EXTERNAL_ID in self.plan.columns
        self._belongs = BELONGS.get(self.plan.kind, {})
        self._kept_text = self._status_column()
        self._defaults = self._ordered_defaults()

    def outcome(self, number: int, cells: Cells) -> Outcome:
        """What becomes of this row, as far as the file and the map say."""
        if not any(map(str.strip, cells)):
            return Skipped(number)
        if problem := self._damage(number, cells):
            return Rejected(number, cells, [problem])
        if any(cells[place].strip() not in words for place, words in self._where):
            return Skipped(number)
        return self._read(number, cells)

    def header_of(self, name: str) -> str:
        """The column that fills the field, for messages; the field's own name where none does."""
        return ", ".join(self.plan.columns.get(name, (name,)))

    def _check_header(self) -> None:
        missing = [header for header in self.plan.headers() if header not in self.header]
        if missing:
            raise ImportRefused(
                _("The file has no column “%(missing)s”. Its first line reads: %(header)s")
                % {"missing": "”, “".join(missing), "header": shown(", ".join(self.header))},
                line=1,
            )

    def _column(self, name: str, headers: tuple[str, ...]) -> _Column:
        blanks = tuple(self.plan.blank | self.plan.blanks.get(header, frozenset()) for header in headers)
        places = tuple(self.header.index(header) for header in headers)
        values, spec = self.plan.values.get(name, {}), self.plan.fields[name]
        formats = self.plan.formats_of.get(name, self.plan.formats)
        return _Column(name, places, self.header_of(name), blanks, values, spec.read, formats, spec.separator)

    def _status_column(self) -> str:
        kept = STATUS_AS_WRITTEN.get(self.plan.kind, "")
        return "" if "source_status" in self.plan.columns else kept

    def _ordered_defaults(self) -> list[tuple[str, Any]]:
        """The defaults, those that others depend on first."""
        defaults = BUILT_IN.get(self.plan.kind, {}) | dict(self.plan.defaults)
        return sorted(defaults.items(), key=lambda item: item[0] in self._belongs)

    def _damage(self, number: int, cells: Cells) -> Problem | None:
        if len(cells) != len(self.header) and not is_footer(cells):
            text = _("The row has %(found)d cells, the header %(wanted)d.")
            return Problem(number, "", shown(cells[0]), text % {"found": len(cells), "wanted": len(self.header)})
        if is_footer([cells[place] for place in self._theirs if place < len(cells)]):
            return Problem(number, "", shown(next(filter(str.strip, cells))), _("This is a footer row, not a record."))
        whole = "".join(cells)
        if "\0" not in whole and len(whole) <= CELL_LIMIT // 4:
            return None
        for place, cell in enumerate(cells):
            if "\0" in cell:
                return Problem(number, self.header[place], shown(cell), _("The cell holds a NUL character."))
            if len(cell) > CELL_LIMIT // 4 and len(cell.encode()) > CELL_LIMIT:
                return Problem(number, self.header[place], shown(cell), _("The cell is larger than 100 kB."))
        return None

    def _read(self, number: int, cells: Cells) -> Row | Rejected:
        values: Values = {}
        problems: list[Problem] = []
        for column in self.columns:
            text = column.text(cells)
            ours = column.ours(text)
            if not ours:
                continue
            try:
                values[column.name] = column.read(ours, column.formats)
            except BadCell as error:
                problems.append(Problem(number, column.header, shown(text), str(error)))
            if column.name == self._kept_text and text != ours:
                values["source_status"] = text[:120]
        problems += self._complete(number, values, problems)
        external_id = self._identity(values, cells)
        if problem := self._repetition(number, external_id):
            problems.append(problem)
        if problems:
            return Rejected(number, cells, problems)
        kept = stored(values)
        return Row(number, cells, external_id, values, kept, digest_of(kept))

    def _complete(self, number: int, values: Values, problems: list[Problem]) -> Iterator[Problem]:
        """Apply the defaults, drop what does not belong to the row's status, and name what is missing."""
        for name, default in self._defaults:
            if name not in values and _belongs(self._belongs.get(name), values):
                values[name] = default
        for name in IGNORED_ELSEWHERE & values.keys():
            if not _belongs(self._belongs.get(name), values):
                del values[name]
        named = {problem.column for problem in problems}
        for name, spec in self.plan.fields.items():
            if spec.is_required and name not in values and self.header_of(name) not in named:
                yield Problem(number, self.header_of(name), "", _("%(field)s is missing.") % {"field": name})
        if self._has_id and EXTERNAL_ID not in values and self.header_of(EXTERNAL_ID) not in named:
            yield Problem(number, self.header_of(EXTERNAL_ID), "", _("The row has no external id."))

    def _identity(self, values: Values, cells: Cells) -> str:
        if self._has_id:
            return str(values.get(EXTERNAL_ID, ""))
        texts = [column.text(cells) for column in self.columns]
        digest = digest_of(dict(enumerate(texts)))
        self._twins[digest] += 1
        return f"{digest}#{self._twins[digest]}"

    def _repetition(self, number: int, external_id: str) -> Problem | None:
        if not self._seen.add(external_id) and external_id:
            text = _("A second row with this external id; the first one counts.")
            return Problem(number, self.header_of(EXTERNAL_ID), shown(external_id), text)
        return None


def _belongs(rule: Belongs | None, values: Values) -> bool:
    return rule is None or values.get(rule.beside) in rule.values


def digest_of(values: Mapping[Any, Any]) -> str:
    """32 hexadecimal digits that are equal for equal values."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def stored(values: Mapping[Any, Any]) -> Values:
    """The values in the form in which the last imported row keeps them."""
    return {
        name: value if isinstance(value, _PLAIN) else str(value) if isinstance(value, Decimal) else value.isoformat()
        for name, value in values.items()
    }


def restored(plan: ImportMap, kept: Mapping[str, Any]) -> Values:
    """The values of a last imported row as `Row.values` once held them; fields that the map names no more are left out:
    a column that is not read any longer has not become blank."""
    named = plan.columns.keys() | plan.defaults.keys() | BUILT_IN.get(plan.kind, {}).keys() | {"source_status"}
    return {
        name: restore(value) if (restore := plan.fields[name].restore) else value
        for name, value in kept.items()
        if name in named
    }
