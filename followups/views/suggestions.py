"""What rules in suggest wait with, and the deals that are left alone for a while (D34, S2-35)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from followups import coverage
from followups.models import Rule, RuleExemption
from followups.rights import pages_open_to
from followups.rules.suggesting import accept, pending
from people.http import Request

PAGE_SIZE = 50
AS_A_WHOLE = 100  # percent


def suggestions(request: Request) -> HttpResponse:
    """What will be done, and on which day, unless somebody objects?"""
    as_of = timezone.localdate()
    waiting = [
        (rule, pending(rule, as_of).select_related("deal__company", "deal__fs_owner")) for rule in Rule.objects.all()
    ]
    groups = [(rule, rows[:PAGE_SIZE], rows.count()) for rule, rows in waiting if rows.exists()]
    context = {"as_of": as_of, "groups": groups, "rights": pages_open_to(request.user)}
    return render(request, "followups/suggestions.html", context | {"total": sum(n for _rule, _rows, n in groups)})


def suggestions_accept(request: Request) -> HttpResponse:
    """Let the next run act on the chosen suggestions, or on all of them."""
    chosen = [int(pk) for pk in request.POST.getlist("suggestion") if pk.isdecimal() and len(pk) < PAGE_SIZE // 3]
    count = accept(by=request.user, as_of=timezone.localdate(), ids=None if "all" in request.POST else chosen)
    text = ngettext("%(n)s suggestion is done in the next run.", "%(n)s suggestions are done in the next run.", count)
    messages.success(request, text % {"n": f"{count:,}"})
    return redirect("followups:suggestions")


def exemptions(request: Request) -> HttpResponse:
    """Which deals are left alone, why, and until when? The rate says how often the rules are kept (忠実に運用)."""
    as_of = timezone.localdate()
    found = RuleExemption.objects.unexpired(as_of).select_related("deal__company", "by").order_by("expires_on", "id")
    exempt, cycles = coverage.exempted(as_of).distinct().count(), sum(coverage.cycles_open(as_of).values())
    context = {
        "as_of": as_of, "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "exempt": exempt, "cycles": cycles, "rate": round(exempt * AS_A_WHOLE / cycles, 1) if cycles else None,
        "rights": pages_open_to(request.user),
    }  # fmt: skip
    return render(request, "followups/exemptions.html", context)
