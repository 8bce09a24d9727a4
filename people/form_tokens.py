"""The mark of one rendered form: who was shown it, and a number that does its work once."""

from typing import NamedTuple
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest

from people.models import User

FIELD = "form_token"
SALT = "people.form_tokens"


class Mark(NamedTuple):
    """What a token says."""

    user_id: int
    number: str


def new_token(user: User) -> str:
    """A token for one rendering of a form that this person is shown; signed, so that nobody makes one for another."""
    return signing.dumps([user.pk, uuid4().hex], salt=SALT)


def mark_of(request: HttpRequest) -> Mark | None:
    """The mark of the form that was sent; None for a form without one, or with one that we have not signed."""
    try:
        user_id, number = signing.loads(request.POST.get(FIELD, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Mark(user_id, number)
