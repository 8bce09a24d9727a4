"""Rules of the house that can be read off its files: budgets, the clock, inline code, names, promises of the docs."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest
from django.conf import settings

from tests.test_architecture import FLOORS

ROOT = Path(settings.BASE_DIR)
PACKAGES = [*FLOORS, "salesfollow", "ops"]
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
MIGRATIONS = sorted(path for path in ROOT.glob("*/migrations/*.py") if path.name != "__init__.py")
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")])
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

FILE_LINES = 300
FUNCTION_LINES_MEDIAN, FUNCTION_LINES_P95, FUNCTION_LINES_MAX = 8, 35, 60
VIEW_LINES = 25
TEMPLATE_LINES_P95 = 120

# Where the day is asked for: pages, tasks and commands. All else is given `as_of`.
CLOCK_ROOMS = {"views", "views.py", "admin", "admin.py", "tasks.py", "management"}
CLOCKS = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
}

# The page's content security policy would refuse all of these.
INLINE = {
    "style attribute": re.compile(r"""\sstyle\s*=\s*\\?["']"""),
    "style element": re.compile(r"<style\b"),
    "script element": re.compile(r"<script\b(?![^>]*\ssrc=)"),
    "event handler": re.compile(r"""\s(on[a-z]+|hx-on[a-z:-]*)\s*=\s*\\?["']"""),
    "script address": re.compile(r"javascript:"),
}
TRUSTED = re.compile(r"mark_safe|SafeString\(|\|\s*safe\b|autoescape\s+off|safeseq")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions() -> Iterator[tuple[str, Path, int]]:
    """Each function's name, file and number of lines, its docstring included."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.name}", path, node.end_lineno - node.lineno + 1


def percentile_95(values: list[int]) -> float:
    return quantiles(values, n=20)[-1]


def test_no_file_outgrows_its_budget():
    assert {name_of(path): lines_of(path) for path in MODULES if lines_of(path) > FILE_LINES} == {}


def test_functions_stay_short():
    lengths = [length for _name, _path, length in functions()]

    assert {name: length for name, _path, length in functions() if length > FUNCTION_LINES_MAX} == {}
    assert percentile_95(lengths) <= FUNCTION_LINES_P95
    assert median(lengths) <= FUNCTION_LINES_MEDIAN


def test_views_stay_shorter():
    views = {name: n for name, path, n in functions() if {"views", "views.py"} & set(path.relative_to(ROOT).parts)}

    assert {name: length for name, length in views.items() if length > VIEW_LINES} == {}


def test_templates_stay_short():
    assert percentile_95(list(map(lines_of, TEMPLATES))) <= TEMPLATE_LINES_P95


@pytest.mark.parametrize("what", INLINE)
def test_nothing_inline_stands_in_a_template_or_in_markup_made_by_code(what):
    assert [name_of(path) for path in [*TEMPLATES, *MODULES] if INLINE[what].search(path.read_text())] == []


def test_no_text_of_users_is_trusted():
    assert [name_of(path) for path in [*TEMPLATES, *MODULES] if TRUSTED.search(path.read_text())] == []


def test_only_pages_tasks_and_commands_read_the_clock():
    readers = [
        f"{name_of(path)}:{line}"
        for path in MODULES
        if not CLOCK_ROOMS & set(path.relative_to(ROOT).parts)
        for line in lines_that_read_the_clock(ast.parse(path.read_text()))
    ]
    assert readers == []


def lines_that_read_the_clock(tree: ast.AST) -> Iterator[int]:
    """Calls that ask for the present. A moment that is only recorded (`finished_at=Now()`) decides nothing."""
    recorded = {id(node.value) for node in ast.walk(tree) if is_record_of_a_moment(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in recorded and is_clock(node):
            yield node.lineno


def is_record_of_a_moment(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return (node.arg or "").endswith("_at")
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute) and target.attr.endswith("_at") for target in node.targets)
    return False


def is_clock(call: ast.Call) -> bool:
    """With an argument `localdate(moment)` and `localtime(moment)` only convert."""
    if isinstance(call.func, ast.Attribute):
        return not call.args and (getattr(call.func.value, "id", ""), call.func.attr) in CLOCKS
    return isinstance(call.func, ast.Name) and call.func.id == "Now"


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_a_migration_is_named_by_hand(path):
    assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]*", path.stem)
    assert not re.search(r"_auto_\d|_and_more$|^\d{4}_(alter|rename|remove|delete)_", path.stem)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_and_hashes_everything_and_names_no_registry(lock):
    text = (ROOT / lock).read_text()
    pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==\S+", text, re.MULTILINE)

    assert pins
    assert "http" not in text
    assert len(pins) == len(re.findall(r"^\S", text, re.MULTILINE))
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text.strip()))


def test_the_lock_files_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    production = project["project"]["dependencies"]

    assert pins_missing("requirements.lock", production) == []
    assert pins_missing("requirements-dev.lock", production + project["dependency-groups"]["dev"]) == []


def pins_missing(lock: str, requirements: list[str]) -> list[str]:
    text = (ROOT / lock).read_text()
    names = [re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower() for requirement in requirements]
    return [name for name in names if not re.search(rf"^{re.escape(name)}==", text, re.MULTILINE)]


def test_every_setting_is_documented_and_every_documented_setting_is_read():
    read = set(re.findall(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""", (ROOT / "salesfollow/settings.py").read_text()))
    examples = re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)

    assert read
    assert set(examples) - {"POSTGRES_PASSWORD"} == read
    assert set(documented) == read


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(document):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_command_of_make_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()
    commands = set(re.search(r"^\.PHONY: (.*?[^\\])$", makefile, re.MULTILINE | re.DOTALL)[1].split()) - {"\\"}
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))

    assert {command for command in commands if not command.startswith("check-")} - {"static-checks"} == described
