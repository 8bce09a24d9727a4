"""The forms of a page as a browser sees them: what is asked, what must be answered, what pressing the button sends."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT_LIKE = {"text", "search", "email", "tel", "url", "password"}
DAYS = {"date": "2025-08-04", "datetime-local": "2025-07-31T09:30", "time": "10:00"}


@dataclass
class Control:
    """An input, select or text area; of radio buttons and boxes each is one. options: (value, is chosen)."""

    name: str
    kind: str
    value: str
    is_required: bool = False
    is_checked: bool = False
    is_disabled: bool = False
    options: list[tuple[str, bool]] = field(default_factory=list)

    def sent(self) -> list[str]:
        """What it adds to the form that is sent as it stands."""
        if self.is_disabled or self.kind in ("submit", "button", "file", "image", "reset"):
            return []
        if self.kind in ("checkbox", "radio"):
            return [self.value] if self.is_checked else []
        if self.kind == "select":
            return [value for value, is_chosen in self.options if is_chosen] or [v for v, _c in self.options[:1]]
        if self.kind == "select-multiple":
            return [value for value, is_chosen in self.options if is_chosen]
        return [self.value]

    def answered(self) -> list[str]:
        """What somebody may answer who was asked and knows nothing better."""
        if self.kind in DAYS:
            return [DAYS[self.kind]]
        if self.kind.startswith("select"):
            return [value for value, _chosen in self.options if value][:1]
        if self.kind in ("radio", "checkbox"):
            return [self.value]
        return ["1"] if self.kind == "number" else ["a@example.jp"] if self.kind == "email" else ["お客様の要望"]


@dataclass
class Form:
    """A form of the page with the controls that belong to it, those that only name it by `form=` included."""

    action: str
    method: str
    id: str
    controls: list[Control] = field(default_factory=list)

    @property
    def required(self) -> set[str]:
        """Names that the browser does not let go unanswered."""
        return {control.name for control in self.controls if control.is_required and control.kind != "hidden"}

    @property
    def asked(self) -> set[str]:
        """Names of everything that a person may answer."""
        return {control.name for control in self.controls if control.kind not in ("hidden", "submit", "button")}

    def is_chosen_from(self, name: str) -> bool:
        """Whether it is answered by ticking, so that no answer sends nothing."""
        kinds = {control.kind for control in self.controls if control.name == name}
        return bool(kinds & {"radio", "checkbox", "select-multiple"})

    def data(self, **answers: object) -> dict[str, list[str]]:
        """What is sent: the form as it stands, the required answers it lacks, and over these the given ones."""
        found: dict[str, list[str]] = {}
        for control in self.controls:
            found.setdefault(control.name, []).extend(control.sent())
        for name in self.required:
            if not any(found[name]):
                first = next(one for one in self.controls if one.name == name and not one.is_disabled)
                found[name] = first.answered()
        for name, answer in answers.items():
            found[name] = [str(one) for one in (answer if isinstance(answer, list) else [answer])]
        return {name: values for name, values in found.items() if values and name not in ("", "form_token")}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.outside: list[tuple[str, Control]] = []
        self.is_inside = self.is_main = False
        self.area: Control | None = None
        self.select: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.is_main = True
        elif tag == "form" and self.is_main:
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method, given.get("id", "")))
            self.is_inside = True
        elif tag == "option" and self.select is not None:
            self.select.options.append((given.get("value", ""), "selected" in given))
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else "submit" if tag == "button" else tag
        kind = "select-multiple" if tag == "select" and "multiple" in given else kind
        control = Control(
            given.get("name", ""), kind, given.get("value", "on" if kind in ("checkbox", "radio") else ""),
            "required" in given, "checked" in given, "disabled" in given,
        )  # fmt: skip
        if "form" in given:
            self.outside.append((given["form"], control))
        elif self.is_inside:
            self.forms[-1].controls.append(control)
        self.area = control if tag == "textarea" else None
        self.select = control if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "main":
            self.is_main = False
        elif tag == "textarea" and self.area is not None:
            self.area.value, self.area = self.area.value.removeprefix("\n"), None
        elif tag == "select":
            self.select = None


def forms_of(page: str) -> list[Form]:
    """The forms inside <main>."""
    reader = _Reader()
    reader.feed(page)
    for name, control in reader.outside:
        for form in reader.forms:
            if form.id == name:
                form.controls.append(control)
    return reader.forms


def form_of(page: str) -> Form:
    """The form that the page is about: of those that write, the one that asks the most."""
    writing = [form for form in forms_of(page) if form.method == "post"]
    return max(writing, key=lambda form: len(form.controls))
