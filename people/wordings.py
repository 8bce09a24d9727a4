"""The words of fixed codes: those the product ships, with what an admin has put in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from people.models import Wording
from people.states import WordKind

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """What a code is called, what it means, and when a record comes to stand in it (S3-11, S3-12)."""

    code: str
    label: Text
    definition: Text = ""
    timing: Text = ""


def words_in_force(kind: WordKind, shipped: Mapping[str, Words]) -> dict[str, Words]:
    """The shipped words by code, in their order, with the admin's where he wrote any; one query."""
    written = {wording.code: wording for wording in Wording.objects.filter(kind=kind)}
    return {code: _overridden(words, written.get(code)) for code, words in shipped.items()}


def _overridden(words: Words, wording: Wording | None) -> Words:
    if wording is None:
        return words
    return replace(
        words,
        label=wording.label or words.label,
        definition=wording.definition or words.definition,
        timing=wording.timing or words.timing,
    )
