"""あとN日でインサイド戻し: when a rule will act on a deal, and what holds it back (D33, C-35)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from activities.models import Todo
from deals.models import Deal
from followups.models import Rule, RuleExemption
from followups.rules.spec import RuleSpec
from followups.states import RuleAction

SOON = timedelta(days=14)  # how long before a rule acts the list counts down

Exempted = Mapping[int, Sequence[RuleExemption]]


@dataclass(frozen=True, slots=True)
class Countdown:
    """The rule that acts first on a deal. left: days until then, 0 or less once the limit is reached.

    promise: the promised to-do that keeps the rule away; exemption: the one in force. may_object: nobody has objected
    since the deal entered its status, and a next step is planned.
    """

    rule: Rule
    on: date
    left: int
    promise: Todo | None
    exemption: RuleExemption | None
    may_object: bool

    @property
    def returns(self) -> bool:
        """Whether the rule moves the deal to inside sales; otherwise it makes a to-do."""
        return self.rule.action == RuleAction.RETURN

    @property
    def is_held(self) -> bool:
        """Whether the rule will not act on that day."""
        return self.promise is not None or self.exemption is not None


def countdown(deal: Deal, rules: Iterable[Rule], exempted: Exempted, as_of: date) -> Countdown | None:
    """The countdown of an open deal, from a fortnight before a rule acts; None where none is near.

    rules: those in force; exempted: exemptions by deal since it entered its status; reads `deal.open_todos`.
    """
    near = (
        []
        if deal.is_followed
        else [(reached, rule) for rule, reached in _reached(deal, rules) if reached <= as_of + SOON]
    )
    if not near:
        return None
    on, rule = min(near, key=lambda pair: (pair[0], pair[1].priority))
    made = [one for one in exempted.get(deal.pk, ()) if one.rule_code in ("", rule.code)]
    in_force = next((one for one in made if one.revoked_on is None and one.starts_on <= as_of <= one.expires_on), None)
    has_objected = any(one.rule_code for one in made)
    planned = [todo for todo in _open_todos(deal) if todo.effective_due_on > as_of]
    return Countdown(
        rule, on, (on - as_of).days, _promise(deal, rule, as_of), in_force, not has_objected and bool(planned)
    )


def _reached(deal: Deal, rules: Iterable[Rule]) -> Iterable[tuple[Rule, date]]:
    for rule in rules:
        if deal.status in rule.statuses:
            spec = RuleSpec.of(rule)
            yield rule, spec.limit_of(deal.product_id).reached_on(getattr(deal, spec.clock))


def _promise(deal: Deal, rule: Rule, as_of: date) -> Todo | None:
    if not rule.is_suppressed_by_promise:
        return None
    return next((todo for todo in _open_todos(deal) if todo.is_promised and todo.effective_due_on >= as_of), None)


def _open_todos(deal: Deal) -> list[Todo]:
    found: list[Todo] = deal.open_todos  # type: ignore[attr-defined]
    return found


def exemptions_of(deals: Collection[Deal]) -> Exempted:
    """Exemptions of these deals since each entered its status, by one query."""
    since = {deal.pk: deal.status_entered_on for deal in deals}
    found: dict[int, list[RuleExemption]] = {}
    for one in RuleExemption.objects.filter(deal__in=since).order_by("id"):
        if one.starts_on >= since[one.deal_id]:
            found.setdefault(one.deal_id, []).append(one)
    return found


def needs_a_hand(rules: Iterable[Rule], as_of: date) -> Q:
    """要対応: no next step, one that is overdue, a rule that acts within a fortnight, or in follow-up already."""
    todos = Todo.objects.open().filter(deal=OuterRef("pk"))
    urgent = ~Exists(todos) | Exists(todos.filter(effective_due_on__lt=as_of)) | Q(is_followed=True)
    for rule in rules:
        urgent |= RuleSpec.of(rule).condition(as_of + SOON)
    return urgent
