"""What a page's figures were four weeks ago, from the numbers kept each night; never rebuilt for the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from dashboards.figures import difference
from dashboards.models import DailySnapshot
from dashboards.reports import Asked

BACK = timedelta(weeks=4)
PATIENCE = timedelta(days=6)  # how much older a kept day may be, where nights were missed


@dataclass(frozen=True, slots=True)
class FourWeeksAgo:
    """counts: by dimension and key, both "" for the whole. counted_on: None where nothing was kept, for the reason.

    is_recomputed: the day was counted after it was over, from the rows as they stood then (再計算).
    """

    aimed_on: date
    counted_on: date | None
    is_recomputed: bool
    counts: Mapping[tuple[str, str], int]
    reason: str

    def then(self, dimension: str = "", key: str = "") -> int | None:
        """The number of that group; 0 where its dimension was kept without it, None where it was not kept at all."""
        if any(kept == dimension for kept, _key in self.counts):
            return self.counts.get((dimension, key), 0)
        return None

    def change(self, now: int, dimension: str = "", key: str = "") -> str:
        """+3, −2, ±0; "" where there is nothing to compare with."""
        then = self.then(dimension, key)
        return "" if then is None else difference(now, then)


def four_weeks_ago(metric: str, asked: Asked) -> FourWeeksAgo:
    """One query. The last kept day of the week that ends four weeks before the day; of one team, what is kept by it."""
    aimed_on = asked.as_of - BACK
    if set(asked.where) - {"team"}:
        return _nothing(aimed_on, _("Days are kept for everybody and for each team, not for this choice."))
    nights = DailySnapshot.objects.filter(metric=metric, counted_on__range=(aimed_on - PATIENCE, aimed_on))
    rows = list(nights.filter(_scope(asked)).order_by("counted_on"))
    if not rows:
        return _nothing(aimed_on, _("No numbers were kept then; they are kept each night at 23:55."))
    last = rows[-1]
    counts = {
        ("", "") if row.dimension == "team" else (row.dimension, row.key): row.count
        for row in rows
        if row.counted_on == last.counted_on
    }
    reason = _("By status and age, days are kept for everybody alone.") if "team" in asked.where else ""
    return FourWeeksAgo(aimed_on, last.counted_on, last.is_recomputed, counts, reason)


def _nothing(aimed_on: date, reason: str) -> FourWeeksAgo:
    return FourWeeksAgo(aimed_on, None, False, {}, reason)


def _scope(asked: Asked) -> Q:
    if "team" in asked.where:
        return Q(dimension="team", key=asked.where["team"])
    return ~Q(dimension="team")
