"""How a typed text finds customers, leads and deals, the same on both databases.

Two keys stand in every row, derived from it whenever it is written (`set_keys`):

- `search_key`: name, reading, phone as dialled (0312345678) and e-mail, folded (people/text.py: kana, width, corporate
  form, spaces and signs do not matter), a space between them.
- `starts_key`: the first one and two characters of every word of name and reading.

From three characters on, a row is found where its search key **contains** the text: PostgreSQL answers from a trigram
index, SQLite reads the table. A text of one or two characters holds no trigram, so it is looked for among the **starts
of words**, whole: PostgreSQL answers from a GIN index over the array of these words, which needs no extension and no
locale that knows Japanese. Both conditions mean the same on SQLite, and the order uses no collation, so neither answers
nor their order depend on the database. A phone number is found from three of its digits on.

Closest first: a name, reading, phone or mail that is the text, then one that begins with it, then one that holds it;
among equals the shorter name, then the older record.
"""

from django.db.models import Case, IntegerField, Q, Value, When

from people.text import query_key

SHORTEST_INSIDE = 3  # characters, what a trigram needs


def matching(text: str, where: str = "") -> Q:
    """The condition that a row is found by the text; none for ''. where: the way to the row, such as "company__"."""
    key = query_key(text)
    if not key:
        return Q()
    if len(key) < SHORTEST_INSIDE:
        return Q(**{f"{where}starts_key__has_word": key})
    return Q(**{f"{where}search_key__contains": key})


def closeness(text: str) -> Case:
    """0 where one part of the search key is the text, 1 where one begins with it, 2 where it holds it, 3 elsewhere."""
    key = query_key(text)
    whole = Q(search_key=key) | Q(search_key__startswith=f"{key} ") | Q(search_key__endswith=f" {key}")
    begins = Q(search_key__startswith=key) | Q(search_key__contains=f" {key}")
    return Case(
        When(whole | Q(search_key__contains=f" {key} "), then=Value(0)),
        When(begins, then=Value(1)),
        When(search_key__contains=key, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
