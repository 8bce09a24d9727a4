"""The one-time link by which a person sets the first password: the first administrator's and every invitation (D3)."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from people.models import User


def welcome_path(user: User) -> str:
    """The path of the link. It stops working once a password is set, or after PASSWORD_RESET_TIMEOUT (three days)."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", kwargs={"uidb64": uid, "token": default_token_generator.make_token(user)})
