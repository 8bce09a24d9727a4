"""The numbers: one room per report, each a function of the question that gives back the rows behind its number."""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from dashboards.reports import (
    activity_volume,
    adoption,
    appointments,
    call_outcomes,
    callable_stock,
    calls,
    connect_rate,
    coverage,
    deals,
    due_approaches,
    habits,
    held,
    lead_care,
    leads,
    load,
    lost_reasons,
    next_step,
    on_time,
    over_cap,
    overdue,
    people,
    period_end,
    pipeline_aging,
    prepared,
    reengagement,
    reopened,
    reopportunity,
    rule_effect,
    stock_flow,
    stock_ratio,
    todo_leaks,
    todo_moves,
    todo_status,
    unruled,
    untouched,
    won,
)  # fmt: skip
from dashboards.reports.asked import Asked, Unanswerable
from dashboards.reports.report import Report
from people.composed import composed_once

REPORTS: dict[str, Callable[[Asked], Report]] = {
    "coverage": coverage.coverage,
    "untouched": untouched.untouched,
    "due_approaches": due_approaches.due_approaches,
    "todo_leaks": todo_leaks.todo_leaks,
    "todo_status": todo_status.todo_status,
    "todo_moves": todo_moves.todo_moves,
    "on_time": on_time.on_time,
    "overdue": overdue.overdue,
    "held": held.held,
    "load": load.load,
    "over_cap": over_cap.over_cap,
    "leads": leads.leads,
    "deals": deals.deals,
    "calls": calls.calls,
    "activity_volume": activity_volume.activity_volume,
    "call_outcomes": call_outcomes.call_outcomes,
    "connect_rate": connect_rate.connect_rate,
    "appointments": appointments.appointments,
    "stock_ratio": stock_ratio.stock_ratio,
    "next_step": next_step.next_step,
    "people": people.people,
    "unruled": unruled.unruled,
    "stale_leads": lead_care.stale_leads,
    "no_next_step_leads": lead_care.no_next_step_leads,
    "unanswered_mails": lead_care.unanswered_mails,
    **{f"reopportunity_{view}".removesuffix("_combined"): report for view, report in reopportunity.VIEWS.items()},
    "reengagement": reengagement.reengagement,
    "reopened": reopened.reopened,
    "won_after_reopening": reopened.won_after_reopening,
    "won": won.won,
    "days_to_won": won.days_to_won,
    "lost_reasons": lost_reasons.lost_reasons,
    "won_back": lost_reasons.won_back,
    "loss_answers": lost_reasons.loss_answers,
    "stock_flow": stock_flow.stock_flow,
    "callable_stock": callable_stock.callable_stock,
    "attendance_known": prepared.attendance_known,
    "why_you_now": prepared.why_you_now,
    "pipeline_aging": pipeline_aging.pipeline_aging,
    "period_end": period_end.period_end,
    "expiring_exemptions": period_end.expiring_exemptions,
    "rule_todos": rule_effect.rule_todos,
    "rule_reopened": rule_effect.rule_reopened,
    "rule_exemptions": rule_effect.rule_exemptions,
    "habits": habits.habits,
    "promised_todos": habits.promised_todos,
    "purposeless": habits.purposeless,
    "lint": habits.lint,
    "double_checks": adoption.double_checks,
    "active_users": adoption.active_users,
    "linked_mails": habits.linked_mails,
    "call_results": habits.call_results,
}


def answer(name: str, asked: Asked) -> Report:
    """The named report; Unanswerable if there is none or the question does not fit it."""
    if name not in REPORTS:
        raise Unanswerable(_("There is no report %(name)s.") % {"name": name})
    kept = _composed(name, asked)
    # Rows that somebody has looked at keep what they have seen: each asker gets his own.
    return replace(kept, rows=kept.rows.all(), whole=None if kept.whole is None else kept.whole.all())


@composed_once
def _composed(name: str, asked: Asked) -> Report:
    return REPORTS[name](asked)


__all__ = ["REPORTS", "Asked", "Report", "Unanswerable", "answer"]
