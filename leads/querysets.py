"""Questions about companies, contacts and leads."""

from typing import TYPE_CHECKING, Self

from django.db import models

from leads.search import matching

if TYPE_CHECKING:
    from leads.models import Company, Contact, Lead, Picklist


class PicklistQuerySet(models.QuerySet["Picklist"]):
    def offered(self) -> Self:
        """Values that may still be chosen, in the admin's order; retired ones stay on old records."""
        return self.filter(is_active=True)


class CompanyQuerySet(models.QuerySet["Company"]):
    def matching(self, text: str) -> Self:
        """Companies found by the text (leads/search.py); all for ''."""
        return self.filter(matching(text))


class ContactQuerySet(models.QuerySet["Contact"]):
    def matching(self, text: str) -> Self:
        """Contacts found by the text (leads/search.py); all for ''."""
        return self.filter(matching(text))


class LeadQuerySet(models.QuerySet["Lead"]):
    def matching(self, text: str) -> Self:
        """Leads found by the text (leads/search.py); all for ''."""
        return self.filter(matching(text))
