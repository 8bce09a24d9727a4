"""The 'rules last ran' light, for the page and for /healthz (D12, D15)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from activities.models import Todo
from deals.models import FollowUpCycle
from followups.coverage import uncovered
from followups.models import Rule, SweepRun
from followups.states import RunState
from people.business_days import DAY
from people.models import Threshold
from people.states import ThresholdCode


@dataclass(frozen=True, slots=True)
class RunLight:
    """When the rules last ran, as seen from a day.

    last_run: the finished run of the newest day; None where the rules have never run. is_stale: none ran in time, or
    none at all. unswept: open cycles that an import brought and no run has seen yet (ルール未実行).
    """

    last_run: SweepRun | None
    is_stale: bool
    unswept: int

    @property
    def state(self) -> RunState:
        """What a signature keeps of it."""
        if self.is_stale:
            return RunState.STALE
        return RunState.UNSWEPT if self.unswept else RunState.CURRENT

    @property
    def is_current(self) -> bool:
        """Whether the numbers rest on a run of this day that has seen every follow-up."""
        return self.state == RunState.CURRENT


def run_light(as_of: date, now: datetime, unswept: int | None = None) -> RunLight:
    """The light on the page of as_of. A page of the past asks for a run of that day, today's for one in time.

    unswept: how many `unswept_cycles` there are, where that is known already.
    """
    run = newest_run()
    if as_of < timezone.localdate(now):
        is_stale = run is None or run.as_of < as_of
    else:
        is_stale = run is None or now - ran_at(run) > _patience()
    return RunLight(run, is_stale, unswept_cycles(as_of).count() if unswept is None else unswept)


def unswept_cycles(as_of: date) -> QuerySet[FollowUpCycle]:
    """Open cycles that an import brought and no run has seen yet: they have never had a to-do (D6)."""
    return uncovered(as_of).filter(~Exists(Todo.objects.filter(cycle=OuterRef("pk"))))


def newest_run() -> SweepRun | None:
    """The finished run of the newest day; of one day's runs, the last."""
    return SweepRun.objects.finished().order_by("-as_of", "-id").first()


def ran_at(run: SweepRun) -> datetime:
    """The moment a run vouches for: when it ended, but for a run as of an earlier day no later than that day's end."""
    midnight = datetime.combine(run.as_of + DAY, time(), timezone.get_default_timezone())
    return min(run.finished_at or run.started_at, midnight)


def is_sweep_missing(now: datetime) -> bool:
    """Whether a rule is in auto and no run came in time: since the last one, else since a rule was switched on."""
    switched_on_at = Rule.objects.acting().order_by().aggregate(at=Min("updated_at"))["at"]
    if switched_on_at is None:
        return False
    run = newest_run()
    since = ran_at(run) if run else switched_on_at
    return bool(now - since > _patience())


def _patience() -> timedelta:
    return timedelta(hours=Threshold.objects.in_force()[ThresholdCode.SWEEP_STALE_HOURS])
