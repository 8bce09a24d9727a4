"""Databases of invented deals for the benchmarks: fixed seed, fixed clock, PostgreSQL.

60 % live deals over six statuses, 25 % lost (in a cycle, not yet swept), 15 % won; about ten activities a deal.
"""

import os
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432")
AS_OF = date(2026, 10, 1)
NOW = datetime(2026, 10, 1, 10, 0, tzinfo=timezone(timedelta(hours=9)))

_DEALS = """
SELECT setseed(0.42);
INSERT INTO people_user (external_id, password, is_superuser, name, name_key, kana, email, is_active, is_staff, language, theme,
  density, date_style, has_single_keys, wants_digest, wants_returns, wants_leaks, wants_failures, created_at)
SELECT 'u' || g, '!', false, 'user ' || g, 'user' || g, '', 'u' || g || '@example.co.jp', true, false, 'ja', '',
  'comfortable', 'western', true, true, true, true, true, now()
FROM generate_series(1, %(users)s) g;
INSERT INTO people_rolegrant (user_id, role) SELECT id, CASE WHEN id %% 5 < 3 THEN 'IS' ELSE 'FS' END FROM people_user;
INSERT INTO leads_company (name, name_key, kana, kana_key, search_key, industry, phone, fiscal_start_month, slack_months,
  peak_months, note, version, created_at, updated_at)
SELECT '会社' || g, '会社' || g, '', '', '会社' || g, '', '', 4, '[]', '[]', '', 1, now(), now()
FROM generate_series(1, %(deals)s / 10) g;
CREATE TEMP TABLE drawn AS
SELECT g AS n, r,
  CASE WHEN r < .60 THEN (ARRAY['not_started','contacting','appointment','first_visit','ongoing','quoted'])[1 + floor(r / .60 * 6)::int]
       WHEN r < .85 THEN 'lost' ELSE 'won' END AS status,
  date '2026-10-01' - least(700, exp(ln(20) + 1.1 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random())))::int AS touched,
  1 + floor(random() * %(users)s)::int AS person
FROM (SELECT g, random() AS r FROM generate_series(1, %(deals)s) g) q;
INSERT INTO deals_deal (external_id, name, search_key, company_id, is_owner_id, fs_owner_id, status, source_status, priority, amount,
  competitor, budget, authority, needs, timeframe, created_on, status_entered_on, first_visit_on, last_contact_on,
  last_response_on, closed_on, lost_reason_id, lost_in_scope, next_approach_on, approach_contact_text, hook, change_trigger,
  has_imported_answers, has_default_approach_date, out_of_target_reason, is_followed, version, created_at, updated_at)
SELECT 'x' || n, '案件' || n, '案件' || n, 1 + n %% (%(deals)s / 10), CASE WHEN n %% 3 = 0 THEN person END, 1 + (person + 7) %% %(users)s,
  status, '', 2, 1000 * n, '', '', '', '', '', touched - 90, touched - (n %% 60), touched - (n %% 60), touched,
  CASE WHEN n %% 2 = 0 THEN touched END, CASE WHEN status IN ('won','lost') THEN touched END,
  CASE WHEN status = 'lost' THEN (SELECT id FROM deals_lostreason WHERE code = 'unreachable') END,
  CASE WHEN status = 'lost' THEN true END, CASE WHEN status = 'lost' THEN touched + 90 END,
  CASE WHEN status = 'lost' THEN '担当者' ELSE '' END, CASE WHEN status = 'lost' THEN '予算策定の時期に' ELSE '' END, '',
  false, status = 'lost', '', status = 'lost', 1, now(), now()
FROM drawn ORDER BY n;
INSERT INTO deals_followupcycle (deal_id, number, kind, entered_on, rule_code, reason_id, return_reason, next_approach_on,
  has_default_approach_date, has_imported_answers, approach_contact_text, hook, change_trigger, has_open_todo, end_type, end_reason)
SELECT id, 1, 'lost', closed_on, '', lost_reason_id, '', next_approach_on, true, true, approach_contact_text, hook, '', false, '', ''
FROM deals_deal WHERE status = 'lost';
INSERT INTO deals_dealloss (deal_id, lost_on, reason_id, in_scope, competitor, fs_owner_id, cycle_id)
SELECT d.id, d.closed_on, d.lost_reason_id, true, '', d.fs_owner_id, c.id
FROM deals_followupcycle c JOIN deals_deal d ON d.id = c.deal_id;
"""

_ACTIVITIES = """
INSERT INTO activities_activity (kind, direction, outcome, occurred_at, occurred_on, owner_id, deal_id, subject, note, bantc,
  no_next_reason, is_bulk, is_completed, is_imported, is_void, created_at)
SELECT 'call', 'outbound', (ARRAY['not_connected','callback','appointment','declined'])[1 + n %% 4],
  (d.last_contact_on - k * 5)::timestamp AT TIME ZONE 'Asia/Tokyo' + interval '10 hours', d.last_contact_on - k * 5,
  d.fs_owner_id, d.id, '', 'メモ' || md5(d.id::text || k), '{}', '', false, true, false, false, now()
FROM deals_deal d, generate_series(0, %(each)s - 1) k, LATERAL (SELECT (d.id + k)::int AS n) q
ORDER BY d.last_contact_on - k * 5;
"""


def url(name: str) -> str:
    """The address of one benchmark database."""
    return f"{SERVER}/{name}"


def make_template(name: str, *, deals: int, users: int = 200, activities_each: int = 10) -> None:
    """Create and fill a database to be copied; one that is already there is brought up to today's tables."""
    if is_there(name):
        manage(name, "migrate", "-v0", "--skip-checks")
        manage(name, "rebuild_rollups", "--changed")
        return
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    manage(name, "migrate", "-v0", "--skip-checks")
    with psycopg.connect(url(name), autocommit=True) as database:
        sizes = {"deals": deals, "users": users, "each": activities_each}
        for script in (_DEALS, _ACTIVITIES):
            for statement in script.split(";\n"):
                if statement.strip():
                    database.execute(statement, sizes)
        database.execute("UPDATE followups_rule SET mode = 'auto'")
    analyse(name)
    manage(name, "rebuild_rollups")
    analyse(name)


def make_day_template(source: str, name: str) -> None:
    """Copy a template and add what the pages of one working day show; one that is there gets today's tables."""
    if is_there(name):
        manage(name, "migrate", "-v0", "--skip-checks")
        return
    copy(source, name)
    environment = os.environ | {"DATABASE_URL": url(name), "DEBUG": "0", "SECRET_KEY": "benchmark"}
    command = [sys.executable, "-m", "benchmarks.customers"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)


def is_there(name: str) -> bool:
    """Whether the server has a database of that name."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def copy(template: str, name: str) -> None:
    """A fresh copy of a template, statistics included."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(*names: str) -> None:
    """Remove databases that a benchmark made."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        for name in names:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def manage(name: str, *arguments: str) -> str:
    """Run manage.py against one database and give back what it printed."""
    environment = os.environ | {"DATABASE_URL": url(name), "DEBUG": "0", "SECRET_KEY": "benchmark"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def analyse(name: str) -> None:
    """Fresh statistics, as autovacuum would have made by the next night."""
    with psycopg.connect(url(name), autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
