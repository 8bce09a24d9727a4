"""What PostgreSQL knows of its tables when it chooses a way to answer."""

from django.db import connection, models


def learn(*tables: type[models.Model]) -> None:
    """Let it look at these tables now, before a question about most of their rows.

    It looks by itself some minutes after they were filled. Until then it takes them for empty: of a million activities
    just imported the appointments were counted for over ten minutes instead of ten seconds. Nothing to do on SQLite.

    Within somebody's longer transaction nothing is done: he goes on filling them, and half of it would mislead more
    than nothing.
    """
    is_within_another = bool(connection.savepoint_ids)
    if connection.vendor == "postgresql" and tables and not is_within_another:
        names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
