"""Where in 本日のコール the reader is: every address of the page keeps it, so that saving comes back there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from django.utils.http import urlencode

from followups.pages.queue import Tab

LONGEST_ID = 18  # digits; a longer number names no record of any database


def following_id(form: Mapping[str, str]) -> int | None:
    """The to-do that the sent form knew as the next one; None where it named none, or nonsense."""
    return id_of(form.get("following", ""))


def id_of(text: str) -> int | None:
    """The number that an address or a form names; None for nonsense."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


@dataclass(frozen=True, slots=True)
class Place:
    """The tab, the page, and the call project whose calls alone are worked through; None for all to-dos."""

    tab: Tab = Tab.TODAY
    page: str = ""
    project_id: int | None = None

    @classmethod
    def of(cls, address: Mapping[str, str]) -> Self:
        """As the address has it; nonsense is the first page of the first tab."""
        wanted, page = address.get("tab", ""), address.get("page", "")
        project_id = id_of(address.get("project", ""))
        return cls(Tab(wanted) if wanted in Tab.values else Tab.TODAY, page if page.isdecimal() else "", project_id)

    @property
    def query(self) -> str:
        """The part of an address that leads back here; '' for the top."""
        asked = {"project": str(self.project_id)} if self.project_id is not None else {}
        asked |= {"tab": self.tab.value} if self.tab != Tab.TODAY else {}
        asked |= {"page": self.page} if self.page else {}
        return f"?{urlencode(asked)}" if asked else ""

    def in_tab(self, tab: Tab) -> str:
        """The part of an address that leads to the top of another tab, in the same project."""
        return replace(self, tab=tab, page="").query

    @property
    def today(self) -> str:
        """The first tab."""
        return self.in_tab(Tab.TODAY)

    @property
    def new_leads(self) -> str:
        """The tab of new leads."""
        return self.in_tab(Tab.NEW)

    @property
    def ahead(self) -> str:
        """The to-dos of the next business day."""
        return self.in_tab(Tab.AHEAD)
