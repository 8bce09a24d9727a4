"""Signing the day's check: somebody has looked, and what was to be seen stands beside the name (S0-31, D26)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.leak_counts import WATCHED, leak_counts
from followups.models import LeakCheck
from followups.progress import grace_cutoff
from followups.run_light import run_light
from people.models import Team, User
from people.policy import MANAGERS, is_admitted
from people.refusal import Refused, refuse
from people.rows import insert_rows
from people.working_days import load_calendar


def may_sign(user: User, team: Team | None) -> bool:
    """Managers and admins; for a team also who answers for its leak check (S0-30)."""
    return is_admitted(user, MANAGERS) or (team is not None and user.is_active and team.leak_check_owner_id == user.pk)


@transaction.atomic
def sign_leak_check(
    checked_on: date, seen: Mapping[str, int], *, by: User, now: datetime, team: Team | None = None
) -> LeakCheck:
    """Keep who has checked the day, when, and the counts; for the whole company or one team.

    seen: the counts that were shown, by the codes of WATCHED. A day that has its signature keeps it, whoever signs
    again. Refused: who may not sign, a day that has not come, counts that have changed since they were shown.
    """
    if not may_sign(by, team):
        refuse(_("The check is signed by a manager or by the person who answers for the team's leak check."))
    if checked_on > timezone.localdate(now):
        refuse(_("A day that has not come yet cannot be checked."), field="checked_on")
    signed = LeakCheck.objects.filter(checked_on=checked_on, team=team)
    if not signed.exists():
        found = leak_counts(checked_on, grace_cutoff(checked_on), load_calendar(), team.pk if team else None)
        counts = found.by_code()
        _refuse_unseen(seen, counts)
        light = run_light(checked_on, now, found.unswept)
        _write((checked_on, team and team.pk, by.pk, now, counts, light.state.value))
    return signed.get()


_COLUMNS = ("checked_on", "team_id", "signed_by_id", "signed_at", "counts", "run_state")


def _write(row: tuple[Any, ...]) -> None:
    """Of two who sign at the same moment the second writes nothing: the constraint decides."""
    insert_rows(LeakCheck, _COLUMNS, [row], skip_conflicts=True)


def _refuse_unseen(seen: Mapping[str, int], counts: Mapping[str, int]) -> None:
    """Nobody answers for numbers that he has not seen."""
    changed = {
        code: _("%(count)s: %(seen)s were shown, %(now)s stand there now.")
        % {"count": label, "seen": seen.get(code, "—"), "now": counts[code]}
        for code, label in WATCHED.items()
        if seen.get(code) != counts[code]
    }
    if changed:
        raise Refused(changed)
