"""What is photographed: a name, who looks, where it is, and what he does before the picture is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from followups.models import SweepRun
from followups.rules.asked import ask
from people.models import User
from tests.screens.scene import ADMIN, CALLER, MANAGER, SELLER, Scene


@dataclass(frozen=True)
class Screen:
    """`who`: an e-mail, or "" for nobody. A main page is taken on a phone and in the dark too."""

    name: str
    who: str
    address: Callable[[Scene], str] | str
    act: Callable[[Page], None] | None = None
    is_main: bool = False

    def where(self, scene: Scene) -> str:
        return self.address if isinstance(self.address, str) else self.address(scene)


def looks_of(screen: Screen) -> list[str]:
    """What the names of its pictures end with."""
    return ["", "-phone", "-dark", "-phone-dark"] if screen.is_main else [""]


def outcome(code: str) -> Callable[[Page], None]:
    return lambda page: page.locator(f"[name=outcome][value={code}]").check(force=True)


def press(*keys: str) -> Callable[[Page], None]:
    return lambda page: [page.keyboard.press(key) for key in keys]


def look_for(words: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        page.get_by_text("ひまわり製菓").first.wait_for()

    return act


def asked_run(scene: Scene) -> SweepRun:
    """A run that an admin has just asked for."""
    return ask(by=User.objects.get(email=ADMIN), as_of=scene.run.as_of)


SCREENS = [
    Screen("login", "", "/login/"),
    Screen("today", CALLER, "/today/", is_main=True),
    *[
        Screen(f"call-{code.replace('_', '-')}", CALLER, lambda s: f"/call/{s.todo.pk}/", outcome(code))
        for code in ("not_connected", "callback", "appointment", "declined", "out_of_target_person")
    ],
    Screen("call", CALLER, lambda s: f"/call/{s.todo.pk}/", is_main=True),
    Screen("today-cleared", MANAGER, "/today/"),
    Screen("keys", CALLER, "/today/", press("?")),
    Screen("palette", CALLER, "/leads/", look_for("ひまわり")),
    Screen("search", CALLER, "/search/?q=ひまわり"),
    Screen("log", CALLER, "/log/"),
    Screen("todos", CALLER, "/todos/", is_main=True),
    Screen("todos-unset", MANAGER, "/todos/?when=unset"),
    Screen("todo-add", SELLER, lambda s: f"/todos/add/?deal={s.quoted.pk}"),
    Screen("todo-done", CALLER, lambda s: f"/todos/{s.todo.pk}/done/"),
    Screen("todos-move", CALLER, lambda s: f"/todos/move/?todo={s.todo.pk}"),
    Screen("todos-cancel", CALLER, lambda s: f"/todos/cancel/?todo={s.todo.pk}"),
    Screen("todos-complete", CALLER, lambda s: f"/todos/complete/?todo={s.todo.pk}"),
    Screen("capacity", SELLER, "/capacity/"),
    Screen("absence-add", SELLER, "/capacity/absence/add/"),
    Screen("hand-back", SELLER, lambda s: f"/capacity/hand-back/?deal={s.quoted.pk}"),
    Screen("deals", CALLER, "/deals/"),
    Screen("my-deals", SELLER, "/deals/?mine=1", is_main=True),
    Screen("my-board", SELLER, "/deals/?mine=1&view=board"),
    Screen("deal", SELLER, lambda s: f"/deals/{s.live.pk}/", is_main=True),
    Screen("deal-lost", CALLER, lambda s: f"/deals/{s.lost.pk}/"),
    Screen("deal-returned", CALLER, lambda s: f"/deals/{s.returned.pk}/"),
    Screen("deal-add", SELLER, "/deals/add/"),
    Screen("deal-edit", SELLER, lambda s: f"/deals/{s.quoted.pk}/edit/"),
    Screen("advance", SELLER, lambda s: f"/deals/{s.quoted.pk}/advance/"),
    Screen("lose", SELLER, lambda s: f"/deals/{s.quoted.pk}/lose/", is_main=True),
    Screen("return", SELLER, lambda s: f"/deals/{s.quoted.pk}/return/"),
    Screen("win", SELLER, lambda s: f"/deals/{s.quoted.pk}/win/"),
    Screen("exempt", SELLER, lambda s: f"/deals/{s.quoted.pk}/exempt/"),
    Screen("exclude", SELLER, lambda s: f"/deals/{s.quoted.pk}/exclude/"),
    Screen("reclassify", MANAGER, lambda s: f"/deals/{s.lost.pk}/reclassify/"),
    Screen("reopen", MANAGER, lambda s: f"/deals/{s.lost.pk}/reopen/"),
    Screen("end-follow-up", MANAGER, lambda s: f"/deals/{s.lost.pk}/end-follow-up/"),
    Screen("propose", CALLER, lambda s: f"/deals/{s.lost.pk}/propose/"),
    Screen("proposed", SELLER, lambda s: f"/deals/{s.proposal.deal_id}/"),
    Screen("decline", SELLER, lambda s: f"/proposals/{s.proposal.pk}/decline/"),
    Screen("follow-ups", CALLER, "/followup/"),
    Screen("leads", CALLER, "/leads/", is_main=True),
    Screen("lead", CALLER, lambda s: f"/leads/{s.lead.pk}/", is_main=True),
    Screen("lead-add", CALLER, "/leads/add/"),
    Screen("lead-edit", CALLER, lambda s: f"/leads/{s.new_lead.pk}/edit/"),
    Screen("leads-assign", MANAGER, lambda s: f"/leads/assign/?lead={s.lead.pk}"),
    Screen("leads-status", MANAGER, lambda s: f"/leads/status/?lead={s.lead.pk}"),
    Screen("leads-todo", MANAGER, lambda s: f"/leads/todo/?lead={s.lead.pk}"),
    Screen("lead-status", MANAGER, lambda s: f"/leads/{s.new_lead.pk}/status/"),
    Screen("lead-convert", MANAGER, lambda s: f"/leads/{s.new_lead.pk}/convert/"),
    Screen("projects", MANAGER, "/projects/"),
    Screen("project", MANAGER, lambda s: f"/projects/{s.project.pk}/"),
    Screen("project-fill", MANAGER, lambda s: f"/projects/fill/?list=deals&deal={s.quoted.pk}&project={s.project.pk}"),
    Screen("project-add", MANAGER, "/projects/add/"),
    Screen("project-edit", MANAGER, lambda s: f"/projects/{s.project.pk}/edit/"),
    Screen("project-call-date", MANAGER, lambda s: f"/projects/{s.project.pk}/call-date/?member={s.member}"),
    Screen("project-remove", MANAGER, lambda s: f"/projects/{s.project.pk}/remove/?member={s.member}"),
    Screen("saved-list", SELLER, "/deals/?status=quoted"),
    Screen("saved-list-add", SELLER, "/lists/add/?list=deals&query=status%3Dwon"),
    Screen("saved-list-edit", SELLER, lambda s: f"/lists/{s.saved.pk}/edit/"),
    Screen("reassign", MANAGER, lambda s: f"/reassign/?list=todos&todo={s.todo.pk}"),
    Screen("companies", CALLER, "/companies/"),
    Screen("company-add", CALLER, "/companies/add/"),
    Screen("company-edit", CALLER, lambda s: f"/companies/{s.company.pk}/edit/"),
    Screen("contact-add", CALLER, lambda s: f"/contacts/add/?company={s.company.pk}"),
    Screen("contact-edit", CALLER, lambda s: f"/contacts/{s.contact.pk}/edit/"),
    Screen("contact-permission", CALLER, lambda s: f"/contacts/{s.contact.pk}/permission/"),
    Screen("contact-availability", CALLER, lambda s: f"/contacts/{s.contact.pk}/availability/"),
    Screen("company", CALLER, lambda s: f"/companies/{s.company.pk}/", is_main=True),
    Screen("contact", CALLER, lambda s: f"/contacts/{s.contact.pk}/"),
    Screen("merge", MANAGER, lambda s: f"/contacts/{s.contact.pk}/merge/?with={s.namesake.pk}"),
    Screen("check", MANAGER, "/dashboards/today/", is_main=True),
    Screen("due", MANAGER, "/dashboards/due/", is_main=True),
    Screen("todo-status", MANAGER, "/dashboards/todos/"),
    Screen("capacity-map", MANAGER, "/dashboards/capacity/"),
    Screen("reopportunity", MANAGER, "/dashboards/reopportunity/", is_main=True),
    Screen("lost-reasons", MANAGER, "/dashboards/lost-reasons/"),
    Screen("period-end", MANAGER, "/dashboards/period-end/"),
    Screen("habits", MANAGER, "/dashboards/habits/"),
    Screen("pipeline", MANAGER, "/dashboards/pipeline/"),
    Screen("stock-flow", MANAGER, "/dashboards/stock-flow/"),
    Screen("activity", MANAGER, "/dashboards/activity/", is_main=True),
    Screen("records", MANAGER, "/records/coverage/"),
    Screen("definitions", CALLER, "/help/definitions/"),
    Screen("rules", CALLER, "/rules/"),
    Screen("rule", ADMIN, "/rules/R-60/edit/"),
    Screen("rule-backtest", ADMIN, "/rules/R-60/backtest/"),
    Screen("suggestions", MANAGER, "/rules/suggestions/"),
    Screen("exemptions", MANAGER, "/rules/exemptions/"),
    Screen("rule-policy", CALLER, "/rules/policy/"),
    Screen("announcements", MANAGER, "/announcements/"),
    Screen("sweep-now", ADMIN, lambda s: f"/rules/run/?as_of={s.run.as_of}"),
    Screen("runs", MANAGER, "/runs/"),
    Screen("run", MANAGER, lambda s: f"/runs/{s.run.pk}/"),
    Screen("run-progress", ADMIN, lambda s: f"/runs/{asked_run(s).pk}/progress/"),
    Screen("run-undo", ADMIN, lambda s: f"/runs/{s.run.pk}/undo/"),
    Screen("import", ADMIN, "/import/"),
    Screen("import-columns", ADMIN, lambda s: f"/import/files/{s.upload.pk}/", is_main=True),
    Screen("import-dry-run", ADMIN, lambda s: f"/import/runs/{s.tried.pk}/", is_main=True),
    Screen("import-undo", ADMIN, lambda s: f"/import/undos/{s.undo.pk}/", is_main=True),
    Screen("export", ADMIN, "/import/export/"),
    Screen("settings", ADMIN, "/settings/"),
    Screen("settings-people", ADMIN, "/settings/people/"),
    Screen("settings-person", ADMIN, lambda s: f"/settings/people/{s.caller.pk}/"),
    Screen("settings-invite", ADMIN, "/settings/people/invite/"),
    Screen("settings-leave", ADMIN, lambda s: f"/settings/people/{s.caller.pk}/leave/"),
    Screen("settings-teams", ADMIN, "/settings/teams/"),
    Screen("settings-caps", ADMIN, "/settings/caps/"),
    Screen("settings-cap", ADMIN, lambda s: f"/settings/caps/{s.caller.pk}/"),
    Screen("settings-targets", ADMIN, "/settings/targets/"),
    Screen("settings-absences", ADMIN, "/settings/absences/"),
    Screen("settings-numbers", ADMIN, "/settings/numbers/"),
    Screen("settings-lost-reasons", ADMIN, "/settings/lost-reasons/"),
    Screen("settings-lost-reason", ADMIN, lambda s: f"/settings/lost-reasons/{s.lost.lost_reason_id}/"),
    Screen("settings-past-losses", ADMIN, lambda s: f"/settings/lost-reasons/{s.lost.lost_reason_id}/past/"),
    Screen("settings-product-add", ADMIN, "/settings/products/add/"),
    Screen("settings-words", ADMIN, "/settings/words/deal_status/"),
    Screen("settings-word", ADMIN, "/settings/words/deal_status/quoted/"),
    Screen("settings-call-results", ADMIN, "/settings/call-results/"),
    Screen("settings-call-result", ADMIN, "/settings/call-results/callback/"),
    Screen("settings-calendar", ADMIN, "/settings/calendar/"),
    Screen("notices", CALLER, "/notices/"),
    Screen("me", CALLER, "/me/"),
    Screen("password", CALLER, "/me/password/"),
    Screen("first-password", "", "/welcome/MQ/spoilt-link/"),
    Screen("error-403", CALLER, "/settings/"),
    Screen("error-404", CALLER, "/nowhere/"),
    Screen("error-500", CALLER, "/broken/"),
    Screen("styleguide", ADMIN, "/styleguide/"),
]
