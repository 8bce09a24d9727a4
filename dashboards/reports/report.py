"""What every report gives back: the rows behind the number, and how to split and describe them.

The page, the drill-down, the CSV file and the JSON are made from this value and from nothing else, so they agree.
"""

import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from dashboards.reports.asked import Asked, Unanswerable
from dashboards.reports.dimensions import Dimension, Dimensions, Label
from people.composed import KeptOnce, count_of, rows_of, tallies_of
from people.kept_answers import kept_count_of, kept_rows_of, kept_tallies_of
from people.portions import Whose

Key = tuple[str | None, ...]
Given = TypeVar("Given")
# Parts that every rate has: what it is divided by, and what of that is not in the numerator.
WHOLE, REST = "whole", "rest"


def rate(numerator: int, denominator: int) -> float | None:
    """Percent to one decimal, half up; None where there is nothing to divide by."""
    if denominator == 0:
        return None
    return float((Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP))


def shares_of(rows: QuerySet[Any], **counts: Count) -> dict[str, int]:
    """Several counts over the rows by one query, where each row's own numbers are worked out once for all of them.

    Without the limit, which none reaches, each count would work out anew what its condition names. The conditions are
    on columns and annotations of the rows.
    """
    shares: dict[str, int] = rows.order_by()[: sys.maxsize].aggregate(**counts)
    return shares


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a whole: the rows of the report's `split` that meet the condition.

    condition: on columns and annotations of those rows; what looks at other rows is an annotation.
    """

    label: Label
    condition: Q


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer to one question.

    rows: the total counts them. whole: the denominator of a rate whose numerator is rows. parts: other shares that the
    drill-down offers, each a condition on split. What can be called is worked out when asked for; definition gives
    one or more sentences in the active language. whose: which deal or lead a row belongs to, so that the counts of it
    can be kept (ADR 11); None where they never are.
    """

    name: str
    title: Label
    asked: Asked
    rows: QuerySet[Any]
    dimensions: Dimensions
    definition: Callable[[], str]
    figures: Callable[[], dict[str, Any]] = dict
    whole: QuerySet[Any] | None = None
    split: Callable[[], QuerySet[Any]] | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    whose: Whose | None = None
    questions: KeptOnce = field(default_factory=KeptOnce, repr=False, compare=False)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.asked_once("total", lambda: self.count_of(self.rows))

    def asked_once(self, name: Hashable, compose: Callable[[], Callable[[], Given]]) -> Given:
        """The answer to what `compose` makes of the report; made once under its name, and kept with the report."""
        return self.questions.made(name, compose)()

    @property
    def rate(self) -> float | None:
        """Rows in percent of the whole; None without a whole or where there is nothing to divide by."""
        return None if self.whole is None else rate(self.total, self.whole_total)

    @property
    def whole_total(self) -> int:
        """The denominator of a rate; 0 where the report is a plain count."""
        whole = self.whole
        return 0 if whole is None else self.asked_once("whole", lambda: self.count_of(whole))

    def count_of(self, rows: QuerySet[Any]) -> Callable[[], int]:
        """How many of these rows of the report there are, when asked."""
        return count_of(rows) if self.whose is None else kept_count_of(rows, self.whose)

    def tallies_of(self, rows: QuerySet[Any], **counts: Count) -> Callable[[], dict[str, int]]:
        """Several counts over these rows of the report under their names, when asked."""
        return tallies_of(rows, **counts) if self.whose is None else kept_tallies_of(rows, self.whose, **counts)

    def counts_of(self, counted: QuerySet[Any]) -> Callable[[], list[Any]]:
        """Counts and sums of these rows of the report by keys, when asked."""
        return rows_of(counted) if self.whose is None else kept_rows_of(counted, self.whose)

    def part_rows(self, code: str) -> QuerySet[Any]:
        """The rows of that part; all rows of the report where it has no such part."""
        if self.whole is not None and code in (WHOLE, REST):
            return self.whole if code == WHOLE else self.whole.exclude(pk__in=self.rows.order_by().values("pk"))
        if self.split is None or code not in self.parts:
            return self.rows
        return self.split().filter(self.parts[code].condition)

    def groups(self, by: Iterable[str]) -> list[dict[str, Any]]:
        """Rows per key. A key is None for a blank, and a list where several dimensions are asked for."""
        chosen = [self._dimension(name) for name in by]
        if not chosen:
            return []
        parts, whole = self._counts("total", self.rows, chosen), None
        if self.whole is not None:
            whole = self._counts("whole", self.whole, chosen)
        keys = _sorted(whole or parts, chosen)
        return [_group(key, parts, whole) for key in keys]

    def as_json(self, by: Iterable[str] = ()) -> dict[str, Any]:
        """The answer in the form of D30."""
        by = list(by)
        asked = self.asked
        return {
            "report": self.name,
            "as_of": asked.as_of.isoformat(),
            "from": asked.first_on and asked.first_on.isoformat(),
            "to": asked.last_on and asked.last_on.isoformat(),
            "by": by,
            "where": {name: key or None for name, key in asked.where.items()},
            "total": self.total,
            "groups": self.groups(by),
            "figures": self.figures(),
            "definition": {language: self._defined_in(language) for language in ("ja", "en")},
        }

    def _counts(self, name: str, rows: QuerySet[Any], chosen: list[Dimension]) -> Counter[Key]:
        """Rows per key; days are counted by the database and folded into weeks or months here."""
        paths = tuple(dict.fromkeys(dimension.path for dimension in chosen))
        counts: Counter[Key] = Counter()
        for *raw, count in self.asked_once((name, paths), lambda: self.counts_of(_counted(rows, paths))):
            found = dict(zip(paths, raw, strict=True))
            counts[tuple(dimension.key(found[dimension.path]) for dimension in chosen)] += count
        return counts

    def _dimension(self, name: str) -> Dimension:
        if name not in self.dimensions:
            raise Unanswerable(_("This report cannot be split by %(name)s.") % {"name": name})
        return self.dimensions[name]

    def _defined_in(self, language: str) -> str:
        with translation.override(language):
            return self.definition()


def _counted(rows: QuerySet[Any], paths: Iterable[str]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.order_by().values_list(*paths).annotate(rows_counted=Count("*"))
    return counted


def _sorted(counts: Counter[Key], chosen: list[Dimension]) -> list[Key]:
    """Dates and closed lists in their own order, names and free text by size; a blank key last."""
    sizes = [Counter[str | None]() for _dimension in chosen]
    for key, count in counts.items():
        for size, part in zip(sizes, key, strict=True):
            size[part] += count

    def rank(key: Key) -> list[tuple[bool, int, str]]:
        return [
            (part is None, _place(dimension, part, size), part or "")
            for part, dimension, size in zip(key, chosen, sizes, strict=True)
        ]

    return sorted(counts, key=rank)


def _place(dimension: Dimension, part: str | None, size: Counter[str | None]) -> int:
    if dimension.choices:
        codes = [code for code, _label in dimension.choices]
        return codes.index(part) if part in codes else len(codes)
    return 0 if dimension.grain else -size[part]


def _group(key: Key, parts: Counter[Key], whole: Counter[Key] | None) -> dict[str, Any]:
    group: dict[str, Any] = {"key": key[0] if len(key) == 1 else list(key), "n": parts[key]}
    return group if whole is None else group | {"numerator": parts[key], "denominator": whole[key]}
