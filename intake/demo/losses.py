"""What a rep says when he loses a deal: the reason, and when, whom and with what hook to try again."""

from datetime import date, timedelta
from random import Random

from deals.actions import Loss
from deals.states import ChangeTrigger
from intake.demo.cases import Case
from intake.demo.market import Customer
from intake.demo.notes import hook, note
from people.business_days import add_months

# Code, how often, and the moment of its note in phrases.toml.
REASONS = (
    ("deprioritised", 36, "lost"),
    ("competitor", 20, "lost_competitor"),
    ("unreachable", 12, "lost_unreachable"),
    ("capacity_handover", 5, "lost_capacity"),
    ("price", 18, "lost_price"),
    ("other", 5, "lost_other"),
    ("duplicate", 2, "lost_other"),
    ("out_of_target", 2, "lost_other"),
)
TRIGGERS = (ChangeTrigger.BUDGET, ChangeTrigger.ORGANISATION, ChangeTrigger.SEASON, ChangeTrigger.INCIDENT)
EARLIEST = timedelta(days=45)  # nobody is called again before that


def loss_of(rng: Random, case: Case, lost_on: date, reasons: dict[str, int]) -> Loss:
    """The loss of the case on that day; for reasons out of scope no answers are asked for. reasons: code → id."""
    code, _weight, moment = rng.choices(REASONS, [weight for _code, weight, _moment in REASONS])[0]
    customer = case.account.customer
    words = note(rng, moment, customer)
    if code in ("price", "other", "duplicate", "out_of_target"):
        return Loss(deal_id=case.record.pk, reason_id=reasons[code], closed_on=lost_on, note=words)
    trigger = rng.choice(TRIGGERS)
    return Loss(
        deal_id=case.record.pk,
        reason_id=reasons[code],
        next_approach_on=_next_approach(rng, customer, trigger, lost_on),
        approach_contact_id=rng.choice(case.account.contacts).pk,
        hook=hook(rng, trigger, customer),
        change_trigger=trigger,
        closed_on=lost_on,
        competitor=customer.facts["competitor"] if code == "competitor" else "",
        note=words,
    )


def _next_approach(rng: Random, customer: Customer, trigger: ChangeTrigger, lost_on: date) -> date:
    """期初, 閑散期 or a few months later, whatever the trigger suggests (S0-23)."""
    if trigger == ChangeTrigger.BUDGET:
        return _coming(lost_on, (customer.fiscal_start_month - 3) % 12 + 1, rng.randint(1, 20))
    if trigger == ChangeTrigger.ORGANISATION:
        return _coming(lost_on, customer.fiscal_start_month, rng.randint(3, 25))
    if trigger == ChangeTrigger.SEASON:
        return _coming(lost_on, rng.choice(customer.slack_months), rng.randint(1, 25))
    return add_months(lost_on, rng.randint(2, 5)) + timedelta(days=rng.randint(0, 20))


def _coming(lost_on: date, month: int, day: int) -> date:
    earliest = lost_on + EARLIEST
    found = date(earliest.year, month, day)
    return found if found >= earliest else date(earliest.year + 1, month, day)
