"""あと3日でインサイド戻し: field sales is told before a rule takes a deal, once while it stays in its status (D33)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from activities.models import Todo
from deals.models import Deal
from followups.models import ReturnWarning, Rule, RuleExemption
from followups.outbox import post
from followups.rules.spec import RuleSpec
from followups.states import NoticeKind, RuleAction
from people.business_days import DAY, BusinessCalendar
from people.rows import insert_rows

NOTICE_DAYS = 3  # business days


@dataclass(frozen=True, slots=True)
class Coming:
    """A deal that a rule will return on `on`, if nothing happens."""

    deal_id: int
    fs_owner_id: int
    since: date
    name: str
    company: str
    rule_code: str
    on: date


@transaction.atomic
def write_returns(as_of: date, calendar: BusinessCalendar) -> int:
    """Tell every field representative which of his deals are about to go; gives back how many notices were new.

    The notice comes three business days before, or as soon as it is known. Silent on days off.
    """
    if not calendar.is_business_day(as_of):
        return 0
    found: defaultdict[int, list[Coming]] = defaultdict(list)
    for coming in coming_returns(as_of, calendar.add(as_of, NOTICE_DAYS)):
        found[coming.fs_owner_id].append(coming)
    contents = {user_id: {"deals": [_frozen(deal) for deal in deals]} for user_id, deals in found.items()}
    notices = post(NoticeKind.RETURNS, as_of, contents)
    # Only what really was told is marked as told: who has had his notice of the day hears of the rest tomorrow.
    rows = [(deal.deal_id, deal.since, notice) for user_id, notice in notices.items() for deal in found[user_id]]
    insert_rows(ReturnWarning, ("deal_id", "status_entered_on", "notice_id"), rows, skip_conflicts=True)
    return len(notices)


def _frozen(coming: Coming) -> dict[str, Any]:
    return {
        "deal": coming.deal_id,
        "name": coming.name,
        "company": coming.company,
        "rule": coming.rule_code,
        "on": coming.on.isoformat(),
    }


def coming_returns(as_of: date, until: date) -> list[Coming]:
    """Deals that a rule in auto or suggest returns after as_of and by `until`, of active people, not yet told of.

    A deal that several rules will return is told of once, by the one that acts first.
    """
    rules = Rule.objects.speaking().filter(action=RuleAction.RETURN).order_by("priority", "code")
    first: dict[int, Coming] = {}
    for coming in (coming for rule in rules for coming in _of_rule(RuleSpec.of(rule), as_of, until)):
        known = first.get(coming.deal_id)
        if known is None or coming.on < known.on:
            first[coming.deal_id] = coming
    return sorted(first.values(), key=lambda coming: (coming.on, coming.deal_id))


def _of_rule(rule: RuleSpec, as_of: date, until: date) -> Iterator[Coming]:
    columns = (
        "pk", "fs_owner", "status_entered_on", "name", "company__name", rule.clock, "product", "exempt_until",
        "promised_until",
    )  # fmt: skip
    for pk, owner, since, name, company, clock_from, product, *held in _near(rule, as_of, until).values_list(*columns):
        on = max(rule.limit_of(product).reached_on(clock_from), *(day + DAY for day in held if day is not None), as_of)
        if as_of < on <= until:
            yield Coming(pk, owner, since, name, company or "", rule.code, on)


def _near(rule: RuleSpec, as_of: date, until: date) -> QuerySet[Deal, Any]:
    """Deals over the limit by `until`; of those over it already only the ones that something still holds back."""
    exemptions = RuleExemption.objects.unexpired(as_of).filter(deal=OuterRef("pk"), rule_code__in=["", rule.code])
    promises = Todo.objects.open().promised().filter(deal=OuterRef("pk"), effective_due_on__gte=as_of)
    if not rule.is_suppressed_by_promise:
        promises = promises.none()
    told = ReturnWarning.objects.filter(deal=OuterRef("pk"), status_entered_on=OuterRef("status_entered_on"))
    deals = (
        Deal.objects.known(as_of)
        .filter(rule.condition(until), ~Exists(told), fs_owner__is_active=True)
        .annotate(
            exempt_until=Subquery(exemptions.order_by().values("deal").values(last=Max("expires_on"))),
            promised_until=Subquery(promises.order_by().values("deal").values(last=Max("effective_due_on"))),
        )
        .order_by()
    )
    is_held = Q(exempt_until__isnull=False) | Q(promised_until__isnull=False)
    return deals.filter(rule.is_within(as_of) | is_held)
