"""Two records side by side: whose value wins, field by field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.actions import Merging
from followups.actions.merging import BLANK, MERGED_FIELDS, Customer
from people.forms import VerbForm
from people.text import national_phone

# Not a matter of choice: an id of the source system, and a customer's wish not to be contacted.
SETTLED = frozenset({"external_id", "do_not_contact_reason"})


@dataclass(frozen=True, slots=True)
class Pair:
    """One field of both records. choice: the radio buttons, None where there is nothing to choose."""

    label: str
    kept: str
    gone: str
    choice: forms.BoundField | None


class MergeForm(VerbForm):
    """Fields in which both records say something different are chosen; the kept one's value is proposed."""

    versions = forms.RegexField(r"^\d+,\d+$", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, kept: Customer, gone: Customer) -> None:
        super().__init__(data, initial={"versions": f"{kept.version},{gone.version}"})
        self._kept, self._gone = kept, gone
        self._names = sorted(MERGED_FIELDS[type(kept)] - SETTLED, key=_position(kept))
        for name in self._names:
            mine, theirs = getattr(kept, name), getattr(gone, name)
            if mine != theirs and mine not in BLANK and theirs not in BLANK:
                self.fields[f"from_{name}"] = _choice(_shown(kept, name), _shown(gone, name))

    def pairs(self) -> list[Pair]:
        """Every field in which one of the records says something."""
        rows = []
        for name in self._names:
            texts = _shown(self._kept, name), _shown(self._gone, name)
            choice = self[f"from_{name}"] if f"from_{name}" in self.fields else None
            if any(texts):
                rows.append(Pair(str(self._kept._meta.get_field(name).verbose_name), *texts, choice))  # type: ignore[union-attr]
        return rows

    def merging(self) -> Merging:
        """The answers as the verb takes them."""
        taken = {name for name in self._names if self.cleaned_data.get(f"from_{name}") == "gone"}
        kept, gone = map(int, self.cleaned_data["versions"].split(","))
        return Merging(self._kept.pk, self._gone.pk, (kept, gone), frozenset(taken))


def _choice(kept: str, gone: str) -> forms.ChoiceField:
    choices = [("kept", kept), ("gone", gone)]
    errors = {"required": gettext_lazy("Choose one of the two values.")}
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial="kept", error_messages=errors)


def _position(record: Customer) -> Any:
    order = [field.name for field in record._meta.concrete_fields]
    return order.index


def _shown(record: Customer, name: str) -> str:
    value = getattr(record, name)
    if name == "phone":
        return national_phone(value)
    if name == "fiscal_start_month":
        return str(MONTHS[value])
    if isinstance(value, list):
        return _(", ").join(str(MONTHS[month]) for month in value)
    return str(value) if value else ""
