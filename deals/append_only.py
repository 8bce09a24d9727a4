"""Triggers that keep history append-only: the database itself refuses to change or delete what happened."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY_TABLES = ("leads_leadevent", "deals_dealevent", "deals_handover")

# Whose history the tables hold: what a purge names, and the column that says which record it is.
OWNERS = {
    "leads_leadevent": ("lead", "lead_id"),
    "deals_dealevent": ("deal", "deal_id"),
    "deals_handover": ("deal", "deal_id"),
}

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_SQLITE_PURGED = """CREATE TRIGGER {table}_no_DELETE BEFORE DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM deals_historypurge WHERE owner = '{owner}' AND record_id = OLD.{column})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""

_POSTGRES_PURGED = """CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_NARGS = 2 AND EXISTS (
    SELECT 1 FROM deals_historypurge
    WHERE owner = TG_ARGV[0] AND record_id = (to_jsonb(OLD) ->> TG_ARGV[1])::bigint
  ) THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""

_POSTGRES = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_history_change({arguments})"""


def create_triggers(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Guard the tables on either database, as they were guarded before there were purges."""
    if schema_editor.connection.vendor == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb), params=None)
        return
    schema_editor.execute(_POSTGRES_FUNCTION, params=None)
    for table in tables:
        schema_editor.execute(_POSTGRES.format(table=table, arguments=""), params=None)


def admit_purges(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Guard the tables anew: rows may go only where a purge that is under way names their deal or lead (ADR 9)."""
    drop_triggers(schema_editor, tables)
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(_POSTGRES_PURGED, params=None)
    for table in tables:
        owner, column = OWNERS[table]
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(_SQLITE.format(table=table, verb="UPDATE"), params=None)
            statement = _SQLITE_PURGED.format(table=table, owner=owner, column=column)
        else:
            statement = _POSTGRES.format(table=table, arguments=f"'{owner}', '{column}'")
        schema_editor.execute(statement, params=None)


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Take the guards off, for migrating backwards."""
    for table in tables:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
