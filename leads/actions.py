"""Verbs about companies, contacts and leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import AvailabilityGuess, Company, ConsentEvent, Contact, Lead, LeadEvent, LeadSource
from leads.states import NURTURING_STATUSES, ConsentKind, LeadEventKind, LeadStatus
from people.models import User
from people.records import Edit, edit_records, insert_records, lock, on_sight, save_columns
from people.refusal import Conflict, refuse, refuse_first
from people.rollups import touch_won
from people.rows import insert_rows

COMPANY_FIELDS = frozenset(
    {"external_id", "name", "kana", "industry", "phone", "fiscal_start_month", "slack_months", "peak_months", "note"}
)
CONTACT_FIELDS = frozenset({"external_id", "company", "name", "kana", "title", "email", "phone"})
# What an event tells of a lead: its status, nurturing reason and no-appointment reason.
Standing = tuple[str, int | None, int | None]
NOTHING_BEFORE: Standing = ("", None, None)

LEAD_FIELDS = frozenset(
    {
        "external_id",
        "name",
        "company",
        "contact",
        "email",
        "phone",
        "source",
        "source_status",
        "owner",
        "created_on",
        "status_entered_on",
    }  # fmt: skip
)


@dataclass(frozen=True, slots=True)
class LeadMove:
    """One lead's change of status. on: the day it happened; None is the day of the verb.

    no_appointment_reason_id: why a talk gave no appointment (S3-23); None leaves what is known, unless it is to be
    forgotten. note: words for the event. version: the one its editor had seen; None where nobody had seen any.
    """

    lead_id: int
    status: LeadStatus
    nurturing_reason_id: int | None = None
    on: date | None = None
    no_appointment_reason_id: int | None = None
    note: str = ""
    version: int | None = None
    forgets_no_appointment: bool = False


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """One person is not to be contacted any more, or may be contacted again, and why."""

    contact_id: int
    kind: ConsentKind
    reason: str


def lead_status_errors(status: str, nurturing_reason_id: int | None) -> dict[str, str]:
    """A nurturing status says why (S3-21); the reason of any other status is dropped, not refused."""
    if status in NURTURING_STATUSES and nurturing_reason_id is None:
        return {"nurturing_reason": _("Choose a nurturing reason.")}
    return {}


@transaction.atomic
def create_companies(companies: Sequence[Company]) -> list[Company]:
    """Insert unsaved companies. The same name twice is two companies; merging is nobody's silent business (D27)."""
    refuse_first({n: _name_errors(company.name) for n, company in enumerate(companies)})
    insert_records(companies)
    return list(companies)


@transaction.atomic
def edit_companies(edits: Sequence[Edit]) -> list[Company]:
    """Change COMPANY_FIELDS; gives back those that changed. Conflict when an editor had seen an older version."""
    return edit_records(Company.objects.all(), edits, COMPANY_FIELDS, check=lambda company: _name_errors(company.name))


@transaction.atomic
def create_contacts(contacts: Sequence[Contact]) -> list[Contact]:
    """Insert unsaved contacts; a contact may have no company, and two may share an e-mail."""
    refuse_first({n: _name_errors(contact.name) for n, contact in enumerate(contacts)})
    insert_records(contacts)
    return list(contacts)


@transaction.atomic
def edit_contacts(edits: Sequence[Edit]) -> list[Contact]:
    """Change CONTACT_FIELDS; gives back those that changed. Conflict when an editor had seen an older version."""
    return edit_records(Contact.objects.all(), edits, CONTACT_FIELDS, check=lambda contact: _name_errors(contact.name))


@transaction.atomic
def set_consent(changes: Sequence[ConsentChange], *, by: User, as_of: date) -> list[Contact]:
    """Stop contacting people at their wish, or lift that; each with its reason and one event. Gives back the contacts.

    Refused: no reason, a contact that is gone, one that already stands so.
    """
    refuse_first({n: _consent_errors(change) for n, change in enumerate(changes)})
    contacts = lock(Contact.objects.all(), [change.contact_id for change in changes])
    for position, change in enumerate(changes):
        contact = contacts.get(change.contact_id) or refuse(_("This record no longer exists."), position=position)
        if bool(contact.do_not_contact_reason) == (change.kind == ConsentKind.STOPPED):
            refuse(_("Somebody else has just recorded this."), position=position)
        contact.do_not_contact_reason = change.reason.strip() if change.kind == ConsentKind.STOPPED else ""
    save_columns(list(contacts.values()), {"do_not_contact_reason"})
    rows = [(change.contact_id, change.kind.value, change.reason.strip()) for change in changes]
    insert_rows(ConsentEvent, ("contact_id", "kind", "reason"), rows, constants={"happened_on": as_of, "by_id": by.pk})
    return list(contacts.values())


@transaction.atomic
def note_availability(guesses: Sequence[AvailabilityGuess], *, by: User) -> list[AvailabilityGuess]:
    """Keep what is believed about people's days in a period (S4-14). Refused: a period that ends before it starts."""
    refuse_first({n: _period_errors(guess) for n, guess in enumerate(guesses)})
    for guess in guesses:
        guess.noted_by = by
    insert_records(guesses)
    return list(guesses)


@transaction.atomic
def end_availability(guess_ids: Sequence[int], *, as_of: date) -> None:
    """Let guesses end the day before as_of; one that has not begun by then is deleted. One that is gone is left out."""
    guesses = lock(AvailabilityGuess.objects.all(), guess_ids)
    AvailabilityGuess.objects.filter(pk__in=[pk for pk, one in guesses.items() if one.starts_on >= as_of]).delete()
    begun = [pk for pk, one in guesses.items() if one.starts_on < as_of <= one.ends_on]
    AvailabilityGuess.objects.filter(pk__in=begun).update(ends_on=as_of - timedelta(days=1))


@transaction.atomic
def create_leads(leads: Sequence[Lead], *, by: User | None, as_of: date, cause: str = "user") -> list[Lead]:
    """Insert unsaved leads in any status, each with its first event.

    `created_on` and `status_entered_on` default to as_of where empty. Refused: no name, or nurturing without a reason.
    """
    for lead in leads:
        lead.created_on = lead.created_on or as_of
        lead.status_entered_on = lead.status_entered_on or as_of
    refuse_first({n: _lead_errors(lead) for n, lead in enumerate(leads)})
    insert_records(leads)
    rows = [_event(lead, LeadEventKind.CREATED, NOTHING_BEFORE, lead.status_entered_on) for lead in leads]
    _write_events(rows, by=by, cause=cause)
    return list(leads)


@transaction.atomic
def edit_leads(edits: Sequence[Edit]) -> list[Lead]:
    """Change LEAD_FIELDS; gives back those that changed. The status changes by `move_leads` alone, its day may be
    corrected here."""
    changed = edit_records(Lead.objects.all(), edits, LEAD_FIELDS, check=lambda lead: _name_errors(lead.name))
    if changed and any({"source", "source_id"} & edit.values.keys() for edit in edits):
        touch_won(Lead.objects.filter(pk__in=[lead.pk for lead in changed]))
    return changed


@transaction.atomic
def move_leads(moves: Sequence[LeadMove], *, by: User | None, as_of: date, cause: str = "user") -> list[Lead]:
    """Change statuses with one event each; gives back the leads that moved.

    A lead that already stands in its status with that reason is left alone. People go through
    `activities.actions.set_lead_status`, which also looks at the to-dos. Refused: a nurturing status without a reason,
    a lead that does not exist. Conflict when an editor had seen an older version.
    """
    refuse_first({n: lead_status_errors(move.status, move.nurturing_reason_id) for n, move in enumerate(moves)})
    leads = lock(Lead.objects.all(), [move.lead_id for move in moves])
    moved: list[Lead] = []
    rows = []
    for position, move in enumerate(moves):
        lead = leads.get(move.lead_id) or refuse(_("This lead no longer exists."), position=position)
        if move.version not in (None, lead.version):
            raise Conflict(lead)
        before = _standing(lead)
        if _move(lead, move, as_of):
            moved.append(lead)
            rows.append(_event(lead, LeadEventKind.STATUS, before, move.on or as_of, move.note))
    save_columns(moved, {"status", "nurturing_reason_id", "no_appointment_reason_id", "status_entered_on"})
    _write_events(rows, by=by, cause=cause)
    return moved


def ensure_sources(names: Iterable[str]) -> dict[str, LeadSource]:
    """Lead sources by normalised name, made on sight (D27). A blank is no source."""
    return on_sight(LeadSource, names)


def _move(lead: Lead, move: LeadMove, as_of: date) -> bool:
    reason_id = move.nurturing_reason_id if move.status in NURTURING_STATUSES else None
    known_id = None if move.forgets_no_appointment else lead.no_appointment_reason_id
    no_appointment_id = move.no_appointment_reason_id or known_id
    if _standing(lead) == (move.status.value, reason_id, no_appointment_id):
        return False
    if lead.status != move.status:
        lead.status_entered_on = move.on or as_of
    lead.status, lead.nurturing_reason_id = move.status.value, reason_id
    lead.no_appointment_reason_id = no_appointment_id
    return True


def _consent_errors(change: ConsentChange) -> dict[str, str]:
    return {} if change.reason.strip() else {"reason": _("Say why.")}


def _period_errors(guess: AvailabilityGuess) -> dict[str, str]:
    return {"ends_on": _("The last day lies before the first.")} if guess.ends_on < guess.starts_on else {}


def _name_errors(name: str) -> dict[str, str]:
    return {} if name.strip() else {"name": _("Enter a name.")}


def _lead_errors(lead: Lead) -> Mapping[str, str]:
    return _name_errors(lead.name) | lead_status_errors(lead.status, lead.nurturing_reason_id)


def _standing(lead: Lead) -> Standing:
    return str(lead.status), lead.nurturing_reason_id, lead.no_appointment_reason_id


def _event(lead: Lead, kind: LeadEventKind, before: Standing, on: date, note: str = "") -> tuple[Any, ...]:
    return (lead.pk, kind.value, *before, *_standing(lead), on, note)


def _write_events(rows: Sequence[tuple[Any, ...]], *, by: User | None, cause: str) -> None:
    before = ("from_status", "former_nurturing_reason_id", "former_no_appointment_reason_id")
    after = ("to_status", "nurturing_reason_id", "no_appointment_reason_id")
    columns = ("lead_id", "kind", *before, *after, "happened_on", "note")
    insert_rows(LeadEvent, columns, rows, constants={"by_id": by.pk if by else None, "cause": cause})
