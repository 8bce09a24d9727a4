"""When people work, how much they take on, and when they call for help."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from people.states import TargetMetric, Weekday

LEAP_YEAR = 2000  # a day off of every year may be 29 February


class Absence(models.Model):
    """Days on which a person gets no to-dos; both ends included."""

    user = models.ForeignKey("people.User", models.CASCADE, related_name="absences", verbose_name=_("person"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                name="people_absence_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_on}–{self.ends_on}"


class CompanyHoliday(models.Model):
    """A day off of our own company, beside weekends and public holidays. Year empty: every year."""

    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, help_text=_("Empty: every year"))
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("company holiday")
        verbose_name_plural = _("company holidays")
        ordering = ["year", "month", "day"]
        constraints = [
            models.UniqueConstraint(fields=["year", "month", "day"], name="people_a_day_off_is_entered_once"),
            models.UniqueConstraint(
                fields=["month", "day"], condition=Q(year__isnull=True), name="people_a_yearly_day_off_is_entered_once"
            ),
            models.CheckConstraint(
                name="people_company_holiday_is_a_day", condition=Q(month__range=(1, 12), day__range=(1, 31))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year or '*'}/{self.month}/{self.day} {self.name}".strip()

    def clean(self) -> None:
        try:
            date(self.year or LEAP_YEAR, self.month, self.day)
        except (TypeError, ValueError) as error:
            if self.month in range(1, 13) and self.day in range(1, 32):
                text = _("There is no day %(day)s in month %(month)s.")
                raise ValidationError({"day": text % {"day": self.day, "month": self.month}}) from error


class WeekdayCap(models.Model):
    """How many to-dos a person takes on one day of the week, where it differs from the rest (S1-16). 0: none."""

    user = models.ForeignKey("people.User", models.CASCADE, related_name="weekday_caps", verbose_name=_("person"))
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    cap = models.PositiveSmallIntegerField(_("to-dos a day"), validators=[MaxValueValidator(500)])

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cap of a weekday")
        verbose_name_plural = _("caps of weekdays")
        ordering = ["user", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["user", "weekday"], name="people_a_weekday_has_one_cap"),
            models.CheckConstraint(name="people_weekday_is_known", condition=Q(weekday__in=Weekday.values)),
            models.CheckConstraint(name="people_weekday_cap_is_in_range", condition=Q(cap__lte=500)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_weekday_display()}: {self.cap}"


class SosCall(models.Model):
    """A person says that the load is too much; open until somebody has settled it (S1-25)."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="sos_calls", verbose_name=_("person"))
    note = models.CharField(_("note"), max_length=400, blank=True)
    raised_on = models.DateField(_("raised on"))
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    class Meta:
        verbose_name = _("call for help")
        verbose_name_plural = _("calls for help")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(settled_on__isnull=True), name="people_one_open_sos_per_person"
            ),
            models.CheckConstraint(
                name="people_sos_is_settled_after_it_was_raised",
                condition=Q(settled_on__isnull=True) | Q(settled_on__gte=F("raised_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.raised_on}"


class Target(models.Model):
    """What a person is to reach in a month (S3-38); the month is its first day."""

    user = models.ForeignKey("people.User", models.CASCADE, related_name="targets", verbose_name=_("person"))
    month_on = models.DateField(_("month"))
    metric = models.CharField(_("figure"), max_length=16, choices=TargetMetric)
    value = models.PositiveIntegerField(_("target"), validators=[MinValueValidator(0)])

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-month_on", "user", "metric"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month_on", "metric"], name="people_one_target_per_month"),
            models.CheckConstraint(name="people_target_metric_is_known", condition=Q(metric__in=TargetMetric.values)),
            models.CheckConstraint(name="people_target_month_is_its_first_day", condition=Q(month_on__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.month_on:%Y-%m} {self.get_metric_display()}: {self.value}"
