"""The floor: the rows of a first sweep written by hand in SQL, found by literal limits and written in batches.

It assigns nobody and levels nothing; it only writes the same rows into the same tables under the same constraints.
"""

from time import perf_counter

import psycopg

BATCH = 5000

_RETURN = """
WITH hit AS MATERIALIZED (SELECT d.* FROM deals_deal d WHERE d.id = ANY(%(ids)s)),
moved AS (UPDATE deals_deal SET status = 'returned_to_is', status_entered_on = %(on)s, is_followed = true,
  next_approach_on = %(on)s, version = version + 1 WHERE id = ANY(%(ids)s) RETURNING id),
passed AS (INSERT INTO deals_handover (deal_id, direction, from_user_id, to_user_id, reason, rule_code, rule_version,
  bantc_count, handed_on, created_at)
  SELECT id, 'to_is', fs_owner_id, is_owner_id, '', %(rule)s, 1, 0, %(on)s, now() FROM hit),
"""
_ENTER = """
WITH hit AS MATERIALIZED (SELECT d.* FROM deals_deal d WHERE d.id = ANY(%(ids)s)),
moved AS (UPDATE deals_deal SET is_followed = true WHERE id = ANY(%(ids)s) RETURNING id),
"""
_REST = """
cycle AS (INSERT INTO deals_followupcycle (deal_id, number, kind, entered_on, is_owner_id, rule_code, rule_version,
  return_reason, next_approach_on, has_default_approach_date, has_imported_answers, approach_contact_text, hook,
  change_trigger, has_open_todo, end_type, end_reason)
  SELECT id, 1, %(kind)s, %(on)s, is_owner_id, %(rule)s, 1, '', %(on)s, true, false, '', '', '', true, '', '' FROM hit
  RETURNING id, deal_id, is_owner_id),
todo AS (INSERT INTO activities_todo (subject, origin, is_promised, status, deal_id, contact_text, cycle_id, assignee_id,
  hook, original_due_on, due_on, effective_due_on, committed_due_on, rule_code, rule_version, step, created_on,
  closed_cause, cancel_reason, over_cap_reason, no_promise_reason, is_imported, version, created_at, updated_at)
  SELECT '滞留商談掘り起こし', 'rule', false, 'open', deal_id, '', id, is_owner_id, '', %(on)s, %(on)s, %(on)s, %(on)s,
  %(rule)s, 1, 1, %(on)s, '', '', '', '', false, 1, now(), now() FROM cycle RETURNING id, deal_id, cycle_id),
event AS (INSERT INTO deals_dealevent (deal_id, kind, from_status, to_status, happened_on, created_at, cause, cycle_id, detail)
  SELECT hit.id, %(event)s, CASE WHEN %(event)s = 'status' THEN hit.status ELSE '' END,
  CASE WHEN %(event)s = 'status' THEN 'returned_to_is' ELSE '' END, %(on)s, now(), 'sweep:1', cycle.id, %(rule)s
  FROM hit JOIN cycle ON cycle.deal_id = hit.id)
"""
_COVER = """
WITH cycle AS (UPDATE deals_followupcycle SET has_open_todo = true WHERE id = ANY(%(ids)s)
  RETURNING id, deal_id, is_owner_id, hook, approach_contact_text, next_approach_on),
todo AS (INSERT INTO activities_todo (subject, origin, is_promised, status, deal_id, contact_text, cycle_id, assignee_id,
  hook, original_due_on, due_on, effective_due_on, committed_due_on, rule_code, step, created_on, closed_cause,
  cancel_reason, over_cap_reason, no_promise_reason, is_imported, version, created_at, updated_at)
  SELECT '失注商談掘り起こし', 'rule', false, 'open', deal_id, approach_contact_text, id, is_owner_id, hook,
  next_approach_on, %(on)s, %(on)s, %(on)s, 'R-LOST', 1, %(on)s, '', '', '', '', false, 1, now(), now() FROM cycle
  RETURNING id, deal_id, cycle_id),
event AS (INSERT INTO deals_dealevent (deal_id, kind, from_status, to_status, happened_on, created_at, cause, cycle_id, detail)
  SELECT deal_id, 'todo_created', '', '', %(on)s, now(), 'sweep:1', id, 'R-LOST' FROM cycle)
"""
_CHANGE = """
INSERT INTO followups_sweepchange (run_id, verb, rule_code, rule_version, deal_id, cycle_id, todo_id, before, after, evidence)
SELECT %(run)s, %(verb)s, %(rule)s, 1, deal_id, cycle_id, id,
  jsonb_build_object('is_followed', false, 'open_todos', '[]'::jsonb),
  jsonb_build_object('is_followed', true, 'assignee', 1, 'original_due_on', %(on)s, 'due_on', %(on)s,
    'effective_due_on', %(on)s, 'committed_due_on', %(on)s),
  jsonb_build_object('basis', 'no_activity', 'status', 'ongoing', 'from', %(on)s, 'age_days', 60, 'limit', 60,
    'unit', 'day', 'entered_on', %(on)s, 'as_of', %(on)s)
FROM todo
"""
_RULES = (
    ("R-14", "status = 'contacting' AND no_response_from <= date '2026-09-17'", "returned"),
    ("R-1M", "status = 'first_visit' AND status_dwell_from <= date '2026-09-01'", "returned"),
    (
        "R-60",
        "status IN ('not_started','appointment','ongoing','quoted') AND no_activity_from <= date '2026-08-02'",
        "stagnant",
    ),
)


def run(address: str) -> tuple[float, int]:
    """Seconds and number of to-dos made."""
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as database:
        run_id = database.execute(
            "INSERT INTO followups_sweeprun (as_of, status, started_at, summary)"
            " VALUES ('2026-10-01', 'running', now(), '{}') RETURNING id"
        ).fetchone()[0]
        database.commit()
        started = perf_counter()
        made = sum(_rule(database, run_id, *rule) for rule in _RULES) + _cover(database, run_id)
        return perf_counter() - started, made


def _rule(database: psycopg.Connection, run_id: int, code: str, condition: str, kind: str) -> int:
    found = database.execute(f"SELECT id FROM deals_deal WHERE NOT is_followed AND {condition}").fetchall()
    returned = kind == "returned"
    facts = {"rule": code, "kind": kind, "on": "2026-10-01", "event": "status" if returned else "cycle_opened",
             "run": run_id, "verb": "returned" if returned else "opened"}  # fmt: skip
    return _write(database, (_RETURN if returned else _ENTER) + _REST + _CHANGE, [row[0] for row in found], facts)


def _cover(database: psycopg.Connection, run_id: int) -> int:
    found = database.execute(
        "SELECT id FROM deals_followupcycle WHERE ended_on IS NULL AND NOT has_open_todo"
    ).fetchall()
    facts = {"rule": "R-LOST", "on": "2026-10-01", "run": run_id, "verb": "covered"}
    return _write(database, _COVER + _CHANGE, [row[0] for row in found], facts)


def _write(database: psycopg.Connection, statement: str, ids: list[int], facts: dict[str, object]) -> int:
    for start in range(0, len(ids), BATCH):
        database.execute(statement, facts | {"ids": ids[start : start + BATCH]})
        database.commit()
    return len(ids)
