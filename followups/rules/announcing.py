"""What changes about a rule is written down as an announcement and told to everybody (周知, S2-34)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from followups.models import Announcement, Receipt, Rule
from followups.rule_news import tell_of_rule
from people.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change of one rule. before and after: every setting by its name; by None: the command line.

    enacted_on None: it waits for effective_on. figures: what the trial had shown, empty where none was asked for.
    """

    rule: Rule
    version: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    by: User | None
    effective_on: date
    enacted_on: date | None = None
    applies_to_existing: bool = True
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> dict[str, Any]:
        """The settings that differ, with their new values."""
        return {name: value for name, value in self.after.items() if value != self.before[name]}


def announce(news: News, as_of: date) -> Announcement:
    """Write the announcement and ring every bell but that of the one who made the change: he has read it."""
    made = Announcement.objects.create(
        rule=news.rule, version=news.version, before=news.before, after=news.after, changes=news.changes,
        effective_on=news.effective_on, enacted_on=news.enacted_on, applies_to_existing=news.applies_to_existing,
        reason=news.reason.strip(), figures=dict(news.figures), published_by=news.by,
    )  # fmt: skip
    if news.by is not None:
        Receipt.objects.create(announcement=made, user=news.by)
    tell_of_rule(made, as_of)
    return made
