"""Forms that have done their work."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SentForm(models.Model):
    """One rendering of a form that was sent, with the address it was answered with; kept for a day."""

    number = models.CharField(_("number"), max_length=32, unique=True)
    answer = models.TextField(_("answer"), blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return self.number
