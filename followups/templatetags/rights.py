"""Which verbs a row offers to the reader."""

from django import template
from django.template.context import RequestContext

from activities.models import Todo
from followups.rights import rights_on_todo

register = template.Library()


@register.simple_tag(takes_context=True)
def todo_rights_on(context: RequestContext, todo: Todo) -> frozenset[str]:
    """URL names of the verbs that the reader may use on this to-do."""
    return rights_on_todo(context["user"], todo)
