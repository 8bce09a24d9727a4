"""Where each page of the address book is found in the world: its record, and what a query must name for it to open.

A URL with a parameter that stands in no table here has no record, and the tests say so: add it, and make its record in
tests/pages/world.py if there is none yet.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from people.states import WordKind
from tests.factories import reason
from tests.pages.world import Held, World

Record = Callable[[Held], object]
Query = Callable[[Held], dict[str, object]]


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, bool]]:
    """Every named URL outside Django's own admin, and whether it takes a parameter."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != "admin":
            yield from patterns(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or ""), bool(entry.pattern.converters)


PATTERNS = dict(patterns())
NAMES = sorted(PATTERNS)

# The record in the address, in somebody's hands.
RECORDS: dict[str, Record] = {
    "followups:absence": lambda h: h.absence,
    "followups:absence_end": lambda h: h.absence,
    "followups:absence_move": lambda h: h.absence,
    "followups:call": lambda h: h.todo,
    "followups:call_move": lambda h: h.todo,
    "followups:call_skip": lambda h: h.todo,
    "followups:call_undo": lambda h: h.call,
    "followups:call_lead": lambda h: h.lead,
    "followups:deal": lambda h: h.live,
    "followups:deal_edit": lambda h: h.live,
    "followups:advance": lambda h: h.live,
    "followups:lose": lambda h: h.live,
    "followups:reclassify": lambda h: h.lost,
    "followups:object": lambda h: h.live,
    "followups:propose": lambda h: h.live,
    "followups:accept": lambda h: h.proposal,
    "followups:decline": lambda h: h.proposal,
    "followups:return": lambda h: h.live,
    "followups:reopen": lambda h: h.lost,
    "followups:win": lambda h: h.live,
    "followups:exclude": lambda h: h.live,
    "followups:exempt": lambda h: h.live,
    "followups:close_cycle": lambda h: h.followed,
    "followups:lead": lambda h: h.lead,
    "followups:lead_edit": lambda h: h.lead,
    "followups:lead_status": lambda h: h.lead,
    "followups:lead_true": lambda h: h.untrue_lead,
    "followups:lead_convert": lambda h: h.lead,
    "followups:company": lambda h: h.company,
    "followups:company_merge": lambda h: h.company,
    "followups:contact": lambda h: h.contact,
    "followups:contact_merge": lambda h: h.contact,
    "followups:contact_consent": lambda h: h.contact,
    "followups:availability_add": lambda h: h.contact,
    "followups:availability_end": lambda h: h.guess,
    "followups:todo_done": lambda h: h.todo,
    "followups:sos_settle": lambda h: h.sos,
    "followups:project": lambda h: h.project,
    "followups:project_edit": lambda h: h.project,
    "followups:project_call_on": lambda h: h.project,
    "followups:project_remove": lambda h: h.project,
    "followups:notice_read": lambda h: h.notice,
    "followups:saved_list": lambda h: h.saved,
    "followups:saved_list_edit": lambda h: h.saved,
    "followups:saved_list_delete": lambda h: h.saved,
    "leads:company_edit": lambda h: h.company,
    "leads:contact_edit": lambda h: h.contact,
}

# What else stands in the address after the record.
ALSO_IN_PATH = {"followups:object": ["R-60"]}

# What the query names: the records chosen in a list, or what a form is about.
QUERIES: dict[str, Query] = {
    "followups:absence_add": lambda h: {"user": h.holder.pk},
    "followups:absence_move": lambda h: {"todo": h.todo_while_away.pk},
    "followups:company_merge": lambda h: {"with": h.twin.pk},
    "followups:contact_merge": lambda h: {"with": h.namesake.pk},
    "followups:cover": lambda h: {"deal": h.live.pk},
    "followups:deals_todo": lambda h: {"deal": h.live.pk},
    "followups:deals_return": lambda h: {"deal": h.live.pk},
    "followups:exempt_many": lambda h: {"deal": h.live.pk},
    "followups:hand_back": lambda h: {"user": h.holder.pk, "deal": h.live.pk},
    "followups:leads_assign": lambda h: {"lead": h.lead.pk},
    "followups:leads_status": lambda h: {"lead": h.lead.pk},
    "followups:leads_todo": lambda h: {"lead": h.lead.pk},
    "followups:log_call": lambda h: {"deal": h.live.pk},
    "followups:project_call_on": lambda h: {"member": h.member.pk},
    "followups:project_fill": lambda h: {"list": "deals", "deal": h.lost.pk, "project": h.project.pk},
    "followups:project_remove": lambda h: {"member": h.member.pk},
    "followups:reassign": lambda h: {"list": "todos", "todo": h.todo.pk},
    "followups:saved_list_add": lambda h: {"list": "deals", "query": "status=won"},
    "followups:todo_add": lambda h: {"deal": h.live.pk},
    "followups:todo_assign": lambda h: {"todo": h.todo.pk},
    "followups:todo_cancel": lambda h: {"todo": h.todo.pk},
    "followups:todo_complete": lambda h: {"todo": h.todo.pk},
    "followups:todo_relieve": lambda h: {"todo": h.todo.pk},
    "followups:todo_move": lambda h: {"todo": h.todo.pk},
    "followups:capacity": lambda h: {"user": h.holder.pk},
    "leads:contact_add": lambda h: {"company": h.company.pk},
}

# Addresses about nobody's record.
PLACES: dict[str, Callable[[World], list[object]]] = {
    "dashboards:records": lambda w: ["coverage"],
    "dashboards:records_file": lambda w: ["coverage"],
    "dashboards:records_json": lambda w: ["coverage"],
    "followups:rule_edit": lambda w: ["R-60"],
    "followups:rule_pause": lambda w: ["R-60"],
    "followups:draft_discard": lambda w: ["R-60"],
    "followups:rule_deals": lambda w: ["R-60"],
    "followups:rule_backtest": lambda w: ["R-60"],
    "followups:announcement": lambda w: [w.announcement.pk],
    "followups:announcement_confirm": lambda w: [w.announcement.pk],
    "followups:announcement_remind": lambda w: [w.announcement.pk],
    "followups:announcement_withdraw": lambda w: [w.announcement.pk],
    "followups:run": lambda w: [w.run.pk],
    "followups:run_progress": lambda w: [w.run.pk],
    "followups:run_cancel": lambda w: [w.run.pk],
    "followups:run_start": lambda w: [w.run.pk],
    "followups:run_undo": lambda w: [w.run.pk],
    "intake:cancel": lambda w: [w.tried.pk],
    "intake:export_file": lambda w: ["salesfollow-none.zip"],
    "intake:mapping": lambda w: [w.upload.pk],
    "intake:rejected": lambda w: [w.tried.pk],
    "intake:run": lambda w: [w.tried.pk],
    "intake:start": lambda w: [w.tried.pk],
    "intake:take_back": lambda w: [w.undo.pk],
    "intake:undo": lambda w: [w.brought_in.pk],
    "intake:undoing": lambda w: [w.undo.pk],
    "set_password": lambda w: ["MQ", "spoilt-link"],
    "followups:notice_stop": lambda w: ["spoilt-link"],
    "settings:caps_edit": lambda w: [w.mate.pk],
    "settings:effect_edit": lambda w: ["callback"],
    "settings:entries": lambda w: ["teams"],
    "settings:entry_add": lambda w: ["products"],
    "settings:entry_edit": lambda w: ["lost-reasons", reason("price").pk],
    "settings:entry_delete": lambda w: ["products", w.product.pk],
    "settings:past_losses": lambda w: [reason("deprioritised").pk],
    "settings:person_edit": lambda w: [w.mate.pk],
    "settings:person_leave": lambda w: [w.far.pk],
    "settings:person_link": lambda w: [w.mate.pk],
    "settings:person_return": lambda w: [w.leaver.pk],
    "settings:word_edit": lambda w: [WordKind.DEAL_STATUS, "quoted"],
    "settings:word_reset": lambda w: [WordKind.DEAL_STATUS, "lost"],
    "settings:words": lambda w: [WordKind.DEAL_STATUS],
}


def is_about_a_record(name: str) -> bool:
    """Whether the address names a record that somebody may hold."""
    return name in RECORDS or name in QUERIES


def address(name: str, world: World, held: Held) -> str | None:
    """Where the page is found for what this person holds; None where he cannot hold such a thing."""
    args = PLACES[name](world) if name in PLACES else ALSO_IN_PATH.get(name, [])
    if name in RECORDS:
        record = RECORDS[name](held)
        if record is None:
            return None
        args = [record.pk, *args]  # type: ignore[attr-defined]
    elif PATTERNS[name] and name not in PLACES:
        raise LookupError(
            f"{name}: add the record in its address to tests/pages/addresses.py (and tests/pages/world.py)"
        )
    try:
        query = QUERIES[name](held) if name in QUERIES else {}
    except AttributeError:  # nobody's
        return None
    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
