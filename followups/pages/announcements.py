"""周知: what was published, what it changes, and who has confirmed it (SC-42)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from followups.diffs import Piece, pieces
from followups.models import Announcement, Receipt, Rule, SweepRun
from followups.rule_news import asked_to_confirm
from followups.rules.publishing import as_it_would_be
from followups.sentences import day, rule_sentence
from followups.states import RuleMode
from people.models import User


@dataclass(frozen=True, slots=True)
class Said:
    """One version against the one before it. mode: what is said of the mode, '' where it stays."""

    before: str
    after: str
    diff: Sequence[Piece]
    mode: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list: how many have confirmed of how many, and whether the reader is asked to.

    is_newest: the last word about its rule, so that late joiners are asked too.
    """

    announcement: Announcement
    confirmed: int
    asked: int
    waits_for_reader: bool
    is_newest: bool

    @property
    def missing(self) -> int:
        """How many have not confirmed yet."""
        return self.asked - self.confirmed


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asked to confirm; receipt None: he has not."""

    user: User
    receipt: Receipt | None


def said(announcement: Announcement) -> Said:
    """What changes, in the reader's language."""
    rule = announcement.rule
    was, is_now = (as_it_would_be(rule, content) for content in (announcement.before, announcement.after))
    before, after = policy_sentence(was), policy_sentence(is_now)
    modes = {"before": RuleMode(was.mode).label, "after": RuleMode(is_now.mode).label}
    mode = "" if was.mode == is_now.mode else _("Mode: %(before)s, from now on %(after)s.") % modes
    return Said(before, after, pieces(before, after), mode)


def policy_sentence(rule: Rule) -> str:
    """The rule with what it leaves alone, as the printed policy says it."""
    parts = [rule_sentence(rule)]
    if rule.is_suppressed_by_promise:
        parts.append(_("Deals with an open promise are left alone."))
    if rule.applies_from_on:
        parts.append(_("Only deals that reach the limit on %(day)s or later.") % {"day": day(rule.applies_from_on)})
    return reduce(lambda first, second: _("%(first)s %(second)s") % {"first": first, "second": second}, parts)


def items(reader: User) -> list[Item]:
    """All announcements, the newest first; four queries."""
    found = list(Announcement.objects.select_related("rule", "published_by").order_by("-id"))
    newest = set(Announcement.objects.newest().values_list("pk", flat=True))
    staff = list(asked_to_confirm().values_list("pk", "created_at"))
    given: dict[int, set[int]] = {}
    for announcement_id, user_id in Receipt.objects.order_by().values_list("announcement", "user"):
        given.setdefault(announcement_id, set()).add(user_id)
    rows = []
    for one in found:
        confirmed = given.get(one.pk, set())
        asked = confirmed | {pk for pk, since in staff if one.pk in newest or since <= one.published_at}
        waits = one.pk in newest and reader.pk in asked and reader.pk not in confirmed
        rows.append(Item(one, len(confirmed), len(asked), waits, one.pk in newest))
    return rows


def readers(item: Item) -> list[Reader]:
    """Who is asked, those who have not confirmed first."""
    receipts = {one.user_id: one for one in item.announcement.receipts.select_related("user")}
    asked = {one.user_id: one.user for one in receipts.values()}
    if item.asked > item.confirmed:
        newest = Announcement.objects.newest().filter(pk=item.announcement.pk).exists()
        staff = asked_to_confirm()
        if not newest:
            staff = staff.filter(created_at__lte=item.announcement.published_at)
        asked |= {user.pk: user for user in staff}
    rows = [Reader(user, receipts.get(pk)) for pk, user in asked.items()]
    return sorted(rows, key=lambda row: (row.receipt is not None, row.receipt and row.receipt.pk, row.user.name))


def waits_for_a_run(item: Item) -> bool:
    """Whether the version is in force and switched on, the last word about its rule, and no run has heeded it yet."""
    one = item.announcement
    if not item.is_newest or one.enacted_on is None or one.rule.mode == RuleMode.OFF:
        return False
    return not SweepRun.objects.finished().filter(started_at__gte=one.published_at).exists()


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule of the printed policy. waiting: the version whose day has not come; earlier: what it said before.

    by: who made it say this, '' where nobody is known. Of the earlier ones: version, since when, by whom, sentence.
    """

    rule: Rule
    sentence: str
    since: date
    by: str
    waiting: "Policy | None"
    earlier: Sequence[tuple[int, date, str, str]]


def whole_policy() -> list[Policy]:
    """Every rule as it stands, with its versions and who made them; four queries."""
    waiting = {one.rule_id: one for one in Announcement.objects.waiting().select_related("published_by")}
    return [_policy(rule, waiting.get(rule.pk)) for rule in Rule.objects.prefetch_related("versions__changed_by")]


def _policy(rule: Rule, waiting: Announcement | None) -> Policy:
    versions = [
        (one.version, localdate(one.changed_at), one.changed_by.name if one.changed_by else "", _of(rule, one.content))
        for one in rule.versions.all()
    ]
    _version, since, by, _said = versions[-1] if versions else (0, localdate(rule.updated_at), "", "")
    coming = None
    if waiting is not None:
        tried = as_it_would_be(rule, waiting.after)
        tried.version = waiting.version
        who = waiting.published_by.name if waiting.published_by else ""
        coming = Policy(tried, policy_sentence(tried), waiting.effective_on, who, None, [])
    return Policy(rule, policy_sentence(rule), since, by, coming, versions[-2::-1])


def _of(rule: Rule, content: dict[str, Any]) -> str:
    tried = as_it_would_be(rule, content)
    return _("%(mode)s: %(sentence)s") % {"mode": RuleMode(tried.mode).label, "sentence": policy_sentence(tried)}
