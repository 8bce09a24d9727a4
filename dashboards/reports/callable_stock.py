"""callable_stock: for how many days a window has somebody to call, and how well it is prepared (M-16, M-17)."""

from dataclasses import replace
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo, WhyYouNow
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_todos, origin, with_link
from dashboards.reports.report import Part, Report, rate
from dashboards.reports.stock_flow import PEOPLE, StockFlow, Window, measure, window_of
from leads.models import AvailabilityGuess
from people.read_once import read_once

DIMENSIONS = of_todos() | {"origin": origin()}
MOST_DAYS = 99  # shown at most; more is as good as endless
WHOM = {"team": PEOPLE["team"], "user": PEOPLE["user"]}  # what every report of the page can be narrowed by
CALLABLE = Q(is_callable=True)
PARTS = {
    "planned": Part(gettext_lazy("To-dos of the window"), Q()),
    "promised": Part(gettext_lazy("Promised"), Q(is_promised=True)),
}


def callable_stock(asked: Asked) -> Report:
    """Whom one could call in the window. Without a period: the window of stock_flow.

    Figures: `days` that the stock lasts at the pace of the baseline, and how the to-dos of the window are prepared.
    """
    window = window_of(asked)
    asked = asked.of_period(window.first_on, window.last_on)
    planned = planned_todos(asked, window)
    return Report(
        name="callable_stock",
        title=gettext_lazy("Callable stock"),
        asked=asked,
        rows=planned.filter(CALLABLE),
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=lambda: _figures(planned.order_by().aggregate(**counts()), measure(of_people(asked), window)),
        split=lambda: planned,
        parts=PARTS,
    )


def of_people(asked: Asked) -> Asked:
    """The question narrowed to people and teams alone, which every report of the page can be."""
    return replace(asked, where={name: key for name, key in asked.where.items() if name in WHOM})


def planned_todos(asked: Asked, window: Window) -> QuerySet[Any]:
    """To-dos due in the window that stood open when it began, or stand open on the day where it is still to come.

    is_callable: the first of its deal or lead, whose contact may be contacted. is_prepared: its hook, that of its
    follow-up or a sentence of the library says why now. is_known: somebody noted the contact's days in the window.
    """
    standing = _standing(asked, window)
    guesses = AvailabilityGuess.objects.filter(starts_on__lte=window.last_on, ends_on__gte=window.first_on)
    flagged = standing.annotate(
        is_callable=_flag(~_is_stopped() & ~Q(_has_earlier(standing))),
        is_prepared=_flag(_has_reason(window)),
        is_known=Exists(guesses.filter(contact=Coalesce(OuterRef("contact"), OuterRef("lead__contact")))),
    )
    return asked.narrow(with_link(flagged, "deal", "lead", "contact"), DIMENSIONS, "effective_due_on")


def counts() -> dict[str, Count]:
    """How many are planned, callable, promised, prepared and known."""
    conditions = {"planned": Q(), "callable": CALLABLE, "promised": Q(is_promised=True)}
    conditions |= {"prepared": Q(is_prepared=True), "known": Q(is_known=True)}
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}


def stock_days(stock: int, found: StockFlow) -> float | None:
    """How many business days the stock lasts at the pace of the baseline, at most 99; None without a pace."""
    done = found.team.baseline.volume
    if not done:
        return None
    return min(round(stock * len(found.window.baseline) / done, 1), MOST_DAYS)


def _standing(asked: Asked, window: Window) -> QuerySet[Todo]:
    """Made on or before the day before the window (at the latest, the day asked about) and not closed by then."""
    on = min(asked.as_of, window.before_on)
    return Todo.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on),
        created_on__lte=on,
        effective_due_on__range=(window.first_on, window.last_on),
    )


def _is_stopped() -> Q:
    """Whom we are asked not to contact."""
    stopped = Q(contact__isnull=False) & ~Q(contact__do_not_contact_reason="")
    return stopped | (Q(lead__contact__isnull=False) & ~Q(lead__contact__do_not_contact_reason=""))


def _has_earlier(standing: QuerySet[Todo]) -> Exists:
    """Another to-do of the same deal or lead comes first."""
    is_same = Q(deal=OuterRef("deal")) | Q(deal__isnull=True, lead=OuterRef("lead"))
    comes_first = Q(effective_due_on__lt=OuterRef("effective_due_on")) | Q(
        effective_due_on=OuterRef("effective_due_on"), pk__lt=OuterRef("pk")
    )
    return Exists(standing.order_by().filter(is_same, comes_first))


def _has_reason(window: Window) -> Q:
    said = ~Q(hook="") | (Q(cycle__isnull=False) & ~Q(cycle__hook=""))
    lists = WhyYouNow.objects.filter(starts_on__lte=window.last_on, expires_on__gte=window.first_on)
    key = f"industries of the library from {window.first_on} to {window.last_on}"
    named = read_once(key, lambda: list(lists.order_by().values_list("industries", flat=True)))
    if not all(named):
        return Q(pk__isnull=False)  # one sentence speaks to every industry
    industries = sorted({industry for industries in named for industry in industries})
    return said | Q(deal__company__industry__in=industries) | Q(lead__company__industry__in=industries)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _figures(counts: dict[str, int], found: StockFlow) -> dict[str, Any]:
    planned = counts["planned"]
    return {
        **counts,
        "days": stock_days(counts["callable"], found),
        "expected": round(found.team.expected, 1),
        "promise_cover": cover(counts["promised"], found.team.expected),
        "prepared_rate": rate(counts["prepared"], planned),
        "known_rate": rate(counts["known"], planned),
    }


def cover(promised: int, expected: float) -> float | None:
    """Promises in percent of the volume expected of the window (M-17), above 100 where there are more; None at 0."""
    return round(100 * promised / expected, 1) if expected else None


def _definition() -> str:
    return _(
        "Deals and leads with a to-do due in the window that stood when it began, each once, without those whose"
        " contact asked us to stop. Divided by the volume per business day of the baseline it says how many days the"
        " stock lasts, %(most)s at most."
    ) % {"most": MOST_DAYS}
