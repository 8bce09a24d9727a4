"""Companies (SC-25): the list, and what everybody has talked about with one of them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followups.lists import company_rows
from followups.pages.customer import STEP, company_page
from followups.rights import pages_open_to
from followups.timeline_kinds import Shown
from followups.views.merging import standing_or_404
from leads.filters import CompanyFilter
from leads.models import Company
from leads.states import MergeKind
from people.http import Request, asked_id

PAGE_SIZE = 50


def companies(request: Request) -> HttpResponse:
    """All companies in the order of their readings."""
    chosen = CompanyFilter(request.GET, queryset=company_rows(Company.objects.all()), request=request)
    page = Paginator(chosen.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "followups/companies.html", {"filter": chosen, "page": page, "rights": pages_open_to(request.user)}
    )


def company(request: Request, pk: int) -> HttpResponse:
    """One company with its people, its deals and leads and one timeline of all of them; ?shown= lines of it."""
    found = Company.objects.filter(pk=pk).first()
    if found is None:
        return standing_or_404(request, MergeKind.COMPANY, pk)
    context = company_page(found, request.user, timezone.localdate(), asked_lines(request), Shown.of(request.GET))
    return render(request, "followups/company.html", context)


def asked_lines(request: Request) -> int:
    """How many lines of a timeline the address asks for."""
    return asked_id(request, "shown") or STEP
