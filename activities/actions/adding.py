"""To-dos that people make and imports bring; rules make theirs in followups."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from activities.actions.blocking import refuse_blocked_contacts
from activities.actions.held import Held, hold_deals
from activities.actions.open_todos import mark_cycles
from activities.actions.sides import Sides
from activities.capacity import Loads
from activities.models import Todo
from activities.purpose import purpose_errors
from activities.states import CancelReason, TodoOrigin, TodoStatus
from activities.yardstick import Yardstick
from deals.models import Deal, FollowUpCycle
from deals.querysets import CycleQuerySet
from leads.models import Lead
from people.business_days import BusinessCalendar
from people.models import User
from people.prepared import prepared
from people.records import Edit, edit_records, insert_records
from people.refusal import refuse, refuse_first
from people.verbs import all_or_nothing
from people.working_days import load_calendar

TODO_FIELDS = frozenset({"external_id", "subject", "contact", "contact_text", "hook", "due_time", "lead"})


def todo_errors(todo: Todo) -> dict[str, str]:
    """What an unsaved to-do lacks, by field: what, when, whom, and for which deal or lead (S3-34).

    An imported one needs only what and when (D27).
    """
    errors = {}
    if not todo.subject.strip():
        errors["subject"] = _("Say what to do.")
    if todo.original_due_on is None:
        errors["original_due_on"] = _("Say when it is due.")
    if todo.is_imported:
        return errors
    if todo.deal_id is None and todo.lead_id is None:
        errors["deal"] = _("A to-do belongs to a deal or a lead.")
    elif todo.contact_id is None and not todo.contact_text.strip():
        errors["contact"] = _("Say whom it concerns.")
    return errors


@all_or_nothing
def add_todos(
    todos: Sequence[Todo], *, by: User | None, as_of: date, held: Held | None = None, yardstick: Yardstick | None = None
) -> list[Todo]:
    """Insert unsaved to-dos with their four dates from `original_due_on` (D16).

    Whom: the deal's or lead's contact where nobody is named. A to-do on a deal in a cycle, given to inside sales,
    belongs to that cycle. A day chosen or promised is only shifted off a non-business day; an imported one in the past
    stays as the file has it. Imported to-dos may be closed: done or cancelled, on `closed_on`, else on their due day.
    Refused: what `todo_errors` finds, a person who must not be contacted (imports apart), and a cycle's to-do for
    somebody outside inside sales (S0-21). To a person (by) also: a day that has passed, one above the assignee's cap
    without `over_cap_reason`, one of his absences, and what his team says to a to-do without promise and purpose
    (S1-16, S1-28). held: their deals, all of which the caller has locked; yardstick: of the one
    person who gets them, read already.
    """
    _fill_whom(todos)
    refuse_first({n: todo_errors(todo) for n, todo in enumerate(todos)})
    held = held or Held(hold_deals(todo.deal_id for todo in todos))
    planned = {n: todo.contact_id for n, todo in enumerate(todos) if _is_planned(todo)}
    refuse_blocked_contacts({n: pk for n, pk in planned.items() if pk not in held.contact_ids})
    _join_cycles(todos, held, by)
    calendar = yardstick.calendar if yardstick else load_calendar()
    for todo in todos:
        _set_dates(todo, as_of, calendar)
        _settle(todo, by, as_of)
    if by is not None:
        own = [todo for todo in todos if not todo.is_imported]
        _heed_limits(own, by, as_of, yardstick or Yardstick(Loads.around(own, as_of, calendar)))
    insert_records(todos)
    mark_cycles({todo.cycle_id for todo in todos} - {cycle.pk for cycle in held.cycles.values() if cycle.has_open_todo})
    return list(todos)


@all_or_nothing
def edit_todos(edits: Sequence[Edit]) -> list[Todo]:
    """Change TODO_FIELDS; gives back those that changed. Dates, person and status change by their verbs."""
    return edit_records(Todo.objects.all(), edits, TODO_FIELDS, check=_edit_errors)


def _edit_errors(todo: Todo) -> Mapping[str, str]:
    return {} if todo.subject.strip() else {"subject": _("Say what to do.")}


def _fill_whom(todos: Sequence[Todo]) -> None:
    """The person at the customer whom the deal or the lead names, where the to-do names nobody."""
    nameless = [todo for todo in todos if todo.contact_id is None and not todo.contact_text.strip()]
    if not nameless:
        return
    deals = dict(Deal.objects.filter(pk__in=_ids(nameless, "deal_id")).values_list("pk", "contact_id"))
    leads = Lead.objects.in_bulk(_ids(nameless, "lead_id"))
    for todo in nameless:
        lead = leads.get(todo.lead_id or 0)
        todo.contact_id = deals.get(todo.deal_id or 0) or (lead.contact_id if lead else None)
        if todo.contact_id is None and lead is not None:
            todo.contact_text = lead.name


def _ids(todos: Sequence[Todo], column: str) -> set[int]:
    return {getattr(todo, column) for todo in todos} - {None}


@prepared
def _open_cycles(deal_ids: list[int]) -> CycleQuerySet:
    return FollowUpCycle.objects.open().filter(deal__in=deal_ids)


def _join_cycles(todos: Sequence[Todo], held: Held, by: User | None) -> None:
    followed = [pk for pk, deal in held.deals.items() if deal.is_followed and pk not in held.cycles]
    cycles = {**held.cycles, **{cycle.deal_id: cycle for cycle in _open_cycles(followed)}}
    sides = Sides.of((todo.assignee_id for todo in todos if todo.deal_id in cycles), by)
    for position, todo in enumerate(todos):
        cycle = cycles.get(todo.deal_id or 0)
        if cycle is None or todo.status != TodoStatus.OPEN:
            continue
        is_inside = sides.is_inside(todo.assignee_id, held.deals[cycle.deal_id].fs_owner_id, cycle)
        if todo.cycle_id is not None and todo.assignee_id is not None and not is_inside:
            refuse(_("A follow-up is given to active inside sales only."), field="assignee", position=position)
        todo.cycle = cycle if is_inside or todo.cycle_id is not None else None


def _set_dates(todo: Todo, as_of: date, calendar: BusinessCalendar) -> None:
    asked = todo.original_due_on
    if todo.is_imported and asked < as_of:
        todo.due_on = todo.effective_due_on = todo.committed_due_on = asked
        return
    todo.due_on = max(asked, as_of)
    todo.effective_due_on = calendar.on_or_after(todo.due_on)
    todo.committed_due_on = asked if _is_promise(todo) else todo.effective_due_on


def _heed_limits(todos: Sequence[Todo], by: User, as_of: date, yardstick: Yardstick) -> None:
    """What a person is told before he fills somebody's day; the reasons stay on the to-dos they were needed for."""
    gone = [n for n, todo in enumerate(todos) if _is_planned(todo) and todo.original_due_on < as_of]
    refuse_first({n: {"original_due_on": _("This day has passed.")} for n in gone})
    loads = yardstick.loads
    errors = purpose_errors(todos, loads.limits, yardstick.phrases)
    refuse_first(errors)
    for position, todo in enumerate(todos):
        is_over = loads.put_on(todo, reason=todo.over_cap_reason, by=by, position=position)
        todo.over_cap_reason = todo.over_cap_reason.strip() if is_over else ""
        todo.no_promise_reason = todo.no_promise_reason.strip() if position in errors else ""


def _is_planned(todo: Todo) -> bool:
    return todo.status == TodoStatus.OPEN and not todo.is_imported


def _is_promise(todo: Todo) -> bool:
    return todo.is_promised or todo.origin == TodoOrigin.PROMISE


def _settle(todo: Todo, by: User | None, as_of: date) -> None:
    """Fill what follows from the rest: origin, when and by whom it was made, and how an imported one was closed."""
    todo.is_promised = _is_promise(todo)
    todo.origin = (TodoOrigin.PROMISE if todo.is_promised else TodoOrigin.MANUAL).value
    todo.created_on = todo.created_on or as_of
    todo.created_by = todo.created_by or by
    if todo.status == TodoStatus.OPEN:
        return
    todo.closed_on = todo.closed_on or todo.original_due_on
    if todo.status == TodoStatus.CANCELLED:
        todo.cancel_reason = todo.cancel_reason or CancelReason.IMPORTED.value
