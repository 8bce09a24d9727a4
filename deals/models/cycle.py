"""The follow-up cycle: the episode that all to-dos, rules and rates hang on."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from deals.querysets import CycleQuerySet
from deals.states import HOOK_MIN_LENGTH, ChangeTrigger, CycleEnd, CycleKind
from people.labels import Labelled


class FollowUpCycle(Labelled, models.Model):
    """One stay of a deal in follow-up, from entered_on until it ends in one of the eight ways of D4.

    At most one is open per deal; they are numbered upward and the number never goes back, so a clock that was set back
    cannot make an episode twice. The answers are copied, so a second loss keeps the first one's. `rule_code` is empty
    when a person (or an imported loss) opened it. `has_open_todo` is kept in the transaction of every to-do: the
    nightly cover step reads its partial index.
    """

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="cycles", verbose_name=_("deal"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=CycleKind)
    entered_on = models.DateField(_("began"))
    is_owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="cycles", verbose_name=_("IS owner")
    )
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("previous link")
    )
    rule_code = models.CharField(_("rule"), max_length=20, blank=True)
    rule_version = models.PositiveIntegerField(_("rule version"), null=True, blank=True)
    reason = models.ForeignKey(
        "deals.LostReason", models.PROTECT, null=True, blank=True, related_name="cycles", verbose_name=_("lost reason")
    )
    return_reason = models.CharField(_("reason for the return"), max_length=400, blank=True)
    next_approach_on = models.DateField(_("next approach date"), null=True, blank=True)
    has_default_approach_date = models.BooleanField(_("approach date is a default"), default=False)
    has_imported_answers = models.BooleanField(_("answers filled in by the import"), default=False)
    approach_contact = models.ForeignKey(
        "leads.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact to approach")
    )
    approach_contact_text = models.CharField(_("contact to approach (text)"), max_length=200, blank=True)
    hook = models.TextField(_("hook"), max_length=1000, blank=True)
    change_trigger = models.CharField(_("change trigger"), max_length=12, choices=ChangeTrigger, blank=True)
    has_open_todo = models.BooleanField(_("has an open to-do"), default=False, editable=False)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_type = models.CharField(_("how it ended"), max_length=22, choices=CycleEnd, blank=True)
    end_reason = models.CharField(_("reason for closing"), max_length=400, blank=True)
    ended_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up cycle")
        verbose_name_plural = _("follow-up cycles")
        ordering = ["deal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="deals_cycles_of_a_deal_are_numbered"),
            models.UniqueConstraint(
                fields=["deal"], condition=Q(ended_on__isnull=True), name="deals_a_deal_has_one_open_cycle"
            ),
            models.CheckConstraint(name="deals_cycle_kind_is_known", condition=Q(kind__in=CycleKind.values)),
            models.CheckConstraint(
                name="deals_ended_cycle_says_how",
                condition=Q(ended_on__isnull=True, end_type="")
                | Q(ended_on__isnull=False, end_type__in=CycleEnd.values),
            ),
            models.CheckConstraint(
                name="deals_cycle_ends_after_it_began",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("entered_on")),
            ),
            models.CheckConstraint(
                name="deals_lost_cycle_says_why_when_whom_and_with_what_hook",
                condition=~Q(kind=CycleKind.LOST)
                | (
                    Q(reason__isnull=False, next_approach_on__isnull=False)
                    & (Q(approach_contact__isnull=False) | ~Q(approach_contact_text=""))
                    & Q(GreaterThanOrEqual(Length(Trim("hook")), HOOK_MIN_LENGTH))
                ),
            ),
            models.CheckConstraint(
                name="deals_returned_cycle_has_a_call_date",
                condition=~Q(kind=CycleKind.RETURNED) | Q(next_approach_on__isnull=False),
            ),
        ]
        indexes = [
            # Cover: open cycles without a to-do, an empty index after every sweep (D21).
            models.Index(
                fields=["id"], condition=Q(ended_on__isnull=True, has_open_todo=False), name="deals_cycle_uncovered"
            ),
            # The proof bar, `cycles_open` and what is due in a month, without reading a row.
            models.Index(
                fields=["kind", "entered_on", "deal", "id"], condition=Q(ended_on__isnull=True), name="deals_cycle_open"
            ),
            models.Index(fields=["entered_on"], name="deals_cycle_day"),  # the follow-ups of a day, counted anew
            # What a day of the past did not know yet.
            models.Index(fields=["ended_on"], condition=Q(ended_on__isnull=False), name="deals_cycle_end"),
            # Which deals were re-opened, by which channel and when: few of all.
            models.Index(
                fields=["deal", "ended_on", "number", "kind", "id"],
                condition=Q(end_type=CycleEnd.REOPENED),
                name="deals_cycle_reopened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} #{self.number} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the deal is still in this cycle."""
        return self.ended_on is None
