"""掘り起こし対象 (SC-20): who is in a follow-up now?"""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.states import CycleKind
from followups.cycle_filters import CycleFilter, cycle_rows
from followups.rights import pages_open_to
from followups.states import CoverageState
from people.http import Request, list_file

PAGE_SIZE = 50
CHUNK = 2000  # rows of a file that are held in memory at a time


def follow_ups(request: Request) -> HttpResponse:
    """Every open follow-up with its reason, its next step and what has been done since it began."""
    chosen = CycleFilter(request.GET, as_of=timezone.localdate(), request=request)
    page = Paginator(cycle_rows(chosen.qs), PAGE_SIZE).get_page(request.GET.get("page"))
    counts, answers = chosen.counts, chosen.form.cleaned_data
    kind, state = answers.get("kind") or "", answers.get("state") or ""
    context = {
        "as_of": timezone.localdate(),
        "filter": chosen,
        "page": page,
        "kind": kind,
        "state": state,
        "all": sum(counts.values()),
        "kinds": [(one, sum(n for (k, _s), n in counts.items() if k == one)) for one in CycleKind],
        "states": [
            (one, sum(n for (k, s), n in counts.items() if s == one and kind in ("", k)))
            for one in reversed(CoverageState)
        ],
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/follow_ups.html", context)


def follow_ups_file(request: Request) -> HttpResponseBase:
    """Exactly the rows of the list, all of them, as a file."""
    as_of = timezone.localdate()
    chosen = CycleFilter(request.GET, as_of=as_of, request=request)
    header = [
        _("Deal"), _("Company"), _("Kind"), _("Lost reason"), _("Began"), _("Next approach date"), _("Hook"),
        _("IS owner"), _("To-do due"), _("Touches"), _("State"),
    ]  # fmt: skip
    return list_file(request, f"followup-{as_of:%Y-%m-%d}", header, lambda: _file_rows(cycle_rows(chosen.qs)))


def _file_rows(found: QuerySet[Any]) -> Iterator[list[object]]:
    for cycle in found.iterator(chunk_size=CHUNK):
        yield [
            cycle.deal.name,
            cycle.company_name,
            cycle.get_kind_display(),
            cycle.reason and cycle.reason.label,
            cycle.entered_on,
            cycle.next_approach_on,
            cycle.hook,
            cycle.is_owner and cycle.is_owner.name,
            cycle.open_todos[0].effective_due_on if cycle.open_todos else None,
            cycle.touches,
            CoverageState(cycle.state).label,
        ]
