"""What stands between the texts: the tags, each as one function that draws it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.template import Context, Node, NodeList, Template, VariableDoesNotExist
from django.template.base import FilterExpression, TextNode, VariableNode
from django.template.defaulttags import CommentNode, FirstOfNode, ForNode, IfNode, LoadNode, WithNode
from django.template.library import InclusionNode, SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from people.quick_templates.values import Value, condition_of, shown, value_of
from people.templatetags.quick import QuickBlock, QuickURL

Draw = Callable[[Context], str]
SILENT = (LoadNode, CommentNode)


def make_quick(template: Template) -> None:
    """Put functions in the place of the template's nodes; its blocks stay where children find them."""
    blocks = template.nodelist.get_nodes_by_type(BlockNode)
    if not any(isinstance(node, ExtendsNode) for node in template.nodelist):
        _draw_quickly(template.nodelist)
    for block in blocks:
        assert isinstance(block, BlockNode)
        _draw_quickly(block.nodelist)


def _draw_quickly(nodes: NodeList) -> None:
    nodes[:] = [Drawn(nodes)]


class Drawn(Node):
    """A list of nodes as one node."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.found: dict[type[Node], list[Node]] = {}
        self.draw = drawn(self.nodes)

    def render(self, context: Context) -> str:
        return self.draw(context)

    def render_annotated(self, context: Context) -> str:
        return self.draw(context)

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """Those of the list; asked for blocks on every page that extends another, and always the same."""
        if nodetype not in self.found:
            self.found[nodetype] = self.nodes.get_nodes_by_type(nodetype)
        return self.found[nodetype]


class Quick:
    """Stands for an expression where a tag of Django's only resolves it."""

    def __init__(self, expression: FilterExpression, missing: Any = "") -> None:
        self.find = value_of(expression, missing)

    def resolve(self, context: Context, *, ignore_failures: bool = False) -> Any:
        """As the expression does, but that the tag need not say whether failures are ignored."""
        return self.find(context)


def drawn(nodes: Iterable[Node]) -> Draw:
    """All nodes of a list, one after the other."""
    parts: list[str] = []
    moving: list[tuple[int, Draw]] = []
    for node in nodes:
        if isinstance(node, TextNode):
            parts.append(node.s)
        elif not isinstance(node, SILENT):
            moving.append((len(parts), draw_of(node)))
            parts.append("")

    def draw(context: Context) -> str:
        page = parts.copy()
        for place, part in moving:
            page[place] = part(context)
        return "".join(page)

    still = "".join(parts)
    return draw if moving else lambda _context: still


def draw_of(node: Node) -> Draw:
    """What draws one node; what is not known is Django's, with its inner lists made quick."""
    if isinstance(node, Drawn):
        return node.draw
    known = _KNOWN.get(type(node))
    if known is not None:
        return known(node)
    if type(node) is not BlockNode:  # blocks are made quick by name
        for name in node.child_nodelists:
            inner = getattr(node, name, None)
            if inner:
                _draw_quickly(inner)
    return _djangos(node)


def _djangos(node: Any) -> Draw:
    draw: Draw = node.render
    return draw


def _variable(node: Any) -> Draw:
    find = value_of(node.filter_expression)
    return lambda context: shown(find(context), context)


def _if(node: Any) -> Draw:
    branches = [
        (condition_of(condition) if condition else _always, drawn(nodes))
        for condition, nodes in node.conditions_nodelists
    ]

    def draw(context: Context) -> str:
        for holds, part in branches:
            try:
                is_drawn = holds(context)
            except VariableDoesNotExist:
                continue
            if is_drawn:
                return part(context)
        return ""

    return draw


def _always(_context: Context) -> bool:
    return True


def _for(node: Any) -> Draw:
    find, part, empty = value_of(node.sequence, None), drawn(node.nodelist_loop), drawn(node.nodelist_empty)
    names: Sequence[str] = node.loopvars

    def draw(context: Context) -> str:
        outer = context.get("forloop", {})
        with context.push():
            values = find(context)
            values = [] if values is None else values if hasattr(values, "__len__") else list(values)
            count = len(values)
            if not count:
                return empty(context)
            loop: dict[str, Any] = {"parentloop": outer}
            known = context.dicts[-1]
            known["forloop"] = loop
            page = []
            for i, value in enumerate(reversed(values) if node.is_reversed else values):
                loop |= {
                    "counter0": i, "counter": i + 1, "revcounter": count - i, "revcounter0": count - i - 1,
                    "first": i == 0, "last": i == count - 1,
                }  # fmt: skip
                if len(names) == 1:
                    known[names[0]] = value
                    page.append(part(context))
                else:
                    with context.push(**_unpacked(names, value)):
                        page.append(part(context))
            return "".join(page)

    return draw


def _unpacked(names: Sequence[str], value: Any) -> dict[str, Any]:
    count = len(value) if hasattr(value, "__len__") else 1
    if count != len(names):
        raise ValueError(f"Need {len(names)} values to unpack in for loop; got {count}. ")
    return dict(zip(names, value, strict=True))


def _with(node: Any) -> Draw:
    values, part = _values(node.extra_context), drawn(node.nodelist)

    def draw(context: Context) -> str:
        context.dicts.append({name: value(context) for name, value in values})
        try:
            return part(context)
        finally:
            context.dicts.pop()

    return draw


def _values(expressions: dict[str, FilterExpression]) -> list[tuple[str, Value]]:
    return [(name, value_of(expression)) for name, expression in expressions.items()]


def _include(node: Any) -> Draw:
    name, values = node.template.var, _values(node.extra_context)
    is_plain = isinstance(name, str) and not node.template.filters and not name.startswith("./") and ".." not in name
    if not is_plain or node.isolated_context:
        return _djangos(node)
    known: list[Template] = []

    def draw(context: Context) -> str:
        if not known:
            known.append(context.template.engine.get_template(name))  # type: ignore[union-attr]
        template, state, added = known[0], context.render_context, {key: value(context) for key, value in values}
        outer, state.template = state.template, template
        state.dicts.append({})
        context.dicts.append(added)
        try:
            return str(template._render(context))  # type: ignore[attr-defined]
        finally:
            context.dicts.pop()
            state.dicts.pop()
            state.template = outer

    return draw


def _first_of(node: Any) -> Draw:
    if node.asvar:
        node.vars = [Quick(one, None) for one in node.vars]
        return _djangos(node)
    finds = [value_of(one, None) for one in node.vars]

    def draw(context: Context) -> str:
        for find in finds:
            value = find(context)
            if value:
                return shown(value, context)
        return ""

    return draw


def _simple(node: Any) -> Draw:
    """A tag that is a function. One that is cached, and told nothing but words, always says the same."""
    words = [one.var for one in [*node.args, *node.kwargs.values()] if not one.filters]
    is_fixed = hasattr(node.func, "cache_info") and len(words) == len(node.args) + len(node.kwargs)
    if is_fixed and not node.target_var and all(type(word) is SafeString for word in words):
        said = node.render(Context())
        return lambda _context: said
    return _inclusion(node)


def _inclusion(node: Any) -> Draw:
    node.args, node.kwargs = [Quick(one) for one in node.args], {name: Quick(one) for name, one in node.kwargs.items()}
    return _djangos(node)


def _static(node: Any) -> Draw:
    path = node.path.var
    if node.varname or not isinstance(path, str):
        return _djangos(node)
    known: list[str] = []

    def draw(context: Context) -> str:
        if not known:
            known.append(str(conditional_escape(node.url(context))))
        return known[0]

    return draw


def _address(node: Any) -> Draw:
    node.argument = Quick(node.argument) if node.argument else None
    return _djangos(node)


def _sentence(node: Any) -> Draw:
    inner = node.node
    inner.extra_context = {name: Quick(value) for name, value in inner.extra_context.items()}
    inner.counter = Quick(inner.counter) if inner.counter else None
    return _djangos(node)


_KNOWN: dict[type[Node], Callable[[Any], Draw]] = {
    VariableNode: _variable, IfNode: _if, ForNode: _for, WithNode: _with, IncludeNode: _include, FirstOfNode: _first_of,
    SimpleNode: _simple, InclusionNode: _inclusion, StaticNode: _static, QuickURL: _address, QuickBlock: _sentence,
}  # fmt: skip
