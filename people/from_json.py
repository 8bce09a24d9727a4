"""Values that PostgreSQL wrote as JSON, as the columns of a question tell them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    ForeignKey,
    IntegerField,
    TextField,
)


def reader(field: Any) -> Callable[[Any], Any]:
    """What makes of a value in JSON what it was. TypeError: nothing does, as of moments and floats."""
    if isinstance(field, DateField) and not isinstance(field, DateTimeField):
        return lambda value: value and date.fromisoformat(value[:10])
    if isinstance(field, DurationField):
        return lambda value: value and timedelta(days=int(value.split()[0]) if "day" in value else 0)
    if isinstance(field, DecimalField):
        return lambda value: value if value is None else Decimal(value)
    if isinstance(field, BooleanField | CharField | ForeignKey | IntegerField | TextField):
        return as_it_is
    raise TypeError("JSON does not bring that back as it was.")


def as_it_is(value: Any) -> Any:
    """Whole numbers and texts are the same in JSON."""
    return value
