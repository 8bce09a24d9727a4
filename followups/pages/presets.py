"""The days that are often chosen for what comes next, each with its key."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext_lazy

from followups.pages.quick_days import next_step_days
from people.business_days import BusinessCalendar

PRESET_KEYS = "qwert"  # next business day, three of them, a week, a month, three months
PRESET_LABELS = (
    pgettext_lazy("preset", "Next day"),
    pgettext_lazy("preset", "3 days"),
    pgettext_lazy("preset", "1 week"),
    pgettext_lazy("preset", "1 month"),
    pgettext_lazy("preset", "3 months"),
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A day that is often chosen; value is what the radio button sends: the key and the day."""

    key: str
    label: str
    day: date

    @property
    def value(self) -> str:
        return f"{self.key}{self.day.isoformat()}"


def presets(as_of: date, calendar: BusinessCalendar) -> list[Preset]:
    """The five days of the keys q w e r t."""
    days = next_step_days(as_of, calendar)
    rows = zip(PRESET_KEYS, PRESET_LABELS, days, strict=True)
    return [Preset(key, str(label), suggestion.day) for key, label, suggestion in rows]
