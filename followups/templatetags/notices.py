"""The bell of the top bar."""

from django import template

from followups.models import Notice
from people.models import User

register = template.Library()

MANY = 99  # more than this is not read as a number


@register.simple_tag
def unread_notices(user: User) -> int:
    """How many notices wait for this person, 100 at most: one query, answered by a partial index. Nobody: 0."""
    if not user.is_authenticated:
        return 0
    return Notice.objects.unread(user).order_by()[: MANY + 1].count()
