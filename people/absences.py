"""Days on which a person is away: entered and changed by the verbs of `people.entries`; he comes back by this one."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from people.entries import change_entry, remove_entry
from people.models import Absence, User
from people.records import Edit
from people.refusal import refuse


@transaction.atomic
def end_absence(absence: Absence, *, by: User, as_of: date) -> None:
    """He works from as_of on: an absence that runs ends the day before, one that has not begun goes.

    Refused: one that is over.
    """
    if absence.ends_on < as_of:
        refuse(_("This absence is over."))
    if absence.starts_on >= as_of:
        remove_entry(absence, by=by)
    else:
        change_entry(Absence, Edit(absence.pk, {"ends_on": as_of - timedelta(days=1)}), by=by)
