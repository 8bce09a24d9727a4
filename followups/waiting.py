"""What waits for a person: notices he has not read, and an announcement to confirm. One question for both."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from followups.models import Announcement, Notice
from people.models import User
from people.policy import WORKERS, is_admitted
from people.prepared import prepared

FIRST_PAGES = {"followups:today", "followups:rules", "dashboards:check"}
OWN_DEALS = "followups:deals"  # the first page of field sales, with ?mine=1


@dataclass(frozen=True, slots=True)
class Waiting:
    """announcement_id: the oldest one that he has not confirmed; None: none, or the page is no first one."""

    unread: int
    announcement_id: int | None = None


def waiting_for(request: Any) -> Waiting:
    """For the reader of a page, by its request, which keeps the answer. Nobody: nothing."""
    found: Waiting | None = getattr(request, "waiting", None)
    if found is None:
        found = request.waiting = _asked(request)
    return found


def _asked(request: Any) -> Waiting:
    user = getattr(request, "user", None)  # a page that stands in before anybody was asked who he is has none
    if user is None or not user.is_authenticated:
        return Waiting(0)
    if _begins_the_day(request) and is_admitted(user, WORKERS):
        unread, announcement_id = _unread_and_unconfirmed(user.pk)[0]
        return Waiting(unread or 0, announcement_id)
    return Waiting(_unread(user.pk)[0])


def _begins_the_day(request: Any) -> bool:
    match = request.resolver_match
    if match is None or request.htmx:
        return False
    return match.view_name in FIRST_PAGES or (match.view_name == OWN_DEALS and "mine" in request.GET)


@prepared
def _unread(user_id: int) -> Any:
    return User.objects.filter(pk=user_id).order_by().values_list(_count_of_unread(), flat=True)


@prepared
def _unread_and_unconfirmed(user_id: int) -> Any:
    first = Announcement.objects.unconfirmed(user_id).values("pk")[:1]
    return User.objects.filter(pk=user_id).order_by().values_list(_count_of_unread(), Subquery(first))


def _count_of_unread() -> Subquery:
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at__isnull=True)
    return Subquery(unread.order_by().values("user").annotate(n=Count("pk")).values("n"))
