"""Notices in words, in the language in force: a headline, and lines that lead to the records they speak of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from followups.models import Notice
from followups.notices.returns import NOTICE_DAYS
from followups.states import CoverageState, NoticeKind

LINES = 20  # of one notice; the last line leads to the rest


@dataclass(frozen=True, slots=True)
class Line:
    """One statement and the page of ours on which its records are."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader finds it. is_bad: something is wrong and not merely to be done."""

    headline: str
    lines: list[Line]
    is_bad: bool


def told(notice: Notice) -> Told:
    """The notice in words. The numbers are those of the day it was written for; its links show what is there now."""
    headline, lines, is_bad = _KINDS[NoticeKind(notice.kind)](notice.content, notice.for_on)
    return Told(headline, lines, is_bad)


Words = tuple[str, list[Line], bool]


def _digest(content: Mapping[str, Any], _day: date) -> Words:
    to_be_done = [
        (_("Due today: %(n)s"), content["due"], {"when": "today"}),
        (_("Promised for today: %(n)s"), content["promised"], {"when": "today", "promise": "yes"}),
        (_("Overdue: %(n)s"), content["overdue"], {"when": "late"}),
    ]
    new = (_("New by the rules: %(n)s"), content["new"], {"origin": "rule"})
    lines = [Line(text % {"n": n}, _own_todos(query)) for text, n, query in [*to_be_done, new] if n]
    said = [text % {"n": n} for text, n, _query in to_be_done if n]
    if unconfirmed := content.get("rules"):
        line = Line(_("Rules to confirm: %(n)s") % {"n": unconfirmed}, reverse("followups:announcements"))
        lines, said = [*lines, line], [*said, line.text]
    return pgettext("between statuses", ", ").join(said), lines, False


def _own_todos(query: Mapping[str, str]) -> str:
    return f"{reverse('followups:todos')}?{urlencode({'assignee': 'me', **query})}"


def _leaks(content: Mapping[str, Any], day: date) -> Words:
    parts = [
        (CoverageState.UNCOVERED, _("No to-do set: %(n)s")),
        (CoverageState.UNASSIGNED, _("Nobody assigned: %(n)s")),
    ]
    lines = [Line(text % {"n": content[part]}, _records(day, part)) for part, text in parts if content[part]]
    said = [_("Leaks: %(n)s") % {"n": sum(content[part] for part, _text in parts)}] if lines else []
    if unsigned_on := content.get("unsigned_on"):
        said.append(_("The check of %(day)s is unsigned") % {"day": _day(unsigned_on)})
        lines.append(Line(said[-1], f"{reverse('dashboards:check')}?{urlencode({'as_of': unsigned_on})}"))
    return pgettext("between statuses", ", ").join(said), lines, True


def _records(day: date, part: str) -> str:
    query = urlencode({"as_of": day.isoformat(), "part": part})
    return f"{reverse('dashboards:records', args=['coverage'])}?{query}"


def _returns(content: Mapping[str, Any], day: date) -> Words:
    deals = content["deals"]
    lines = [Line(_coming(deal), reverse("followups:deal", args=[deal["deal"]])) for deal in deals[:LINES]]
    if len(deals) > LINES:
        lines.append(Line(_("%(n)s more") % {"n": len(deals) - LINES}, reverse("followups:deals") + "?mine=1"))
    headline = ngettext(
        "%(n)s deal goes back to inside sales within %(days)s business days",
        "%(n)s deals go back to inside sales within %(days)s business days",
        len(deals),
    )
    return headline % {"n": len(deals), "days": NOTICE_DAYS}, lines, False


def _coming(deal: Mapping[str, Any]) -> str:
    words = {"day": _day(deal["on"]), "deal": " ".join(filter(None, (deal["company"], deal["name"])))}
    return _("%(day)s: %(deal)s") % words


def _failure(content: Mapping[str, Any], _day: date) -> Words:
    return _("The rules need a look"), [_what_failed(content)], True


def _what_failed(content: Mapping[str, Any]) -> Line:
    if "missing_since" in content:
        text = _("The rules have not run in time. They last ran for %(day)s.")
        since = content["missing_since"]
        text = text % {"day": _day(since)} if since else _("The rules have never run.")
        return Line(text, reverse("followups:rules"))
    if "error" in content:
        return Line(_("The run broke off: %(error)s") % content, reverse("followups:runs"))
    text = ngettext(
        "%(errors)s deal was set aside. Deal %(deal)s, rule %(rule)s: %(text)s",
        "%(errors)s deals were set aside. The first is deal %(deal)s, rule %(rule)s: %(text)s",
        content["errors"],
    )
    return Line(text % content, reverse("followups:run", args=[content["run"]]))


def _rules(content: Mapping[str, Any], _on: date) -> Words:
    language = "en" if get_language() == "en" else "ja"
    lines = [
        Line(
            _("From %(day)s: %(rule)s") % {"day": _day(one["from"]), "rule": one["rule"][language]},
            reverse("followups:announcement", args=[one["id"]]),
        )
        for one in content["announcements"]
    ]
    return _("A rule changes. Please confirm that you have read it."), lines, False


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


_KINDS: dict[NoticeKind, Callable[[Mapping[str, Any], date], Words]] = {
    NoticeKind.DIGEST: _digest,
    NoticeKind.RETURNS: _returns,
    NoticeKind.LEAKS: _leaks,
    NoticeKind.FAILURE: _failure,
    NoticeKind.RULES: _rules,
}
