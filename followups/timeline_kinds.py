"""What a timeline may be narrowed to; the choice stands in the address as ?show=."""

from collections.abc import Mapping
from typing import Self

from django.db import models
from django.utils.translation import pgettext_lazy

from activities.models import Activity
from activities.states import MEETING_KINDS, ActivityKind


class Shown(models.TextChoices):
    """One kind of lines, or all of them."""

    ALL = "", pgettext_lazy("timeline", "All")
    CALLS = "calls", pgettext_lazy("timeline", "Calls")
    MAILS = "mails", pgettext_lazy("timeline", "Mails")
    MEETINGS = "meetings", pgettext_lazy("timeline", "Meetings")
    TODOS = "todos", pgettext_lazy("timeline", "To-dos")
    CHANGES = "changes", pgettext_lazy("timeline", "Changes")

    @classmethod
    def of(cls, address: Mapping[str, str]) -> Self:
        """As the address has it; nonsense is all of them."""
        wanted = address.get("show", "")
        return cls(wanted if wanted in cls.values else "")

    @property
    def has_changes(self) -> bool:
        """Whether changes of status and hands stand in it."""
        return self in (Shown.ALL, Shown.CHANGES)


KINDS: dict[Shown, tuple[ActivityKind, ...]] = {
    Shown.ALL: tuple(ActivityKind),
    Shown.CALLS: (ActivityKind.CALL,),
    Shown.MAILS: (ActivityKind.EMAIL,),
    Shown.MEETINGS: MEETING_KINDS,
}


def narrowed(activities: "models.QuerySet[Activity]", show: Shown) -> "models.QuerySet[Activity]":
    """The activities that stand in such a timeline; none among to-dos and changes."""
    if show == Shown.ALL:
        return activities
    return activities.filter(kind__in=KINDS[show]) if show in KINDS else activities.none()
