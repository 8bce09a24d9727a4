"""Portions of the deals, leads and what belongs to neither, by which kept answers are told apart (ADR 11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, BooleanField, Case, F, Func, Q, When

from people.models import ChangedPortion

SHIFT = 7  # 2 ** 7 ids are a portion
OF_LEADS, OF_NOBODY = -1, -(2**61)  # the first portions of leads, and of what belongs to no deal and no lead; downwards
EVERYTHING = -(2**62)  # this portion stands for all: a name, a reason, a rule has changed
MOST_CHANGED = 50  # portions; of more it is quicker to count all
MOST_RENEWED = 500  # the same for whoever keeps the answers
# With a limit, so that they are read from their index also where a sweep has just left the table full of empty pages.
CHANGED = f"SELECT DISTINCT portion FROM {ChangedPortion._meta.db_table} ORDER BY portion LIMIT {MOST_CHANGED + 1}"

Part = Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which portion a row belongs to, and the conditions that together find the rows of those that a SELECT names."""

    portion: Func | Case
    parts: Sequence[Part]


class _Portion(Func):
    template = f"(%(expressions)s >> {SHIFT})"
    output_field = BigIntegerField()


class _PortionOfLead(Func):
    template = f"({OF_LEADS} - (%(expressions)s >> {SHIFT}))"
    output_field = BigIntegerField()


class _PortionOfNobody(Func):
    template = f"({OF_NOBODY} - (%(expressions)s >> {SHIFT}))"
    output_field = BigIntegerField()


class _Within(Func):
    """That the id lies in a portion that the SELECT `portions` names."""

    template = (
        "%(expressions)s = ANY(ARRAY(SELECT (%(first)s) + place FROM (%(portions)s) AS chosen (portion),"
        f" generate_series(0, {2**SHIFT - 1}) AS place WHERE portion %(side)s))"
    )
    output_field = BooleanField()


def of_deals(path: str = "deal_id") -> Whose:
    """Rows of which each belongs to the deal whose id is there, and depends on nothing of any other deal."""
    return Whose(_Portion(F(path)), (lambda portions: Q(_within_deals(path, portions)),))


def of_deals_or_leads(deal: str = "deal_id", lead: str = "lead_id") -> Whose:
    """The same for rows of a deal, else of a lead, else of nobody but themselves."""
    no_deal, no_lead = Q(**{f"{deal}__isnull": True}), Q(**{f"{lead}__isnull": True})
    portion = Case(
        When(~no_deal, then=_Portion(F(deal))),
        When(~no_lead, then=_PortionOfLead(F(lead))),
        default=_PortionOfNobody(F("pk")),
    )
    return Whose(portion, (
        lambda portions: Q(_within_deals(deal, portions)),
        lambda portions: no_deal & Q(_within_leads(lead, portions)),
        lambda portions: no_deal & no_lead & Q(_within_nobodys("pk", portions)),
    ))  # fmt: skip


def _within_deals(path: str, portions: str) -> _Within:
    return _Within(F(path), first=f"portion << {SHIFT}", side=">= 0", portions=portions)


def _within_leads(path: str, portions: str) -> _Within:
    side = f"BETWEEN {OF_NOBODY + 1} AND {OF_LEADS}"
    return _Within(F(path), first=f"({OF_LEADS} - portion) << {SHIFT}", side=side, portions=portions)


def _within_nobodys(path: str, portions: str) -> _Within:
    side = f"BETWEEN {EVERYTHING + 1} AND {OF_NOBODY}"
    return _Within(F(path), first=f"({OF_NOBODY} - portion) << {SHIFT}", side=side, portions=portions)
