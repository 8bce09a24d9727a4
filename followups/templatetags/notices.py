"""The bell of the top bar, and the prompt to confirm what was announced on the page on which a person's day begins."""

from django import template
from django.template.context import RequestContext

from followups.models import Announcement
from followups.waiting import waiting_for

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: RequestContext) -> int:
    """How many notices wait for the reader; 0 outside a request."""
    request = context.get("request")
    return waiting_for(request).unread if request else 0


@register.simple_tag(takes_context=True)
def to_be_confirmed(context: RequestContext) -> Announcement | None:
    """The oldest announcement that the reader has not confirmed, if this is a first page.

    Who comes later is asked for what is in force then, and for nothing that it replaced.
    """
    request = context.get("request")
    announcement_id = waiting_for(request).announcement_id if request else None
    return Announcement.objects.select_related("rule").get(pk=announcement_id) if announcement_id else None
