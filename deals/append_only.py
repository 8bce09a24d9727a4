"""Triggers that keep history append-only: the database itself refuses to change or delete what happened."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY_TABLES = ("leads_leadevent", "deals_dealevent", "deals_handover")

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""

_POSTGRES = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_history_change()"""


def create_triggers(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Guard the tables on either database."""
    if schema_editor.connection.vendor == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb), params=None)
        return
    schema_editor.execute(_POSTGRES_FUNCTION, params=None)
    for table in tables:
        schema_editor.execute(_POSTGRES.format(table=table), params=None)


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Take the guards off, for migrating backwards."""
    for table in tables:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
