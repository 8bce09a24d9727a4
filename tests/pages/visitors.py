"""People with their sessions who ask pages and press their buttons; what they do is watched."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from people.models import User
from tests.pages.addresses import address
from tests.pages.html import Form, form_of
from tests.pages.world import Held, World

WRITING = ("INSERT", "UPDATE", "DELETE")
BOOKKEEPING = ("django_session", "people_sentform", "people_loginfailure")  # tables of the door itself


@dataclass
class Visitors:
    """People with their sessions; `wrote` holds the statements with which the last request wrote.

    as_built: the digests of the world before anybody does anything in it.
    """

    world: World
    as_built: dict[str, str]
    sessions: dict[int, str] = field(default_factory=dict)
    wrote: list[str] = field(default_factory=list)
    forms: dict[tuple[str, int | None], Form | None] = field(default_factory=dict)

    def ask(self, user: User, url: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """What the page answers him; data None only looks."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions.get(user.pk) or self.log_in(user)
        self.wrote.clear()
        with connection.execute_wrapper(self._listen):
            return client.get(url) if data is None else client.post(url, data)

    def form(self, name: str, held: Held, looked: HttpResponse) -> Form | None:
        """The form that he was shown; else the one an admin, or whose record it is, is shown."""
        if (shown := form_on(looked)) is not None:
            return shown
        key = name, held.holder and held.holder.pk
        if key not in self.forms:
            url = address(name, self.world, held) or ""
            readers = (user for user in (self.world.roles["admin"], held.holder) if user)
            self.forms[key] = next((form for user in readers if (form := form_on(self.ask(user, url)))), None)
        return self.forms[key]

    def log_in(self, user: User) -> str:
        client = Client()
        client.force_login(user)
        self.sessions[user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.sessions[user.pk]

    def _listen(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.lstrip().startswith(WRITING) and not any(f'"{table}"' in sql for table in BOOKKEEPING):
            self.wrote.append(sql[:90])
        return execute(sql, *rest)


def form_on(page: HttpResponse) -> Form | None:
    if page.status_code != 200 or page.streaming:
        return None
    main = page.content.decode().partition("<main")[2]
    return form_of("<main" + main) if 'method="post"' in main else None
