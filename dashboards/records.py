"""The rows behind a number (SC-30): their columns on the page and in the file, in which order, and what to load."""

from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Todo, TodoMove
from dashboards.sheet import Column, Sheet, at
from deals.models import Deal, DealLoss, FollowUpCycle
from followups.models import LeakCheck, RuleExemption
from leads.models import Lead
from people.models import User


def _open_todo_due_on(cycle: Any) -> object:
    return cycle.open_todos[0].effective_due_on if cycle.open_todos else None


def _approach_contact(cycle: FollowUpCycle) -> str:
    return cycle.approach_contact.name if cycle.approach_contact else cycle.approach_contact_text


def _days_until_reopened(cycle: Any) -> int | None:
    return (cycle.reopened_on - cycle.entered_on).days if cycle.reopened_on else None


def _whom(todo: Todo) -> str:
    return todo.contact.name if todo.contact else todo.contact_text


def _roles(user: Any) -> str:
    return ", ".join(sorted(str(grant.get_role_display()) for grant in user.role_grants.all()))


def _agreed(move: TodoMove) -> str:
    return gettext("Yes") if move.is_agreed else ""


OPEN_TODOS = Prefetch("todos", Todo.objects.open().order_by("effective_due_on", "id"), to_attr="open_todos")

CYCLES = Sheet(
    kind="cycles",
    columns=(
        Column(_("Deal"), at("deal.name")),
        Column(_("Company"), at("deal.company.name")),
        Column(_("Kind"), at("get_kind_display")),
        Column(_("Lost reason"), at("reason.label")),
        Column(_("Began"), at("entered_on"), "day"),
        Column(_("Next approach date"), at("deal.next_approach_on"), "day"),
        Column(_("To-do due"), _open_todo_due_on, "day"),
        Column(_("IS owner"), at("is_owner.name")),
        Column(_("FS owner"), at("deal.fs_owner.name")),
        Column(_("Team"), at("deal.team.name")),
        Column(_("Contact to approach"), _approach_contact),
        Column(_("Phone"), at("approach_contact.phone")),
        Column(_("Hook"), at("hook")),
    ),
    order=("entered_on", "id"),
    related=("deal__company", "deal__team", "deal__fs_owner", "reason", "is_owner", "approach_contact"),
    prefetched=(OPEN_TODOS,),
)

# Follow-ups of which a report says when they came back to life.
COHORTS = Sheet(
    kind="cohorts",
    columns=(
        Column(_("Deal"), at("deal.name")),
        Column(_("Company"), at("deal.company.name")),
        Column(_("Kind"), at("get_kind_display")),
        Column(_("Lost reason"), at("reason.label")),
        Column(_("Began"), at("entered_on"), "day"),
        Column(_("Re-opened"), at("reopened_on"), "day"),
        Column(_("Days"), _days_until_reopened, "number"),
        Column(_("How it ended"), at("get_end_type_display")),
        Column(_("Change trigger"), at("get_change_trigger_display")),
        Column(_("Hook"), at("hook")),
        Column(_("IS owner"), at("is_owner.name")),
        Column(_("FS owner"), at("deal.fs_owner.name")),
        Column(_("Team"), at("deal.team.name")),
    ),
    order=("entered_on", "id"),
    related=("deal__company", "deal__team", "deal__fs_owner", "reason", "is_owner"),
)

LOSSES = Sheet(
    kind="losses",
    columns=(
        Column(_("Deal"), at("deal.name")),
        Column(_("Company"), at("deal.company.name")),
        Column(_("Lost on"), at("lost_on"), "day"),
        Column(_("Lost reason"), at("reason.label")),
        Column(_("Competitor"), at("competitor")),
        Column(_("Product"), at("deal.product.name")),
        Column(_("FS owner"), at("fs_owner.name")),
        Column(_("Team"), at("deal.team.name")),
        Column(_("Deal status"), at("deal.get_status_display")),
    ),
    order=("-lost_on", "-id"),
    related=("deal__company", "deal__team", "deal__product", "reason", "fs_owner"),
)

TODOS = Sheet(
    kind="todos",
    columns=(
        Column(_("To-do"), at("subject")),
        Column(_("Deal"), at("deal.name")),
        Column(_("Company"), at("deal.company.name")),
        Column(_("Lead"), at("lead.name")),
        Column(_("Kind"), at("cycle.get_kind_display")),
        Column(_("Origin"), at("get_origin_display")),
        Column(_("Assignee"), at("assignee.name")),
        Column(_("Whom"), _whom),
        Column(_("Phone"), at("contact.phone")),
        Column(_("Asked for"), at("original_due_on"), "day"),
        Column(_("Effective due date"), at("effective_due_on"), "day"),
        Column(_("Hook"), at("hook")),
    ),
    order=("effective_due_on", "id"),
    related=("deal__company", "lead", "cycle__reason", "assignee", "contact"),
)

# One person's day, told by the first of its to-dos.
CROWDED_DAYS = Sheet(
    kind="crowded_days",
    columns=(
        Column(_("Person"), at("assignee.name")),
        Column(_("Team"), at("assignee.team.name")),
        Column(_("Day"), at("load_on"), "day"),
        Column(_("To-dos"), at("held"), "number"),
        Column(_("Cap"), at("cap"), "number"),
    ),
    order=("load_on", "assignee__kana", "id"),
    related=("assignee__team",),
)

DEALS = Sheet(
    kind="deals",
    columns=(
        Column(_("Deal"), at("name")),
        Column(_("Company"), at("company.name")),
        Column(_("Deal status"), at("get_status_display")),
        Column(_("In this status since"), at("status_entered_on"), "day"),
        Column(_("Status in the source system"), at("source_status")),
        Column(_("Last contact"), at("last_contact_on"), "day"),
        Column(_("Lead source"), at("source.name")),
        Column(_("Team"), at("team.name")),
        Column(_("FS owner"), at("fs_owner.name")),
        Column(_("IS owner"), at("is_owner.name")),
        Column(_("Amount"), at("amount"), "number"),
    ),
    order=("-id",),
    related=("company", "source", "team", "fs_owner", "is_owner"),
)

LEADS = Sheet(
    kind="leads",
    columns=(
        Column(_("Lead"), at("name")),
        Column(_("Company"), at("company.name")),
        Column(_("Lead status"), at("get_status_display")),
        Column(_("Status in the source system"), at("source_status")),
        Column(_("Lead source"), at("source.name")),
        Column(_("Owner"), at("owner.name")),
        Column(_("Phone"), at("phone")),
        Column(_("Created on"), at("created_on"), "day"),
    ),
    order=("-created_on", "-id"),
    related=("company", "source", "owner"),
)

CALLS = Sheet(
    kind="calls",
    columns=(
        Column(_("When"), at("occurred_at"), "moment"),
        Column(_("Person"), at("owner.name")),
        Column(_("Direction"), at("get_direction_display")),
        Column(_("Result"), at("get_outcome_display")),
        Column(_("Deal"), at("deal.name")),
        Column(_("Lead"), at("lead.name")),
        Column(_("Contact"), at("contact.name")),
        Column(_("Company"), at("company.name")),
        Column(_("Seconds"), at("duration_s"), "number"),
    ),
    order=("-occurred_at", "-id"),
    related=("owner", "deal", "lead", "contact", "company"),
)

PEOPLE = Sheet(
    kind="people",
    columns=(
        Column(_("Name"), at("name")),
        Column(_("Team"), at("team.name")),
        Column(_("Roles"), _roles),
        Column(_("E-mail"), at("email")),
    ),
    order=("id",),
    related=("team",),
    prefetched=("role_grants",),
)

CHECKS = Sheet(
    kind="checks",
    columns=(
        Column(_("Day"), at("checked_on"), "day"),
        Column(_("Team"), at("team.name")),
        Column(_("Signed by"), at("signed_by.name")),
        Column(_("Signed at"), at("signed_at"), "moment"),
    ),
    order=("-checked_on", "-id"),
    related=("team", "signed_by"),
)

MOVES = Sheet(
    kind="moves",
    columns=(
        Column(_("To-do"), at("todo.subject")),
        Column(_("Deal"), at("todo.deal.name")),
        Column(_("Company"), at("todo.deal.company.name")),
        Column(_("Assignee"), at("todo.assignee.name")),
        Column(_("Former date"), at("from_on"), "day"),
        Column(_("New date"), at("to_on"), "day"),
        Column(_("Agreed with the customer"), _agreed),
        Column(_("Reason"), at("reason")),
        Column(_("Moved on"), at("moved_on"), "day"),
        Column(_("By"), at("moved_by.name")),
    ),
    order=("-moved_on", "-id"),
    related=("todo__deal__company", "todo__assignee", "moved_by"),
)

EXEMPTIONS = Sheet(
    kind="exemptions",
    columns=(
        Column(_("Deal"), at("deal.name")),
        Column(_("Company"), at("deal.company.name")),
        Column(_("Rule"), at("code")),
        Column(_("Reason"), at("reason")),
        Column(_("From"), at("starts_on"), "day"),
        Column(_("Until"), at("expires_on"), "day"),
        Column(_("By"), at("by.name")),
    ),
    order=("-starts_on", "-id"),
    related=("deal__company", "by"),
)

SHEETS: dict[type[Model], Sheet] = {
    FollowUpCycle: CYCLES,
    Todo: TODOS,
    TodoMove: MOVES,
    Deal: DEALS,
    Lead: LEADS,
    Activity: CALLS,
    User: PEOPLE,
    DealLoss: LOSSES,
    LeakCheck: CHECKS,
    RuleExemption: EXEMPTIONS,
}


def sheet_of(rows: QuerySet[Any]) -> Sheet:
    """The sheet for rows of this model."""
    found = rows.query.annotations
    return COHORTS if "reopened_on" in found else CROWDED_DAYS if "held" in found else SHEETS[rows.model]
