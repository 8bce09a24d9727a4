"""By what a report may be split or narrowed: one line per dimension, the same for groups, filters and drill-downs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities.states import ActivityKind, CallOutcome, Direction, TodoOrigin
from deals.models import LostReason, Product
from deals.states import ChangeTrigger, CycleKind, DealStatus
from leads.models import LeadSource, NurturingReason
from leads.states import LeadStatus
from people.composed import composed_once, rows_of
from people.models import Team, User
from people.states import Role

Label = str | Promise


class Grain(Enum):
    """How long one group of a dated dimension lasts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def key(self, day: date) -> str:
        """2018-01-31, 2018-W05 (ISO, weeks begin on Monday) or 2018-01."""
        if self is Grain.WEEK:
            year, week, _weekday = day.isocalendar()
            return f"{year:04}-W{week:02}"
        return day.isoformat() if self is Grain.DAY else f"{day:%Y-%m}"

    def span(self, key: str) -> tuple[date, date]:
        """First and last day of the group; ValueError if the key has another form."""
        if self is Grain.DAY:
            return date.fromisoformat(key), date.fromisoformat(key)
        if self is Grain.WEEK:
            monday = date.fromisoformat(f"{key}-1")
            return monday, monday + timedelta(days=6)
        first = date.fromisoformat(f"{key}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One property of the rows. `path` is the column that holds its key; a blank there is the key None.

    choices: the keys are a closed list, shown in its order. listing and column: the keys are that column of a table of
    ours. grain: path is a date and the keys are its days, ISO weeks or months. None of these: free text.
    People, teams or sources of the same name share a key.
    """

    label: Label
    path: str
    choices: tuple[tuple[str, Label], ...] = ()
    listing: type[models.Model] | None = None
    column: str = "name"
    grain: Grain | None = None

    def key(self, raw: object) -> str | None:
        """The key of a value found in `path`."""
        if raw is None or raw == "":
            return None
        return self.grain.key(raw) if self.grain and isinstance(raw, date) else str(raw)

    def condition(self, key: str, *, is_checked: bool = False) -> Q:
        """The rows with that key, "" being None. ValueError if no row could ever have it; is_checked: that is known."""
        if key == "":
            blank = Q(**{f"{self.path}__isnull": True})
            return blank if self.grain else blank | Q(**{self.path: ""})
        if self.grain:
            return Q(**{f"{self.path}__range": self.grain.span(key)})
        if not is_checked and not self.is_known(key):
            raise ValueError(key)
        return Q(**{self.path: key})

    @property
    def is_free(self) -> bool:
        """Whether any text may be a key."""
        return not self.choices and self.listing is None and self.grain is None

    def is_known(self, key: str) -> bool:
        """Whether the key is on the closed list or in the table; free text always is."""
        if self.choices:
            return key in dict(self.choices)
        return self.listing is None or self.listing._default_manager.filter(**{self.column: key}).exists()


Dimensions = Mapping[str, Dimension]


def listed_together(dimensions: Mapping[str, Dimension]) -> dict[str, list[tuple[str, Label]]]:
    """The keys and labels of several dimensions, those that stand in tables by one query for all of them."""
    listed: dict[str, list[tuple[str, Label]]] = {name: list(d.choices) for name, d in dimensions.items() if d.choices}
    tables = tuple((name, dimension) for name, dimension in dimensions.items() if dimension.listing is not None)
    if not tables:
        return listed
    for name, key, label, _place in _listed(tables)():
        listed.setdefault(name, []).append((key, label))
    return listed


@composed_once
def _listed(tables: tuple[tuple[str, Dimension], ...]) -> Callable[[], list[Any]]:
    first, *others = [_keys_of(name, dimension) for name, dimension in tables]
    rows = first.union(*others) if others else first
    return rows_of(rows.order_by("place", "row_label", "row_key"))


def _keys_of(name: str, dimension: Dimension) -> QuerySet[Any]:
    """Dimension, key, label and place of the listed rows: a picklist in its own order, names by the alphabet."""
    assert dimension.listing is not None  # asked of listed dimensions alone
    is_picklist = dimension.column == "code"
    rows: QuerySet[Any] = (
        dimension.listing._default_manager.order_by()
        .annotate(
            in_dimension=Value(name, models.CharField()),
            row_key=Cast(dimension.column, models.CharField()),
            row_label=_picklist_label() if is_picklist else Cast(dimension.column, models.CharField()),
            place=Cast("position" if is_picklist else Value(0), models.IntegerField()),
        )
        .values_list("in_dimension", "row_key", "row_label", "place")
        .distinct()
    )
    return rows


def _picklist_label() -> Case:
    """`Picklist.label`, as the database says it."""
    if get_language() != "en":
        return Case(default=Cast("label_ja", models.CharField()))
    in_japanese = When(label_en="", then=Cast("label_ja", models.CharField()))
    return Case(in_japanese, default=Cast("label_en", models.CharField()))


def _closed(label: Label, path: str, choices: type[models.TextChoices]) -> Dimension:
    return Dimension(label=label, path=path, choices=tuple(choices.choices))


def dated(path: str) -> dict[str, Dimension]:
    """Month, week and day of a date column."""
    return {
        "month": Dimension(label=_("Month"), path=path, grain=Grain.MONTH),
        "week": Dimension(label=_("Week"), path=path, grain=Grain.WEEK),
        "day": Dimension(label=_("Day"), path=path, grain=Grain.DAY),
    }


def team(path: str) -> Dimension:
    return Dimension(label=_("Team"), path=f"{path}__name", listing=Team)


def user(label: Label, path: str) -> Dimension:
    return Dimension(label=label, path=f"{path}__name", listing=User)


def source(path: str = "source") -> Dimension:
    return Dimension(label=_("Lead source"), path=f"{path}__name", listing=LeadSource)


def product(path: str = "product") -> Dimension:
    return Dimension(label=_("Product"), path=f"{path}__name", listing=Product)


def competitor(path: str = "competitor") -> Dimension:
    """Free text, as the loss or the deal names it."""
    return Dimension(label=_("Competitor"), path=path)


def source_status(path: str = "source_status") -> Dimension:
    return Dimension(label=_("Status in the source system"), path=path)


def lost_reason(path: str) -> Dimension:
    return Dimension(label=_("Lost reason"), path=f"{path}__code", listing=LostReason, column="code")


def nurturing_reason() -> Dimension:
    return Dimension(label=_("Nurturing reason"), path="nurturing_reason__code", listing=NurturingReason, column="code")


def deal_status(path: str = "status") -> Dimension:
    return _closed(_("Deal status"), path, DealStatus)


def lead_status() -> Dimension:
    return _closed(_("Lead status"), "status", LeadStatus)


def kind(path: str = "kind") -> Dimension:
    return _closed(_("Kind"), path, CycleKind)


def change_trigger(path: str = "change_trigger") -> Dimension:
    return _closed(_("Change trigger"), path, ChangeTrigger)


def origin() -> Dimension:
    return _closed(_("Origin"), "origin", TodoOrigin)


def role() -> Dimension:
    return _closed(_("Role"), "role_grants__role", Role)


def link() -> Dimension:
    """Whether the row belongs to any record; `with_link` brings the column."""
    return Dimension(
        label=_("Link"), path="link", choices=(("linked", _("Linked")), ("unlinked", _("Not linked to a record")))
    )


def with_link(rows: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """The rows with a column `link`: linked where any of the fields holds a record, else unlinked (未紐付け)."""
    has_record = Q(*[Q(**{f"{name}__isnull": False}) for name in fields], _connector=Q.OR)
    linked: QuerySet[Any] = rows.annotate(link=Case(When(has_record, then=Value("linked")), default=Value("unlinked")))
    return linked


def with_source(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Activities with a column `source_name`: the lead source of the deal, else of the lead; None where unknown."""
    sourced: QuerySet[Any] = rows.annotate(source_name=Coalesce("deal__source__name", "lead__source__name"))
    return sourced


def of_activities() -> dict[str, Dimension]:
    """What activities may be split by; `with_source` brings the source."""
    return {
        "user": user(_("Person"), "owner"),
        "team": team("owner__team"),
        "source": Dimension(label=_("Lead source"), path="source_name", listing=LeadSource),
        "type": _closed(_("Kind"), "kind", ActivityKind),
        "outcome": _closed(_("Result"), "outcome", CallOutcome),
        "direction": _closed(_("Direction"), "direction", Direction),
        **dated("occurred_on"),
    }


def of_cycles(dated_on: str = "entered_on") -> dict[str, Dimension]:
    """What follow-up cycles may be split by; the user is the IS owner, the team and source are the deal's."""
    return {
        "kind": kind(),
        "team": team("deal__team"),
        "user": user(_("IS owner"), "is_owner"),
        "reason": lost_reason("reason"),
        "source": source("deal__source"),
        "product": product("deal__product"),
        "competitor": competitor("deal__competitor"),
        "status": deal_status("deal__status"),
        "source_status": source_status("deal__source_status"),
        **dated(dated_on),
    }


def of_todos(dated_on: str = "effective_due_on") -> dict[str, Dimension]:
    """What to-dos may be split by; the user is the assignee, the team his, the rest comes from the deal."""
    return {
        "kind": kind("cycle__kind"),
        "team": team("assignee__team"),
        "user": user(_("Assignee"), "assignee"),
        "reason": lost_reason("cycle__reason"),
        "source": source("deal__source"),
        "product": product("deal__product"),
        "competitor": competitor("deal__competitor"),
        "status": deal_status("deal__status"),
        "source_status": source_status("deal__source_status"),
        "link": link(),
        **dated(dated_on),
    }
