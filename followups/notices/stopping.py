"""The link at the foot of a mail by which its reader stops that kind of mail, without logging in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from followups.models import Notice
from followups.states import WANTED, NoticeKind
from people.actions import edit_people
from people.models import User
from people.records import Edit

SALT = "followups.notices.stop"


def stop_url(notice: Notice) -> str:
    """The absolute address; whoever holds it may stop this kind for this person, and nothing else."""
    token = signing.dumps([notice.user_id, notice.kind], salt=SALT)
    return f"{settings.SITE_URL}{reverse('followups:notice_stop', args=[token])}"


def read_token(token: str) -> tuple[User, NoticeKind] | None:
    """Whom and what the link speaks of; None for one that we did not make, or of a person who is gone."""
    try:
        user_id, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.objects.active().filter(pk=user_id).first()
    return (user, NoticeKind(kind)) if user else None


def stop(user: User, kind: NoticeKind) -> None:
    """No more of this kind outside the product; in it he goes on finding every notice."""
    edit_people([Edit(user.pk, {WANTED[kind]: False})], by=user)
