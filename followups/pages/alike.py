"""Records that may be the same customer twice: same normalised name, phone or e-mail. A person decides (D27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from leads.models import Company, Contact

OFFERED = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another record, and what makes it look the same."""

    record: Any
    reasons: Sequence[str]


def alike_companies(company: Company) -> list[Likeness]:
    """Companies of the same name, corporate form and spaces ignored, or the same phone."""
    same = Q(name_key=company.name_key) | (Q(phone=company.phone) if company.phone else Q())
    return [_likeness(company, other) for other in Company.objects.filter(same).exclude(pk=company.pk)[:OFFERED]]


def alike_contacts(contact: Contact) -> list[Likeness]:
    """Contacts of the same name in the same company or in none, or of the same phone or e-mail."""
    here = Q(company=contact.company_id) | Q(company=None) if contact.company_id else Q()
    same = Q(name_key=contact.name_key) & here
    for name in ("phone", "email"):
        if value := getattr(contact, name):
            same |= Q(**{name: value})
    others = Contact.objects.filter(same).exclude(pk=contact.pk).select_related("company")
    return [_likeness(contact, other) for other in others[:OFFERED]]


def _likeness(record: Any, other: Any) -> Likeness:
    words = {"name_key": _("same name"), "phone": _("same phone"), "email": _("same e-mail")}
    texts = {name: getattr(record, name, "") for name in words}
    return Likeness(other, [words[name] for name, text in texts.items() if text and text == getattr(other, name)])
