"""Rows that name a record which somebody merges or deletes at the very moment they are written."""

from django.db import IntegrityError, connection

FOREIGN_KEY_VIOLATION = "23503"  # as PostgreSQL numbers it


def check_references() -> None:
    """Ask now, and not at the commit, whether all that was written names records that exist; holds them until then.

    On SQLite there is one writer at a time, so that nothing can vanish in between.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # both at once: Django's own `check_constraints` asks twice
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def is_about_a_reference(error: IntegrityError) -> bool:
    """Whether the database refused a row because the record that it names is gone."""
    code = getattr(error.__cause__, "sqlstate", "")
    return code == FOREIGN_KEY_VIOLATION or "FOREIGN KEY" in str(error)
