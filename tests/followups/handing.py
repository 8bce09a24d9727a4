"""Handing to-dos over as the page has it: shown first, then done."""

from typing import Any

from django.test import Client


def hand_over(client: Client, url: str, to: object, **typed: str) -> Any:
    """Confirm what the page has shown; gives back its last answer."""
    answers = {"to": to}
    shown = client.post(url, answers | {"count": client.get(url).context["form"]["count"].value()})
    form = shown.context["form"]
    return client.post(url, answers | typed | {name: form[name].value() for name in ("count", "shown")}, follow=True)
