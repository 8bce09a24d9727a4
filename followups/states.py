"""Words of the follow-up rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from deals.states import CycleKind


class RuleMode(models.TextChoices):
    """A fresh install has every rule off (C-11); suggest waits three business days for an objection (D34)."""

    OFF = "off", _("Off")
    SUGGEST = "suggest", _("Suggest")
    AUTO = "auto", _("Auto")


class Basis(models.TextChoices):
    """Which of the three clocks a rule looks at (C-02)."""

    NO_ACTIVITY = "no_activity", _("No activity")
    NO_RESPONSE = "no_response", _("No response")
    STATUS_DWELL = "status_dwell", _("Time in the status")


# basis -> the generated column of Deal that the clock runs from.
CLOCK_COLUMNS = {
    Basis.NO_ACTIVITY: "no_activity_from",
    Basis.NO_RESPONSE: "no_response_from",
    Basis.STATUS_DWELL: "status_dwell_from",
}


class Unit(models.TextChoices):
    DAY = "day", _("days")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")


class LimitFrom(models.TextChoices):
    """Where a rule takes its limit from (C-23, S0-11)."""

    RULE = "rule", _("the length set here")
    LEAD_TIME = "lead_time", _("our own average lead time per product")


class RuleAction(models.TextChoices):
    TODO = "todo", _("To-do for IS")
    RETURN = "return", _("Return to IS")


class AssigneeStrategy(models.TextChoices):
    OWNER_THEN_LOAD = "owner_then_load", _("IS owner, else the lowest load")
    LOWEST_LOAD = "lowest_load", _("The lowest load")


class DueBase(models.TextChoices):
    """From which day a rule's due offset counts (C-08)."""

    ENTERED = "entered_on", _("the day the rule applied")
    LAST_CONTACT = "last_contact_on", _("the last contact")
    FIRST_VISIT = "first_visit_on", _("the first visit")


class RunStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")
    CANCELLED = "cancelled", _("Cancelled")


class RunState(models.TextChoices):
    """What the light of the rules says of a day (D12, D15)."""

    CURRENT = "current", _("Rules ran")
    UNSWEPT = "unswept", _("Not run since an import")
    STALE = "stale", _("Rules did not run")


class ChangeVerb(models.TextChoices):
    """What a sweep did to one deal."""

    OPENED = "opened", _("Opened a cycle")
    RETURNED = "returned", _("Returned to IS")
    COVERED = "covered", _("Made a to-do")
    ASSIGNED = "assigned", _("Assigned")


class KeptReason(models.TextChoices):
    """Why an undo leaves a change of a sweep as it is (D19)."""

    LATER_RUN = "later_run", _("A later run built on it. Undo that run first.")
    TODO_CHANGED = "todo_changed", _("The to-do has been done, moved or handed over since.")
    CYCLE_CHANGED = "cycle_changed", _("The follow-up has ended or has other to-dos or an exemption.")
    DEAL_CHANGED = "deal_changed", _("Somebody has worked on the deal since.")


class CoverageState(models.TextChoices):
    """The parts of the proof bar: each open cycle is in the first that applies, so they sum to all (D15)."""

    EXEMPT = "exempt", _("Exempted")
    UNCOVERED = "uncovered", _("No to-do set")
    UNASSIGNED = "unassigned", _("Nobody assigned")
    OVERDUE = "overdue", _("Overdue")
    IN_HAND = "in_hand", _("In hand")


class ProgressState(models.TextChoices):
    """What inside sales has done about an open cycle; each is in the first that applies (M-02, mockup of SC-10)."""

    IN_GRACE = "in_grace", _("In grace")
    EXEMPT = "exempt", _("Exempted")
    TOUCHED = "touched", _("Touched by IS")
    PLANNED = "planned", _("To-do ahead")
    UNTOUCHED = "untouched", _("Untouched")


class NextUnit(models.TextChoices):
    """In which unit the next to-do lies ahead; `none` is no to-do."""

    BUSINESS_DAY = "business_day", _("business days")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")
    NONE = "none", _("no to-do")


class MeetingWay(models.TextChoices):
    """How a won appointment is held."""

    VISIT = "visit", _("Visit")
    WEB_MEETING = "web_meeting", _("Web meeting")
    CALL = "call", _("Call")


class ProposalStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for field sales")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class NoticeKind(models.TextChoices):
    """What a notice is about (D.9)."""

    DIGEST = "digest", _("To-dos of the day")
    RETURNS = "returns", _("Going back to inside sales")
    LEAKS = "leaks", _("Leaks and unsigned checks")
    FAILURE = "failure", _("Rules failed")
    RULES = "rules", _("Rules changed")


class Channel(models.TextChoices):
    """How a notice leaves the product."""

    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Chat")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


# kind -> the column of a person that says whether it may leave the product for him. Changed rules leave it as a line of
# the digest.
WANTED = {
    NoticeKind.DIGEST: "wants_digest",
    NoticeKind.RETURNS: "wants_returns",
    NoticeKind.LEAKS: "wants_leaks",
    NoticeKind.FAILURE: "wants_failures",
}

# Everybody who gets one reads the same, so that a chat is told once.
SHARED_KINDS = (NoticeKind.LEAKS, NoticeKind.FAILURE)

# What the to-dos of an appointment are called; records, as TODO_SUBJECTS below.
MEETING_SUBJECTS = {
    MeetingWay.VISIT: "商談(訪問)",
    MeetingWay.WEB_MEETING: "商談(Web)",
    MeetingWay.CALL: "商談(電話)",
}
WAITING_SUBJECT = "FSの返答を確認"
DECLINED_SUBJECT = "FSの辞退を受けて再調整"
WITHDRAWN_SUBJECT = "取り下げたアポを再調整"
# Why a deal is excluded that a call made of a lead when the call is taken back.
UNDONE_REASON = "コールの取消"

# Rule codes of to-dos that no rule row makes: the loss (S0-28) and a return by hand (D8, D13).
LOSS_CODE = "R-LOST"
RETURN_CODE = "R-RETURN"

# The lost reason that must be classified within some business days (domain.md A6).
OTHER_CODE = "other"

# What a cycle's to-do is called. Records, not interface: reports filter by kind, never by this text (C-15).
TODO_SUBJECTS = {
    CycleKind.STAGNANT: "滞留商談掘り起こし",
    CycleKind.LOST: "失注商談掘り起こし",
    CycleKind.RETURNED: "インサイド戻しフォロー",
}
