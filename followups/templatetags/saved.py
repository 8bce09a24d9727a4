"""The saved lists beside the filters of a list (S3-24)."""

from typing import Any

from django import template
from django.db.models import Case, Q, When
from django.template.context import RequestContext

from activities.models import SavedList
from followups.pages.saved_queries import canonical_query

register = template.Library()

SHOWN = 24


@register.inclusion_tag("followups/_saved_lists.html", takes_context=True)
def saved_lists(context: RequestContext, page: str) -> dict[str, Any]:
    """The reader's own lists of this page, then those that others share, and what may be saved now."""
    request, user = context["request"], context["user"]
    asked = canonical_query(request.GET.lists())
    found = SavedList.objects.filter(Q(owner=user) | Q(is_shared=True), page=page).select_related("owner")
    found = found.only("page", "name", "query", "is_shared", "owner__name")
    lists = list(found.order_by(Case(When(owner=user, then=0), default=1), "name", "id")[:SHOWN])
    current = next((saved for saved in lists if saved.query == asked), None)
    return {"lists": lists, "asked": asked, "current": current, "page": page, "user": user}
