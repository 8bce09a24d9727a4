"""The links of a page to the rows behind its numbers, and what each says."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse


@dataclass
class Link:
    """A link to records, and what it says about them."""

    url: str
    name: str
    words: list[str] = field(default_factory=list)
    figure: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        """The name that a screen reader reads, a tile's figure, or the words of the link."""
        return self.name or " ".join("".join(self.figure or self.words).split())


class Links(HTMLParser):
    """The links of a page to the rows behind its numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self.open: Link | None = None
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            is_ours = (given.get("href") or "").startswith("/records/")
            self.open = Link(given["href"] or "", given.get("aria-label") or "") if is_ours else None
            self.inside = []
            if self.open:
                self.found.append(self.open)
        elif self.open and tag not in ("rect", "line", "circle", "path", "br", "img"):
            self.inside.append(given.get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.open = None
        elif self.open and self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.open and not {"title", "sr"} & set(self.inside):
            (self.open.figure if "fig" in self.inside else self.open.words).append(data)


def links_of(page: HttpResponse) -> list[Link]:
    """Those of the page's own part, not of its frame."""
    parser = Links()
    parser.feed(page.content.decode().partition("<main")[2])
    return parser.found
