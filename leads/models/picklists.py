"""Values of pull-downs, and the channels leads come from."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leads.querysets import PicklistQuerySet
from people.text import normalised_name


class Picklist(models.Model):
    """A value of a pull-down: the code is fixed, the labels and the definition are the admin's."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label_ja = models.CharField(_("label (Japanese)"), max_length=80)
    label_en = models.CharField(_("label (English)"), max_length=80, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    timing = models.TextField(_("when it is chosen"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = PicklistQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language; Japanese where no English was written."""
        return picklist_label(self.label_ja, self.label_en)


def picklist_label(label_ja: str, label_en: str) -> str:
    """The one of a value's two labels that the reader sees."""
    return label_en if label_en and get_language() == "en" else label_ja


class NurturingReason(Picklist):
    """Why a lead is nurtured and not closed (S3-22)."""

    class Meta(Picklist.Meta):
        verbose_name = _("nurturing reason")
        verbose_name_plural = _("nurturing reasons")


class NoAppointmentReason(Picklist):
    """Why a valid conversation gave no appointment (S3-23)."""

    class Meta(Picklist.Meta):
        verbose_name = _("no-appointment reason")
        verbose_name_plural = _("no-appointment reasons")


class LeadSource(models.Model):
    """The channel a lead came from; made on sight by an import (D27). A missing source is no source, not 'unknown'."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(_("normalised name"), max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = normalised_name(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]
