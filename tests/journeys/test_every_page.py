"""Every page of the address book in a real browser: readable by everybody, by daylight and in the dark, at any width.

A page that is added later is looked at unasked. The script's console stays empty, which is where a browser reports what
the content security policy has refused.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from dashboards.reports import REPORTS
from followups.views.settings.books import BOOKS
from people.states import WordKind
from tests.journeys.reading import complete
from tests.pages import world as worlds
from tests.pages.addresses import NAMES, address
from tests.pages.who_may import WHO_MAY
from tests.pages.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.look]

WIDTHS = (1440, 1366, 390)
FILES = {
    "dashboards:records_file",
    "dashboards:records_json",
    "followups:follow_ups_file",
    "followups:leads_file",
    "healthz",
    "styleguide",
}

# Text that does not fit its box and is cut off without a word; "…" says that there is more.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const cuts = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
  const isSeen = one.clientWidth > 2 && style.visibility === "visible" && !one.closest("[hidden]");
  return says && cuts && isSeen && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def places(world: World, role: str) -> dict[str, str]:
    """The address of every page that this person reads, by name, and of the pages that have several faces."""
    held = world.at("own", role)
    readable = [name for name in NAMES if WHO_MAY[name].answer(role, "own").answer[0] == 200 and name not in FILES]
    found = {name: url for name in readable if (url := address(name, world, held))}
    if role == "admin":
        found |= {f"records {code}": reverse("dashboards:records", args=[code]) for code in REPORTS}
        found |= {f"book {code}": reverse("settings:entries", args=[code]) for code in BOOKS}
        found |= {f"new {code}": reverse("settings:entry_add", args=[code]) for code in BOOKS}
        found |= {f"words {kind}": reverse("settings:words", args=[kind]) for kind in WordKind}
    else:
        found |= {
            "my deals": "/deals/?mine=1", "my board": "/deals/?mine=1&view=board", "late": "/today/?tab=late",
            "untrue leads": "/leads/?view=untrue", "unset": "/todos/?when=unset", "found": "/search/?q=担当",
            "found nothing": "/search/?q=存在しない", "a lost deal": f"/deals/{held.lost.pk}/",
            "a followed deal": f"/deals/{held.followed.pk}/", "a mail": f"/log/?deal={held.live.pk}&kind=email",
            "choose a deal": "/log/", "a nurtured lead": f"/leads/{held.lead.pk}/status/?to=nurturing_no_action",
        }  # fmt: skip
    return found


def findings(page: Page, url: str) -> list[str]:
    """What a reader would stumble over on this page."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.goto(url)
    return [f"status {answer.status}"] if answer is None or answer.status != 200 else flaws(page)


def flaws(page: Page) -> list[str]:
    """The same of a page that is open, at its full width and by daylight."""
    complete(page)
    found = [f"by daylight: {one}" for one in violations(page)]
    if (primary := page.locator("main .btn.primary:visible").count()) > 1:
        found.append(f"{primary} primary buttons")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => innerWidth === width", arg=width)
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found.append(f"{over} px too wide at {width}")
        found += [f"cut off at {width}: {one}" for one in page.evaluate(CLIPPED)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + [f"in the dark: {one}" for one in violations(page)]


def violations(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]]


def test_what_cannot_be_read_is_found(page) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto("/login/")
    assert flaws(page) == []
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.evaluate("""() => {
      const add = (tag, text, look) => {
        const one = document.body.appendChild(document.createElement(tag));
        one.append(text);
        Object.assign(one.style, look);
      };
      add("img", "", {});
      add("p", "x".repeat(200), { width: "1500px" });
      add("p", "株式会社".repeat(20), { width: "90px", overflow: "hidden", whiteSpace: "nowrap" });
      add("p", "淡い", { color: "#888", background: "#999" });
    }""")
    told = " ".join(flaws(page))
    for flaw in ("image-alt", "color-contrast", "px too wide at 1440", "cut off at 390"):
        assert flaw in told, told


@pytest.mark.parametrize("role", ["both", "admin", "viewer"])
def test_every_page_can_be_read_by_everybody_at_every_width(page, sign_in, world, console_errors, role) -> None:
    sign_in(world.roles[role])
    asked = places(world, role)
    if role != "both":  # what looks alike for everybody has been looked at
        asked = {name: url for name, url in asked.items() if name not in places(world, "both")}
    if role == "viewer":
        asked = {name: address(name, world, world.at("own", role)) for name in ("followups:deal", "followups:lead")}
    found = {}
    for name, url in asked.items():
        what = findings(page, url) + [f"console: {error}" for error in console_errors]
        console_errors.clear()
        if what:
            found[f"{name} {url}"] = what
    assert found == {}
