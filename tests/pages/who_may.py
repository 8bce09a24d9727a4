"""Who may open and who may write what, as domain.md D.1 says it: what the answers of the pages are held against.

It is written from the document and derived from neither people/policy.py nor followups/rights.py, so that a slip in
those shows.
"""

from dataclasses import dataclass

ROLES = ("IS", "FS", "manager", "admin", "viewer", "both")  # both: inside and field sales in one person
DISTANCES = ("own", "mate", "far", "nobody")

NO, OWN, ALL = "", "own", "own mate far nobody"
OWN_OR_FREE, TEAM = "own nobody", "own mate nobody"

Side = tuple[str, str, str, str, str, str]  # whose records a person of each of ROLES may use so

NOBODY: Side = (NO, NO, NO, NO, NO, NO)
READERS: Side = (ALL, ALL, ALL, ALL, ALL, ALL)  # "see": everything may be read by everybody with a role
WORKERS: Side = (ALL, ALL, ALL, ALL, NO, ALL)  # "log activity on any visible record"
SELLERS_OWN: Side = (NO, OWN, ALL, ALL, NO, OWN)  # "lose / return own deal", "accept"
SELLERS: Side = (NO, ALL, ALL, ALL, NO, ALL)
TAKERS: Side = (NO, OWN_OR_FREE, ALL, ALL, NO, OWN_OR_FREE)  # a deal without FS owner is taken by re-opening it
FOLLOWERS: Side = (OWN_OR_FREE, OWN, ALL, ALL, NO, OWN_OR_FREE)  # "propose", and what belongs to a follow-up
TODO_HOLDERS: Side = (OWN_OR_FREE, OWN_OR_FREE, TEAM, ALL, NO, OWN_OR_FREE)  # "own → pool", "own", "team", "all"
HOLDERS_OR_MANAGERS: Side = (OWN, OWN, ALL, ALL, NO, OWN)
LOAD: Side = (OWN, OWN, "own mate", "own mate far", NO, OWN)  # one's own, the team's, everybody's
LOAD_SELLERS: Side = (NO, OWN, "own mate", "own mate far", NO, OWN)
HOLDERS: Side = (OWN, OWN, OWN, OWN, OWN, OWN)
WORKING_HOLDERS: Side = (OWN, OWN, OWN, OWN, NO, OWN)
ANSWERERS: Side = (NO, NO, "mate", "mate far", NO, NO)  # a call for help is answered by the team's manager, or an admin
MANAGERS: Side = (NO, NO, ALL, ALL, NO, NO)
ADMINS: Side = (NO, NO, NO, ALL, NO, NO)  # "edit/publish rules, picklists, caps"; a manager looks and proposes


@dataclass(frozen=True)
class Due:
    """What a page owes one person. answer: status to looking, that this writes nothing, status to writing, whether it
    writes.
    """

    answer: tuple[int, bool, int, bool]
    may_write: bool
    may_ever_write: bool


@dataclass(frozen=True)
class Says:
    """One page. shows and does: the answers to those who may; refuses and refuses_write: to those who may do so with
    other records only. Whoever may never gets 403.
    """

    read: Side
    write: Side = NOBODY
    shows: int = 200
    does: int = 302
    refuses: int = 403
    refuses_write: int = 403
    writes_nothing: bool = False

    @property
    def heeds_distance(self) -> bool:
        """Whether it matters to anybody whose record it is."""
        return any(records not in (NO, ALL) for records in (*self.read, *self.write))

    def answer(self, role: str, distance: str) -> Due:
        read, write = (side[ROLES.index(role)].split() for side in (self.read, self.write))
        may_write = distance in write
        looking = self.shows if distance in read else self.refuses if read else 403
        writing = self.does if may_write else self.refuses_write if write else 403
        writes = may_write and not self.writes_nothing
        return Due((looking, False, writing, writes), may_write, any(self.write))


def _button(write: Side, **more: int | bool) -> Says:
    """A page without a face: only its button is pressed."""
    return Says(NOBODY, write, **more)  # type: ignore[arg-type]


def _form(who: Side, **more: int | bool) -> Says:
    return Says(who, who, **more)  # type: ignore[arg-type]


PAGE, WORK_PAGE, PLAN_PAGE = Says(READERS), Says(WORKERS), Says(MANAGERS)

WHO_MAY: dict[str, Says] = {
    # The door, and oneself.
    "home": Says(READERS, shows=302),
    "login": Says(READERS, READERS, shows=302, writes_nothing=True),
    "demo_login": _button(READERS, does=404, writes_nothing=True),  # exists in the demo alone
    "logout": _button(READERS, writes_nothing=True),
    "set_password": _form(READERS, does=200, writes_nothing=True),  # this link has been used up
    "set_language": _button(READERS),
    "me": _form(READERS),
    "change_password": _form(READERS),
    "healthz": PAGE,
    "followups:notices": PAGE,
    "followups:notices_read": _button(READERS),
    "followups:notice_read": _button(HOLDERS, refuses_write=404),
    "followups:notice_stop": _form(READERS, does=200, writes_nothing=True),  # this link is not ours
    "styleguide": PAGE,
    # Import.
    "intake:imports": _form(ADMINS, does=200, writes_nothing=True),  # no file was chosen
    "intake:mapping": _form(ADMINS),
    "intake:export": _form(ADMINS, writes_nothing=True),  # an order is a file
    "intake:export_file": Says(ADMINS, shows=404),  # none has been made
    "intake:run": Says(ADMINS),
    "intake:start": _button(ADMINS),
    "intake:cancel": _button(ADMINS),
    "intake:undo": _button(ADMINS),
    "intake:undoing": Says(ADMINS),
    "intake:take_back": _button(ADMINS),
    "intake:rejected": Says(ADMINS, shows=404),  # every row went in
    # Calls.
    "followups:today": WORK_PAGE,
    "followups:call": _form(TODO_HOLDERS, refuses_write=409),
    "followups:call_move": _button(TODO_HOLDERS, refuses_write=409),
    "followups:call_skip": _button(TODO_HOLDERS, writes_nothing=True),
    "followups:call_undo": _button(WORKING_HOLDERS, refuses_write=404),
    "followups:call_lead": _button(WORKERS),
    "followups:log_call": _form(WORKERS),
    # Deals.
    "followups:deals": PAGE,
    "followups:deal": PAGE,
    "followups:deal_add": _form(WORKERS),
    "followups:deal_edit": _form(WORKERS),
    "followups:advance": _form(SELLERS_OWN),
    "followups:lose": _form(SELLERS_OWN),
    "followups:reclassify": _form(SELLERS_OWN),
    "followups:object": _button(SELLERS_OWN),
    "followups:return": _form(SELLERS_OWN),
    "followups:win": _form(SELLERS_OWN),
    "followups:exclude": _form(SELLERS_OWN),
    "followups:reopen": _form(TAKERS),
    "followups:propose": _form(FOLLOWERS),
    "followups:exempt": _form(FOLLOWERS),
    "followups:exempt_many": _form(MANAGERS),
    "followups:deals_todo": _form(WORKERS),
    "followups:deals_return": Says(SELLERS, SELLERS_OWN, refuses_write=302),  # says which it left as they were
    "followups:cover": _form(MANAGERS, writes_nothing=True),  # the world lacks no to-do: it says so
    "followups:close_cycle": _form(FOLLOWERS),
    "followups:accept": _button(SELLERS_OWN),
    "followups:decline": _form(SELLERS_OWN),
    "followups:follow_ups": PAGE,
    "followups:follow_ups_file": PAGE,
    # Leads and customers belong to all who work here.
    "followups:leads": PAGE,
    "followups:leads_file": PAGE,
    "followups:lead": PAGE,
    "followups:lead_add": _form(WORKERS),
    "followups:lead_edit": _form(WORKERS),
    "followups:lead_status": _form(WORKERS),
    "followups:lead_true": _button(WORKERS),
    "followups:lead_convert": _form(WORKERS),
    "followups:leads_assign": Says(WORKERS, TODO_HOLDERS, refuses_write=302),  # says which it left as they were
    "followups:leads_status": _form(WORKERS),
    "followups:leads_todo": _form(WORKERS),
    "followups:companies": PAGE,
    "followups:company": PAGE,
    "followups:company_merge": _form(MANAGERS),
    "followups:contact": PAGE,
    "followups:contact_merge": _form(MANAGERS),
    "followups:contact_consent": _form(WORKERS),
    "followups:availability_add": _form(WORKERS),
    "followups:availability_end": _button(WORKERS),
    "followups:search": PAGE,
    "leads:company_add": _form(WORKERS),
    "leads:company_edit": _form(WORKERS),
    "leads:contact_add": _form(WORKERS),
    "leads:contact_edit": _form(WORKERS),
    # To-dos and capacity.
    "followups:todos": PAGE,
    "followups:todo_add": _form(WORKERS),
    "followups:todo_done": _form(TODO_HOLDERS),
    "followups:todo_move": _form(TODO_HOLDERS),
    "followups:todo_cancel": _form(TODO_HOLDERS),
    "followups:todo_assign": _form(TODO_HOLDERS),
    "followups:todo_complete": _form(TODO_HOLDERS),
    "followups:todo_relieve": _form(LOAD),  # nobody's to-do is on nobody's day
    "followups:reassign": Says(WORKERS, TODO_HOLDERS, refuses_write=200),  # names what it did not hand over
    "followups:capacity": Says(LOAD),
    "followups:sos": _button(WORKERS),
    "followups:sos_settle": _button(ANSWERERS),
    "followups:hand_back": _form(LOAD_SELLERS),
    "followups:absence": _form(LOAD),
    "followups:absence_add": _form(LOAD),
    "followups:absence_end": _button(LOAD),
    "followups:absence_move": _form(LOAD),
    # Lists.
    "followups:projects": PAGE,
    "followups:project": PAGE,
    "followups:project_add": _form(WORKERS),
    "followups:project_edit": _form(HOLDERS_OR_MANAGERS),
    "followups:project_fill": _form(WORKERS),
    "followups:project_call_on": _form(HOLDERS_OR_MANAGERS),
    "followups:project_remove": _form(HOLDERS_OR_MANAGERS),
    "followups:saved_list": Says(HOLDERS, shows=302, refuses=404),
    "followups:saved_list_add": _form(WORKERS),
    "followups:saved_list_edit": _form(WORKING_HOLDERS, refuses=404, refuses_write=404),
    "followups:saved_list_delete": _button(WORKING_HOLDERS, refuses_write=404),
    # Rules, settings, numbers.
    "followups:rules": PAGE,
    "followups:rule_edit": _form(ADMINS),
    "followups:rule_pause": _button(ADMINS),
    "followups:draft_discard": _button(ADMINS),
    "followups:rule_deals": PAGE,
    "followups:rule_backtest": PAGE,
    "followups:rule_policy": PAGE,
    "followups:suggestions": PAGE,
    "followups:suggestions_accept": _button(MANAGERS),
    "followups:exemptions": PAGE,
    "followups:announcements": PAGE,
    "followups:announcement": PAGE,
    "followups:announcement_confirm": _button(WORKERS),
    "followups:announcement_remind": _button(ADMINS),
    "followups:announcement_withdraw": _button(ADMINS),
    "followups:sweep_now": _form(ADMINS),
    "followups:runs": PAGE,
    "followups:run": PAGE,
    "followups:run_progress": Says(READERS, shows=302),
    "followups:run_cancel": _button(ADMINS),
    "followups:run_start": _button(ADMINS),
    "followups:run_undo": _form(ADMINS),
    "settings:overview": PLAN_PAGE,
    "settings:entries": PLAN_PAGE,
    "settings:entry_add": _form(ADMINS),
    "settings:entry_edit": _form(ADMINS),
    "settings:entry_delete": _button(ADMINS),
    "settings:past_losses": _form(ADMINS),
    "settings:words": PLAN_PAGE,
    "settings:word_edit": _form(ADMINS),
    "settings:word_reset": _button(ADMINS),
    "settings:effects": PLAN_PAGE,
    "settings:effect_edit": _form(ADMINS),
    "settings:numbers": Says(MANAGERS, ADMINS),
    "settings:caps": PLAN_PAGE,
    "settings:caps_edit": _form(ADMINS),
    "settings:targets": Says(MANAGERS, ADMINS),
    "settings:calendar": PLAN_PAGE,
    "settings:people": PLAN_PAGE,
    "settings:person_add": _form(ADMINS),
    "settings:person_edit": _form(ADMINS),
    "settings:person_link": Says(ADMINS),
    "settings:person_leave": _form(ADMINS),
    "settings:person_return": _button(ADMINS),
    "dashboards:activity": PAGE,
    "dashboards:activity_panels": _button(READERS),
    "dashboards:check": PAGE,
    "dashboards:sign": _button(MANAGERS),
    "dashboards:reopportunity": PAGE,
    "dashboards:lost_reasons": PAGE,
    "dashboards:stock_flow": PAGE,
    "dashboards:pipeline": PAGE,
    "dashboards:habits": PAGE,
    "dashboards:period_end": PAGE,
    "dashboards:capacity": PAGE,
    "dashboards:due": PAGE,
    "dashboards:todos": PAGE,
    "dashboards:definitions": PAGE,
    "dashboards:records": PAGE,
    "dashboards:records_file": PAGE,
    "dashboards:records_json": PAGE,
}
