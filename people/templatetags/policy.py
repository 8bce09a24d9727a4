"""Whether the reader may open a page: what the door would say, before anybody knocks."""

from django import template
from django.contrib.auth.models import AnonymousUser

from people.models import User
from people.policy import MANAGERS, audience_of, is_admitted
from people.states import Role

register = template.Library()


@register.filter
def may_open(user: User | AnonymousUser, url_name: str) -> bool:
    """Whether the policy lets this person open the page of that URL name."""
    return is_admitted(user, audience_of(url_name, "GET"))


@register.filter
def begins_with_own(user: User | AnonymousUser, roles: str) -> bool:
    """Whether a list opens on the reader's own work: he holds one of the roles, such as "IS FS", and manages nobody."""
    if not isinstance(user, User) or is_admitted(user, MANAGERS):
        return False
    return user.has_role(*(Role(role) for role in roles.split()))
