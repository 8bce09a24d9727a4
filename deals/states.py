"""Words of the deals floor, with the named sets that rules and queries speak of."""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.labels import renamable
from people.states import WordKind

_label = partial(renamable, WordKind.DEAL_STATUS)


class DealStatus(models.TextChoices):
    """The ten deal statuses (S2-10 … S2-19)."""

    NOT_STARTED = "not_started", _label("not_started", _("Not started"))
    CONTACTING = "contacting", _label("contacting", _("Contacting"))
    APPOINTMENT = "appointment", _label("appointment", _("Appointment set"))
    FIRST_VISIT = "first_visit", _label("first_visit", _("First visit"))
    ONGOING = "ongoing", _label("ongoing", _("Ongoing"))
    QUOTED = "quoted", _label("quoted", _("Quoted"))
    WON = "won", _label("won", _("Won"))
    LOST = "lost", _label("lost", _("Lost"))
    RETURNED_TO_IS = "returned_to_is", _label("returned_to_is", _("Returned to IS"))
    OUT_OF_TARGET = "out_of_target", _label("out_of_target", _("Excluded"))


# Live deals in the hands of FS, in the order in which they advance. Rules look at these only.
OPEN_STATUSES = (
    DealStatus.NOT_STARTED,
    DealStatus.CONTACTING,
    DealStatus.APPOINTMENT,
    DealStatus.FIRST_VISIT,
    DealStatus.ONGOING,
    DealStatus.QUOTED,
)
# Over: closed_on is set.
CLOSED_STATUSES = (DealStatus.WON, DealStatus.LOST, DealStatus.OUT_OF_TARGET)


class DealEventKind(models.TextChoices):
    CREATED = "created", _("Created")
    STATUS = "status", _("Status changed")
    OWNER = "owner", _("Owner changed")
    CYCLE_OPENED = "cycle_opened", _("Follow-up began")
    CYCLE_ENDED = "cycle_ended", _("Follow-up ended")
    TODO_CREATED = "todo_created", _("To-do made by a rule")
    EXEMPTED = "exempted", _("Exempted")
    RECLASSIFIED = "reclassified", _("Lost reason changed")
    UNDONE = "undone", _("Undone")


class CycleKind(models.TextChoices):
    """Why a deal is followed up (D4)."""

    STAGNANT = "stagnant", _("Stagnant")
    LOST = "lost", _("Lost")
    RETURNED = "returned", _("Returned to IS")


class CycleEnd(models.TextChoices):
    """How a follow-up cycle ended (D4)."""

    REOPENED = "reopened", _("Re-opened")
    CONTACT_RESUMED = "contact_resumed", _("Contact resumed")
    CONVERTED_TO_LOST = "converted_to_lost", _("Became a loss")
    CONVERTED_TO_RETURNED = "converted_to_returned", _("Became a return")
    WON = "won", _("Won")
    EXCLUDED = "excluded", _("Excluded")
    CLOSED_BY_USER = "closed_by_user", _("Closed by a person")
    UNDONE = "undone", _("Undone")


class ChangeTrigger(models.TextChoices):
    """What at the customer may change until the next approach (S0-54)."""

    BUDGET = "budget", _("Budget")
    ORGANISATION = "organisation", _("Organisation")
    SEASON = "season", _("Season")
    INCIDENT = "incident", _("Incident")
    OTHER = "other", _("Other")


class HandOverDirection(models.TextChoices):
    TO_IS = "to_is", _("FS to IS")
    TO_FS = "to_fs", _("IS to FS")
    WITHIN = "within", _("Within a side")


class Priority(models.IntegerChoices):
    HIGH = 1, _("High")
    MIDDLE = 2, _("Middle")
    LOW = 3, _("Low")


# What is asked about a customer's decision: budget, authority, needs, timeframe, competitor (S2-30).
BANTC_FIELDS = ("budget", "authority", "needs", "timeframe", "competitor")
HOOK_MIN_LENGTH = 5  # characters after trimming (S0-25)
RETURN_OFFSET_MONTHS = 3  # from a return to the call, where nobody chose a day (S2-27)
