"""What 本日のコール shows, gathered by a constant number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.core.paginator import Paginator
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from activities.models import Todo
from activities.states import CallOutcome
from followups.call_panel import call_panel
from followups.day_loads import DayLoad, day_loads
from followups.forms.call import CallForm, presets
from followups.outcome_effects import outcome_effects, suggested_day
from followups.queue import Tab, done_today, in_tab, leads_to_start, queue_of, queue_rows, sections, tab_sizes
from people.business_days import BusinessCalendar
from people.models import User
from people.states import Role
from people.working_days import load_calendar

PAGE_SIZE = 50
SEGMENTS = 20  # of the progress bar, at most
SHOWN_DONE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the queue the reader is: the tab and the page, kept by every address."""

    tab: Tab
    page: str

    @classmethod
    def of(cls, address: Mapping[str, str]) -> Self:
        """As the address has it; nonsense is the first page of the first tab."""
        wanted, page = address.get("tab", ""), address.get("page", "")
        return cls(Tab(wanted) if wanted in Tab.values else Tab.TODAY, page if page.isdecimal() else "")

    @property
    def query(self) -> str:
        """The part of an address that leads back here; '' for the top."""
        asked = {"tab": self.tab.value} if self.tab != Tab.TODAY else {}
        asked |= {"page": self.page} if self.page else {}
        return f"?{urlencode(asked)}" if asked else ""


def queue_context(user: User, place: Place, now: datetime, put_off: Collection[int]) -> dict[str, Any]:
    """The list on the left: tabs, sections of one page, progress, and what an empty list says."""
    as_of = now.date()
    queue, calendar = queue_of(user, now, put_off), load_calendar()
    sizes = tab_sizes(queue, as_of)
    paginator = Paginator(queue_rows(in_tab(queue, place.tab, as_of)), PAGE_SIZE)
    paginator.count = sizes[place.tab]
    page = paginator.get_page(place.page or 1)
    rows, done = list(page), list(done_today(user, as_of)[:SHOWN_DONE])
    fresh = list(leads_to_start(user)[:PAGE_SIZE])
    sizes[Tab.NEW] += len(fresh)
    return {
        "as_of": as_of,
        "now": now,
        "place": place,
        "tabs": [(tab, sizes[tab]) for tab in Tab],
        "sizes": sizes,
        "page": page,
        "rows": rows,
        "sections": sections(rows),
        "fresh_leads": fresh if place.tab == Tab.NEW else [],
        "done": done,
        "total": sizes[Tab.TODAY] + len(done),
        "progress": _progress(len(done), sizes[Tab.LATE], sizes[Tab.TODAY]),
        "calendar": calendar,
        "loads": day_loads([user.pk], as_of, calendar)[user.pk],
        "is_first_use": not rows and not done and not Todo.objects.filter(assignee=user).exists(),
    }


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
    data: "MultiValueDict[str, Any] | None", todo: Todo, note: str, as_of: date, *, is_move: bool = False
) -> CallForm:
    """The form of the panel, blank or as sent. note: what was begun before the to-do was put off."""
    return CallForm(
        data,
        panel=call_panel(todo, as_of),
        effects=outcome_effects(),
        as_of=as_of,
        calendar=load_calendar(),
        is_move=is_move,
        initial={"note": note},
    )


def panel_context(todo: Todo, user: User, queue: Mapping[str, Any], form: CallForm) -> dict[str, Any]:
    """The panel on the right: the customer, the form, and who is next."""
    as_of, calendar = queue["as_of"], queue["calendar"]
    return {
        "todo": todo,
        "panel": form.panel,
        "form": form,
        "presets": presets(as_of, calendar),
        "outcomes": _outcomes(form, as_of, calendar),
        "field_sales": _field_sales(todo, as_of, calendar),
        "following": _following(todo, queue["rows"]),
        "taken": taken_by(todo, user),
    }


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """One result: its key, what it suggests (value of `when`, and in words)."""

    key: int
    code: str
    label: str
    default: str
    follows: str
    asks_reason: bool

    @property
    def short(self) -> str:
        """The label without what stands in parentheses, for the narrow box."""
        return self.label.split("(")[0].strip() or self.label


def _outcomes(form: CallForm, as_of: date, calendar: BusinessCalendar) -> list[OutcomeChoice]:
    offered = {preset.day: preset for preset in reversed(presets(as_of, calendar))}
    choices = []
    for key, code in enumerate(CallOutcome, 1):
        effect = form.effects[code]
        suggested = suggested_day(effect, as_of, calendar)
        preset = offered.get(suggested) if suggested else None
        default = preset.value if preset else suggested.isoformat() if suggested else ""
        follows = preset.label if preset else _follows(code, suggested)
        choices.append(OutcomeChoice(key, code.value, str(code.label), default, follows, effect.asks_reason))
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

    @property
    def counts(self) -> str:
        """The loads for the script that follows the chosen day: 3/8 4/8 …"""
        return " ".join(f"{load.count}/{load.cap}" for load in self.loads)


def _field_sales(todo: Todo, as_of: date, calendar: BusinessCalendar) -> list[FieldPerson]:
    people = list(User.objects.active().with_role(Role.FS).order_by("kana", "name"))
    loads = day_loads([person.pk for person in people], as_of, calendar)
    former = todo.deal.fs_owner_id if todo.deal else None
    offered = [FieldPerson(person, loads[person.pk], person.pk == former) for person in people]
    return sorted(offered, key=lambda one: not one.is_former)


def _following(todo: Todo, rows: list[Todo]) -> Todo | None:
    """The row after this one; after the last the first; None where nothing else is left on the page."""
    ids = [row.pk for row in rows]
    if todo.pk not in ids:
        return rows[0] if rows else None
    place = ids.index(todo.pk) + 1
    following = rows[place % len(rows)]
    return following if following.pk != todo.pk else None


def taken_by(todo: Todo, user: User) -> str:
    """Who has dealt with the to-do meanwhile, or has it now, in words; '' while it is the reader's to do."""
    if todo.is_open:
        if todo.assignee is None or todo.assignee_id == user.pk or user.has_role(Role.IS_MANAGER, Role.OPS_ADMIN):
            return ""
        return _("%(name)s has this to-do now.") % {"name": todo.assignee.name}
    result = todo.done_by_activity.get_outcome_display() if todo.done_by_activity else ""
    words = {"name": todo.closed_by.name if todo.closed_by else _("Somebody"), "result": result}
    if result:
        return _("%(name)s has dealt with this already (%(result)s).") % words
    return _("%(name)s has closed this to-do already.") % words
