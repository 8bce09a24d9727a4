"""What a dry run foresees: the deals to be followed up, the companies put together, the people to be invited."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from deals.states import DealStatus
from followups.models import Rule
from followups.rules.spec import RuleSpec
from followups.states import Basis, RuleMode
from intake.chunks import Work
from intake.drafts import Draft, Run
from intake.fields import PEOPLE
from intake.foreseen_weeks import ForeseenWeeks
from intake.states import RecordKind
from people.models import RoleGrant
from people.states import Role

NAMED = 20  # groups of spellings, and people, that are named
REMEMBERED = 50_000  # companies


@dataclass
class Forecast:
    """Counted over the rows that are new or changed, as the rules stand; rules that are off are counted too, apart.

    later: deals that lie after the day the run counts from, which a sweep of that day leaves alone (D11).
    """

    run: Run
    lost: int = 0
    stagnant: int = 0
    returned: int = 0
    unruled: int = 0
    later: int = 0
    _spellings: dict[int, list[str]] = field(default_factory=dict)
    _people: dict[int, str] = field(default_factory=dict)
    _newcomers: set[int] = field(default_factory=set)
    _weeks: ForeseenWeeks = field(default_factory=ForeseenWeeks)
    _has_inside_sales: bool = False

    def take(self, work: Sequence[Work]) -> None:
        """Look at the rows of one chunk."""
        for one in work:
            self._note_names(one.draft)
            if self.run.plan.kind == RecordKind.DEALS:
                self._note_deal(one.draft)

    def as_json(self) -> dict[str, Any]:
        """What the page says."""
        followed = self.lost + self.stagnant + self.returned
        groups = [spellings for spellings in self._spellings.values() if len(spellings) > 1]
        return {
            "lost": self.lost,
            "stagnant": self.stagnant,
            "returned": self.returned,
            "followed": followed,
            "unruled": self.unruled,
            "later": self.later,
            "unassigned": 0 if self._has_inside_sales or self._is_anybody_inside else followed,
            "rules_off": not any(rule.mode != RuleMode.OFF for rule, _spec in self._rules),
            "companies": len(self._spellings),
            "companies_new": sum(1 for company in self._spellings if company < 0),
            "merged": sorted(groups, key=len, reverse=True)[:NAMED],
            "merged_count": len(groups),
            "people": sorted(self._people.values())[:NAMED],
            "people_count": len(self._people),
            **self._weeks.as_json(self.run.as_of, self._newcomers),
        }

    def _note_names(self, draft: Draft) -> None:
        references, values = self.run.references, draft.values
        if (text := values.get("company")) and (found := references.companies.find(text)):
            spellings = self._spellings.get(found.id)
            if spellings is None and len(self._spellings) < REMEMBERED:
                self._spellings[found.id] = [text]
            elif spellings is not None and text not in spellings and len(spellings) < NAMED:
                spellings.append(text)
        for name in PEOPLE & values.keys():
            found = references.users.find(values[name])
            if found and found.id < 0:
                self._people[found.id] = values[name]
                if name == "is_owner" and self.run.plan.owners_are_active:
                    self._newcomers.add(found.id)
            self._has_inside_sales |= name == "is_owner"

    def _note_deal(self, draft: Draft) -> None:
        columns = draft.columns
        days = (columns["created_on"], columns["status_entered_on"], draft.extras.get("last_contact_on"))
        if max(day for day in (*days, columns["closed_on"]) if day) > self.run.as_of:
            self.later += 1
            return
        if columns["status"] == DealStatus.LOST:
            reason = self.run.references.reasons.get(columns["lost_reason_id"] or 0)
            if reason and reason.in_scope:
                self.lost += 1
                self._ask_for_loss(draft)
            return
        found = [spec for _rule, spec in self._rules if columns["status"] in spec.statuses]
        is_open = columns["closed_on"] is None and columns["status"] != DealStatus.RETURNED_TO_IS
        self.unruled += is_open and not found
        hit = next((spec for spec in found if self._is_over(spec, draft)), None)
        self.returned += bool(hit and hit.returns)
        self.stagnant += bool(hit and not hit.returns)
        if hit:
            self._ask_for_hit(hit, draft)

    def _ask_for_loss(self, draft: Draft) -> None:
        """As the step that covers follow-ups does: only what nobody chose, or a day that has passed, may move."""
        day = draft.columns["next_approach_on"] or self.run.as_of
        is_default = draft.extras.get("has_default_approach_date", False)
        self._weeks.ask(day, draft.columns["is_owner_id"], may_level=is_default or day < self.run.as_of)

    def _ask_for_hit(self, spec: RuleSpec, draft: Draft) -> None:
        """As a rule does that opens a follow-up."""
        columns = draft.columns
        entered_on = spec.limit_of(columns["product_id"]).reached_on(self._clock(spec, draft))
        base = spec.base_day(entered_on, draft.extras.get("last_contact_on"), columns["first_visit_on"])
        owner_id = None if spec.is_by_load else columns["is_owner_id"]
        self._weeks.ask(spec.due_from(base), owner_id, may_level=True)

    def _is_over(self, spec: RuleSpec, draft: Draft) -> bool:
        limit = spec.limit_of(draft.columns["product_id"])
        return self._clock(spec, draft) <= limit.cutoff(self.run.as_of)

    def _clock(self, spec: RuleSpec, draft: Draft) -> date:
        started = {
            Basis.NO_ACTIVITY: draft.extras.get("last_contact_on"),
            Basis.NO_RESPONSE: draft.extras.get("last_response_on"),
        }
        day: date = started.get(Basis(spec.basis)) or draft.columns["status_entered_on"]
        return day

    @cached_property
    def _rules(self) -> list[tuple[Rule, RuleSpec]]:
        """In force, or all of them where none is."""
        rules = list(Rule.objects.order_by("priority", "code"))
        in_force = [rule for rule in rules if rule.mode != RuleMode.OFF]
        return [(rule, RuleSpec.of(rule)) for rule in in_force or rules]

    @cached_property
    def _is_anybody_inside(self) -> bool:
        return RoleGrant.objects.filter(role=Role.IS, user__is_active=True).exists()
