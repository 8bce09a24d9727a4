"""What has changed between two sentences, word by word, in Japanese and in English."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A number with its unit, a run of one script, or any single character: where a reader sees the words part.
_WORD = re.compile(
    r"\d+(?:日|週間?|か月| days?| weeks?| months?)?"
    r"|[一-龥々〆ヶ]+|[ぁ-ん]+|[ァ-ヶー]+|[A-Za-z]+(?:-[A-Za-z0-9]+)*|\s+|."
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. kind: same, gone or new."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one, what is gone before what is new. All pieces but the new ones make up `before`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        if j > i:
            found.append(Piece("gone", "".join(old[i:j])))
        if m > k:
            found.append(Piece("new", "".join(new[k:m])))
    return found
