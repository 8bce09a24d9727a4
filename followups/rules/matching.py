"""Which deals a rule finds, as one query: what the sweep reads, a trial counts and a list shows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Exists, Max, OuterRef, Subquery, Value
from django.db.models.fields import DateField

from activities.models import Todo
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.models import RuleExemption
from followups.rules.spec import RuleSpec
from people.business_days import add_months
from people.models import Threshold
from people.states import ThresholdCode


def promise_horizon(as_of: date) -> date:
    """The last day of a promise that still keeps a deal out of the rules."""
    return add_months(as_of, Threshold.objects.in_force()[ThresholdCode.PROMISE_HORIZON_MONTHS])


def matching(rule: RuleSpec, as_of: date, promises_until: date) -> DealQuerySet:
    """Deals over the limit on as_of, outside cycles and without a promise ahead, with `promise_passed_on`.

    Exemptions and other rules are not looked at.
    """
    deals = Deal.objects.known(as_of).filter(rule.condition(as_of))
    if not rule.is_suppressed_by_promise:
        return deals.annotate(promise_passed_on=Value(None, output_field=DateField()))
    promises = Todo.objects.open().promised().filter(deal=OuterRef("pk")).order_by()
    ahead = promises.filter(effective_due_on__range=(as_of, promises_until))
    passed = promises.filter(effective_due_on__lt=as_of).values("deal").values(last=Max("effective_due_on"))
    return deals.filter(~Exists(ahead)).annotate(promise_passed_on=Subquery(passed))


def hits(rule: RuleSpec, as_of: date, earlier: Iterable[RuleSpec] = ()) -> DealQuerySet:
    """Deals on which a sweep as of that day would let the rule act, were it in auto.

    earlier: the rules that act before it; a deal that one of them finds is not this rule's.
    """
    until = promise_horizon(as_of)
    exempt = RuleExemption.objects.unexpired(as_of).filter(deal=OuterRef("pk"), rule_code__in=["", rule.code])
    found = matching(rule, as_of, until).filter(~Exists(exempt)).order_by()
    for other in earlier:
        if not set(other.statuses).isdisjoint(rule.statuses):
            found = found.exclude(pk__in=hits(other, as_of).values("pk"))
    return found


def within_reach(rule: RuleSpec, as_of: date, earlier: Iterable[RuleSpec] = ()) -> DealQuerySet:
    """Deals that the rule would find at some limit: all ages, so that a histogram shows what another limit would do."""
    return hits(replace(rule, value=0, product_limits={}, applies_from_on=None), as_of, earlier)
