"""What a rule has brought about: is it of any use? (S3-06)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from activities.models import Todo
from activities.states import TodoOrigin, TodoStatus
from deals.models import FollowUpCycle
from deals.states import CycleEnd, CycleKind
from followups.models import RuleExemption
from followups.states import LOSS_CODE

EFFECT_DAYS = 90
IS_DONE = Q(status=TodoStatus.DONE)


@dataclass(frozen=True, slots=True)
class Effect:
    """The last 90 days of one rule: to-dos made and those of them done, follow-ups re-opened, deals exempted."""

    made: int = 0
    done: int = 0
    reopened: int = 0
    exempted: int = 0

    @property
    def is_none(self) -> bool:
        """Whether the rule has brought nothing about."""
        return not (self.made or self.reopened)


def effects(codes: Collection[str], as_of: date) -> dict[str, Effect]:
    """The effect of each of these rules, R-LOST among them if asked for; three queries."""
    since = effect_since(as_of)
    todos = _todos(todos_made(as_of).filter(created_on__gte=since))
    revived = _by_rule(reopened(as_of).filter(ended_on__gte=since))
    given = _by_rule(exempted(as_of).filter(starts_on__gte=since))
    return {code: Effect(*todos.get(code, (0, 0)), revived.get(code, 0), given.get(code, 0)) for code in codes}


def effect_since(as_of: date) -> date:
    """The first of the 90 days that end on that day."""
    return as_of - timedelta(days=EFFECT_DAYS - 1)


def todos_made(as_of: date) -> QuerySet[Todo]:
    """To-dos that rules had made by then, with the code of their rule in `rule_code`."""
    return Todo.objects.filter(origin=TodoOrigin.RULE, created_on__lte=as_of)


def reopened(as_of: date) -> QuerySet[Any]:
    """Follow-ups that had ended by then because the deal lives again; `code` is that of the rule that began it."""
    code = Case(When(kind=CycleKind.LOST, then=Value(LOSS_CODE)), default=F("rule_code"))
    return FollowUpCycle.objects.filter(end_type=CycleEnd.REOPENED, ended_on__lte=as_of).annotate(code=code)


def exempted(as_of: date) -> QuerySet[Any]:
    """Exemptions given by then; `code` is that of the rule, or of the one that follows the deal up."""
    return RuleExemption.objects.filter(starts_on__lte=as_of).annotate(code=rule_of_exemption())


def rule_of_exemption() -> Case:
    """The code of the rule an exemption is from; one from every rule counts for the rule that follows the deal up."""
    return Case(When(rule_code="", then=F("cycle__rule_code")), default=F("rule_code"))


def _todos(made: QuerySet[Todo]) -> dict[str, tuple[int, int]]:
    counts = made.order_by().values_list("rule_code").annotate(n=Count("pk"), done=Count("pk", IS_DONE))
    return {code: (n, done) for code, n, done in counts}


def _by_rule(rows: QuerySet[Any]) -> dict[str, int]:
    return {code: n for code, n in rows.order_by().values_list("code").annotate(n=Count("pk")) if code}
