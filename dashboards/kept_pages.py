"""Which pages of numbers have their answers kept: as they are first opened on the day, not narrowed (ADR 11)."""

from collections.abc import Iterator
from datetime import date, datetime

from dashboards.pages import (
    check,
    due,
    habits,
    lost_reasons,
    period_end,
    pipeline,
    reopened_by,
    reopportunity,
    strain,
    todos,
)
from dashboards.pages.load_map import load_map
from dashboards.pages.revived import revived
from dashboards.reports import Asked
from dashboards.reports.dimensions import Grain
from dashboards.reports.habits import of_month
from dashboards.reports.period_end import of_quarter
from dashboards.reports.reopportunity import COMBINED
from followups.leak_counts import leak_counts
from people.keeping import disagreements, keep_answers


def keep_pages(day: date, now: datetime) -> int | None:
    """Keep the answers of these pages; gives back how many, None where there was nothing to do."""
    return keep_answers(look, day, now)


def wrong_pages(day: date) -> list[str]:
    """The pages on which a kept answer is another than the rows give; empty as long as all is well."""
    return disagreements(look, day)


def look(as_of: date) -> Iterator[str]:
    """Ask what each page asks; gives the name of each page that has been looked at."""
    asked = Asked(as_of=as_of)
    leak_counts(as_of, asked.grace_cutoff, asked.calendar, also=check.Besides(asked))
    yield "check"
    due.month_of(asked.of_month_if_open(), {}, None)
    yield "due"
    todos.status_of(asked.of_month_if_open(), Grain.WEEK)
    yield "todos"
    _reopportunity(reopportunity.whole_months(asked.of_period(*reopportunity.default_period(as_of))))
    yield "reopportunity"
    strain.strains(load_map(asked), asked)
    yield "capacity"
    pipeline.pipeline(asked)
    yield "pipeline"
    _lost_reasons(asked.of_period(*lost_reasons.default_period(as_of)))
    yield "lost_reasons"
    habits.habits(of_month(asked))
    yield "habits"
    period_end.period_end(of_quarter(asked))
    yield "period_end"


def _reopportunity(asked: Asked) -> None:
    shown = reopportunity.board(COMBINED, asked)
    head = reopportunity.headline(shown)
    reopened_by.left_out(shown)
    revived(asked, shown.calendar.counted(), head.line.tally.began if head.line else 0)


def _lost_reasons(asked: Asked) -> None:
    total = lost_reasons.total_of(asked, lost_reasons.reasons(asked, lost_reasons.losses_of(asked), {}))
    lost_reasons.tiles(asked, total)
    lost_reasons.tables(asked, total.tally.began)
