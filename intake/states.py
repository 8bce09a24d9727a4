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


class UndoStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class StaysBecause(models.TextChoices):
    """Why an undo of an import leaves a row as it is."""

    CHANGED = "changed", _("It was changed here since.")
    CONTACTED = "contacted", _("Somebody has called, written or met since.")
    WORKED = "worked", _("A to-do of it was made or worked on here.")
    MERGED = "merged", _("It was merged since.")
    LATER_IMPORT = "later_import", _("A later import refers to it. Take that one back first.")
    LEFT = "left", _("The person to whom it would go back has left since.")
    USED = "used", _("Something that stays refers to it.")
