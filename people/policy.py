"""Who may open which page and who may change anything there: one row for every URL name (domain.md D.1).

A URL without a row is closed to everybody. Rights that depend on the record, such as "his own deals", are asked by the
page itself (followups/rights.py); this table is the outer door.
"""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser

from people.models import User
from people.states import Role

Audience = frozenset[str]

PUBLIC: Audience = frozenset({"everybody, logged in or not"})
SIGNED_IN: Audience = frozenset({"everybody who is logged in"})
NOBODY: Audience = frozenset()
READERS: Audience = frozenset(Role.values)
WORKERS: Audience = READERS - {Role.VIEWER}
SELLERS: Audience = frozenset({Role.FS, Role.IS_MANAGER, Role.OPS_ADMIN})
MANAGERS: Audience = frozenset({Role.IS_MANAGER, Role.OPS_ADMIN})
ADMINS: Audience = frozenset({Role.OPS_ADMIN})
PLANNERS: Audience = frozenset({Role.IS_MANAGER, Role.OPS_ADMIN})

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Row(NamedTuple):
    """One URL name; `read` may open the page, `write` may send its form. A name ending in * covers the rest."""

    url_name: str
    read: Audience
    write: Audience


POLICY: tuple[Row, ...] = (
    Row("login", PUBLIC, PUBLIC),
    Row("demo_login", NOBODY, PUBLIC),
    Row("set_password", PUBLIC, PUBLIC),
    Row("set_language", NOBODY, PUBLIC),
    Row("healthz", PUBLIC, NOBODY),
    Row("logout", NOBODY, SIGNED_IN),
    Row("home", SIGNED_IN, NOBODY),
    Row("me", SIGNED_IN, SIGNED_IN),
    Row("change_password", SIGNED_IN, SIGNED_IN),
    Row("styleguide", SIGNED_IN, NOBODY),
    Row("followups:notices", SIGNED_IN, NOBODY),
    Row("followups:notices_read", NOBODY, SIGNED_IN),
    Row("followups:notice_read", NOBODY, SIGNED_IN),
    Row("followups:notice_stop", PUBLIC, PUBLIC),
    Row("leads:company_add", WORKERS, WORKERS),
    Row("leads:company_edit", WORKERS, WORKERS),
    Row("leads:contact_add", WORKERS, WORKERS),
    Row("leads:contact_edit", WORKERS, WORKERS),
    Row("followups:today", WORKERS, NOBODY),
    Row("followups:call", WORKERS, WORKERS),
    Row("followups:call_move", NOBODY, WORKERS),
    Row("followups:call_skip", NOBODY, WORKERS),
    Row("followups:call_undo", NOBODY, WORKERS),
    Row("followups:call_lead", NOBODY, WORKERS),
    Row("followups:follow_ups", READERS, NOBODY),
    Row("followups:follow_ups_file", READERS, NOBODY),
    Row("followups:leads", READERS, NOBODY),
    Row("followups:leads_file", READERS, NOBODY),
    Row("followups:lead", READERS, NOBODY),
    Row("followups:lead_add", WORKERS, WORKERS),
    Row("followups:lead_edit", WORKERS, WORKERS),
    Row("followups:lead_status", WORKERS, WORKERS),
    Row("followups:lead_true", NOBODY, WORKERS),
    Row("followups:lead_convert", WORKERS, WORKERS),
    Row("followups:leads_assign", WORKERS, WORKERS),
    Row("followups:leads_status", WORKERS, WORKERS),
    Row("followups:leads_todo", WORKERS, WORKERS),
    Row("followups:companies", READERS, NOBODY),
    Row("followups:company", READERS, NOBODY),
    Row("followups:company_merge", MANAGERS, MANAGERS),
    Row("followups:contact", READERS, NOBODY),
    Row("followups:contact_merge", MANAGERS, MANAGERS),
    Row("followups:contact_consent", WORKERS, WORKERS),
    Row("followups:availability_add", WORKERS, WORKERS),
    Row("followups:availability_end", NOBODY, WORKERS),
    Row("followups:search", READERS, NOBODY),
    Row("followups:deals", READERS, NOBODY),
    Row("followups:deal", READERS, NOBODY),
    Row("followups:deal_add", WORKERS, WORKERS),
    Row("followups:deal_edit", WORKERS, WORKERS),
    Row("followups:advance", SELLERS, SELLERS),
    Row("followups:lose", SELLERS, SELLERS),
    Row("followups:reclassify", SELLERS, SELLERS),
    Row("followups:object", NOBODY, SELLERS),
    Row("followups:accept", NOBODY, SELLERS),
    Row("followups:decline", SELLERS, SELLERS),
    Row("followups:propose", WORKERS, WORKERS),
    Row("followups:return", SELLERS, SELLERS),
    Row("followups:reopen", SELLERS, SELLERS),
    Row("followups:win", SELLERS, SELLERS),
    Row("followups:exclude", SELLERS, SELLERS),
    Row("followups:exempt", WORKERS, WORKERS),
    Row("followups:exempt_many", MANAGERS, MANAGERS),
    Row("followups:deals_todo", WORKERS, WORKERS),
    Row("followups:deals_return", SELLERS, SELLERS),
    Row("followups:cover", MANAGERS, MANAGERS),
    Row("followups:close_cycle", WORKERS, WORKERS),
    Row("followups:todos", READERS, NOBODY),
    Row("followups:todo_add", WORKERS, WORKERS),
    Row("followups:todo_done", WORKERS, WORKERS),
    Row("followups:todo_move", WORKERS, WORKERS),
    Row("followups:todo_cancel", WORKERS, WORKERS),
    Row("followups:todo_assign", WORKERS, WORKERS),
    Row("followups:todo_complete", WORKERS, WORKERS),
    Row("followups:todo_relieve", WORKERS, WORKERS),
    Row("followups:capacity", WORKERS, NOBODY),
    Row("followups:sos", NOBODY, WORKERS),
    Row("followups:sos_settle", NOBODY, MANAGERS),
    Row("followups:hand_back", SELLERS, SELLERS),
    Row("followups:absence_add", WORKERS, WORKERS),
    Row("followups:absence", WORKERS, WORKERS),
    Row("followups:absence_end", NOBODY, WORKERS),
    Row("followups:absence_move", WORKERS, WORKERS),
    Row("followups:log_call", WORKERS, WORKERS),
    Row("followups:projects", READERS, NOBODY),
    Row("followups:project", READERS, NOBODY),
    Row("followups:project_add", WORKERS, WORKERS),
    Row("followups:project_edit", WORKERS, WORKERS),
    Row("followups:project_fill", WORKERS, WORKERS),
    Row("followups:project_call_on", WORKERS, WORKERS),
    Row("followups:project_remove", WORKERS, WORKERS),
    Row("followups:saved_list", READERS, NOBODY),
    Row("followups:saved_list_add", WORKERS, WORKERS),
    Row("followups:saved_list_edit", WORKERS, WORKERS),
    Row("followups:saved_list_delete", NOBODY, WORKERS),
    Row("followups:reassign", WORKERS, WORKERS),
    Row("followups:rules", READERS, NOBODY),
    Row("followups:rule_edit", ADMINS, ADMINS),
    Row("followups:rule_pause", NOBODY, ADMINS),
    Row("followups:draft_discard", NOBODY, ADMINS),
    Row("followups:rule_deals", READERS, NOBODY),
    Row("followups:rule_backtest", READERS, NOBODY),
    Row("followups:suggestions", READERS, NOBODY),
    Row("followups:suggestions_accept", NOBODY, MANAGERS),
    Row("followups:exemptions", READERS, NOBODY),
    Row("followups:rule_policy", READERS, NOBODY),
    Row("followups:announcements", READERS, NOBODY),
    Row("followups:announcement", READERS, NOBODY),
    Row("followups:announcement_confirm", NOBODY, WORKERS),
    Row("followups:announcement_remind", NOBODY, ADMINS),
    Row("followups:announcement_withdraw", NOBODY, ADMINS),
    Row("followups:sweep_now", ADMINS, ADMINS),
    Row("followups:runs", READERS, NOBODY),
    Row("followups:run", READERS, NOBODY),
    Row("followups:run_progress", READERS, NOBODY),
    Row("followups:run_cancel", NOBODY, ADMINS),
    Row("followups:run_start", NOBODY, ADMINS),
    Row("followups:run_undo", ADMINS, ADMINS),
    Row("settings:overview", PLANNERS, NOBODY),
    Row("settings:entries", PLANNERS, NOBODY),
    Row("settings:entry_add", ADMINS, ADMINS),
    Row("settings:entry_edit", ADMINS, ADMINS),
    Row("settings:entry_delete", NOBODY, ADMINS),
    Row("settings:past_losses", ADMINS, ADMINS),
    Row("settings:words", PLANNERS, NOBODY),
    Row("settings:word_edit", ADMINS, ADMINS),
    Row("settings:word_reset", NOBODY, ADMINS),
    Row("settings:effects", PLANNERS, NOBODY),
    Row("settings:effect_edit", ADMINS, ADMINS),
    Row("settings:numbers", PLANNERS, ADMINS),
    Row("settings:caps", PLANNERS, NOBODY),
    Row("settings:caps_edit", ADMINS, ADMINS),
    Row("settings:targets", PLANNERS, ADMINS),
    Row("settings:calendar", PLANNERS, NOBODY),
    Row("settings:people", PLANNERS, NOBODY),
    Row("settings:person_add", ADMINS, ADMINS),
    Row("settings:person_edit", ADMINS, ADMINS),
    Row("settings:person_link", ADMINS, NOBODY),
    Row("settings:person_leave", ADMINS, ADMINS),
    Row("settings:person_return", NOBODY, ADMINS),
    Row("intake:imports", ADMINS, ADMINS),
    Row("intake:mapping", ADMINS, ADMINS),
    Row("intake:export", ADMINS, ADMINS),
    Row("intake:export_file", ADMINS, NOBODY),
    Row("intake:run", ADMINS, NOBODY),
    Row("intake:start", NOBODY, ADMINS),
    Row("intake:cancel", NOBODY, ADMINS),
    Row("intake:rejected", ADMINS, NOBODY),
    Row("intake:undo", NOBODY, ADMINS),
    Row("intake:undoing", ADMINS, NOBODY),
    Row("intake:take_back", NOBODY, ADMINS),
    Row("dashboards:sign", NOBODY, WORKERS),
    Row("dashboards:activity_panels", NOBODY, SIGNED_IN),
    Row("dashboards:*", READERS, NOBODY),
    Row("admin:login", PUBLIC, PUBLIC),
    Row("admin:logout", NOBODY, SIGNED_IN),
    Row("admin:*", ADMINS, ADMINS),
)

_BY_NAME = {row.url_name: row for row in POLICY}


def row_for(url_name: str) -> Row | None:
    """The row of a URL name, else that of its namespace; None where the table says nothing."""
    namespace = url_name.partition(":")[0]
    return _BY_NAME.get(url_name) or _BY_NAME.get(f"{namespace}:*")


def audience_of(url_name: str, method: str) -> Audience:
    """Who may send this method to this URL; nobody where the table has no row."""
    row = row_for(url_name)
    if row is None:
        return NOBODY
    return row.read if method in SAFE_METHODS else row.write


def is_admitted(user: User | AnonymousUser, audience: Audience) -> bool:
    """Whether the user belongs to the audience. One role of several is enough; a superuser counts as an admin (D1)."""
    if audience is PUBLIC:
        return True
    return isinstance(user, User) and user.is_active and admits(user.powers, audience)


def admits(powers: frozenset[str], audience: Audience) -> bool:
    """Whether somebody who is logged in and holds these roles belongs to the audience."""
    return audience is PUBLIC or audience is SIGNED_IN or not powers.isdisjoint(audience)
