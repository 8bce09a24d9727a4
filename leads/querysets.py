"""Questions about companies, contacts and leads."""

from typing import TYPE_CHECKING, Self

from django.db import models

from people.text import search_key

if TYPE_CHECKING:
    from leads.models import Company, Contact, Lead, Picklist


class PicklistQuerySet(models.QuerySet["Picklist"]):
    def offered(self) -> Self:
        """Values that may still be chosen, in the admin's order; retired ones stay on old records."""
        return self.filter(is_active=True)


class CompanyQuerySet(models.QuerySet["Company"]):
    def matching(self, text: str) -> Self:
        """Companies whose name or reading contains the text, kana, width and corporate form ignored; all for ''."""
        key = search_key(text)
        return self.filter(search_key__contains=key) if key else self


class ContactQuerySet(models.QuerySet["Contact"]):
    def matching(self, text: str) -> Self:
        """Contacts whose name or reading contains the text, kana and width ignored; all for ''."""
        key = search_key(text)
        return self.filter(search_key__contains=key) if key else self


class LeadQuerySet(models.QuerySet["Lead"]):
    def matching(self, text: str) -> Self:
        """Leads whose name contains the text, kana and width ignored; all for ''."""
        key = search_key(text)
        return self.filter(search_key__contains=key) if key else self
