"""Rules and to-dos said in words, in the reader's language; every number re-derives from the record beside it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.models import Todo
from activities.states import TodoOrigin
from deals.states import CycleKind, DealStatus
from followups.models import OutcomeEffect, Rule, SweepChange
from followups.states import Basis, ChangeVerb, DueBase, LimitFrom, NextUnit, RuleAction, Unit
from leads.states import LeadStatus

NAMED = 12  # products that a sentence names


def rule_sentence(rule: Rule) -> str:
    """「初回訪問」のまま1か月以上たった商談は、… : the whole rule in one sentence (S2-07)."""
    statuses = pgettext("between statuses", ", ").join(str(DealStatus(code).label) for code in rule.statuses)
    facts = {"statuses": statuses, "limit": _limit(rule), "due": _due(rule)}
    return _CONDITIONS[Basis(rule.basis)]() % facts + _ACTIONS[RuleAction(rule.action)]() % facts


_CONDITIONS: dict[Basis, Callable[[], str]] = {
    Basis.NO_ACTIVITY: lambda: _("Deals in %(statuses)s with no contact for %(limit)s or longer "),
    Basis.NO_RESPONSE: lambda: _("Deals in %(statuses)s without a response for %(limit)s or longer "),
    Basis.STATUS_DWELL: lambda: _("Deals that stay in %(statuses)s for %(limit)s or longer "),
}

_ACTIONS: dict[RuleAction, Callable[[], str]] = {
    RuleAction.TODO: lambda: _("get a to-do for IS, due %(due)s."),
    RuleAction.RETURN: lambda: _("are returned to IS, with a to-do due %(due)s."),
}


def span(value: int, unit: str) -> str:
    """A length of time: 60 days, 2 weeks, 1 month."""
    forms = {
        Unit.DAY: ngettext("%(n)d day", "%(n)d days", value),
        Unit.WEEK: ngettext("%(n)d week", "%(n)d weeks", value),
        Unit.MONTH: ngettext("%(n)d month", "%(n)d months", value),
    }
    return forms[Unit(unit)] % {"n": value}


def _limit(rule: Rule) -> str:
    """The rule's own length, or the average lead times in force with the number of won deals behind each."""
    own = span(rule.value, rule.unit)
    if rule.limit_from == LimitFrom.RULE:
        return own
    if not rule.product_limits:
        return _("%(limit)s (average lead times apply once a product has five wins in a year)") % {"limit": own}
    said = [_limit_of_product(limit) for limit in rule.product_limits.values()]
    if len(said) > NAMED:
        said[NAMED:] = [_("%(n)d more products") % {"n": len(said) - NAMED}]
    words = {"products": pgettext("between products", ", ").join(said), "limit": own}
    return _("the average lead time of their product (%(products)s; otherwise %(limit)s)") % words


def _limit_of_product(limit: Mapping[str, Any]) -> str:
    words = {"product": limit["product"], "limit": span(limit["days"], Unit.DAY), "n": f"{limit['wins']:,}"}
    return _("%(product)s %(limit)s, n=%(n)s") % words


def _due(rule: Rule) -> str:
    base = DueBase(rule.due_base)
    if rule.due_offset_value == 0:
        return _("on %(base)s") % {"base": base.label}
    return _("%(span)s after %(base)s") % {
        "span": span(rule.due_offset_value, rule.due_offset_unit),
        "base": base.label,
    }


def effect_sentence(effect: OutcomeEffect) -> str:
    """What a call result suggests, in one sentence; each part is a default that the caller may change (D.6)."""
    parts = [_lead_part(effect), _next_part(effect)]
    if effect.asks_reason:
        parts.append(_("asks for the no-appointment reason"))
    return _("%(parts)s.") % {"parts": pgettext("between effects", "; ").join(parts)}


def _lead_part(effect: OutcomeEffect) -> str:
    if not effect.lead_status:
        return _("the lead stays as it is")
    return _("the lead becomes '%(status)s'") % {"status": LeadStatus(effect.lead_status).label}


def _next_part(effect: OutcomeEffect) -> str:
    value = effect.next_value
    forms = {
        NextUnit.BUSINESS_DAY: ngettext("%(n)d business day", "%(n)d business days", value),
        NextUnit.WEEK: ngettext("%(n)d week", "%(n)d weeks", value),
        NextUnit.MONTH: ngettext("%(n)d month", "%(n)d months", value),
    }
    if effect.next_unit == NextUnit.NONE:
        return _("no to-do is suggested")
    return _("the next to-do is suggested in %(span)s") % {"span": forms[NextUnit(effect.next_unit)] % {"n": value}}


def why(todo: Todo) -> str:
    """Why a rule-made to-do exists and why it is due when it is; '' for to-dos that people made.

    Reads `todo.sweep_changes` (prefetch it for lists) and, for to-dos that losing or returning a deal made, the cycle.
    """
    if todo.origin != TodoOrigin.RULE:
        return ""
    made = next((change for change in _changes(todo) if change.verb != ChangeVerb.ASSIGNED), None)
    reason = _of_change(made) if made is not None else _of_cycle(todo)
    dates = _of_dates(todo)
    return _("%(first)s %(second)s") % {"first": reason, "second": dates} if reason and dates else reason or dates


def _changes(todo: Todo) -> list[SweepChange]:
    return list(todo.sweep_changes.all())


def why_of(change: SweepChange) -> str:
    """What the sweep did and on what evidence, for the page of a run."""
    if change.verb == ChangeVerb.ASSIGNED:
        return _("The to-do had nobody; it was given to a person.")
    return _of_change(change)


def _of_change(change: SweepChange) -> str:
    facts = change.evidence
    if change.verb == ChangeVerb.COVERED:
        return _covered(facts)
    return _matched(change, facts)


def _matched(change: SweepChange, facts: Mapping[str, Any]) -> str:
    words = {
        "from": day(facts["from"]),
        "age": span(facts["age_days"], Unit.DAY),
        "limit": _limit_seen(facts),
        "made": day(facts["as_of"]),
        "rule": change.rule_code,
        "version": change.rule_version,
        "status": DealStatus(facts["status"]).label,
    }
    return _EVIDENCE[Basis(facts["basis"])]() % words


def _limit_seen(facts: Mapping[str, Any]) -> str:
    limit = span(facts["limit"], facts["unit"])
    if "product" not in facts:
        return limit
    words = {"limit": limit, "product": facts["product"], "n": f"{facts['wins']:,}"}
    if facts["product"]:
        return _("%(limit)s (average lead time of %(product)s, n=%(n)s)") % words
    return _("%(limit)s (the rule's own: its product has no average lead time)") % words


_EVIDENCE: dict[Basis, Callable[[], str]] = {
    Basis.NO_ACTIVITY: lambda: _(
        "On %(made)s the last contact (%(from)s) was %(age)s ago, limit %(limit)s: rule %(rule)s, version %(version)d."
    ),
    Basis.NO_RESPONSE: lambda: _(
        "On %(made)s the last response (%(from)s) was %(age)s ago, limit %(limit)s: rule %(rule)s, version %(version)d."
    ),
    Basis.STATUS_DWELL: lambda: _(
        "On %(made)s the deal had been in %(status)s since %(from)s, %(age)s, limit %(limit)s: "
        "rule %(rule)s, version %(version)d."
    ),
}


def _covered(facts: Mapping[str, Any]) -> str:
    words = {"entered": day(facts["entered_on"]), "asked": day(facts["asked_for"]), "made": day(facts["as_of"])}
    return _COVERED[CycleKind(facts["kind"])]() % words


_COVERED: dict[CycleKind, Callable[[], str]] = {
    CycleKind.LOST: lambda: _("Lost on %(entered)s, next approach %(asked)s. No to-do was open on %(made)s."),
    CycleKind.STAGNANT: lambda: _("Stagnant since %(entered)s. No to-do was open on %(made)s."),
    CycleKind.RETURNED: lambda: _("Returned to IS on %(entered)s, call date %(asked)s. No to-do was open on %(made)s."),
}


def _of_cycle(todo: Todo) -> str:
    cycle = todo.cycle
    if cycle is None:
        return ""
    words = {"entered": day(cycle.entered_on), "asked": day(todo.original_due_on)}
    if cycle.kind == CycleKind.LOST:
        return _("Lost on %(entered)s, next approach %(asked)s.") % words
    return _("Returned to IS on %(entered)s, call date %(asked)s.") % words


def _of_dates(todo: Todo) -> str:
    if todo.effective_due_on == todo.due_on:
        return ""
    words = {"asked": day(todo.due_on), "due": day(todo.effective_due_on)}
    return _("Instead of %(asked)s it is due %(due)s: the next business day with room.") % words


def day(value: date | str) -> str:
    """A date of the record or of the ledger (ISO text) as the reader writes it."""
    moment = date.fromisoformat(value) if isinstance(value, str) else value
    return date_format(moment, pgettext("date format", "j M Y"))
