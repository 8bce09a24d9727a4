"""Many counts by one question to the database: a page of numbers does not wait once per number."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_together(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset has, under its name; each by its own indexes, all in one statement."""
    counts = dict.fromkeys(rows, 0)
    selects: dict[str, str] = {}
    params: list[Any] = []
    for name, queryset in rows.items():
        try:
            sql, found = queryset.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue  # nothing can be in it
        selects[name] = f"(SELECT COUNT(*) FROM ({sql}) AS counted)"
        params += found
    if selects:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(selects.values()), params)
            counts |= dict(zip(selects, cursor.fetchone(), strict=True))
    return counts
