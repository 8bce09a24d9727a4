"""Pages and actions by their names, for the search that is opened by Ctrl+K (the palette of domain.md D.6)."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.pages.hits import Hit
from followups.pages.search import Group
from people.text import query_key, search_key

PAGES: tuple[tuple[str, Any, str], ...] = (
    ("followups:log_call", gettext_lazy("Log activity"), "plus"),
    ("dashboards:check", gettext_lazy("Today's check"), "chart"),
    ("followups:todos", gettext_lazy("To-dos"), "check-square"),
    ("followups:deals", gettext_lazy("Deals"), "briefcase"),
    ("followups:companies", gettext_lazy("Companies and contacts"), "building"),
    ("followups:projects", gettext_lazy("Call projects"), "phone"),
    ("followups:todo_add", gettext_lazy("Add a to-do"), "plus"),
    ("followups:deal_add", gettext_lazy("Add a deal"), "plus"),
    ("leads:company_add", gettext_lazy("Add a company"), "plus"),
    ("followups:rules", gettext_lazy("Rules"), "sliders"),
    ("followups:runs", gettext_lazy("Run history"), "clock"),
)


def pages_named(text: str, open_to_reader: Collection[str]) -> list[Group]:
    """The reader's pages whose name holds the text; all of them for a text without a letter."""
    key = query_key(text)
    hits = [
        Hit(icon, reverse(url_name), str(label), (), "", "")
        for url_name, label, icon in PAGES
        if _is_open(url_name, open_to_reader) and key in search_key(str(label))
    ]
    return [Group("pages", _("Pages and actions"), hits, has_more=False)] if hits else []


def _is_open(url_name: str, open_to_reader: Collection[str]) -> bool:
    return url_name in open_to_reader or f"{url_name.partition(':')[0]}:*" in open_to_reader
