"""The saved lists beside the filters of a list (S3-24)."""

from typing import Any

from django import template
from django.db.models import Case, Q, QuerySet, When
from django.template.context import RequestContext

from activities.models import SavedList
from activities.states import ListPage
from followups.pages.saved_queries import canonical_query
from people.prepared import prepared

register = template.Library()

SHOWN = 24


@prepared
def _lists(user_id: int, page: ListPage) -> "QuerySet[SavedList]":
    found = SavedList.objects.filter(Q(owner=user_id) | Q(is_shared=True), page=page).select_related("owner")
    shown = found.only("page", "name", "query", "is_shared", "owner__name")
    return shown.order_by(Case(When(owner=user_id, then=0), default=1), "name", "id")[:SHOWN]


@register.inclusion_tag("followups/_saved_lists.html", takes_context=True)
def saved_lists(context: RequestContext, page: str) -> dict[str, Any]:
    """The reader's own lists of this page, then those that others share, and what may be saved now."""
    request, user = context["request"], context["user"]
    asked = canonical_query(request.GET.lists())
    lists = _lists(user.pk, ListPage(page))
    current = next((saved for saved in lists if saved.query == asked), None)
    return {"lists": lists, "asked": asked, "current": current, "page": page, "user": user}
