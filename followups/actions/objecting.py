"""Objecting to a return that is about to come (D33)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import Todo
from deals.actions import claim
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions.exempting import Exemption, exempt
from followups.models import Rule, RuleExemption
from people.models import Threshold, User
from people.refusal import refuse
from people.states import ThresholdCode

LONGEST_OBJECTION = 30  # days (D33)


@transaction.atomic
def object_to_return(deal_id: int, rule_code: str, *, by: User, as_of: date) -> RuleExemption:
    """Keep one rule away from an open deal until its next step, 30 days at most.

    Refused: a rule that is not in force for the deal's status, a deal without a next step, and a second objection to
    the same rule while the deal stays in its status.
    """
    deal = claim([deal_id], OPEN_STATUSES)[0]
    if not any(deal.status in rule.statuses for rule in Rule.objects.speaking().filter(code=rule_code)):
        refuse(_("No rule will act on this deal."))
    stay = RuleExemption.objects.filter(deal=deal, rule_code=rule_code, starts_on__gte=deal.status_entered_on)
    if stay.exists():
        refuse(_("This return has been objected to already. Move the deal on, or return it."))
    step = _next_step(deal, as_of)
    longest = min(LONGEST_OBJECTION, Threshold.objects.in_force()[ThresholdCode.EXEMPTION_MAX_DAYS])
    until = min(step.effective_due_on, as_of + timedelta(days=longest))
    words = {"day": date_format(step.effective_due_on, "SHORT_DATE_FORMAT"), "step": step.subject}
    reason = _("Objection: next step on %(day)s, %(step)s") % words
    return exempt([Exemption(deal.pk, reason, until, rule_code)], by=by, as_of=as_of)[0]


def _next_step(deal: Deal, as_of: date) -> Todo:
    step = Todo.objects.open().filter(deal=deal, effective_due_on__gt=as_of).order_by("effective_due_on", "id").first()
    if step is None:
        refuse(_("Plan the next step first: the rule waits until its day."))
    return step
