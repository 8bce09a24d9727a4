"""habits and its shares: do the people do what keeps deals from being forgotten? (SC-14, M-08)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Todo
from activities.purpose import offered_phrases
from activities.states import ActivityKind, TodoOrigin
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import (
    Dimensions,
    Grain,
    Label,
    link,
    of_activities,
    of_todos,
    origin,
    with_link,
    with_source,
)
from dashboards.reports.report import Report, rate
from deals.models import FollowUpCycle
from followups.workload import open_todos

OF_TODOS = of_todos() | {"origin": origin()}
OF_ACTIVITIES = of_activities() | {"link": link()}
RECORDS = ("deal", "lead", "contact", "company")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A share: the rows of `whole` that meet `part`. is_good: more of it is better."""

    title: Label
    definition: Callable[[], str]
    whole: Q
    part: Q
    is_good: bool = True


def todo_habits(asked: Asked, *, one_by_one: bool = False) -> dict[str, Habit]:
    """What open to-dos tell; the phrases of the settings are asked for once.

    one_by_one: each subject is searched by itself, which takes long where many are counted.
    """
    phrases = "|".join(re.escape(text) for text in offered_phrases() if text)
    says = Q(subject__iregex=phrases) if one_by_one else _of_subjects(phrases)
    is_empty = says | ~Q(hook="") & Q(hook__iregex=phrases) if phrases else Q(pk__in=[])
    explained = FollowUpCycle.objects.exclude(hook="").order_by().values("pk")
    unexplained = Q(is_promised=False, hook="") & (Q(cycle__isnull=True) | ~Q(cycle__in=explained))
    # A to-do made by a rule may be given its purpose until the day it is due.
    is_due = ~Q(origin=TodoOrigin.RULE) | Q(effective_due_on__lt=asked.as_of)
    every = Q()
    return {
        "promised_todos": Habit(
            title=gettext_lazy("To-dos with a promise"), definition=_promised, whole=every, part=Q(is_promised=True)
        ),
        "purposeless": Habit(
            title=gettext_lazy("Without promise and purpose"), definition=_purposeless, whole=every,
            part=is_due & unexplained, is_good=False,
        ),
        "lint": Habit(
            title=gettext_lazy("Empty phrases"), definition=_lint, whole=every,
            part=is_empty & Q(is_promised=False), is_good=False,
        ),
    }  # fmt: skip


def _of_subjects(phrases: str) -> Q:
    """Of open to-dos. Rules give many the same subject, so each is read once: after grouping, therefore by HAVING."""
    subjects = Todo.objects.open().order_by().values("subject").annotate(n=Count("pk"))
    found = subjects.filter(Q(n__lt=0) | Q(subject__iregex=phrases)).values("subject")
    return Q(subject__in=found)


ACTIVITY_HABITS = {
    "linked_mails": Habit(
        title=gettext_lazy("Mails linked to a record"),
        definition=lambda: _("Individual mails of the period, sent and received, that belong to a deal, lead, contact"
                             " or company."),
        whole=Q(kind=ActivityKind.EMAIL),
        part=Q(kind=ActivityKind.EMAIL, link="linked"),
    ),
    "call_results": Habit(
        title=gettext_lazy("Calls with a result"),
        definition=lambda: _("Completed calls of the period that say how they ended; imported ones may not."),
        whole=Q(kind=ActivityKind.CALL),
        part=Q(kind=ActivityKind.CALL, outcome__isnull=False),
    ),
}  # fmt: skip


def of_month(asked: Asked) -> Asked:
    """The question with its period; without one it is the month of the day."""
    if asked.first_on or asked.last_on:
        return asked
    return asked.of_period(*Grain.MONTH.span(Grain.MONTH.key(asked.as_of)))


def habits(asked: Asked) -> Report:
    """Everything that was logged in the period, the month of the day if none is given.

    Figures: each habit as numerator, denominator and rate; those of to-dos are of the day and know no period.
    """
    asked = of_month(asked)
    rows = logged(asked)
    return Report(
        name="habits",
        title=gettext_lazy("Logged activities"),
        asked=asked,
        rows=rows,
        dimensions=OF_ACTIVITIES,
        definition=_logged,
        figures=lambda: _figures(asked, rows),
    )


def promised_todos(asked: Asked) -> Report:
    """Of the open to-dos, those agreed with the customer."""
    return _of_todos("promised_todos", asked)


def purposeless(asked: Asked) -> Report:
    """Of the open to-dos, those with neither promise nor hook (M-08)."""
    return _of_todos("purposeless", asked)


def lint(asked: Asked) -> Report:
    """Of the open to-dos, those that say no more than one of the empty phrases of the settings."""
    return _of_todos("lint", asked)


def linked_mails(asked: Asked) -> Report:
    """Of the individual mails of the period, those that belong to a record."""
    return _of_activities("linked_mails", asked)


def call_results(asked: Asked) -> Report:
    """Of the completed calls of the period, those with a result."""
    return _of_activities("call_results", asked)


def logged(asked: Asked) -> QuerySet[Any]:
    """Completed activities of the period, newsletters left out."""
    done = Activity.objects.contacts().exclude(kind=ActivityKind.IMPORTED).filter(occurred_on__lte=asked.as_of)
    return asked.narrow(with_source(with_link(done, *RECORDS)), OF_ACTIVITIES, "occurred_on")


def held(asked: Asked) -> QuerySet[Any]:
    """Open to-dos of the day; a period is that of their effective due dates."""
    return asked.narrow(with_link(open_todos(asked.as_of), "deal", "lead", "contact"), OF_TODOS, "effective_due_on")


def counts_in(shares: Mapping[str, Habit]) -> dict[str, Count]:
    """Numerator `<code>` and denominator `<code>_of` of each habit."""
    counts = {code: Count("pk", filter=habit.part) for code, habit in shares.items()}
    return counts | {f"{code}_of": Count("pk", filter=habit.whole) for code, habit in shares.items()}


def _of_todos(code: str, asked: Asked) -> Report:
    return _report(code, todo_habits(asked)[code], asked, held(asked), OF_TODOS)


def _of_activities(code: str, asked: Asked) -> Report:
    asked = of_month(asked)
    return _report(code, ACTIVITY_HABITS[code], asked, logged(asked), OF_ACTIVITIES)


def _report(code: str, habit: Habit, asked: Asked, rows: QuerySet[Any], dimensions: Dimensions) -> Report:
    return Report(
        name=code,
        title=habit.title,
        asked=asked,
        rows=rows.filter(habit.part),
        whole=rows.filter(habit.whole),
        dimensions=dimensions,
        definition=habit.definition,
    )


def _figures(asked: Asked, rows: QuerySet[Any]) -> dict[str, Any]:
    of_todos_now = todo_habits(asked)
    people = {name: key for name, key in asked.where.items() if name in ("user", "team")}
    open_now = held(replace(asked, first_on=None, last_on=None, where=people))
    counts = rows.order_by().aggregate(**counts_in(ACTIVITY_HABITS))
    counts |= open_now.order_by().aggregate(**counts_in(of_todos_now))
    return {
        code: {
            "numerator": counts[code],
            "denominator": counts[f"{code}_of"],
            "rate": rate(counts[code], counts[f"{code}_of"]),
        }
        for code in (*of_todos_now, *ACTIVITY_HABITS)
    }


def _logged() -> str:
    return _("Completed calls, individual mails, visits and meetings of the period, whoever logged them.")


def _promised() -> str:
    return _("Of the open to-dos, those agreed with the customer.")


def _purposeless() -> str:
    return _(
        "Of the open to-dos, those without a promise and without a hook of their own or of their follow-up. What a rule"
        " made counts once it is past its effective due date."
    )


def _lint() -> str:
    return _(
        "Of the open to-dos, those without a promise whose words hold one of the empty phrases of the settings, such as"
        " how things are going."
    )
