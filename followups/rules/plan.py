"""plan(as_of): which deals a rule matches, which cycles lack a to-do, which to-dos lack a person. It writes nothing."""

from dataclasses import dataclass, field
from datetime import date

from followups.desk import Desk
from followups.models import RuleExemption
from followups.rules.covering import Covering, find_coverings
from followups.rules.handing import Handing, find_handings
from followups.rules.matching import promise_horizon
from followups.rules.opening import Opening, find_openings
from followups.rules.scheduled import in_force_on
from followups.rules.spec import RuleSpec
from followups.rules.step import Step
from followups.rules.suggesting import is_due, known_suggestions
from followups.states import RuleMode


@dataclass(slots=True)
class Plan:
    """What a sweep as of that day would do.

    suggestions: what rules in suggest find and nobody has accepted. desk: who has how much afterwards; None where there
    is nothing to do.
    """

    as_of: date
    rules: list[RuleSpec]
    openings: list[Opening] = field(default_factory=list)
    suggestions: list[Opening] = field(default_factory=list)
    coverings: list[Covering] = field(default_factory=list)
    handings: list[Handing] = field(default_factory=list)
    desk: Desk | None = None

    @property
    def acting(self) -> list[RuleSpec]:
        """The rules in auto or suggest, first to act first."""
        return [rule for rule in self.rules if rule.mode != RuleMode.OFF]

    @property
    def size(self) -> int:
        """How many changes there are to write."""
        return len(self.openings) + len(self.coverings) + len(self.handings)

    @property
    def steps(self) -> list[Step]:
        """All steps in the order in which people and days are given out: the oldest request first."""
        return sorted([*self.openings, *self.coverings, *self.handings], key=lambda step: step.order)


def plan(as_of: date, trying: RuleSpec | None = None) -> Plan:
    """Decide everything a sweep as of that day would do; pure reading, set-based (D11–D16).

    A deal that one rule matches is not matched by a later one, whatever the order of the rows. trying: a rule as it
    might be, in the place of the one with its code.
    """
    made = Plan(as_of, rules_on(as_of, trying))
    by_code = {rule.code: rule for rule in made.rules}
    exempt = _exemptions(as_of)
    promises_until = promise_horizon(as_of)
    taken: set[int] = set()
    known = known_suggestions(made.rules)
    for rule in made.acting:
        for opening in find_openings(rule, as_of, promises_until):
            if opening.deal_id not in taken and exempt.get(opening.deal_id, set()).isdisjoint({"", rule.code}):
                taken.add(opening.deal_id)
                acts = rule.mode == RuleMode.AUTO or is_due(opening, known, as_of)
                (made.openings if acts else made.suggestions).append(opening)
    made.coverings = list(find_coverings(as_of, by_code))
    made.handings = list(find_handings(as_of, by_code))
    _settle(made)
    return made


def rules_on(as_of: date, trying: RuleSpec | None = None) -> list[RuleSpec]:
    """The rules as they will stand on that day, first to act first; what is published for it is in force by then."""
    rules = [RuleSpec.of(rule) for rule in in_force_on(as_of)]
    return [trying if trying and trying.code == rule.code else rule for rule in rules]


def _settle(made: Plan) -> None:
    steps = made.steps
    if not steps:
        return
    desk = made.desk = Desk.load(made.as_of)
    for step in steps:
        step.settle(desk)
    # Nobody could be found: the to-do stays as it is, and that is no change.
    made.handings = [handing for handing in made.handings if handing.assignee_id is not None]


def _exemptions(as_of: date) -> dict[int, set[str]]:
    exempt: dict[int, set[str]] = {}
    for deal_id, code in RuleExemption.objects.unexpired(as_of).values_list("deal_id", "rule_code"):
        exempt.setdefault(deal_id, set()).add(code)
    return exempt
