"""What an invariant is: a sentence that must hold, and one query for the records that break it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Violation:
    """One record that breaks one invariant; text is in the active language."""

    code: str
    model: str
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that holds whatever people, rules and imports do. text says of the record %(id)s what is wrong."""

    code: str
    model: type[Model]
    text: str | Promise
    broken_by: Callable[[], Iterable[Any]]

    def violations(self) -> list[Violation]:
        """The records that break it, by ascending id."""
        name = self.model._meta.label
        return [Violation(self.code, name, pk, str(self.text) % {"id": pk}) for pk in sorted(set(self.broken_by()))]
