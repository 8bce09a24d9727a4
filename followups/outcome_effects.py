"""What the result of a call suggests: the table of domain.md D.6, as the settings have it."""

from datetime import date

from followups.models import OutcomeEffect
from followups.states import NextUnit
from people.business_days import BusinessCalendar, add_units


def outcome_effects() -> dict[str, OutcomeEffect]:
    """The effect of every call result, by its code; one query."""
    return {effect.outcome: effect for effect in OutcomeEffect.objects.all()}


def suggested_day(effect: OutcomeEffect, as_of: date, calendar: BusinessCalendar) -> date | None:
    """The day offered for the next to-do, never a day off; None where the table offers none."""
    if effect.next_unit == NextUnit.NONE:
        return None
    if effect.next_unit == NextUnit.BUSINESS_DAY:
        return calendar.on_or_after(calendar.add(as_of, effect.next_value))
    return calendar.on_or_after(add_units(as_of, effect.next_value, effect.next_unit))
