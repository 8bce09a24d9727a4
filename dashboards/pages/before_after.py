"""開始前と開始後: what the program changed, figure by figure, against a stated baseline (S0-46, S0-48, M-01c)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from dashboards.addresses import records_url
from dashboards.figures import FEW, difference, of_whole, points
from dashboards.models import DailySnapshot
from dashboards.pages.reopportunity import Board, Headline
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Label
from dashboards.reports.report import rate
from dashboards.reports.won import NEW
from people.business_days import DAY, add_months
from people.composed import composed_once, counts_of

MONTHS = 6  # each side, where the figure is of a period
KEPT = "on_time"


@dataclass(frozen=True, slots=True)
class Side:
    """One number: percent with what it is made of, or a count; value None says in `note` why there is none."""

    value: float | int | None
    note: str
    url: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is in percent."""
        return isinstance(self.value, float)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and since the start; change "" where one side is missing."""

    label: Label
    before: Side
    since: Side
    change: str
    is_better: bool


def before_and_since(shown: Board, head: Headline) -> list[Change]:
    """Nothing without a program. Two queries: the counts, and what was kept of the untouched."""
    calendar, baseline = shown.calendar, shown.calendar.baseline()
    if baseline is None or calendar.started_on is None:
        return []
    now = baseline.of_period(add_months(baseline.as_of, -MONTHS) + DAY, baseline.as_of)
    return [_rate(shown, head, baseline), *_untouched(calendar.started_on, baseline), *_periods(baseline, now)]


def _rate(shown: Board, head: Headline, baseline: Asked) -> Change:
    by_hand = _("entered by hand") if head.is_manual else head.baseline_note or _("nothing kept")
    before = Side(head.baseline, by_hand, "" if head.is_manual else records_url(shown.metric, baseline))
    tally = head.line.tally if head.line else None
    share = tally.rate if tally and tally.began >= FEW else None
    note = of_whole(tally.numerator, tally.began) if tally else _("no mature month")
    since = Side(share, note, head.line.url if head.line else "")
    return _change(_("Re-opportunity rate"), before, since)


def _untouched(started_on: date, asked: Asked) -> list[Change]:
    """The last kept day before the start, else the first one of its month, and the last one to the day."""
    if set(asked.where) - {"team"}:
        return []
    scope = Q(dimension="team", key=asked.where["team"]) if "team" in asked.where else Q(dimension="")
    kept = DailySnapshot.objects.filter(scope, metric="untouched", counted_on__lte=asked.as_of)
    newest = kept.order_by("-counted_on").values("counted_on")
    first = kept.filter(counted_on__gte=started_on, counted_on__lt=add_months(started_on.replace(day=1), 1))
    days = (newest, newest.filter(counted_on__lt=started_on), first.order_by("counted_on").values("counted_on"))
    at = Q(*(Q(counted_on=Subquery(day[:1])) for day in days), _connector=Q.OR)
    found = list(kept.filter(at).order_by("counted_on").values_list("counted_on", "numerator", "denominator"))
    since = found[-1] if found and found[-1][0] >= started_on else None
    before = next((row for row in found if row is not since), None)
    return [_change(_("Untouched"), _kept(before), _kept(since), more_is_better=False)]


def _kept(row: tuple[date, int | None, int | None] | None) -> Side:
    if row is None:
        return Side(None, _("nothing kept"))
    day, numerator, denominator = row[0], row[1] or 0, row[2] or 0
    share = rate(numerator, denominator) if denominator >= FEW else None
    return Side(share, f"{of_whole(numerator, denominator)} ({day.year}/{day.month}/{day.day})")


def _periods(baseline: Asked, now: Asked) -> list[Change]:
    """On time, and orders of revived deals: six months each; left out where the page is narrowed by what they lack."""
    narrowed = {*baseline.where}
    kept = (baseline, now) if narrowed <= {"team", "user", "source"} else ()
    won = (baseline, now) if narrowed <= {"team", "source", "product"} else ()
    counts = _counts(kept, won)()
    shares = [_share(asked, counts[f"kept{n}"], counts[f"whole{n}"]) for n, asked in enumerate(kept)]
    orders = [Side(counts[f"won{n}"], _("6 months")) for n in range(len(won))]
    found = [(_("Done on time"), shares), (_("Orders of revived deals"), orders)]
    return [_change(label, *sides) for label, sides in found if sides]


@composed_once
def _counts(kept: Sequence[Asked], won: Sequence[Asked]) -> Callable[[], dict[str, int]]:
    rows: dict[str, QuerySet[Any]] = {}
    for n, asked in enumerate(kept):
        report = answer(KEPT, asked)
        assert report.whole is not None  # it is a rate
        rows |= {f"kept{n}": report.rows, f"whole{n}": report.whole}
    rows |= {f"won{n}": answer("won", asked).rows.exclude(channel=NEW) for n, asked in enumerate(won)}
    return counts_of(rows)


def _share(asked: Asked, numerator: int, whole: int) -> Side:
    share = rate(numerator, whole) if whole >= FEW else None
    return Side(share, of_whole(numerator, whole), records_url(KEPT, asked))


def _change(label: Label, before: Side, since: Side, *, more_is_better: bool = True) -> Change:
    if before.value is None or since.value is None:
        return Change(label, before, since, "", is_better=False)
    moved = since.value - before.value
    words = points(since.value, before.value) if since.is_share else difference(int(since.value), int(before.value))
    return Change(label, before, since, words, is_better=(moved > 0) == more_is_better and moved != 0)
