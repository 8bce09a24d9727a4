"""What lets the database give up history: an undone import takes its records with it, history and all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HistoryOwner(models.TextChoices):
    DEAL = "deal", _("Deal")
    LEAD = "lead", _("Lead")


class HistoryPurge(models.Model):
    """One deal or lead whose history may be deleted until its row here is gone again (ADR 9).

    No transaction can end with a row in it: `never` points to a row that does not exist, which either database refuses
    at the commit. So nobody but the transaction that purges ever sees one, and none can be left behind.
    """

    owner = models.CharField(_("kind"), max_length=4, choices=HistoryOwner)
    record_id = models.BigIntegerField(_("record"))
    never = models.ForeignKey("self", models.DO_NOTHING, related_name="+", db_index=False, verbose_name=_("never"))

    class Meta:
        verbose_name = _("history being purged")
        verbose_name_plural = _("histories being purged")
        constraints = [
            models.UniqueConstraint(fields=["owner", "record_id"], name="deals_a_history_is_purged_once"),
            models.CheckConstraint(name="deals_purge_owner_is_known", condition=Q(owner__in=HistoryOwner.values)),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.record_id}"
