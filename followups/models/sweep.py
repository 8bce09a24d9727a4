"""The ledger: every run of the sweep and every change it made, with before, after and the evidence."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.querysets import SweepRunQuerySet
from followups.states import ChangeVerb, RunStatus


class SweepRun(models.Model):
    """One run of the sweep. `summary` is what `manage.py sweep --json` printed.

    Of a run that was asked for on the page: beat_at is the last sign of life of whoever does it, writing_at the moment
    from which it cannot be cancelled any more; steps are the changes that it has to write. Others leave them empty.
    """

    as_of = models.DateField(_("as of"))
    status = models.CharField(_("status"), max_length=9, choices=RunStatus, default=RunStatus.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    started_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True, editable=False)
    writing_at = models.DateTimeField(_("began to write"), null=True, blank=True, editable=False)
    is_cancel_wanted = models.BooleanField(_("is to stop"), default=False, db_default=False, editable=False)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0, db_default=0, editable=False)
    steps_total = models.PositiveIntegerField(_("steps in all"), default=0, db_default=0, editable=False)

    objects = SweepRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("sweep run")
        verbose_name_plural = _("sweep runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="followups_run_status_is_known", condition=Q(status__in=RunStatus.values))
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.as_of})"


class SweepChange(models.Model):
    """One change of one deal by one run.

    before and after hold every column that was written, so that an undo can put back exactly what still stands (D19).
    evidence holds the numbers of the sentence that explains it: rule, version, clock, base date, age, limit, unit.
    The cycle and to-do are named by id without a database constraint: an undo deletes them, the ledger stays.
    """

    run = models.ForeignKey(SweepRun, models.PROTECT, related_name="changes", verbose_name=_("run"))
    verb = models.CharField(_("what"), max_length=8, choices=ChangeVerb)
    rule_code = models.CharField(_("rule"), max_length=20)
    rule_version = models.PositiveIntegerField(_("rule version"), null=True, blank=True)
    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="sweep_changes", verbose_name=_("deal"))
    cycle = models.ForeignKey(
        "deals.FollowUpCycle", models.DO_NOTHING, null=True, related_name="sweep_changes", db_constraint=False,
        verbose_name=_("cycle"),
    )  # fmt: skip
    todo = models.ForeignKey(
        "activities.Todo", models.DO_NOTHING, null=True, related_name="sweep_changes", db_constraint=False,
        verbose_name=_("to-do"),
    )  # fmt: skip
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    evidence = models.JSONField(_("evidence"), default=dict)

    class Meta:
        verbose_name = _("change by the sweep")
        verbose_name_plural = _("changes by the sweep")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="followups_change_verb_is_known", condition=Q(verb__in=ChangeVerb.values))
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.get_verb_display()}"
