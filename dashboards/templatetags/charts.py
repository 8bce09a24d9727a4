"""The charts of `dashboards.svg` as template tags."""

from django import template

from dashboards.svg import parts_bar

register = template.Library()

register.simple_tag(parts_bar)
