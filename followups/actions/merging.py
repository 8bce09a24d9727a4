"""Two companies or two contacts that are one become one; nothing that was recorded on either is lost.

What points at the record that goes is found through the model itself, on every floor, so a table of tomorrow cannot be
forgotten. History that only grows never points at customers, or the database would refuse the move (a test looks).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from deals.models import Deal
from leads.actions import COMPANY_FIELDS, CONTACT_FIELDS
from leads.models import Company, Contact, Merge
from leads.states import MergeKind
from people.models import User
from people.records import save_columns
from people.refusal import refuse

MERGED_FIELDS = {Company: COMPANY_FIELDS, Contact: CONTACT_FIELDS | {"do_not_contact_reason"}}
BLANK: tuple[object, ...] = (None, "", [])
Customer = Company | Contact


@dataclass(frozen=True, slots=True)
class Merging:
    """Which record stays and which one goes.

    versions: those that the person had seen, of the kept and of the other record; None where nobody had seen any.
    taken: fields in which the other record's value wins; elsewhere the kept one's does, and blanks are filled.
    """

    kept_id: int
    gone_id: int
    versions: tuple[int | None, int | None] = (None, None)
    taken: frozenset[str] = frozenset()


@transaction.atomic
def merge_companies(mergings: Sequence[Merging], *, by: User, as_of: date) -> list[Company]:
    """Merge companies with everything of theirs; gives back those kept. Refused, all or none: what `_claim` refuses."""
    return [_merge(Company, MergeKind.COMPANY, merging, by, as_of) for merging in mergings]


@transaction.atomic
def merge_contacts(mergings: Sequence[Merging], *, by: User, as_of: date) -> list[Contact]:
    """Merge contacts with everything of theirs; a person who must not be contacted stays one.

    Gives back those kept. Refused, all or none: what `_claim` refuses.
    """
    return [_merge(Contact, MergeKind.CONTACT, merging, by, as_of) for merging in mergings]


def moving(record: Customer) -> dict[str, int]:
    """How many rows of which table point at the record, by the columns that do; one query each."""
    found = {_label(pointer): _rows(pointer, record).count() for pointer in pointers_to(type(record))}
    return {label: count for label, count in found.items() if count}


def pointers_to(model: type[Model]) -> list[Any]:
    """Every foreign key of any table that names the model, those without a way back included; deals come first."""
    found = [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    ]
    return sorted(found, key=lambda pointer: (pointer.model is not Deal, _label(pointer)))


def _merge(model: type[Any], kind: MergeKind, merging: Merging, by: User, as_of: date) -> Any:
    kept, gone = _claim(model, merging)
    held = _held(gone)
    moved = {_label(pointer): _move(pointer, gone, kept) for pointer in pointers_to(model)}
    touched = _take_over(kept, gone, MERGED_FIELDS[model], merging.taken)
    gone.delete()
    save_columns([kept], touched)
    Merge.objects.create(
        kind=kind,
        kept_id=kept.pk,
        gone_id=merging.gone_id,
        gone_external_id=held["external_id"] or "",
        gone=held,
        moved={label: count for label, count in moved.items() if count},
        merged_on=as_of,
        by=by,
    )
    return kept


def _claim(model: type[Any], merging: Merging) -> tuple[Any, Any]:
    """Both records, locked so that nothing new can name them: first what points at them, deals before all, as every
    verb does, then they themselves in ascending id.

    Refused: one record twice, one that is gone by now, one that was changed after the person had looked at it.
    """
    ids = (merging.kept_id, merging.gone_id)
    if merging.kept_id == merging.gone_id:
        refuse(_("A record cannot be merged with itself."))
    for pointer in pointers_to(model):
        if _has_version(pointer.model):
            rows = pointer.model._default_manager.filter(**{f"{pointer.name}__in": ids})
            list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    found = {row.pk: row for row in model.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))}
    for pk, version in zip(ids, merging.versions, strict=True):
        if pk not in found:
            refuse(_("One of the two records no longer exists. Somebody may have merged or deleted it meanwhile."))
        if version is not None and found[pk].version != version:
            refuse(_("%(name)s was changed meanwhile. Compare the two again.") % {"name": found[pk].name})
    return found[merging.kept_id], found[merging.gone_id]


def _move(pointer: Any, gone: Customer, kept: Customer) -> int:
    """Let the rows name the kept record; an editor who has one of them open is told."""
    values: dict[str, Any] = {pointer.name: kept}
    if _has_version(pointer.model):
        values["version"] = F("version") + 1
    return _rows(pointer, gone).update(**values)


def _take_over(kept: Customer, gone: Customer, fields: frozenset[str], taken: frozenset[str]) -> set[str]:
    """Fill the blanks of the kept record and take what was chosen; gives back the columns touched."""
    touched = {"name"}
    for name in sorted(fields):
        attname = kept._meta.get_field(name).attname  # type: ignore[union-attr]
        theirs = getattr(gone, attname)
        if theirs not in BLANK and (getattr(kept, attname) in BLANK or name in taken) and name != "external_id":
            setattr(kept, attname, theirs)
            touched.add(attname)
    if not kept.external_id and gone.external_id:
        kept.external_id = gone.external_id
        touched.add("external_id")
    return touched


def _held(gone: Customer) -> dict[str, Any]:
    """The columns of the record, as JSON can hold them."""
    encoder = DjangoJSONEncoder()
    values = {field.attname: getattr(gone, field.attname) for field in gone._meta.concrete_fields}
    return {
        name: value if isinstance(value, str | int | list | None) else encoder.default(value)
        for name, value in values.items()
    }


def _rows(pointer: Any, record: Customer) -> "models.QuerySet[Any]":
    return pointer.model._base_manager.filter(**{pointer.name: record})  # type: ignore[no-any-return]


def _label(pointer: Any) -> str:
    return f"{pointer.model._meta.label_lower}.{pointer.name}"


def _has_version(model: type[Model]) -> bool:
    return any(field.name == "version" for field in model._meta.concrete_fields)
