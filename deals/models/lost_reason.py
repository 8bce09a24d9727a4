"""Picklists of the deals floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Picklist
from people.text import normalised_name

NEEDED_CODES = frozenset({"other", "capacity_handover"})


class LostReason(Picklist):
    """Why a deal was lost. Changing `in_scope` acts on losses from that day on (D5); the change is kept in the history.

    in_scope: the loss is followed up. counts_as_loss: it enters win and loss statistics (a hand-back for want of
    capacity does not, C-03).
    """

    in_scope = models.BooleanField(_("followed up"), default=True)
    counts_as_loss = models.BooleanField(_("counts as a loss"), default=True)

    history = HistoricalRecords()

    class Meta(Picklist.Meta):
        verbose_name = _("lost reason")
        verbose_name_plural = _("lost reasons")

    @property
    def is_needed(self) -> bool:
        """Whether the product itself speaks of it by its code, so that it may be retired but not deleted."""
        return self.code in NEEDED_CODES


class Product(models.Model):
    """What is sold; made on sight by an import (D27)."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(_("normalised name"), max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = normalised_name(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]
