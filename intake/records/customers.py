"""Companies and contacts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from intake.drafts import Change, Draft
from intake.on_sight import make_companies
from intake.records.kind import Kind, edits
from intake.rows import Values
from leads.actions import create_companies, create_contacts, edit_companies, edit_contacts
from leads.merged import kept_ids, merged_names
from leads.models import Company, Contact
from leads.states import MergeKind
from people.text import e164, normalised_name


class Companies(Kind):
    """Rows with different external ids are never merged, whatever their names (D27)."""

    model = Company

    def draft(self, external_id: str, values: Values) -> Draft:
        """A blank name becomes the external id."""
        draft = Draft(external_id, values)
        draft.columns = {
            "external_id": values.get("external_id"),
            "name": values.get("name") or external_id,
            "kana": values.get("kana", ""),
            "industry": values.get("industry", ""),
            "phone": e164(values["phone"]) if "phone" in values else "",
        }
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert them."""
        made = create_companies([Company(**draft.columns) for draft in drafts])
        return [company.pk for company in made]

    def change(self, changes: Sequence[Change]) -> None:
        """Write the columns."""
        edit_companies(edits(changes))

    def twins(self, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Also companies made on sight, which bear the name or the id of the row and have no external id yet."""
        merged = _merged(MergeKind.COMPANY, drafts)
        return adopted(Company.objects.filter(external_id__isnull=True), drafts) | merged | dict(super().twins(drafts))

    def standing(self, ids: Collection[int]) -> Mapping[int, int]:
        """Companies merged since their last import."""
        return kept_ids(MergeKind.COMPANY, ids)


class Contacts(Kind):
    """People at customers. Nobody is taken for another for his name or his e-mail."""

    model = Contact
    related = ("company",)

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Their companies are made on sight."""
        make_companies(self.run, rows)

    def draft(self, external_id: str, values: Values) -> Draft:
        """A blank name becomes the external id; there may be no company."""
        draft = Draft(external_id, values)
        draft.columns = {
            "external_id": values.get("external_id"),
            "name": values.get("name") or external_id,
            "kana": values.get("kana", ""),
            "email": values.get("email", ""),
            "phone": e164(values["phone"]) if "phone" in values else "",
            "title": values.get("title", ""),
            "company_id": draft.link("company", self.run.references.companies),
        }
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert them."""
        made = create_contacts([Contact(**draft.columns) for draft in drafts])
        return [contact.pk for contact in made]

    def change(self, changes: Sequence[Change]) -> None:
        """Write the columns."""
        edit_contacts(edits(changes))

    def twins(self, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Also those that were merged into another before they ever came by an import."""
        return _merged(MergeKind.CONTACT, drafts) | dict(super().twins(drafts))

    def standing(self, ids: Collection[int]) -> Mapping[int, int]:
        """Contacts merged since their last import."""
        return kept_ids(MergeKind.CONTACT, ids)


def _merged(kind: MergeKind, drafts: Sequence[Draft]) -> dict[str, int]:
    wanted = {draft.external_id for draft in drafts}
    return {
        external_id: row_id
        for row_id, external_id, _name in merged_names(kind)
        if external_id and external_id in wanted
    }


def adopted(nameless: Any, drafts: Sequence[Draft]) -> dict[str, int]:
    """Records without an external id that a row completes, by the row's external id; each record is taken once.

    nameless: the queryset they are looked for in, by normalised name or by the external id that was taken for a name.
    """
    wanted = [(draft.external_id, _names(draft)) for draft in drafts]
    keys = {key for _external_id, names in wanted for key in names}
    rows = nameless.filter(name_key__in=keys).order_by("-pk").values_list("name_key", "pk")
    free: dict[str, int] = dict(rows)  # the first of a name, as it stands last here
    found: dict[str, int] = {}
    for external_id, names in wanted:
        key = next((key for key in names if key in free), None)
        if key is not None:
            found[external_id] = free.pop(key)
    return found


def _names(draft: Draft) -> list[str]:
    return [normalised_name(draft.external_id), normalised_name(draft.columns["name"])]
