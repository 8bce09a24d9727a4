"""Labels of fixed codes that an admin may rename (S2-20): the new label stands wherever the code is drawn.

A status or result is declared with `renamable`. Its label is looked up when it is drawn, in badges, filters, forms,
sentences and files alike. All renamed labels are read in one query and kept for LABELS_KEPT_SECONDS, so another
process may show an old one for that long; saving a Wording forgets them in the own process at once.
"""

from collections.abc import Mapping
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import Error, models
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from people.states import WordKind

if TYPE_CHECKING:
    from people.models import Wording

Text = str | Promise
Renamed = Mapping[tuple[str, str], "Wording"]

_own: dict[tuple[str, str], Text] = {}
_kept: tuple[float, Renamed] | None = None


def renamable(kind: WordKind, code: str, label: Text) -> Any:
    """Declare a code with the product's own label; gives back the label in force, as lazy as a translation."""
    _own[kind.value, code] = label
    return _lazy_label(kind.value, code)


def own_label(kind: str, code: str) -> str:
    """What the product calls the code, whatever an admin calls it."""
    return str(_own[kind, code])


def forget() -> None:
    """Read the admin's labels anew when the next one is drawn."""
    global _kept
    _kept = None


def _drop() -> None:
    global _kept
    _kept = None


def keep(renamed: Renamed) -> None:
    """Take these as the admin's words, by kind and code, until they are forgotten or too old."""
    global _kept
    _kept = (monotonic(), renamed)


def _label(kind: str, code: str) -> str:
    if get_language() is None:  # migrations: they compare the labels, and know no language
        return own_label(kind, code)
    wording = _renamed().get((kind, code))
    return (wording.label if wording else "") or own_label(kind, code)


_lazy_label = lazy(_label, str)


def _renamed() -> Renamed:
    if _kept is not None and monotonic() - _kept[0] <= settings.LABELS_KEPT_SECONDS:
        return _kept[1]
    try:
        rows = {(row.kind, row.code): row for row in apps.get_model("people", "Wording").objects.all()}
    except Error:  # Django's checks draw labels before the first migration, and while the database is down
        return {}
    keep(rows)
    return rows


class Labelled:
    """A model whose fields with fixed choices are drawn in lists: Django folds all choices anew for every label."""

    def _get_FIELD_display(self, field: "models.Field[Any, Any]") -> str | None:
        value = getattr(self, field.attname)
        label = _choices_of(field).get(value, value)
        return None if label is None else str(label)


@cache
def _choices_of(field: "models.Field[Any, Any]") -> Mapping[Any, Text]:
    return dict(field.flatchoices)
