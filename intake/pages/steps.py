"""The four steps of an import."""

from django.utils.translation import gettext as _

FILE, COLUMNS, DRY_RUN, RESULT = range(4)


def steps(now: int) -> list[tuple[str, str, str]]:
    """Name, state (done, now or nothing) and note of each step."""
    names = [_("File"), _("Columns"), _("Dry run"), _("Result")]
    notes = ["", "", _("nothing is written yet"), ""]
    states = ["done" if place < now else "now" if place == now else "" for place in range(len(names))]
    return list(zip(names, states, notes, strict=True))
