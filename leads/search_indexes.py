"""The indexes that PostgreSQL searches by (leads/search.py); SQLite has none of the kind and reads the table."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TRIGRAMS = "CREATE INDEX IF NOT EXISTS {table}_trigrams ON {table} USING gin (search_key gin_trgm_ops)"
_STARTS = "CREATE INDEX IF NOT EXISTS {table}_starts ON {table} USING gin (string_to_array(starts_key, ' '))"
_HAS_TRIGRAMS = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"


def create_search_indexes(schema_editor: BaseDatabaseSchemaEditor, *tables: str) -> None:
    """Index the keys. A server without pg_trgm gives the same answers, only slower from three characters on."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(_HAS_TRIGRAMS)
        has_trigrams = cursor.fetchone() is not None
    if has_trigrams:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", params=None)
    for table in tables:
        if has_trigrams:
            schema_editor.execute(_TRIGRAMS.format(table=table), params=None)
        schema_editor.execute(_STARTS.format(table=table), params=None)


def drop_search_indexes(schema_editor: BaseDatabaseSchemaEditor, *tables: str) -> None:
    """Take them away, for migrating backwards; the extension stays."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in tables:
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_trigrams", params=None)
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_starts", params=None)
