"""Rows that sum up others: 合計, Total, COUNTBLANK … first, and nothing but figures beside it."""

import re
import unicodedata
from collections.abc import Sequence

_FOOTER = re.compile(
    r"(?:総?合計|総計|小計|件数|平均|レコード数|(?:grand|sub)?\s*totals?|count|sum|average|records?"
    r"|=?(?:counta?|countblank|countif|sum|subtotal|average)(?:\(.*\))?)\s*(?:\(.*\))?[::]?",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[\d\s.,:%+()\-/]*")


def is_footer(cells: Sequence[str]) -> bool:
    """Whether the row is no record but sums up those above it."""
    filled = (cell if cell.isascii() else unicodedata.normalize("NFKC", cell) for cell in map(str.strip, cells) if cell)
    return bool(_FOOTER.fullmatch(next(filled, ""))) and all(_FIGURE.fullmatch(cell) for cell in filled)
