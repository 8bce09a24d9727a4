"""The numbers of 本日の要確認 counted once more, row by row in plain Python, from tables read whole."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import holidays

from activities.models import Activity, Todo
from deals.models import Deal, FollowUpCycle
from followups.models import Rule, RuleExemption
from people.models import RoleGrant
from people.states import Role

OPEN_STATUSES = {"not_started", "contacting", "appointment", "first_visit", "ongoing", "quoted"}
TOUCHES = {"call", "email", "visit", "web_meeting"}


@dataclass
class Books:
    """Everything that is written down, and the questions of one day."""

    as_of: date
    deals: dict[int, Deal] = field(default_factory=lambda: {deal.pk: deal for deal in Deal.objects.all()})
    todos: list[Todo] = field(default_factory=lambda: [one for one in Todo.objects.all() if one.status == "open"])
    activities: list[Activity] = field(default_factory=lambda: list(Activity.objects.all()))
    exemptions: list[RuleExemption] = field(default_factory=lambda: list(RuleExemption.objects.all()))
    inside: set[int] = field(
        default_factory=lambda: {grant.user_id for grant in RoleGrant.objects.all() if grant.role == Role.IS}
    )

    def __post_init__(self) -> None:
        self.cycles = [cycle for cycle in FollowUpCycle.objects.all() if self._stands(cycle)]
        self.states = {cycle.pk: self._state(cycle) for cycle in self.cycles}

    def numbers(self) -> dict[str, int]:
        """Every number of the page by what it is called there."""
        late = [one for one in self.todos if one.effective_due_on < self.as_of and self._is_known(one.deal_id)]
        by_state, by_kind = Counter(self.states.values()), Counter(cycle.kind for cycle in self.cycles)
        origins = Counter("promised" if one.is_promised else one.origin for one in late)
        old = [cycle for cycle in self.cycles if self._is_past_grace(cycle)]
        return {
            **{kind: by_kind[kind] for kind in ("stagnant", "lost", "returned")},
            **{state: by_state[state] for state in ("in_hand", "overdue", "unassigned", "uncovered", "exempt")},
            "leaks": by_state["unassigned"] + by_state["uncovered"],
            "todo_leaks": sum(self.states[cycle.pk] == "uncovered" for cycle in old),
            "untouched": sum(self._is_untouched(cycle) for cycle in old),
            "overdue to-dos": len(late),
            **{f"late {origin}": origins[origin] for origin in ("promised", "rule", "manual")},
            "unruled": sum(self._is_unruled(deal) for deal in self.deals.values()),
        }

    def _stands(self, cycle: FollowUpCycle) -> bool:
        return cycle.ended_on is None and cycle.entered_on <= self.as_of and self._is_known(cycle.deal_id)

    def _is_known(self, deal_id: int | None) -> bool:
        """Nothing about the deal lies after the day."""
        if deal_id is None:
            return True
        deal = self.deals[deal_id]
        days = (deal.created_on, deal.status_entered_on, deal.last_contact_on, deal.closed_on)
        return all(day is None or day <= self.as_of for day in days)

    def _planned(self, cycle: FollowUpCycle) -> list[Todo]:
        return [one for one in self.todos if one.cycle_id == cycle.pk]

    def _state(self, cycle: FollowUpCycle) -> str:
        planned = self._planned(cycle)
        if self._is_exempt(cycle):
            return "exempt"
        if not planned:
            return "uncovered"
        if any(one.assignee_id is None for one in planned):
            return "unassigned"
        return "overdue" if min(one.effective_due_on for one in planned) < self.as_of else "in_hand"

    def _is_exempt(self, cycle: FollowUpCycle) -> bool:
        return any(
            one.cycle_id == cycle.pk and one.starts_on <= self.as_of <= one.expires_on for one in self.exemptions
        )

    def _is_past_grace(self, cycle: FollowUpCycle) -> bool:
        return sum(1 for day in self._days_since(cycle.entered_on) if _is_business_day(day)) > 1

    def _days_since(self, day: date) -> Iterator[date]:
        return (day + timedelta(days=n) for n in range(1, (self.as_of - day).days + 1))

    def _is_untouched(self, cycle: FollowUpCycle) -> bool:
        planned = self._planned(cycle)
        is_ahead = bool(planned) and min(one.effective_due_on for one in planned) >= self.as_of
        return not (is_ahead or self._is_exempt(cycle) or any(self._is_touch(one, cycle) for one in self.activities))

    def _is_touch(self, one: Activity, cycle: FollowUpCycle) -> bool:
        is_real = one.kind in TOUCHES and one.is_completed and not (one.is_bulk or one.is_void)
        in_time = cycle.entered_on <= one.occurred_on <= self.as_of
        return is_real and in_time and one.deal_id == cycle.deal_id and one.owner_id in self.inside

    def _is_unruled(self, deal: Deal) -> bool:
        named = {status for rule in Rule.objects.all() if rule.mode != "off" for status in rule.statuses}
        return deal.status in OPEN_STATUSES - named and self._is_known(deal.pk)


def _is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays.country_holidays("JP", years=day.year)
