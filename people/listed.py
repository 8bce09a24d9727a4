"""All rows of a small table in one column of another question, so that one statement reads both."""

from typing import Any

from django.db.models import Aggregate, JSONField, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray


class _List(Aggregate):
    """The values of all rows as a JSON list."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def listed(rows: "QuerySet[Any]", *columns: str) -> Subquery:
    """The rows, each a list of these columns: a list of lists, in no order; None or empty where there are no rows.

    Days are text (2026-11-22). For tables of some dozen rows: the list comes with every row of the question.
    """
    together = rows.order_by().annotate(one=Value(1)).values("one").annotate(rows=_List(JSONArray(*columns)))
    return Subquery(together.values("rows"), output_field=JSONField())
