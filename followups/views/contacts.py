"""A person at a customer (SC-25): who he is, what everybody has talked about with him, and when he may be called."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followups.lists import deal_rows
from followups.rights import pages_open_to
from followups.timeline import contact_timeline
from followups.views.merging import standing_or_404
from leads.models import Contact
from leads.states import MergeKind
from people.http import Request


def contact(request: Request, pk: int) -> HttpResponse:
    """One person with his deals and what was talked about with him."""
    found = Contact.objects.select_related("company").filter(pk=pk).first()
    if found is None:
        return standing_or_404(request, MergeKind.CONTACT, pk)
    context = {
        "as_of": timezone.localdate(),
        "contact": found,
        "deals": deal_rows(found.deals.order_by("-id")),
        "timeline": contact_timeline(found),
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/contact.html", context)
