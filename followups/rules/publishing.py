"""From a draft to a rule in force that everybody has been told of (S2-34)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from followups.models import Announcement, Rule, RuleDraft
from followups.rules.announcing import News, announce
from followups.rules.limits import with_own_limits
from followups.rules.scheduled import put_in_force
from followups.rules.seen import has_seen
from followups.rules.settings import content, faults
from people.models import User
from people.refusal import Conflict, Refused, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is to be published.

    content: settings by name, as JSON keeps them; those left out stay. seen: the mark of its trial. version: the rule's
    when the form was opened; draft: its draft's (0: none; None: not asked). applies_to_existing: whether deals over the
    limit on effective_on are its business too.
    """

    content: Mapping[str, Any]
    seen: str
    version: int
    effective_on: date
    draft: int | None = None
    applies_to_existing: bool = True
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


def as_it_would_be(rule: Rule, changed: Mapping[str, Any]) -> Rule:
    """The rule with these settings, unsaved. What cannot be read stays as it was typed, for `faults` to name."""
    tried = Rule(pk=rule.pk, code=rule.code, version=rule.version)
    for name, value in {**content(rule), **changed}.items():
        setattr(tried, name, value)
    tried._state.adding = False  # it is no second rule with this code
    if isinstance(tried.applies_from_on, str):
        tried.applies_from_on = date.fromisoformat(tried.applies_from_on)
    return tried


@transaction.atomic
def save_draft(
    *, code: str, changed: Mapping[str, Any], by: User, version: int | None = None, draft: int | None = None
) -> RuleDraft:
    """Keep what an admin wants the rule to say; it replaces the former draft. Refused: what `faults` finds.

    version and draft: of the rule and of its draft (0: none) when the form was opened; None asks for neither. Raises
    Conflict with the rule or the draft where somebody else was quicker.
    """
    rule = Rule.objects.select_for_update().get(code=code)
    former = _unchanged_draft(rule, version, draft)
    tried = as_it_would_be(rule, changed)
    if errors := faults(tried):
        raise Refused(errors)
    kept = {"content": content(tried), "base_version": rule.version, "saved_by": by}
    return RuleDraft.objects.update_or_create(rule=rule, defaults=kept | {"version": former + 1})[0]


@transaction.atomic
def discard_draft(*, code: str, draft: int) -> bool:
    """Throw away the draft that the person has seen; False where there is another one by now, or none."""
    return bool(RuleDraft.objects.filter(rule__code=code, version=draft).delete()[0])


def _unchanged_draft(rule: Rule, version: int | None, draft: int | None) -> int:
    """How often the draft has been saved, 0 for none. Raises Conflict where that or the rule is not as it was seen."""
    if version not in (None, rule.version):
        raise Conflict(rule)
    found = RuleDraft.objects.select_for_update(no_key=True).filter(rule=rule).first()
    if found is not None and draft not in (None, found.version):
        raise Conflict(found)
    return found.version if found else 0


@transaction.atomic
def publish(*, code: str, publication: Publication, by: User, as_of: date) -> Announcement:
    """Announce the version and put it in force on its day, today's at once; the draft is used up.

    Raises Conflict where another version was published or another draft saved meanwhile. Refused: a version whose
    trial this person has not seen today, a day that is over, a rule that has a version waiting, one that says nothing
    new, and what `faults` finds.
    """
    rule = Rule.objects.select_for_update().get(code=code)
    _unchanged_draft(rule, publication.version, publication.draft)
    tried = with_own_limits(as_it_would_be(rule, publication.content), as_of)
    if errors := faults(tried) | _untimely(rule, publication, as_of):
        raise Refused(errors)
    if not has_seen(publication.seen, code, rule.version, content(tried), by=by, as_of=as_of):
        refuse(_("What you publish has not been tried yet. Its trial is shown below: look at it, then publish again."))
    tried.applies_from_on = None if publication.applies_to_existing else publication.effective_on
    made = announce(_news(rule, tried, publication, by), as_of)
    RuleDraft.objects.filter(rule=rule).delete()
    if publication.effective_on == as_of:
        put_in_force(as_of)
    made.refresh_from_db()
    return made


def _untimely(rule: Rule, publication: Publication, as_of: date) -> dict[str, str]:
    if publication.effective_on < as_of:
        return {"effective_on": _("A rule takes effect today or later.")}
    if Announcement.objects.waiting().filter(rule=rule).exists():
        return {"effective_on": _("A published version of this rule is waiting for its day. Withdraw it first.")}
    return {}


def _news(rule: Rule, tried: Rule, publication: Publication, by: User) -> News:
    news = News(
        rule=rule, version=rule.version + 1, before=content(rule), after=content(tried), by=by,
        effective_on=publication.effective_on, applies_to_existing=publication.applies_to_existing,
        reason=publication.reason, figures=publication.figures,
    )  # fmt: skip
    return news if news.changes else refuse(_("The rule says this already. There is nothing to publish."))


@transaction.atomic
def withdraw(announcement_id: int) -> None:
    """Take back a version whose day has not come; what was announced stays readable. Refused: one that is in force."""
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    if announcement.enacted_on or announcement.refusal:
        refuse(_("This version is in force or was taken back already."))
    announcement.refusal = _("Withdrawn before its day.")
    announcement.save(update_fields=["refusal"])
