"""Whether the reader may open a page: what the door would say, before anybody knocks."""

from django import template
from django.contrib.auth.models import AnonymousUser

from people.models import User
from people.policy import audience_of, is_admitted

register = template.Library()


@register.filter
def may_open(user: User | AnonymousUser, url_name: str) -> bool:
    """Whether the policy lets this person open the page of that URL name."""
    return is_admitted(user, audience_of(url_name, "GET"))
