"""To-dos: what will be done, by whom, on which day, and why."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.querysets import TodoQuerySet
from activities.states import CancelReason, TodoOrigin, TodoStatus
from people.labels import Labelled


class Todo(Labelled, models.Model):
    """One step promised, planned or made by a rule. Four dates (D16):

    original_due_on: what the rule or person asked, never changes, may be past for imports. due_on: the later of it and
    the day it was made. effective_due_on: the first business day from due_on with room. committed_due_on: what counts
    for being on time.
    Made by a rule: rule_code, rule_version and step are set; (cycle, step) is unique for ever and one such to-do is
    open per cycle (D14).
    """

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    subject = models.CharField(_("what"), max_length=200)
    origin = models.CharField(_("origin"), max_length=8, choices=TodoOrigin, default=TodoOrigin.MANUAL)
    is_promised = models.BooleanField(_("promised with the customer"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=TodoStatus, default=TodoStatus.OPEN)
    deal = models.ForeignKey(
        "deals.Deal", models.PROTECT, null=True, blank=True, related_name="todos", verbose_name=_("deal")
    )
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, blank=True, related_name="todos", verbose_name=_("lead")
    )
    contact = models.ForeignKey(
        "leads.Contact", models.PROTECT, null=True, blank=True, related_name="todos", verbose_name=_("whom")
    )
    contact_text = models.CharField(_("whom (text)"), max_length=200, blank=True)
    cycle = models.ForeignKey(
        "deals.FollowUpCycle", models.PROTECT, null=True, blank=True, related_name="todos", verbose_name=_("cycle")
    )
    assignee = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="todos", verbose_name=_("assignee")
    )
    hook = models.TextField(_("hook"), blank=True)
    original_due_on = models.DateField(_("asked for"))
    due_on = models.DateField(_("due"))
    effective_due_on = models.DateField(_("effective due date"))
    committed_due_on = models.DateField(_("committed due date"))
    due_time = models.TimeField(_("time"), null=True, blank=True)
    project = models.ForeignKey(
        "activities.CallProject", models.SET_NULL, null=True, blank=True, related_name="todos",
        verbose_name=_("call project"),
    )  # fmt: skip
    over_cap_reason = models.CharField(_("why above the cap"), max_length=200, blank=True)
    no_promise_reason = models.CharField(_("why without promise or purpose"), max_length=200, blank=True)
    rule_code = models.CharField(_("rule"), max_length=20, blank=True)
    rule_version = models.PositiveIntegerField(_("rule version"), null=True, blank=True)
    step = models.PositiveIntegerField(_("step"), null=True, blank=True)
    created_on = models.DateField(_("created on"))
    created_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    closed_cause = models.CharField(_("closed by what"), max_length=40, blank=True)
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=14, choices=CancelReason, blank=True)
    done_by_activity = models.ForeignKey(
        "activities.Activity", models.PROTECT, null=True, blank=True, related_name="completed_todos",
        verbose_name=_("done by"),
    )  # fmt: skip
    is_imported = models.BooleanField(_("imported"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TodoQuerySet.as_manager()

    class Meta:
        verbose_name = _("to-do")
        verbose_name_plural = _("to-dos")
        ordering = ["effective_due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_todo_says_what", condition=~Q(subject=""), violation_error_message=_("Say what to do.")
            ),
            models.CheckConstraint(name="activities_todo_origin_is_known", condition=Q(origin__in=TodoOrigin.values)),
            models.CheckConstraint(name="activities_todo_status_is_known", condition=Q(status__in=TodoStatus.values)),
            models.CheckConstraint(
                name="activities_todo_belongs_to_a_deal_or_lead_unless_imported",
                condition=Q(deal__isnull=False) | Q(lead__isnull=False) | Q(is_imported=True),
                violation_error_message=_("A to-do belongs to a deal or a lead."),
            ),
            models.CheckConstraint(
                name="activities_todo_of_a_cycle_has_its_deal",
                condition=Q(cycle__isnull=True) | Q(deal__isnull=False),
            ),
            models.CheckConstraint(
                name="activities_todo_is_open_or_has_a_closing_date",
                condition=Q(status=TodoStatus.OPEN, closed_on__isnull=True)
                | (~Q(status=TodoStatus.OPEN) & Q(closed_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="activities_cancelled_todo_and_no_other_says_why",
                condition=Q(status=TodoStatus.CANCELLED, cancel_reason__in=CancelReason.values)
                | (~Q(status=TodoStatus.CANCELLED) & Q(cancel_reason="")),
                violation_error_message=_("Choose why the to-do is cancelled."),
            ),
            models.CheckConstraint(
                name="activities_rule_made_todo_names_its_rule_cycle_and_step",
                condition=(Q(origin=TodoOrigin.RULE, cycle__isnull=False, step__isnull=False) & ~Q(rule_code=""))
                | (~Q(origin=TodoOrigin.RULE) & Q(step__isnull=True, rule_code="")),
            ),
            models.CheckConstraint(
                name="activities_promise_is_promised",
                condition=~Q(origin=TodoOrigin.PROMISE) | Q(is_promised=True),
            ),
            models.UniqueConstraint(fields=["cycle", "step"], name="activities_a_cycle_takes_each_step_once"),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(status=TodoStatus.OPEN, origin=TodoOrigin.RULE),
                name="activities_one_open_rule_made_todo_per_cycle",
            ),
        ]
        indexes = [
            # Overdue, load, the to-do list: open to-dos by person and day.
            models.Index(
                fields=["assignee", "effective_due_on"],
                condition=Q(status=TodoStatus.OPEN),
                name="activities_todo_load",
            ),
            # The list of everybody's to-dos in its order, a page of it or its counts.
            models.Index(
                fields=["effective_due_on", "due_time", "id"],
                condition=Q(status=TodoStatus.OPEN),
                name="activities_todo_open_order",
            ),
            # On time: by the day committed to, open and closed ones.
            models.Index(fields=["committed_due_on"], name="activities_todo_committed"),
            # Whether an approach was made: to-dos of rules that are done.
            models.Index(
                fields=["cycle"],
                condition=Q(origin=TodoOrigin.RULE, status=TodoStatus.DONE),
                name="activities_todo_made",
            ),
            # What is planned for a deal from a day on.
            models.Index(
                fields=["deal", "effective_due_on"],
                condition=Q(status=TodoStatus.OPEN),
                name="activities_todo_planned",
            ),
            # What became of the to-dos of a month.
            models.Index(fields=["effective_due_on"], name="activities_todo_due"),
            # Assign: open cycle to-dos without an owner, empty once there is inside sales (D21).
            models.Index(
                fields=["cycle"],
                condition=Q(status=TodoStatus.OPEN, assignee__isnull=True, cycle__isnull=False),
                name="activities_todo_unassigned",
            ),
            # Rules: a deal with an open promise is left alone (C-35).
            models.Index(
                fields=["deal", "effective_due_on"],
                condition=Q(status=TodoStatus.OPEN, is_promised=True),
                name="activities_todo_promised",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status == TodoStatus.OPEN


class TodoMove(models.Model):
    """One change of a to-do's date (D17); agreed: the customer agreed on or before the committed day."""

    todo = models.ForeignKey(Todo, models.PROTECT, related_name="moves", verbose_name=_("to-do"))
    from_on = models.DateField(_("former date"))
    to_on = models.DateField(_("new date"))
    is_agreed = models.BooleanField(_("agreed with the customer"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    moved_on = models.DateField(_("on"))
    moved_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("move of a to-do")
        verbose_name_plural = _("moves of to-dos")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.todo_id}: {self.from_on} → {self.to_on}"
