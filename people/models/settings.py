"""What an admin may tune: numbers, and the words for codes that stay fixed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people import labels
from people.querysets import ThresholdQuerySet
from people.states import THRESHOLD_RANGES, ThresholdCode, WordKind


class Threshold(models.Model):
    """One number an admin has changed from its default; the range is checked, the history kept."""

    code = models.CharField(_("setting"), max_length=40, choices=ThresholdCode, primary_key=True)
    value = models.PositiveIntegerField(_("value"))

    objects = ThresholdQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="people_threshold_is_in_range",
                condition=Q(
                    *[
                        Q(code=code, value__range=(lowest, highest))
                        for code, (_default, lowest, highest) in THRESHOLD_RANGES.items()
                    ],
                    _connector=Q.OR,
                ),
                violation_error_message=_("The value is outside the allowed range."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.value}"

    def clean(self) -> None:
        if self.code not in THRESHOLD_RANGES:
            return  # the field itself says so
        _default, lowest, highest = THRESHOLD_RANGES[self.code]
        if self.value is not None and not lowest <= self.value <= highest:
            raise ValidationError(
                {"value": _("Enter a number from %(low)s to %(high)s.") % {"low": lowest, "high": highest}}
            )


class Wording(models.Model):
    """The admin's label, definition and timing of a status or result whose code is fixed (S2-20, S3-12).

    Empty label: the product's own. definition says what it means, timing when a record comes to stand in it.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=WordKind)
    code = models.CharField(_("code"), max_length=24)
    label_ja = models.CharField(_("label (Japanese)"), max_length=80, blank=True)
    label_en = models.CharField(_("label (English)"), max_length=80, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    timing = models.TextField(_("when it changes"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="people_a_code_is_worded_once"),
            models.CheckConstraint(name="people_wording_kind_is_known", condition=Q(kind__in=WordKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.code}"

    def save(self, **kwargs: object) -> None:
        super().save(**kwargs)  # type: ignore[arg-type]
        labels.forget()

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        gone = super().delete(using=using, keep_parents=keep_parents)
        labels.forget()
        return gone

    @property
    def label(self) -> str:
        """The label in the reader's language; empty where the product's own stands."""
        return self.label_en if get_language() == "en" else self.label_ja
