"""From bytes to rows: encoding, header and quotes are checked over the whole file before one row is used."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from intake.findings import ImportRefused, shown

BLOCK = 1 << 18  # bytes read at a time
LONGEST_CELL = 10_000_000  # characters; beyond it somebody forgot to close a quote
CELL_LIMIT = 100_000  # bytes; a longer cell rejects its row (D29)

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What Excel on Windows calls Shift_JIS is CP932: ㈱ ① ～ － exist there alone.
_WIDER = {"shift_jis": "cp932", "utf-8": "utf-8-sig"}
# Bytes that CP932 leaves unused come out as these; a file that holds them is something else, such as CP1252 with €.
_NOT_JAPANESE = re.compile("[\x80\xa0\uf8f0-\uf8f3]")

Cells = list[str]


@dataclass(frozen=True)
class Table:
    """A file found sound. `rows` counts the rows below the header, lines without any cell left out."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    sha256: str
    header_row: int = 1


def inspect(path: Path, encoding: str | None, delimiter: str, header_row: int = 1) -> Table:
    """Read the file once from end to end. Raises ImportRefused with the line number for wrong bytes, an empty file, a
    repeated header or a quote that is never closed.

    encoding None: by its byte order mark, else strict UTF-8, else CP932. header_row: rows above it are not read; 0: the
    file has none, and its columns are called #1, #2 and so on.
    """
    try:
        named = codec_named(encoding) if encoding is not None else encoding_of(path)
        sha256 = _decode_all(path, named, is_guess=encoding is None)
    except OSError as error:
        raise ImportRefused(_("The file cannot be read: %(why)s") % {"why": error.strerror}) from error
    header, rows, stands_at = _parse_all(path, named, delimiter, header_row)
    return Table(path, named, delimiter, header, rows, sha256, stands_at)


def rows_of(table: Table) -> Iterator[tuple[int, Cells]]:
    """The rows below the header, each with its number as a spreadsheet counts (the header of most files is row 1)."""
    for number, _line, cells in _records(table.path, table.encoding, table.delimiter):
        if number > table.header_row:
            yield number, cells


def codec_named(name: str) -> str:
    """The Python codec for an encoding as maps name it. Raises ImportRefused."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")  # refuses codecs that make no text, such as base64
    except (LookupError, UnicodeError) as error:
        raise ImportRefused(_("encoding: “%(name)s” is unknown.") % {"name": name}) from error
    return _WIDER.get(found, found)


def encoding_of(path: Path) -> str:
    """The encoding by the file's mark, else UTF-8 where all its bytes are, else CP932."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    return "utf-8" if _is_utf8(path) else "cp932"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _decode_all(path: Path, encoding: str, *, is_guess: bool) -> str:
    """The SHA-256 of the file; refuses bytes that the encoding does not have, and a file without a letter."""
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, line, is_empty = hashlib.sha256(), 1, True
    for block in chain(_blocks(path), [b""]):
        digest.update(block)
        text = _decoded(decoder, block, encoding, line, is_guess=is_guess)
        line += _breaks(text)
        is_empty = is_empty and not text.strip()
    if is_empty:
        raise ImportRefused(_("The file is empty."), line=1)
    return digest.hexdigest()


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, line: int, *, is_guess: bool) -> str:
    try:
        text = decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode(encoding, "replace")
        raise _wrong_encoding(encoding, line + _breaks(good)) from error
    if is_guess and encoding == "cp932" and (found := _NOT_JAPANESE.search(text)):
        raise _wrong_encoding(encoding, line + _breaks(text[: found.start()]))
    return text


def _breaks(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _wrong_encoding(encoding: str, line: int) -> ImportRefused:
    text = _('Line %(line)d is not in the encoding %(name)s. Name the right one in the map: encoding = "…".')
    return ImportRefused(text % {"line": line, "name": encoding}, line)


def _parse_all(path: Path, encoding: str, delimiter: str, header_row: int) -> tuple[tuple[str, ...], int, int]:
    """The header, the rows below it, and where it stands: blank lines before it are passed over."""
    header: tuple[str, ...] = ()
    rows = stands_at = 0
    for number, line, cells in _records(path, encoding, delimiter):
        if header:
            rows += 1
        elif number >= header_row:
            header = _header(cells, line, is_named=header_row > 0)
            stands_at = number if header_row else 0
            rows += header_row == 0
    if not header:
        raise ImportRefused(_("Row %(row)d, which should name the columns, is not there.") % {"row": header_row})
    return header, rows, stands_at


def _header(cells: Cells, line: int, *, is_named: bool) -> tuple[str, ...]:
    if not is_named:
        return tuple(f"#{place}" for place in range(1, len(cells) + 1))
    header = tuple(cell.strip() for cell in cells)
    for name in header:
        if name and header.count(name) > 1:
            raise ImportRefused(_("The column “%(name)s” stands twice in the header.") % {"name": shown(name)}, line)
    return header


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, int, Cells]]:
    """Number, first line and cells of every record that has a cell. Raises ImportRefused for broken quotes."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number, line = 0, 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ImportRefused(
                    _("The quotes are broken in the row that begins on line %(line)d: %(why)s")
                    % {"line": line, "why": error},
                    line,
                ) from error
            number += 1
            if cells:
                yield number, line, cells
            line = reader.line_num + 1
