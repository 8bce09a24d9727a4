"""What 本日のコール shows, gathered by a constant number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from activities.models import CallProject, Todo
from activities.states import CallOutcome
from followups.call_panel import call_panel
from followups.forms.call import CallForm
from followups.lines import TodoLine
from followups.models import OutcomeEffect
from followups.outcome_effects import UNREACHED, is_last_attempt, outcome_effects, suggested_day, suggested_status
from followups.pages.day_loads import DayLoad, day_loads
from followups.pages.place import Place
from followups.pages.presets import presets
from followups.pages.project import ProjectRow, project_rows
from followups.pages.queue import (
    PAGE_SIZE,
    Section,
    Tab,
    done_today,
    in_tab,
    leads_to_start,
    sections,
    standing_lines,
    standings,
    standings_ahead,
    tab_sizes,
)
from followups.rights import rights_on_todo
from people.business_days import BusinessCalendar
from people.models import User
from people.states import Role

SEGMENTS = 20  # of the progress bar, at most


def queue_context(
    user: User, place: Place, now: datetime, put_off: Collection[int], calendar: BusinessCalendar,
    strip: list[DayLoad] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The list on the left: tabs, sections of one page, progress, and what an empty list says.

    In a call project it holds the calls of that project alone. strip: the coming days of the reader, where known.
    """
    as_of = now.date()
    project = _project(place, as_of)
    queue = standings(user, now, put_off, place.project_id)
    sizes = tab_sizes(queue, as_of)
    loads = strip or day_loads([user.pk], as_of, calendar)[user.pk]
    is_ahead, shown = place.tab == Tab.AHEAD, in_tab(queue, place.tab, as_of)
    if is_ahead or not sizes[Tab.TODAY]:  # nobody works ahead before today's calls are made
        ahead = standings_ahead(user, loads[0].day, place.project_id)
        sizes[Tab.AHEAD] = len(ahead)
        shown = ahead if is_ahead else shown
    page = Paginator(shown, PAGE_SIZE).get_page(place.page or 1)
    shown_now = list(page)
    rows = standing_lines(shown_now)
    done = done_today(user, as_of, place.project_id)
    fresh = leads_to_start(user) if project is None else []
    sizes[Tab.NEW] += len(fresh)
    return {
        "as_of": as_of,
        "now": now,
        "place": place,
        "project": project,
        "tabs": [(tab, sizes[tab], place.in_tab(tab)) for tab in _tabs(is_ahead)],
        "sizes": sizes,
        "page": page,
        "rows": rows,
        "sections": [Section(_("Next business day"), False, rows)] if is_ahead and rows else sections(shown_now, rows),
        "fresh_leads": fresh if place.tab == Tab.NEW else [],
        "done": done,
        "total": sizes[Tab.TODAY] + len(done),
        "progress": _progress(len(done), sizes[Tab.LATE], sizes[Tab.TODAY]),
        "calendar": calendar,
        "loads": loads,
        "is_first_use": project is None and not rows and not done and not Todo.objects.filter(assignee=user).exists(),
    }


def _project(place: Place, as_of: date) -> ProjectRow | None:
    if place.project_id is None:
        return None
    return next(iter(project_rows(CallProject.objects.filter(pk=place.project_id), as_of)), None)


def _tabs(is_ahead: bool) -> list[Tab]:
    """In the order of the bar. The cleared list offers to work ahead, so that tab stands, in sight, only there."""
    standing: list[Tab] = [tab for tab in Tab if tab != Tab.AHEAD]
    return [Tab.AHEAD, *standing] if is_ahead else standing


def _progress(done: int, late: int, left: int) -> list[str]:
    """The bar in at most twenty parts: done, late, still to do."""
    total = done + left
    if not total:
        return []
    scale = min(total, SEGMENTS) / total
    n_done, n_late = round(done * scale), round(late * scale)
    rest = max(0, min(total, SEGMENTS) - n_done - n_late)
    return ["done"] * n_done + ["late"] * n_late + [""] * rest


def call_form(
    data: "MultiValueDict[str, Any] | None", todo: Todo, begun: Mapping[str, str], as_of: date,
    calendar: BusinessCalendar, *, is_move: bool = False, effects: Mapping[str, OutcomeEffect] | None = None,
) -> CallForm:  # fmt: skip
    """The form of the panel, blank or as sent. begun: answers that stand there already, by their fields.

    effects: `outcome_effects`, where they are read already.
    """
    return CallForm(
        data,
        panel=call_panel(todo, as_of),
        effects=effects or outcome_effects(),
        as_of=as_of,
        calendar=calendar,
        is_move=is_move,
        initial=begun,
    )


def panel_context(todo: Todo, user: User, queue: Mapping[str, Any], form: CallForm) -> dict[str, Any]:
    """The panel on the right: the customer, the form, and who is next."""
    as_of, calendar = queue["as_of"], queue["calendar"]
    form.offer_everybody()
    is_appointment = form["outcome"].value() == CallOutcome.APPOINTMENT
    return {
        "todo": todo,
        "panel": form.panel,
        "form": form,
        "presets": presets(as_of, calendar),
        "outcomes": _outcomes(form, as_of, calendar),
        "field_sales": field_sales(form, as_of, calendar) if is_appointment else None,
        "following": following_of(todo.pk, queue["rows"]),
        "taken": taken_by(todo, user),
    }


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """One result: its key, what it suggests (value of `when`, and in words), and what it makes of a lead, or ''."""

    key: int
    code: str
    label: str
    default: str
    follows: str
    asks_reason: bool
    lead_becomes: str

    @property
    def short(self) -> str:
        """The label without what stands in parentheses, for the narrow box."""
        return self.label.split("(")[0].strip() or self.label


def _outcomes(form: CallForm, as_of: date, calendar: BusinessCalendar) -> list[OutcomeChoice]:
    offered = {preset.day: preset for preset in reversed(presets(as_of, calendar))}
    choices, lead = [], form.todo.lead
    is_given_up = lead is not None and lead.status in UNREACHED and is_last_attempt(lead.pk, more=1)
    for key, code in enumerate(CallOutcome, 1):
        effect = form.effects[code]
        suggested = suggested_day(effect, as_of, calendar)
        preset = offered.get(suggested) if suggested else None
        default = preset.value if preset else suggested.isoformat() if suggested else ""
        follows = preset.label if preset else _follows(code, suggested)
        becomes = str(suggested_status(lead, effect, is_given_up=is_given_up).label) if lead else ""
        choices.append(OutcomeChoice(key, code.value, str(code.label), default, follows, effect.asks_reason, becomes))
    return choices


def _follows(code: CallOutcome, suggested: date | None) -> str:
    if suggested is not None:
        return _("next %(day)s") % {"day": f"{suggested.month}/{suggested.day}"}
    return _("set the day") if code == CallOutcome.APPOINTMENT else _("nothing next")


@dataclass(frozen=True, slots=True)
class FieldPerson:
    """Somebody of field sales who may hold the meeting, with the coming days."""

    user: User
    loads: list[DayLoad]
    is_former: bool
    is_chosen: bool

    @property
    def counts(self) -> str:
        """The loads for the script that follows the chosen day: 3/8 4/8 …"""
        return " ".join(f"{load.count}/{load.cap}" for load in self.loads)

    @property
    def first(self) -> str:
        """The load of the first of these days; '' where he is away."""
        load = self.loads[0]
        return "" if load.is_away else f"{load.count}/{load.cap}"


def field_sales(form: CallForm, as_of: date, calendar: BusinessCalendar) -> list[FieldPerson]:
    """Everybody of field sales, who was on the deal before first; asked for only once there is an appointment."""
    people = list(User.objects.active().with_role(Role.FS).order_by("kana", "name").only("name"))
    loads = day_loads([person.pk for person in people], as_of, calendar)
    former, chosen = form.todo.deal.fs_owner_id if form.todo.deal else None, str(form["fs"].value())
    offered = [
        FieldPerson(person, loads[person.pk], person.pk == former, str(person.pk) == chosen) for person in people
    ]
    return sorted(offered, key=lambda one: not one.is_former)


def following_of(todo_id: int, rows: list[TodoLine]) -> TodoLine | None:
    """The row after this one; after the last the first; None where nothing else is left on the page."""
    ids = [row.pk for row in rows]
    if todo_id not in ids:
        return rows[0] if rows else None
    place = ids.index(todo_id) + 1
    following = rows[place % len(rows)]
    return following if following.pk != todo_id else None


def taken_by(todo: Todo, user: User) -> str:
    """Who has dealt with the to-do meanwhile, or has it now, in words; '' while it is the reader's to do."""
    if todo.is_open:
        if todo.assignee is None or "followups:todo_done" in rights_on_todo(user, todo):
            return ""
        return _("%(name)s has this to-do now.") % {"name": todo.assignee.name}
    result = todo.done_by_activity.get_outcome_display() if todo.done_by_activity else ""
    words = {"name": todo.closed_by.name if todo.closed_by else _("Somebody"), "result": result}
    if result:
        return _("%(name)s has dealt with this already (%(result)s).") % words
    return _("%(name)s has closed this to-do already.") % words
