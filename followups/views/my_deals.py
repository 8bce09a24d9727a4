"""自分の商談 (SC-04): the landing page of field sales, as a list or as a board of the same deals."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.actions import object_to_return
from followups.capacity import own_load
from followups.filters import DealFilter
from followups.lists import deal_rows
from followups.models import Rule
from followups.pages.countdown import needs_a_hand
from followups.pages.my_deals import BOARD_SIZE, by_urgency, columns, rows_of, sizes, waiting_proposals
from followups.rights import may_use, pages_open_to
from people.http import Request, way_back
from people.refusal import Refused

PAGE_SIZE = 50
URGENT, BACK = "urgent", "back"


def my_deals(request: Request) -> HttpResponse:
    """Which of my deals is in danger?"""
    as_of, rules = timezone.localdate(), list(Rule.objects.speaking().order_by("priority", "code"))
    chosen = DealFilter(request.GET, queryset=deal_rows(Deal.objects.all()), request=request)
    whole = by_urgency(chosen.qs, rules, as_of)
    shown = whole.filter(needs_a_hand(rules, as_of)) if request.GET.get("show") == URGENT else whole
    shown = shown.none() if request.GET.get("show") == BACK else shown
    context = {
        "as_of": as_of,
        "filter": chosen,
        "sizes": sizes(whole),
        "columns": columns(shown),
        "load": own_load(request.user, as_of),
        "proposals": waiting_proposals(request.user),
        "rights": pages_open_to(request.user),
    }
    if request.GET.get("view") == "board":
        return render(request, "followups/my_board.html", context | _board(request, shown, rules, context))
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = rows_of(list(page), rules, request.user, as_of)
    return render(request, "followups/my_deals.html", context | {"page": page, "rows": rows})


def _board(request: Request, shown: DealQuerySet, rules: list[Rule], context: dict[str, Any]) -> dict[str, Any]:
    """The columns with their cards; `column` is the one that a phone shows."""
    found = context["columns"]
    for row in rows_of(list(shown.open()[:BOARD_SIZE]), rules, request.user, context["as_of"]):
        found[row.deal.status].rows.append(row)
    filled = next((status for status, column in found.items() if column.count), next(iter(found)))
    asked = request.GET.get("column", "")
    return {"column": asked if asked in found else filled}


@require_POST
def object_to(request: Request, pk: int, code: str) -> HttpResponse:
    """Keep the rule away from the deal until its next step (D33)."""
    deal = get_object_or_404(Deal, pk=pk)
    if not may_use("followups:object", request.user, deal, None):
        return HttpResponse(status=403)
    try:
        exemption = object_to_return(pk, code, by=request.user, as_of=timezone.localdate())
    except Refused as refused:
        messages.error(request, " ".join(refused.errors.values()))
    else:
        words = {"day": exemption.expires_on.strftime("%Y/%m/%d")}
        messages.success(request, _("The deal is not returned before %(day)s.") % words)
    return redirect(way_back(request, "/deals/?mine=1"))
