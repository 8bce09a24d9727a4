"""Words of the activities floor."""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.labels import renamable
from people.states import WordKind

_label = partial(renamable, WordKind.CALL_OUTCOME)


class ActivityKind(models.TextChoices):
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    VISIT = "visit", _("Visit")
    WEB_MEETING = "web_meeting", _("Web meeting")
    OTHER = "other", _("Other")
    IMPORTED = "imported", _("Imported last contact")


MEETING_KINDS = (ActivityKind.VISIT, ActivityKind.WEB_MEETING)


class Direction(models.TextChoices):
    OUTBOUND = "outbound", _("Outbound")
    INBOUND = "inbound", _("Inbound")


class CallOutcome(models.TextChoices):
    """The result of our action, never the status of the lead or deal (S3-28 … S3-33, C-03)."""

    NOT_CONNECTED = "not_connected", _label("not_connected", _("Not connected"))
    CALLBACK = "callback", _label("callback", _("Call back"))
    APPOINTMENT = "appointment", _label("appointment", _("Appointment won"))
    DECLINED = "declined", _label("declined", _("Talked, no appointment"))
    OUT_OF_TARGET_PERSON = "out_of_target_person", _label("out_of_target_person", _("Wrong person"))


# The intended person was on the line: moves the response clock (D23).
RIGHT_PARTY_OUTCOMES = (CallOutcome.CALLBACK, CallOutcome.APPOINTMENT, CallOutcome.DECLINED)
# Somebody relevant picked up, the wrong person included; stopped at the reception is not connected (M-07).
ANSWERED_OUTCOMES = (*RIGHT_PARTY_OUTCOMES, CallOutcome.OUT_OF_TARGET_PERSON)
VALID_TALK_OUTCOMES = (CallOutcome.APPOINTMENT, CallOutcome.DECLINED)


class TodoOrigin(models.TextChoices):
    """Why a to-do exists (C-09)."""

    PROMISE = "promise", _("Promise")
    RULE = "rule", _("Rule")
    MANUAL = "manual", _("Manual")


class TodoStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    SUPERSEDED = "superseded", _("Superseded")


class CancelReason(models.TextChoices):
    """Why a to-do was not done (M-04 leaves out the first three)."""

    CUSTOMER = "customer", _("At the customer's wish")
    DUPLICATE = "duplicate", _("Duplicate")
    OUT_OF_TARGET = "out_of_target", _("Out of target")
    NOT_USEFUL = "not_useful", _("Not useful")
    IMPORTED = "imported", _("Cancelled in the source system")


class ProjectMemberStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    APPOINTMENT = "appointment", _("Appointment won")


class ListPage(models.TextChoices):
    """The lists whose filter may be saved under a name."""

    TODOS = "todos", _("To-dos")
    DEALS = "deals", _("Deals")
    LEADS = "leads", _("Leads")
    COMPANIES = "companies", _("Companies")
    FOLLOWUP = "followup", _("In follow-up")
