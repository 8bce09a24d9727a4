"""What holds of the rules and of the ledger of the sweep."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from deals.models import FollowUpCycle
from followups.invariants.invariant import Invariant
from followups.models import Rule, RuleVersion, SweepChange, SweepRun
from followups.states import RunStatus

Ids = Iterable[Any]


def watermarks_ahead_of_every_run() -> Ids:
    ran = SweepRun.objects.filter(status__in=[RunStatus.DONE, RunStatus.UNDONE]).aggregate(newest=Max("as_of"))
    swept = Rule.objects.filter(swept_until__isnull=False)
    return (swept.filter(swept_until__gt=ran["newest"]) if ran["newest"] else swept).values_list("pk", flat=True)


def rules_whose_version_was_not_kept() -> Ids:
    kept = RuleVersion.objects.filter(rule=OuterRef("pk"), version=OuterRef("version"))
    return Rule.objects.filter(~Exists(kept)).values_list("pk", flat=True)


def changes_of_what_is_gone() -> Ids:
    """An undo deletes the cycles and to-dos of its run; those of every other run stay for ever (D19)."""
    no_cycle = Q(~Exists(FollowUpCycle.objects.filter(pk=OuterRef("cycle_id"))), cycle_id__isnull=False)
    no_todo = Q(~Exists(Todo.objects.filter(pk=OuterRef("todo_id"))), todo_id__isnull=False)
    standing = SweepChange.objects.exclude(run__status=RunStatus.UNDONE)
    return standing.filter(no_cycle | no_todo).values_list("pk", flat=True)


def runs_that_miscount() -> Ids:
    done = SweepRun.objects.filter(status=RunStatus.DONE).annotate(written=Count("changes")).order_by()
    return [
        pk for pk, summary, written in done.values_list("pk", "summary", "written") if summary["changes"] != written
    ]


def runs_without_an_end() -> Ids:
    ended = SweepRun.objects.exclude(status__in=[RunStatus.RUNNING, RunStatus.WAITING])
    return ended.filter(finished_at__isnull=True).values_list("pk", flat=True)


INVARIANTS = (
    Invariant(
        "watermark_is_not_ahead_of_the_newest_run", Rule,
        _("Rule %(id)s says it ran for a day for which no run exists."), watermarks_ahead_of_every_run,
    ),
    Invariant(
        "rule_version_is_kept", Rule, _("The present version of rule %(id)s was not kept."),
        rules_whose_version_was_not_kept,
    ),
    Invariant(
        "ledger_names_what_exists", SweepChange,
        _("Change %(id)s of the ledger names a follow-up or to-do that no longer exists."), changes_of_what_is_gone,
    ),
    Invariant(
        "run_counts_its_changes", SweepRun, _("Run %(id)s reports another number of changes than it wrote."),
        runs_that_miscount,
    ),
    Invariant(
        "finished_run_has_an_end", SweepRun, _("Run %(id)s is over and does not say when it ended."),
        runs_without_an_end,
    ),
)  # fmt: skip
