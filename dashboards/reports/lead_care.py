"""stale_leads, no_next_step_leads, unanswered_mails: leads that nobody has looked after (S3-07 to S3-10)."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Label
from dashboards.reports.leads import DIMENSIONS
from dashboards.reports.report import Report
from followups import lead_care
from leads.models import Lead
from people.models import Threshold
from people.states import ThresholdCode
from people.working_days import load_calendar


def stale_leads(asked: Asked) -> Report:
    """要更新リード: the status does not say what has happened since."""
    leads = lead_care.stale_leads(asked.as_of, asked.grace_cutoff)
    return _report("stale_leads", gettext_lazy("Leads to update"), asked, leads)


def no_next_step_leads(asked: Asked) -> Report:
    """Leads that are being worked on and have no open to-do."""
    leads = lead_care.no_next_step_leads(asked.as_of)
    return _report("no_next_step_leads", gettext_lazy("Leads without a next step"), asked, leads)


def unanswered_mails(asked: Asked) -> Report:
    """返信不明: leads that were written to and of whom nothing is known since."""
    leads = lead_care.unanswered_mails(asked.as_of, load_calendar())
    return _report("unanswered_mails", gettext_lazy("Mails without a known answer"), asked, leads)


def _report(name: str, title: Label, asked: Asked, leads: QuerySet[Lead]) -> Report:
    return Report(
        name=name,
        title=title,
        asked=asked,
        rows=asked.narrow(leads, DIMENSIONS, "created_on"),
        dimensions=DIMENSIONS,
        definition=DEFINITIONS[name],
    )


def _stale() -> str:
    days = Threshold.objects.in_force()[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS]
    return ngettext(
        "Leads in work that were touched more than %(touched)s days after their status was set, and leads that are"
        " still new after %(days)s business day.",
        "Leads in work that were touched more than %(touched)s days after their status was set, and leads that are"
        " still new after %(days)s business days.",
        days,
    ) % {"days": days, "touched": lead_care.STALE_AFTER_DAYS}


def _no_next_step() -> str:
    return _("Leads in work, neither settled nor in nurturing without a next action, that have no open to-do.")


def _unanswered() -> str:
    return _(
        "Leads in work whose last mail from us is %(days)s business days old or older and who have neither written nor"
        " been reached since. Bulk mails do not count."
    ) % {"days": lead_care.reply_business_days()}


DEFINITIONS = {"stale_leads": _stale, "no_next_step_leads": _no_next_step, "unanswered_mails": _unanswered}
