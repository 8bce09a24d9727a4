"""Words of the leads floor."""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.labels import renamable
from people.states import WordKind

_label = partial(renamable, WordKind.LEAD_STATUS)


class LeadStatus(models.TextChoices):
    """The eight lead statuses (S3-13 … S3-20)."""

    NEW = "new", _label("new", _("New"))
    APPROACHING = "approaching", _label("approaching", _("Approaching"))
    SCHEDULING = "scheduling", _label("scheduling", _("Scheduling"))
    MEETING_WON = "meeting_won", _label("meeting_won", _("Meeting won"))
    NOT_REACHED = "not_reached", _label("not_reached", _("Not reached"))
    NURTURING_NO_ACTION = "nurturing_no_action", _label("nurturing_no_action", _("Nurturing (no next action)"))
    NURTURING_ACTION = "nurturing_action", _label("nurturing_action", _("Nurturing (next action set)"))
    OUT_OF_TARGET = "out_of_target", _label("out_of_target", _("Out of target"))


# A nurturing status without a reason says nothing (S3-21).
NURTURING_STATUSES = (LeadStatus.NURTURING_NO_ACTION, LeadStatus.NURTURING_ACTION)

# Leads that somebody still has to do something about: without an open to-do they are listed (S3-08).
WORKED_STATUSES = (
    LeadStatus.NEW, LeadStatus.APPROACHING, LeadStatus.SCHEDULING, LeadStatus.NOT_REACHED, LeadStatus.NURTURING_ACTION,
)  # fmt: skip

# Leads that are over: nothing has to follow, and nobody is called for them.
SETTLED_STATUSES = (LeadStatus.MEETING_WON, LeadStatus.OUT_OF_TARGET)

# Statuses that say that something comes next: without an open to-do they are not true.
PROMISING_STATUSES = (LeadStatus.APPROACHING, LeadStatus.SCHEDULING, LeadStatus.NURTURING_ACTION)


class OutOfTargetKind(models.TextChoices):
    """Why a lead is no target (S3-20); kept in the words of the event."""

    REVERSE_SALES = "reverse_sales", _("Wants to sell to us in return")
    SALES = "sales", _("A sales call")
    NO_TARGET = "no_target", _("Not a target")
    OTHER = "other", _("Other")


class LeadEventKind(models.TextChoices):
    CREATED = "created", _("Created")
    STATUS = "status", _("Status changed")


class Availability(models.TextChoices):
    """Six guesses about a customer's days between holidays (S4-20 … S4-25)."""

    PARTNER_OFF = "partner_off", _("Business partners are off, has time")
    COLLEAGUES_OFF = "colleagues_off", _("Colleagues are off, has time")
    USE_FREE_TIME = "use_free_time", _("Wants to use the free time")
    COVERING = "covering", _("Busy covering for colleagues")
    PEAK_SEASON = "peak_season", _("Peak season")
    AS_USUAL = "as_usual", _("As usual")


class ConsentKind(models.TextChoices):
    STOPPED = "stopped", _("Not to be contacted")
    RESUMED = "resumed", _("May be contacted again")


class MergeKind(models.TextChoices):
    COMPANY = "company", _("Company")
    CONTACT = "contact", _("Contact")
