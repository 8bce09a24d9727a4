"""Words of the people floor."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do; one person may hold several (D1)."""

    IS = "IS", _("Inside sales")
    FS = "FS", _("Field sales")
    IS_MANAGER = "IS_MANAGER", _("IS manager")
    OPS_ADMIN = "OPS_ADMIN", _("Sales-ops admin")
    VIEWER = "VIEWER", _("Viewer")


class Rollup(StrEnum):
    """Counts that are kept per day beside the rows they count (ADR 8)."""

    VOLUME = "volume"
    APPOINTMENTS = "appointments"
    COHORTS = "cohorts"


class TeamKind(models.TextChoices):
    IS = "is", _("Inside sales")
    FS = "fs", _("Field sales")
    COMBINED = "combined", _("Combined")


class Theme(models.TextChoices):
    SYSTEM = "", _("Follow the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class ActivityPanel(models.TextChoices):
    """What 活動と架電結果 can show; the first five are what a team begins with (S3-40 … S3-45)."""

    APPOINTMENTS = "appointments", _("Appointments won")
    SOURCES = "sources", _("Appointments by source")
    VOLUME = "volume", _("Activity volume")
    OUTCOMES = "outcomes", _("Call results")
    LEADS = "leads", _("New leads")
    CONNECT_RATE = "connect_rate", _("Connect rate")
    NEXT_STEP = "next_step", _("Next step")
    STOCK_RATIO = "stock_ratio", _("Stock ratio")
    PEOPLE = "people", _("Person by day")
    NURTURING = "nurturing", _("Nurtured leads by reason")


LAUNCH_PANELS = tuple(ActivityPanel.values[:5])


class DateStyle(models.TextChoices):
    """Whether the Japanese era stands beside a date."""

    WESTERN = "western", _("Western calendar")
    JAPANESE = "japanese", _("Japanese era as well")


class PromiseMode(models.TextChoices):
    """What happens to a to-do that has neither a promise nor a reason to call (S1-28, C-09)."""

    OFF = "off", _("Accept")
    WARN = "warn", _("Warn")
    BLOCK = "block", _("Refuse")


class Weekday(models.IntegerChoices):
    """As date.weekday() counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")


class TargetMetric(models.TextChoices):
    """What a monthly target counts."""

    APPOINTMENTS = "appointments", _("Appointments won")
    ACTIVITIES = "activities", _("Activities")
    REOPENED = "reopened", _("Deals re-opened")


class WordKind(models.TextChoices):
    """Fixed codes whose words an admin may change."""

    DEAL_STATUS = "deal_status", _("Deal status")
    LEAD_STATUS = "lead_status", _("Lead status")
    CALL_OUTCOME = "call_outcome", _("Call result")


class ThresholdCode(models.TextChoices):
    """The numbers an admin may tune; defaults and ranges stand in THRESHOLD_RANGES."""

    TODO_CAP_IS = "todo_cap_is", _("To-dos a day, inside sales")
    TODO_CAP_FS = "todo_cap_fs", _("To-dos a day, field sales")
    TODO_CAP_COMBINED = "todo_cap_combined", _("To-dos a day, IS and FS combined")
    LEVELLING_FILL_PERCENT = "levelling_fill_percent", _("Share of the cap that levelling fills (%)")
    EXEMPTION_MAX_DAYS = "exemption_max_days", _("Longest exemption (days)")
    PROMISE_HORIZON_MONTHS = (
        "promise_horizon_months",
        _("How far ahead a promise keeps a deal out of the rules (months)"),
    )
    LEAK_GRACE_BUSINESS_DAYS = "leak_grace_business_days", _("Grace before a missing to-do counts (business days)")
    SWEEP_STALE_HOURS = "sweep_stale_hours", _("Hours without a rule run before the light turns red")
    NOT_REACHED_ATTEMPTS = "not_reached_attempts", _("Calls without contact until a lead counts as not reached")
    CLASSIFY_BUSINESS_DAYS = (
        "classify_business_days",
        _("Business days until the lost reason 'other' must be classified"),
    )
    FISCAL_START_MONTH = "fiscal_start_month", _("First month of our own fiscal year")
    REOPENING_WINDOW_DAYS = "reopening_window_days", _("Days within which a follow-up counts as re-opened")
    REPLY_BUSINESS_DAYS = "reply_business_days", _("Business days for which an answer to a mail is waited for")
    STOCK_FLOW_TOLERANCE_PERCENT = (
        "stock_flow_tolerance_percent",
        _("Stock and flow: a smaller fall of the volume is not spoken of (%)"),
    )
    STOCK_FLOW_LEAST_EXPECTED = (
        "stock_flow_least_expected",
        _("Stock and flow: fewest calls and mails expected for a verdict"),
    )


# code -> (default, lowest, highest). Sources: domain.md A6, D13, D16.
THRESHOLD_RANGES: dict[str, tuple[int, int, int]] = {
    ThresholdCode.TODO_CAP_IS: (20, 1, 500),
    ThresholdCode.TODO_CAP_FS: (8, 1, 500),
    ThresholdCode.TODO_CAP_COMBINED: (20, 1, 500),
    ThresholdCode.LEVELLING_FILL_PERCENT: (75, 10, 100),
    ThresholdCode.EXEMPTION_MAX_DAYS: (30, 1, 90),
    ThresholdCode.PROMISE_HORIZON_MONTHS: (12, 1, 36),
    ThresholdCode.LEAK_GRACE_BUSINESS_DAYS: (1, 0, 10),
    ThresholdCode.SWEEP_STALE_HOURS: (26, 1, 240),
    ThresholdCode.NOT_REACHED_ATTEMPTS: (5, 1, 50),
    ThresholdCode.CLASSIFY_BUSINESS_DAYS: (5, 1, 60),
    ThresholdCode.FISCAL_START_MONTH: (4, 1, 12),
    ThresholdCode.REOPENING_WINDOW_DAYS: (180, 7, 730),
    ThresholdCode.REPLY_BUSINESS_DAYS: (5, 1, 60),
    ThresholdCode.STOCK_FLOW_TOLERANCE_PERCENT: (10, 1, 50),
    ThresholdCode.STOCK_FLOW_LEAST_EXPECTED: (30, 10, 500),
}
