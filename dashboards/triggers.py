"""Triggers of PostgreSQL that write down in which portions anything changes that a kept answer may count (ADR 11).

They belong to the database, so whatever writes, by a verb or past it, cannot forget them. One per statement, however
many rows it writes. SQLite keeps no answers and needs none.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from people.portions import EVERYTHING, MOST_RENEWED, OF_LEADS, OF_NOBODY, SHIFT

CHANGES = "people_changedportion"
_OF_DEAL_OR_LEAD = (
    f"SELECT CASE WHEN deal_id IS NOT NULL THEN deal_id >> {SHIFT} WHEN lead_id IS NOT NULL"
    f" THEN {OF_LEADS} - (lead_id >> {SHIFT}) ELSE {OF_NOBODY} - (id >> {SHIFT}) END FROM {{rows}}"
)
_OF_DEAL = f"SELECT deal_id >> {SHIFT} FROM {{rows}} WHERE deal_id IS NOT NULL"

# The portions that rows of these tables belong to.
PORTIONS = {
    "deals_deal": f"SELECT id >> {SHIFT} FROM {{rows}}"
    f" UNION SELECT revived_from_id >> {SHIFT} FROM {{rows}} WHERE revived_from_id IS NOT NULL",
    # The orders of a deal that revives another are told apart by the follow-ups of that one.
    "deals_followupcycle": f"{_OF_DEAL} UNION SELECT id >> {SHIFT} FROM deals_deal WHERE revived_from_id IN"
    " (SELECT deal_id FROM {rows})",
    "deals_dealevent": _OF_DEAL,
    "deals_dealloss": _OF_DEAL,
    "activities_activity": _OF_DEAL_OR_LEAD,
    # The next step of a call on a deal may be a to-do of the lead that it names as well.
    "activities_todo": f"{_OF_DEAL_OR_LEAD} UNION SELECT {OF_LEADS} - (lead_id >> {SHIFT}) FROM {{rows}}"
    f" WHERE lead_id IS NOT NULL UNION SELECT deal_id >> {SHIFT} FROM activities_activity WHERE deal_id IS NOT NULL"
    " AND lead_id IN (SELECT lead_id FROM {rows})",
    "leads_lead": f"SELECT {OF_LEADS} - (id >> {SHIFT}) FROM {{rows}}",
}
# Names that any answer may hold, with the column that it may hold; *: any of them. What is new is in no row yet.
NAMES = {
    "activities_callproject": "*",
    "deals_lostreason": "*",
    "deals_product": "*",
    "leads_leadsource": "*",
    "people_user": "name",
}

_FUNCTION = f"""CREATE FUNCTION portions_of_{{name}}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
WITH found (portion) AS MATERIALIZED (SELECT DISTINCT * FROM ({{portions}}) AS each_one)
INSERT INTO {CHANGES} (portion)
SELECT portion FROM found WHERE (SELECT COUNT(*) FROM found) <= {MOST_RENEWED}
UNION ALL SELECT {EVERYTHING} WHERE (SELECT COUNT(*) FROM found) > {MOST_RENEWED};
RETURN NULL;
END $$"""
_EVERYTHING = f"""CREATE FUNCTION all_portions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO {CHANGES} (portion) VALUES ({EVERYTHING}); RETURN NULL; END $$"""


def create_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Watch the tables; nothing to do on SQLite."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(_EVERYTHING, params=None)
    for statement in (*_watching_portions(), *_watching_all()):
        schema_editor.execute(statement, params=None)


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Watch them no longer, for migrating backwards."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in PORTIONS:
        schema_editor.execute(f"DROP FUNCTION portions_of_{table} CASCADE", params=None)
        schema_editor.execute(f"DROP FUNCTION portions_of_updated_{table} CASCADE", params=None)
    schema_editor.execute("DROP FUNCTION all_portions CASCADE", params=None)


_UPDATED: tuple[dict[str, str], ...] = ({"rows": "before"}, {"rows": "after"})


def _watching_portions() -> list[str]:
    statements = []
    for table, portions in PORTIONS.items():
        statements += [
            _FUNCTION.format(name=table, portions=portions.format(rows="changed")),
            _FUNCTION.format(name=f"updated_{table}", portions=" UNION ".join(map(portions.format_map, _UPDATED))),
            _watching(table, "INSERT", "NEW TABLE AS changed", f"portions_of_{table}"),
            _watching(table, "DELETE", "OLD TABLE AS changed", f"portions_of_{table}"),
            _watching(table, "UPDATE", "OLD TABLE AS before NEW TABLE AS after", f"portions_of_updated_{table}"),
            f"CREATE TRIGGER {table}_portions_truncate AFTER TRUNCATE ON {table} EXECUTE FUNCTION all_portions()",
        ]
    return statements


def _watching(table: str, verb: str, rows: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_portions_{verb.lower()} AFTER {verb} ON {table} REFERENCING {rows}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def _watching_all() -> list[str]:
    return [statement for table, column in NAMES.items() for statement in _watching_name(table, column)]


def _watching_name(table: str, column: str) -> list[str]:
    changes = f"OLD.{column} IS DISTINCT FROM NEW.{column}"  # who saves a whole form mostly changes something else
    return [
        f"CREATE TRIGGER {table}_portions AFTER DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION all_portions()",
        f"CREATE TRIGGER {table}_portions_update AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changes})"
        " EXECUTE FUNCTION all_portions()",
    ]
