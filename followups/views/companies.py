"""Companies (SC-25): the list, and what everybody has talked about with one of them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followups.lists import company_rows, deal_rows
from followups.rights import pages_open_to
from followups.timeline import company_timeline
from followups.views.merging import standing_or_404
from leads.filters import CompanyFilter
from leads.fiscal_year import months_of
from leads.models import Company
from leads.states import MergeKind
from people.http import Request

PAGE_SIZE = 50


def companies(request: Request) -> HttpResponse:
    """All companies in the order of their readings."""
    chosen = CompanyFilter(request.GET, queryset=company_rows(Company.objects.all()), request=request)
    page = Paginator(chosen.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "followups/companies.html", {"filter": chosen, "page": page, "rights": pages_open_to(request.user)}
    )


def company(request: Request, pk: int) -> HttpResponse:
    """One company with its people, its deals and one timeline of all of them."""
    found = Company.objects.filter(pk=pk).first()
    if found is None:
        return standing_or_404(request, MergeKind.COMPANY, pk)
    context = {
        "as_of": timezone.localdate(),
        "company": found,
        "contacts": found.contacts.all(),
        "deals": deal_rows(found.deals.order_by("-id")),
        "months": months_of(found),
        "timeline": company_timeline(found),
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/company.html", context)
