"""The hands of whoever moves a team in: uploads, corrections and presses, counted, each waiting for what it brings."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from followups.models import SweepRun
from followups.rules.asked import work as run_asked
from intake.runs import work


@dataclass
class Hand:
    """Clicks and counts them; beat runs when a page waits for it. corrections: answers changed from the suggested."""

    page: Page
    clicks: int = 0
    corrections: int = 0

    def press(self, role: Any, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def upload(self, path: Path) -> None:
        self.clicks += 2  # the button of the browser, and the file in its dialogue
        self.page.set_input_files("#file", path)
        self.press("button", "アップロードして確かめる")
        self.page.wait_for_url("**/import/files/*/")

    def choose(self, label: str, answer: str) -> None:
        """Correct what was suggested."""
        self.clicks += 1
        self.corrections += 1
        self.page.get_by_label(label, exact=True).select_option(label=answer)

    def try_out(self) -> None:
        self.press("button", "試しに取り込む")
        self.page.wait_for_url("**/import/runs/*/")
        work(timezone.now())
        expect(self.page.locator(".tiles")).to_be_visible()

    def bring_in(self, rows: str) -> None:
        self.press("button", f"{rows}行を取り込む")
        expect(self.page.get_by_role("button", name="中止する")).to_be_visible()
        work(timezone.now())
        expect(self.page.get_by_text("取り込みました").first).to_be_visible()

    def import_(self, path: Path, rows: str, corrections: dict[str, str] | None = None) -> None:
        """A file of one table from the page of imports to its result; every row goes in."""
        self.page.goto("/import/")
        self.upload(path)
        for column, field in (corrections or {}).items():
            self.choose(f"「{column}」を入れる項目", field)
        self.try_out()
        self.bring_in(rows)

    def run_rules(self, as_of: date) -> dict[str, Any]:
        """Run the rules as of an earlier day by their page; what the run has told of itself."""
        self.page.goto("/rules/run/")
        self.page.get_by_label("基準日").fill(f"{as_of:%Y-%m-%d}")
        self.press("button", "何が起きるかを見る")
        self.page.wait_for_url("**/rules/run/?*")
        self.run_now()
        return SweepRun.objects.latest("pk").summary

    def run_now(self) -> None:
        """Press the button that runs the rules and wait for the page of the run."""
        self.clicks += 1
        self.page.get_by_role("button", name="実行する").click()
        self.page.wait_for_url("**/runs/*/progress/")
        run_asked(timezone.now())
        expect(self.page.get_by_role("link", name="この実行を元に戻す")).to_be_visible()
