"""Rules in suggest: what they find waits three business days for a word, then it is done (D34)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from followups.models import Rule, Suggestion, SweepRun
from followups.rules.matching import hits
from followups.rules.opening import Opening
from followups.rules.spec import RuleSpec
from followups.states import RuleMode
from people.models import User
from people.rows import insert_rows
from people.working_days import load_calendar

WAITS = 3  # business days (D34)
BATCH = 1000

Known = dict[tuple[int, str, date], tuple[date, bool]]


def known_suggestions(rules: Iterable[RuleSpec]) -> Known:
    """(deal, rule, clock day) → (applies_on, accepted) of deals outside cycles; no query where none is in suggest."""
    codes = [rule.code for rule in rules if rule.mode == RuleMode.SUGGEST]
    if not codes:
        return {}
    made = Suggestion.objects.filter(rule_code__in=codes, deal__is_followed=False).order_by()
    rows = made.values_list("deal_id", "rule_code", "clock_from_on", "applies_on", "accepted_at")
    return {(deal, code, since): (on, at is not None) for deal, code, since, on, at in rows}


def is_due(opening: Opening, known: Known, as_of: date) -> bool:
    """Whether a rule in suggest acts on the deal: it was accepted, or nobody has objected in time."""
    on, is_accepted = known.get((opening.deal_id, opening.rule.code, opening.clock_from), (None, False))
    return is_accepted or (on is not None and on <= as_of)


def write_suggestions(openings: Sequence[Opening], run: SweepRun) -> None:
    """Write down what is new; what stands already keeps its day."""
    constants = {
        "suggested_on": run.as_of,
        "applies_on": load_calendar().add(run.as_of, WAITS) if openings else run.as_of,
        "run_id": run.pk,
    }
    columns = ("deal_id", "rule_code", "rule_version", "clock_from_on")
    for start in range(0, len(openings), BATCH):
        batch = openings[start : start + BATCH]
        rows = [(one.deal_id, one.rule.code, one.rule.version, one.clock_from) for one in batch]
        insert_rows(Suggestion, columns, rows, constants=constants, skip_conflicts=True)


def pending(rule: Rule, as_of: date) -> QuerySet[Suggestion]:
    """Suggestions of the rule that still stand and nobody has accepted, what is done first at the top."""
    spec = RuleSpec.of(rule)
    if spec.mode != RuleMode.SUGGEST:
        return Suggestion.objects.none()
    standing = Suggestion.objects.filter(rule_code=rule.code, clock_from_on=F(f"deal__{spec.clock}"))
    return standing.filter(accepted_at__isnull=True, deal__in=hits(spec, as_of).values("pk"))


def accept(*, by: User, as_of: date, ids: Collection[int] | None = None) -> int:
    """Let the next sweep act on these suggestions, None: on all that stand; gives back how many were accepted."""
    count = 0
    for rule in Rule.objects.filter(mode=RuleMode.SUGGEST):
        standing = pending(rule, as_of)
        chosen = standing if ids is None else standing.filter(pk__among=ids)
        found = list(chosen.order_by().values_list("pk", flat=True))
        count += Suggestion.objects.filter(pk__among=found).update(accepted_at=Now(), accepted_by=by)
    return count
