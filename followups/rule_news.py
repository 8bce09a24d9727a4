"""Telling everybody of a rule that changes: in the bell at once, in the next digest, again on request (S2-34)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from followups.models import Announcement, Notice, Receipt
from followups.outbox import post
from followups.states import NoticeKind
from people.models import User
from people.policy import WORKERS
from people.states import Role


def asked_to_confirm() -> QuerySet[User]:
    """Everybody who works with the rules, whenever he came."""
    staff: QuerySet[User] = User.objects.active().with_role(*(Role(role) for role in WORKERS)).distinct()
    return staff


def tell_of_rule(announcement: Announcement, as_of: date) -> int:
    """Ring the bell of everybody but the one who published it; gives back how many were told.

    Who has been told of a rule that day already has one notice about both.
    """
    staff = asked_to_confirm().exclude(pk=announcement.published_by_id or 0).order_by()
    ids = list(staff.values_list("pk", flat=True))
    made = _post(ids, announcement, as_of)
    told = Notice.objects.filter(kind=NoticeKind.RULES, for_on=as_of, user__in=ids).exclude(pk__in=made.values())
    for notice in told.select_for_update(no_key=True):
        notice.content["announcements"].append(_frozen(announcement))
        notice.read_at = None
        notice.save(update_fields=["content", "read_at"])
    return len(ids)


@transaction.atomic
def remind(announcement: Announcement, as_of: date) -> int:
    """Tell those again who have not confirmed it; gives back how many were told.

    Whoever was told of a rule that day already, by publishing or by an earlier reminder, is passed over: once a day is
    enough.
    """
    open_ones = asked_to_confirm().exclude(receipts__announcement=announcement).order_by()
    return len(_post(list(open_ones.values_list("pk", flat=True)), announcement, as_of))


def _post(ids: Iterable[int], announcement: Announcement, as_of: date) -> dict[int, int]:
    return post(NoticeKind.RULES, as_of, {pk: {"announcements": [_frozen(announcement)]} for pk in ids})


def _frozen(announcement: Announcement) -> dict[str, Any]:
    rule = announcement.rule
    names = {"ja": rule.name_ja, "en": rule.name_en or rule.name_ja}
    return {"id": announcement.pk, "rule": names, "from": announcement.effective_on.isoformat()}


def _named(notice: Notice) -> set[int]:
    return {one["id"] for one in notice.content["announcements"]}


@transaction.atomic
def confirm(announcement: Announcement, user: User) -> None:
    """「確認しました」; twice is once. The bell no longer rings for what has been confirmed."""
    Receipt.objects.get_or_create(announcement=announcement, user=user)
    confirmed = set(Receipt.objects.filter(user=user).order_by().values_list("announcement", flat=True))
    unread = Notice.objects.unread(user).filter(kind=NoticeKind.RULES)
    done = [notice.pk for notice in unread if confirmed.issuperset(_named(notice))]
    Notice.objects.filter(pk__in=done).update(read_at=Now())


def unconfirmed_by_person() -> Counter[int]:
    """Person → how many rules say something that he has not confirmed; late joiners too. Three queries."""
    newest = list(Announcement.objects.newest().values_list("pk", flat=True))
    if not newest:
        return Counter()
    staff = list(asked_to_confirm().order_by().values_list("pk", flat=True))
    given = Receipt.objects.filter(announcement__in=newest).order_by().values_list("user", flat=True)
    missing = Counter(dict.fromkeys(staff, len(newest)))
    missing.subtract({pk: n for pk, n in Counter(given).items() if pk in missing})
    return +missing


def told_since_digest(as_of: date) -> set[int]:
    """Who was told or reminded of a rule since his last digest of an earlier day."""
    digests = Notice.objects.filter(user=OuterRef("user"), kind=NoticeKind.DIGEST, for_on__lt=as_of)
    told = Notice.objects.filter(kind=NoticeKind.RULES, for_on__lte=as_of)
    told = told.annotate(last_at=Subquery(digests.order_by("-for_on").values("created_at")[:1]))
    news = told.filter(Q(last_at__isnull=True) | Q(created_at__gt=F("last_at")))
    return set(news.order_by().values_list("user", flat=True))
