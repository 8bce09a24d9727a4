"""Digits as Excel shows them: a cell of 12 under the number format `00000` is the customer number 00012.

Only formats that add zeros are followed, and only whole numbers: an amount stays the number that it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

MOST_DIGITS = 15  # beyond it Excel itself has rounded

_TOKEN = re.compile(
    r'\[(?P<in_brackets>[^\]]*)\]|"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)'
    r"|(?P<digit>[0#])|(?P<plain>[-+()/: ])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)(-?\d+(?:\.\d+)?)")
_SECTION = re.compile(r'(?:"[^"]*"|\[[^\]]*\]|[\\!].|[^;])+', re.DOTALL)
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    "=": lambda value, bound: value == bound,
    "<>": lambda value, bound: value != bound,
    ">=": lambda value, bound: value >= bound,
    ">": lambda value, bound: value > bound,
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a format. signs: what stands in it, (text, whether it is the place of a digit).

    zeros: how many digits it shows at least before a decimal point. is_plain: it has digits and fixed text alone.
    """

    condition: tuple[str, float] | None
    signs: tuple[tuple[str, bool], ...]
    zeros: int
    is_plain: bool

    def holds(self, value: float) -> bool:
        """Whether the section's own condition is met; True without one."""
        return self.condition is None or _HOLDS[self.condition[0]](value, self.condition[1])


@cache
def sections(number_format: str) -> tuple[Section, ...]:
    """The sections of a format that adds zeros in any of them; nothing for all others, such as General."""
    found = tuple(_section(text) for text in _SECTION.findall(number_format)[:3])
    return found if any(section.zeros > 1 for section in found) else ()


def _section(text: str) -> Section:
    condition, signs, zeros, is_plain, is_whole = None, [], 0, True, True
    for token in _TOKEN.finditer(text):
        if token["in_brackets"] is not None:
            if asked := _CONDITION.fullmatch(token["in_brackets"]):
                condition = (asked[1], float(asked[2]))
        elif token["digit"]:
            signs.append((token["digit"], True))
            zeros += is_whole and token["digit"] == "0"
        elif token["other"]:
            is_plain, is_whole = False, is_whole and token["other"] not in ".Ee"
        else:
            signs.append((token["quoted"] or token["escaped"] or token["plain"] or "", False))
    return Section(condition, tuple(signs), zeros, is_plain)


def shown(value: int | float, number_format: str) -> str | None:
    """The digits as the format shows them, None where it adds no zeros to this value.

    Raises ValueError where it adds some, and what Excel shows cannot be told.
    """
    found = sections(number_format)
    section = _section_of(value, found)
    if section is None or section.zeros < 2 or abs(value) >= 10**MOST_DIGITS:
        return None
    whole = abs(int(value))
    if abs(value) == whole and section.is_plain:
        return ("-" if value < 0 and section is found[0] else "") + _filled_in(str(whole), section)
    if len(str(whole)) < section.zeros:
        raise ValueError(number_format)
    return None


def _section_of(value: float, found: tuple[Section, ...]) -> Section | None:
    """The section that Excel takes: the first whose condition holds, else by sign: positive, negative, zero."""
    if not found:
        return None
    if any(section.condition for section in found):
        return next((section for section in found if section.holds(value)), None)
    if value < 0:
        return found[min(1, len(found) - 1)]
    return found[2 if value == 0 and len(found) > 2 else 0]


def _filled_in(digits: str, section: Section) -> str:
    """The digits put into their places from the right; those without a place stand before the first one."""
    left = list(digits)
    places = sum(is_place for _sign, is_place in section.signs)
    out: list[str] = []
    for sign, is_place in reversed(section.signs):
        if not is_place:
            out.append(sign)
            continue
        places -= 1
        if left and not places:
            out.append("".join(left))
        elif left:
            out.append(left.pop())
        elif sign == "0":
            out.append("0")
    return "".join(reversed(out))


def named(notes: Iterable[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The notes with the name of the column where one knows only its place: which row names them is settled later."""
    return [
        {**note, "column": columns[note["place"] - 1]["name"] or f"#{note['place']}"} if "place" in note else {**note}
        for note in notes
    ]
