"""How a text file is written: its encoding, what stands between its cells, and which row names the columns."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from intake.files import LONGEST_CELL, encoding_of

START = 1 << 16
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp_2", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 30  # rows
NO_HEADER = 0
_FIGURE = re.compile(r"[\d\s.,:%+()/¥$€-]*\d[\d\s.,:%+()/¥$€-]*|[^@\s]+@[^@\s]+\.[^@\s]+")


def detected_encoding(path: Path) -> str:
    """By its mark, else the first of ISO-2022-JP, UTF-8, CP932, EUC-JP and CP1252 that reads the whole file."""
    with path.open("rb") as file:
        start = file.read(START)
    if re.search(rb"\x1b\$[@B]", start) and reads(path, "iso2022_jp_2"):
        return "iso2022_jp_2"
    found = encoding_of(path)
    if found != "cp932" or reads(path, "cp932"):
        return found
    return "euc_jp" if reads(path, "euc_jp") else "cp1252"


def reads(path: Path, encoding: str) -> bool:
    """Whether every byte of the file has a letter in this encoding, and none that CP932 leaves unused."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 18):
                if encoding == "cp932" and re.search("[\x80\xa0\uf8f0-\uf8f3]", decoder.decode(block)):
                    return False
                if encoding != "cp932":
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def beginning(path: Path, encoding: str) -> str:
    """The first lines of the file, whole ones."""
    with path.open("rb") as file:
        start = file.read(START)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start)
    return text if len(start) < START else text[: text.rfind("\n") + 1] or text


def detected_delimiter(text: str) -> str:
    """The sign that cuts the first rows into the most equal and most numerous cells; a comma where none cuts."""
    return max(DELIMITERS, key=lambda sign: _evenness(records(text, sign)))


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (count / sum(widths.values()) if width > 1 else 0.0), width


def records(text: str, delimiter: str) -> list[list[str]]:
    """The first rows of the text; those before broken quotes where they are broken."""
    csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == LOOKED_AT:
                break
    except csv.Error:
        return rows
    return rows


def detected_header_row(rows: list[list[str]]) -> int:
    """The row that names the columns, from 1; NO_HEADER where the file begins with its first record.

    A report may begin with its title, which fills fewer cells than the table under it.
    """
    widths = Counter(len(row) for row in rows if row)
    width = max(widths, key=lambda width: (widths[width], width), default=0)
    for number, row in enumerate(rows, start=1):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(row) < width or len(filled) * 2 <= width or (width > 1 and len(filled) < 2):
            continue
        if any(_FIGURE.fullmatch(cell) for cell in filled):
            return NO_HEADER if len(set(filled)) > 1 or width == 1 else number
        return number
    return 1
