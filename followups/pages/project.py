"""What the pages of call projects show (SC-09): how far each list has come, and who is still to be called."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from activities.actions import place_of
from activities.models import Activity, CallProject, CallProjectMember, Todo
from activities.states import CallOutcome, ProjectMemberStatus
from people.business_days import BusinessCalendar
from people.models import User
from people.templatetags.ui import percent

OPEN, WON = ProjectMemberStatus.OPEN, ProjectMemberStatus.APPOINTMENT
AHEAD_BUSINESS_DAYS = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """未, 済 and アポ of one project; `called` is 済 and アポ together."""

    total: int = 0
    still_open: int = 0
    won: int = 0
    overdue: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def called(self) -> int:
        return self.total - self.still_open

    @property
    def done(self) -> int:
        """Called without an appointment."""
        return self.called - self.won

    @property
    def called_share(self) -> int:
        """Of all members, in whole percent."""
        return round(100 * self.called / self.total) if self.total else 0

    @property
    def won_share(self) -> str:
        """Appointments of the calls made, in percent."""
        return f"{100 * self.won / self.called:.1f}%" if self.called else ""

    @property
    def called_width(self) -> str:
        return percent(self.called, self.total or 1)


class ProjectRow(NamedTuple):
    """One line of the list of projects."""

    project: CallProject
    progress: Progress


class MemberRow(NamedTuple):
    """One member with the call that is planned and the last one that was made, by anybody."""

    member: CallProjectMember
    todo: Todo | None
    call: Activity | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A count with its length beside others."""

    label: str
    count: int
    width: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the progress bar."""

    key: str
    count: int
    start: str
    width: str


def project_rows(projects: Iterable[CallProject], as_of: date) -> list[ProjectRow]:
    """The projects with their progress, by two queries."""
    found = list(projects)
    progress = progress_of([project.pk for project in found], as_of)
    return [ProjectRow(project, progress.get(project.pk, Progress())) for project in found]


def progress_of(project_ids: Sequence[int], as_of: date) -> dict[int, Progress]:
    """Project → how far it has come; a project without members is left out."""
    overdue = Counter(Todo.objects.overdue(as_of).filter(project__in=project_ids).values_list("project_id", flat=True))
    is_open = Q(status=OPEN)
    members = CallProjectMember.objects.filter(project__in=project_ids).values_list("project_id").order_by()
    counted = members.annotate(
        total=Count("pk"), still_open=Count("pk", filter=is_open), won=Count("pk", filter=Q(status=WON)),
        first=Min("call_on", filter=is_open), last=Max("call_on", filter=is_open),
    )  # fmt: skip
    return {
        project_id: Progress(total, still_open, won, overdue[project_id], first, last)
        for project_id, total, still_open, won, first, last in counted
    }


def pieces(progress: Progress) -> list[Piece]:
    """The bar from left to right: appointments, other calls made, and what is left as the track."""
    whole, start, found = progress.total or 1, 0, []
    for key, count in (("won", progress.won), ("done", progress.done)):
        found.append(Piece(key, count, percent(start, whole), percent(count, whole)))
        start += count
    return found


def calls_due(project: CallProject, user: User, as_of: date) -> dict[str, int]:
    """How many open calls are due, everybody's ('due') and this person's ('mine'); one query."""
    calls = Todo.objects.open().of_project(project.pk).filter(effective_due_on__lte=as_of).order_by()
    return calls.aggregate(due=Count("pk"), mine=Count("pk", filter=Q(assignee=user)))


def results_of(project: CallProject) -> list[Bar]:
    """The results of the calls that did the project's to-dos, in their fixed order."""
    calls = Activity.objects.calls().filter(completed_todos__project=project)
    counts = dict(calls.order_by().values_list("outcome").annotate(n=Count("pk", distinct=True)))
    longest = max(counts.values(), default=1)
    return [
        Bar(str(outcome.label), counts.get(outcome, 0), percent(counts.get(outcome, 0), longest), outcome.value)
        for outcome in CallOutcome
    ]


def calls_ahead(as_of: date, calendar: BusinessCalendar) -> list[Bar]:
    """Calls of projects on the next ten business days by person, the most first."""
    last = calendar.next_days(as_of, AHEAD_BUSINESS_DAYS)[-1]
    todos = Todo.objects.open().filter(project__isnull=False, assignee__isnull=False, effective_due_on__lte=last)
    people = todos.order_by().values_list("assignee__name").annotate(n=Count("pk")).order_by("-n", "assignee__name")
    counts = list(people)
    return [Bar(name, count, percent(count, counts[0][1])) for name, count in counts]


def members_in(project: CallProject, status: str) -> QuerySet[CallProjectMember]:
    """Members in that status, those to be called first at the top, those without a date at the end."""
    members = project.members.filter(status=status).select_related(
        "deal__company", "deal__contact", "lead__company", "lead__contact"
    )
    return members.order_by(F("call_on").asc(nulls_last=True), "pk")


def member_rows(members: Sequence[CallProjectMember]) -> list[MemberRow]:
    """The members of one page with their calls, by three queries."""
    of_page = Q(deal__in=[member.deal_id for member in members]) | Q(lead__in=[member.lead_id for member in members])
    planned = Todo.objects.open().filter(of_page, project__in={member.project_id for member in members})
    todos = {place_of(todo): todo for todo in planned.select_related("assignee")}
    last_calls = _last_calls([member.pk for member in members])
    return [MemberRow(member, todos.get(place_of(member)), last_calls.get(member.pk)) for member in members]


def _last_calls(member_ids: Sequence[int]) -> dict[int, Activity]:
    calls = Activity.objects.calls().order_by("-occurred_at", "-pk")
    of_deal = Subquery(calls.filter(deal=OuterRef("deal")).values("pk")[:1])
    of_lead = Subquery(calls.filter(lead=OuterRef("lead")).values("pk")[:1])
    members = CallProjectMember.objects.filter(pk__in=member_ids).annotate(last=Coalesce(of_deal, of_lead))
    pairs = [(pk, call_id) for pk, call_id in members.values_list("pk", "last") if call_id]
    found = Activity.objects.in_bulk([call_id for _pk, call_id in pairs])
    return {pk: found[call_id] for pk, call_id in pairs}
