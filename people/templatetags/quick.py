"""Django's `url`, `translate` and `blocktranslate`, quicker where a template asks for the same again and again.

A page asks for hundreds of addresses and words. What depends on nothing but the template, the language and an id is
worked out once per process; every other use goes to Django's own tag. settings.py puts this library in place of `i18n`
and adds it to the built-in tags, so templates are written as ever.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, Token, render_value_in_context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language, gettext, ngettext, pgettext

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)

KEPT_SENTENCES = 400  # of one template tag
A_NUMBER = 8_046_189_753  # stands for the id while the parts of an address around it are found


class Place(NamedTuple):
    """Where a page is drawn: its language, and what its addresses depend on."""

    language: str | None
    urlconf: Any
    prefix: str


def place_of(context: Context) -> Place:
    """The same for all of a page, so it is found out once."""
    place: Place | None = context.__dict__.get("quick_place")
    if place is None:
        place = context.__dict__["quick_place"] = Place(get_language(), get_urlconf(), get_script_prefix())
    return place


class QuickURL(Node):
    """The address of a page that takes nothing, or one id."""

    def __init__(self, node: URLNode, name: str) -> None:
        self.node, self.name = node, name
        self.argument: FilterExpression | None = node.args[0] if node.args else None
        self.known: dict[tuple[Any, str], Sequence[str]] = {}

    def render(self, context: Context) -> str:
        number = self.argument.resolve(context) if self.argument else 0
        if type(number) is not int:
            return str(self.node.render(context))
        place = place_of(context)[1:]
        if place not in self.known:
            self.known[place] = self._parts()
        parts = self.known[place]
        return str(number).join(parts) if parts and number >= 0 else str(self.node.render(context))

    def _parts(self) -> Sequence[str]:
        """What stands before and after the id; nothing where the address is another matter."""
        try:
            address = reverse(self.name, args=[A_NUMBER] if self.argument else [])
        except NoReverseMatch:
            return ()
        parts = address.split(str(A_NUMBER)) if self.argument else [address]
        return parts if len(parts) == len(self.node.args) + 1 else ()


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's `url`; quick for a page of our own that is named in the template and takes nothing or one id."""
    node = django_url(parser, token)
    name = _constant(node.view_name)
    if name is None or name.startswith("admin:") or node.kwargs or node.asvar or len(node.args) > 1:
        return node
    return QuickURL(node, name)


class SaidOnce(Node):
    """A word of the template itself: the same for every reader of one language."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = place_of(context).language
        if language not in self.said:
            self.said[language] = str(self.node.render(context))
        return self.said[language]


def _translate(parser: Parser, token: Token) -> Node:
    """Django's `translate`; quick for words that stand in the template."""
    node = i18n.do_translate(parser, token)
    words = (node.filter_expression, node.message_context) if node.message_context else (node.filter_expression,)
    is_fixed = node.asvar is None and all(_constant(word) is not None for word in words)
    return SaidOnce(node) if is_fixed and not settings.DEBUG else node  # a new catalogue shows at once on a laptop


class QuickBlock(Node):
    """A sentence with values in it: put together once, then only translated and filled in."""

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.node = node
        self.singular, self.names = node.render_token_list(node.singular)
        self.plural, more = node.render_token_list(node.plural) if node.plural else ("", [])
        self.names = list(dict.fromkeys([*self.names, *more]))
        self.about = _constant(node.message_context) if node.message_context else None
        self.said: dict[tuple[str | None, int | None], str] = {}

    def _said(self, context: Context, count: int | None = None) -> str:
        """The translated sentence with its gaps; the counts of one page are few, those of all time are not."""
        key = (place_of(context).language, count)
        text = self.said.get(key)
        if text is None:
            if len(self.said) >= KEPT_SENTENCES or settings.DEBUG:
                self.said.clear()
            text = self.said[key] = self._translated(count)
        return text

    def _translated(self, count: int | None) -> str:
        if count is not None:
            return ngettext(self.singular, self.plural, count)
        return pgettext(self.about, self.singular) if self.about else gettext(self.singular)

    def render(self, context: Context) -> str:
        values = {name: value.resolve(context) for name, value in self.node.extra_context.items()}
        counter, counted = self.node.counter, self.node.countervar
        if counter is not None and counted is not None:
            count = counter.resolve(context)
            if type(count) is not int:
                return str(self.node.render(context))
            values[counted] = count
            text = self._said(context, count)
        else:
            text = self._said(context)
        shown = {
            name: _shown(values[name] if name in values else context.get(name, ""), context) for name in self.names
        }
        try:
            return text % shown
        except (KeyError, ValueError):  # a translation that names something else: Django says it in English
            return str(self.node.render(context))


def _block_translate(parser: Parser, token: Token) -> Node:
    """Django's `blocktranslate`; quick unless the result is kept in a variable."""
    node = i18n.do_block_translate(parser, token)
    is_plain = node.asvar is None and not (node.plural and node.message_context)
    has_fixed_context = node.message_context is None or _constant(node.message_context) is not None
    return QuickBlock(node) if is_plain and has_fixed_context else node


class OtherLanguage(Node):
    """A part of a page in a language of its own."""

    def __init__(self, node: i18n.LanguageNode) -> None:
        self.node, self.nodelist = node, node.nodelist

    def render(self, context: Context) -> str:
        context.__dict__.pop("quick_place", None)
        try:
            return str(self.node.render(context))
        finally:
            context.__dict__.pop("quick_place", None)


def _language(parser: Parser, token: Token) -> Node:
    return OtherLanguage(i18n.language(parser, token))


def _shown(value: Any, context: Context) -> str:
    """As the template would show it; whole numbers have no thousands separator in either language."""
    return str(value) if type(value) is int else str(render_value_in_context(value, context))


def _constant(expression: FilterExpression) -> str | None:
    """The text of an expression that is nothing but a text in quotes, else None."""
    is_plain = not expression.filters
    literal = getattr(expression.var, "literal", expression.var) if is_plain else None
    return literal if isinstance(literal, str) else None


_TAGS: dict[str, Callable[[Parser, Token], Node]] = {
    "translate": _translate, "trans": _translate, "blocktranslate": _block_translate, "blocktrans": _block_translate,
    "language": _language,
}  # fmt: skip
register.tags.update(_TAGS)
