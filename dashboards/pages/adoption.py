"""Whether the program is kept, on 習慣: answers at losses, double checks, people at work (M-21, M-22, S0-18)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.addresses import records_url
from dashboards.figures import FEW, Figure, difference, of_whole, points, share_of
from dashboards.reports import Asked, Report, answer
from dashboards.reports.adoption import WEEK, business_days
from dashboards.reports.lost_reasons import ANSWER_COUNTS, HOOK_LENGTH
from dashboards.reports.report import rate
from dashboards.spans import Span
from people.business_days import DAY
from people.composed import composed_once, counts_of
from people.kept_answers import Beside, Kept, if_kept, in_one

Counts = Mapping[str, int]


def adoption(asked: Asked) -> list[Figure]:
    """Three tiles, each beside the period before (see `Span.earlier`); all counted by one query."""
    before, counts = _before(asked), _counts(asked)()
    checks, users = answer("double_checks", _signers(asked)), answer("active_users", asked.of_period(None, None))
    days, days_then = len(business_days(asked)), len(business_days(before))
    answers = answer("loss_answers", asked)
    return [
        _compared(answers, counts["answers"], counts["answers_of"], counts["answers_then"], counts["answers_then_of"]),
        _signed(checks, counts["checks"], days, counts["checks_then"], days_then),
        _active(users, counts),
    ]


@composed_once
def _counts(asked: Asked) -> Callable[[], dict[str, int]]:
    before, week = _before(asked), asked.of_period(None, None)
    users = answer("active_users", week)
    answers = {"answers": answer("loss_answers", asked), "answers_then": answer("loss_answers", before)}
    others = {
        "checks": answer("double_checks", _signers(asked)).rows,
        "checks_then": answer("double_checks", _signers(before)).rows,
        **_of(users, "users"), "users_then": answer("active_users", _week_before(week)).rows,
        "today": users.part_rows("today"),
    }  # fmt: skip
    live = counts_of(
        {name: rows for code, report in answers.items() for name, rows in _of(report, code).items()} | others
    )
    kept = if_kept(*map(_answered, answers.values()), besides=[Beside.of_counts(others)])

    def counts_now() -> dict[str, int]:
        told = kept()
        if told is None:
            return live()
        *found, (numbers,) = told
        counts = dict(zip(others, numbers, strict=True))
        for code, share in zip(answers, found, strict=True):
            _one, counts[code], counts[f"{code}_of"] = share[0] if share else (1, 0, 0)
        return counts

    return counts_now


def _answered(report: Report) -> Kept:
    """How many losses have all three answers, and of how many."""
    assert report.whole is not None and report.whose is not None  # it is a share of losses
    whole = in_one(report.whole.alias(hook_length=HOOK_LENGTH))
    return Kept(whole.annotate(**ANSWER_COUNTS), report.whose)


def _of(report: Report, name: str) -> dict[str, QuerySet[Any]]:
    assert report.whole is not None  # asked of shares alone
    return {name: report.rows, f"{name}_of": report.whole}


def _before(asked: Asked) -> Asked:
    """The days of the period that have come, one period earlier."""
    assert asked.first_on is not None and asked.last_on is not None  # the page always names its period
    span = Span(asked.first_on, max(asked.first_on, min(asked.last_on, asked.as_of))).earlier(1)
    return asked.of_period(span.first_on, span.last_on)


def _week_before(asked: Asked) -> Asked:
    return asked.of_period(asked.as_of - 2 * WEEK + DAY, asked.as_of - WEEK)


def _signers(asked: Asked) -> Asked:
    """One person's own work is no share of the days that are signed."""
    return asked.without("user")


def _compared(report: Report, now: int, whole: int, then: int, whole_then: int) -> Figure:
    """A share that ought to be all, with its change in points."""
    share = rate(now, whole) if whole >= FEW else None
    change = points(share, rate(then, whole_then) if whole_then >= FEW else None)
    note = of_whole(now, whole)
    note = _("%(note)s, %(change)s on the period before") % {"note": note, "change": change} if change else note
    return share_of(report, now, whole, note=note, state="warn" if share is not None and now < whole else "")


def _signed(report: Report, now: int, whole: int, then: int, whole_then: int) -> Figure:
    """The days that were signed, as a number that its rows bear out: days of which none is a row cannot be opened."""
    share, share_then = rate(now, whole), rate(then, whole_then)
    words = {"days": f"{whole:,}", "rate": share, "change": points(share, share_then) or "—"}
    note = _("of %(days)s business days (%(rate)s%%), %(change)s on the period before") % words
    return Figure(
        name=report.name, label=_("Days double-checked"), value=now, unit=pgettext("unit", "days"),
        note=note if whole >= FEW else of_whole(now, whole), state="warn" if FEW <= whole > now else "",
        url=records_url(report.name, report.asked), definition=report.definition,
    )  # fmt: skip


def _active(report: Report, counts: Counts) -> Figure:
    words = {
        "whole": f"{counts['users_of']:,}", "today": f"{counts['today']:,}",
        "change": difference(counts["users"], counts["users_then"]),
    }  # fmt: skip
    return Figure(
        name=report.name, label=report.title, value=counts["users"], unit=pgettext("unit", "people"),
        note=_("of %(whole)s in 7 days, %(today)s today; %(change)s on the week before") % words,
        url=records_url(report.name, report.asked), definition=report.definition,
    )  # fmt: skip
