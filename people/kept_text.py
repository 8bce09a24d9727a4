"""What somebody had typed when his session ended: kept through the login, shown to nobody else, and never for long."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.http import HttpRequest, QueryDict

from people.form_tokens import FIELD, mark_of

KEPT = "kept_text"
SALT = "people.kept_text"
HOUR_S = 60 * 60


class KeptText(QueryDict):
    """The fields of a form as they were sent when the session had ended; they fill the form and save nothing."""


def keep_text(request: HttpRequest, page: str) -> None:
    """Keep what a form that carries a token has sent, for whoever was shown that form. page: where it stands."""
    mark = mark_of(request)
    if mark is None:
        return
    fields = {name: values for name, values in request.POST.lists() if _is_kept(name)}
    kept = {"user": mark.user_id, "page": page, "action": request.path, "fields": fields}
    request.session[KEPT] = signing.dumps(kept, salt=SALT, compress=True)


def kept_text(request: HttpRequest, action: str) -> KeptText | None:
    """What the reader had typed on this very page into the form that is sent to `action`, if less than an hour ago."""
    kept = _kept(request)
    if kept is None or (kept["page"], kept["action"]) != (request.get_full_path(), action):
        return None
    data = KeptText(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data


def forget_text(request: HttpRequest) -> None:
    """The form was sent again, an hour has passed, or somebody else has logged in."""
    if KEPT in request.session:
        del request.session[KEPT]


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = signing.loads(request.session.get(KEPT, ""), salt=SALT, max_age=HOUR_S)
    except signing.BadSignature:
        forget_text(request)
        return None
    if str(kept["user"]) != request.session.get(SESSION_KEY):
        forget_text(request)
        return None
    return kept


def _is_kept(name: str) -> bool:
    return name not in (FIELD, "csrfmiddlewaretoken") and "password" not in name
