"""Loads templates as Django does, each made quick once."""

from typing import Any

from django.template import Template
from django.template.loaders import base, cached

from people.quick_templates.nodes import make_quick


class _Quick(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if not (self.engine.debug or self.engine.string_if_invalid):
            make_quick(template)
        return template


class Loader(cached.Loader, _Quick):
    """The cached loader; what it keeps is quick, unless DEBUG is on."""
