"""The next card that was fetched while the person was on the phone: whether it may still be shown (ADR 10).

Its stamp says how everything stood that the card shows: the to-do, its customer, and the newest activity of all. It is
made before the card is read, so whatever changes in between makes the card old, never the stamp.
"""

from datetime import date
from hashlib import blake2s
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from activities.models import Activity, Todo
from followups.pages.place import id_of
from leads.models import Company, Contact
from people.models import User
from people.prepared import prepared

STANDS = (
    "assignee_id", "contact_id", "version", "effective_due_on", "hook", "subject", "cycle__hook", "deal__version",
    "lead__version", "person_version", "person_barred", "company_version",
)  # fmt: skip


def stamp_of(todo_id: int, user: User, as_of: date, note: str) -> str:
    """'' for a card that must be drawn anew whatever happens: of a to-do that is closed or another person's.

    note: what was begun and put off with the to-do.
    """
    newest = next(iter(_newest()), 0)
    return _stamp(todo_id, newest, user, as_of, note)


def still_holds(stamp: str, todo_id: int, user: User, as_of: date, note: str) -> bool:
    """Whether the card shows what it would show now, from one question. False for nonsense and for no stamp at all.

    Any activity with the customer since then makes it old, the call that was just saved among them.
    """
    newest = id_of(stamp.partition(".")[0])
    return newest is not None and stamp == _stamp(todo_id, newest, user, as_of, note)


def _stamp(todo_id: int, newest: int, user: User, as_of: date, note: str) -> str:
    found = next(iter(_standing(todo_id, newest)), None)
    if found is None:
        return ""
    *standing, has_news = found
    if has_news or standing[0] not in (None, user.pk):
        return ""
    shown = repr((todo_id, standing, as_of, note)).encode()
    return f"{newest}.{blake2s(shown, digest_size=16).hexdigest()}"


@prepared
def _newest() -> "QuerySet[Activity, int]":
    return Activity.objects.order_by("-id").values_list("id", flat=True)[:1]


@prepared
def _standing(todo_id: int, newest: int) -> Any:
    person = Contact.objects.filter(pk=OuterRef("person_id")).order_by()
    company = Company.objects.filter(pk=OuterRef("firm_id")).order_by()
    todos = Todo.objects.open().filter(pk=todo_id).order_by()
    return todos.annotate(
        person_id=Coalesce("contact_id", "deal__contact_id", "lead__contact_id"),
        firm_id=Coalesce("deal__company_id", "lead__company_id", "contact__company_id"),
        person_version=Subquery(person.values("version")),
        person_barred=Subquery(person.values("do_not_contact_reason")),
        company_version=Subquery(company.values("version")),
        has_news=Exists(_since(newest)),
    ).values_list(*STANDS, "has_news")


def _since(newest: int) -> "QuerySet[Activity]":
    """Read off the end of the primary key: what was entered during a call is little."""
    theirs = Q(contact=OuterRef("person_id")) | Q(company=OuterRef("firm_id")) | Q(deal__company=OuterRef("firm_id"))
    theirs |= Q(lead=OuterRef("lead_id")) | Q(deal=OuterRef("deal_id"))
    return Activity.objects.filter(theirs, pk__gt=newest)
