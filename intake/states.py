"""Words of the intake."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordKind(models.TextChoices):
    """What a file holds, in the order in which files are imported."""

    USERS = "users", _("People")
    COMPANIES = "companies", _("Companies")
    CONTACTS = "contacts", _("Contacts")
    LEADS = "leads", _("Leads")
    DEALS = "deals", _("Deals")
    ACTIVITIES = "activities", _("Activities")
    TODOS = "todos", _("To-dos")


class BatchStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Undone")


# An import that beat or a worker still has to do something about.
AT_WORK = (BatchStatus.WAITING, BatchStatus.RUNNING)
