"""Deals: two owners, dates, the answers of a loss, and statuses that change through the verbs (D6, D24, D27, D28)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from deals.actions import ANSWER_FIELDS, DEAL_FIELDS, OwnerChange, edit_deals, hand_over
from deals.models import Deal
from deals.states import CLOSED_STATUSES, DealStatus, Priority
from followups.actions import StatusChange, change_statuses, create_deals, reclassify_loss
from intake.drafts import Change, Columns, Draft, Run, Said
from intake.findings import WarningCode
from intake.on_sight import grant, make_companies, make_people, make_products, make_sources, make_teams
from intake.records.kind import Kind, drop, edits
from intake.records.last_contacts import correct_last_contacts, correct_last_responses
from intake.records.losses import ANSWERS, Losses
from intake.references import Index
from intake.rows import Values
from leads.actions import LeadMove, move_leads
from leads.models import Company, Lead
from leads.states import LeadStatus
from people.models import User
from people.states import Role

# A system that excludes deals seldom says why; its own status stands in, else this (data, Japanese).
EXCLUDED_ELSEWHERE = "取込元で対象外"
_OWNERS = ("is_owner_id", "fs_owner_id")
_LOSS = ("lost_reason_id", *ANSWERS)
# What moves with the status: where the status was kept, these are.
_OF_STATUS = ("status_entered_on", "closed_on", *_LOSS)
_EDITED = {f"{name}_id" for name in DEAL_FIELDS | ANSWER_FIELDS} | DEAL_FIELDS | ANSWER_FIELDS
_DATES = ("status_entered_on", "first_visit_on", "last_contact_on", "last_response_on", "closed_on")


class Deals(Kind):
    """`is_owner` gives the role IS, `fs_owner` FS (D1)."""

    model = Deal
    related = (
        "company", "contact", "lead", "product", "source", "team", "is_owner", "fs_owner", "revived_from",
        "lost_reason", "approach_contact",
    )  # fmt: skip

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._losses = Losses(run)

    def object(self, external_id: str, values: Values) -> list[Said]:
        """A loss needs a reason that we know and, for a reason in scope, the three answers (S0-22)."""
        return self._losses.object(values)

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Make what a deal names, give the owners their roles, and read the leads and the names that fill gaps."""
        make_people(self.run, rows, "is_owner", "fs_owner")
        make_teams(self.run, rows)
        make_sources(self.run, rows)
        make_products(self.run, rows)
        make_companies(self.run, rows)
        references = self.run.references
        grant(self.run, Role.IS, named(references.users, rows, "is_owner"))
        grant(self.run, Role.FS, named(references.users, rows, "fs_owner"))
        self._coming = {values.get("external_id") for values in rows}
        both = [*rows, *former]
        self._leads = Lead.objects.in_bulk({row_id for row_id in named(references.leads, both, "lead") if row_id})
        nameless = [values for values in both if "name" not in values]
        company_ids = {row_id for row_id in named(references.companies, nameless, "company") if row_id}
        company_ids |= {lead.company_id for lead in self._leads.values() if lead.company_id}
        self._company_names = dict(Company.objects.filter(pk__in=company_ids).values_list("pk", "name"))

    def draft(self, external_id: str, values: Values) -> Draft:
        """What the deal lacks comes from its lead and its owners; a loss's answers from [fallback]."""
        draft = Draft(external_id, values)
        columns = draft.columns
        columns |= self._links(draft)
        columns |= self._dates(values, self._leads.get(columns["lead_id"] or 0))
        columns |= {
            "external_id": values.get("external_id"),
            "name": values.get("name") or self._name(columns, values) or external_id,
            "status": values["status"],
            "source_status": values.get("source_status", ""),
            "amount": values.get("amount"),
            "priority": values.get("priority", Priority.MIDDLE.value),
            "probability": values.get("probability"),
            "competitor": values.get("competitor", ""),
        }
        self._losses.tell(draft)
        draft.extras |= {name: values.get(name) for name in ("last_contact_on", "last_response_on")}
        if values["status"] == DealStatus.OUT_OF_TARGET:
            draft.extras["out_of_target_reason"] = values.get("source_status") or EXCLUDED_ELSEWHERE
        if columns["closed_on"] and columns["closed_on"] < columns["created_on"]:
            days = {"closed": columns["closed_on"], "created": columns["created_on"]}
            text = _("Closed on %(closed)s, before it was created on %(created)s; both days went in.") % days
            draft.warn("closed_on", WarningCode.CLOSED_BEFORE_CREATED, text)
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert them with events, cycles of losses and returns, leads won and last contacts."""
        ids: dict[str, int] = {}
        for ready in earlier_first(drafts):
            for draft in ready:
                revived_id = ids.get(draft.values.get("revived_from", ""))
                draft.columns["revived_from_id"] = draft.columns["revived_from_id"] or revived_id
            deals = [Deal(**draft.columns, **draft.extras) for draft in ready]
            made = create_deals(deals, by=None, as_of=self.run.as_of, cause=self.run.cause)
            ids |= {draft.external_id: deal.pk for draft, deal in zip(ready, made, strict=True)}
        if "revived_from" in self.run.plan.columns:
            for draft in drafts:
                self.run.references.deals.add(ids[draft.external_id], draft.external_id, draft.columns["name"])
        return [ids[draft.external_id] for draft in drafts]

    def object_to(self, change: Change) -> list[Said]:
        """A deal that stays or becomes lost has its answers, as they will stand."""
        if any(kept.field == "status" for kept in change.kept):
            drop(change, _OF_STATUS)
        if not change.columns.keys() & {"status", *_OF_STATUS}:
            return []
        if change.columns.get("status", _deal(change).status) != DealStatus.LOST:
            return []
        return self._losses.object_to(change)

    def change(self, changes: Sequence[Change]) -> None:
        """Each kind of change through its verb: owners, columns, reasons, statuses, last contacts."""
        moved = [change for change in changes if "status" in change.columns]
        statuses = [self._status_change(change) for change in moved]
        for change in moved:
            drop(change, _OF_STATUS)
        run = self.run
        losses = self._losses
        in_scope = [losses.stands(change) for change in changes if losses.is_reclassified(change, is_in_scope=True)]
        # A reason out of scope first takes the old answers off; one in scope needs the new ones to be there.
        for change in changes:
            if losses.is_reclassified(change, is_in_scope=False):
                reclassify_loss(losses.stands(change), by=None, as_of=run.as_of, cause=run.cause)
                drop(change, _LOSS)
        edit_deals(edits(changes, _EDITED))
        for loss in in_scope:
            reclassify_loss(loss, by=None, as_of=run.as_of, cause=run.cause)
        hand_over(_owner_changes(changes), by=None, as_of=run.as_of, cause=run.cause)
        change_statuses(statuses, by=None, as_of=run.as_of, cause=run.cause)
        move_leads(_won_leads(changes), by=None, as_of=run.as_of, cause=run.cause)
        correct_last_contacts(changes, as_of=run.as_of)
        correct_last_responses(changes)

    def _links(self, draft: Draft) -> Columns:
        references = self.run.references
        lead_id = draft.link("lead", references.leads)
        lead = self._leads.get(lead_id or 0)
        columns: Columns = {
            "lead_id": lead_id,
            "company_id": draft.link("company", references.companies) or (lead.company_id if lead else None),
            "contact_id": draft.link("contact", references.contacts) or (lead.contact_id if lead else None),
            "source_id": draft.link("source", references.sources) or (lead.source_id if lead else None),
            "product_id": draft.link("product", references.products),
            "is_owner_id": draft.link("is_owner", references.users),
            "fs_owner_id": draft.link("fs_owner", references.users),
            "revived_from_id": None if self._is_coming(draft) else draft.link("revived_from", references.deals),
            "approach_contact_id": draft.link("approach_contact", references.contacts),
        }
        owner_id = columns["fs_owner_id"] or columns["is_owner_id"]
        columns["team_id"] = draft.link("team", references.teams) or self._teams_of_owners.get(owner_id)
        return columns

    def _is_coming(self, draft: Draft) -> bool:
        """Whether the deal that this one revives is a new row of the same chunk."""
        text = draft.values.get("revived_from")
        return text is not None and text in self._coming and not self.run.references.deals.has_id(text)

    @cached_property
    def _teams_of_owners(self) -> dict[int | None, int | None]:
        return dict(User.objects.values_list("pk", "team_id"))

    def _dates(self, values: Values, lead: Lead | None) -> Columns:
        """created_on: the row's, else the lead's, else the earliest date of the row, else today (D27)."""
        earliest = min((values[name] for name in _DATES if name in values), default=self.run.as_of)
        created_on = values.get("created_on") or (lead.created_on if lead else earliest)
        entered_on = values.get("status_entered_on") or values.get("closed_on") or created_on
        is_closed = values["status"] in CLOSED_STATUSES
        return {
            "created_on": created_on,
            "status_entered_on": entered_on,
            "closed_on": values.get("closed_on", entered_on) if is_closed else None,
            "first_visit_on": values.get("first_visit_on"),
        }

    def _name(self, columns: Columns, values: Values) -> str:
        """Company and product, as far as they are known."""
        company = self._company_names.get(columns["company_id"] or 0) or values.get("company", "")
        return " ".join(part for part in (company, values.get("product", "")) if part)[:200]

    def _status_change(self, change: Change) -> StatusChange:
        status, new = DealStatus(change.columns["status"]), change.new
        on = new.columns["closed_on"] or new.values.get("status_entered_on")
        reason = new.extras.get("out_of_target_reason", "")
        loss = self._losses.stands(change) if status == DealStatus.LOST else None
        return StatusChange(deal_id=change.id, status=status, on=on, loss=loss, reason=reason)


def earlier_first(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The drafts in groups, such that a deal comes after the one it revives; all at once where none revives another."""
    waiting = list(drafts)
    while waiting:
        ids = {draft.external_id for draft in waiting}
        ready = [draft for draft in waiting if draft.values.get("revived_from") not in ids] or waiting
        yield ready
        done = {draft.external_id for draft in ready}
        waiting = [draft for draft in waiting if draft.external_id not in done]


def named(index: Index, rows: Iterable[Values], field: str) -> set[int | None]:
    """The ids of what the field names in these rows."""
    texts = {values[field] for values in rows if field in values}
    return {found.id for text in texts if (found := index.find(text))}


def _deal(change: Change) -> Deal:
    assert isinstance(change.record, Deal)
    return change.record


def _won_leads(changes: Sequence[Change]) -> list[LeadMove]:
    """A deal that names another lead wins it (D27)."""
    return [
        LeadMove(lead_id, LeadStatus.MEETING_WON, on=change.new.columns["created_on"])
        for change in changes
        if (lead_id := change.columns.get("lead_id"))
    ]


def _owner_changes(changes: Sequence[Change]) -> list[OwnerChange]:
    made = []
    for change in changes:
        owners = {name.removesuffix("_id"): change.columns[name] for name in _OWNERS if name in change.columns}
        if owners:
            made.append(OwnerChange(change.id, owners))
    return made
