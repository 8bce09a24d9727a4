"""What a browser would send."""

from typing import Any

from django.http import HttpResponse


def sent(page: HttpResponse) -> dict[str, Any]:
    """The page's form sent as it was opened."""
    data: dict[str, Any] = {}
    for bound in page.context["form"]:
        value = bound.value()
        data[bound.html_name] = "" if value is None else value
        if bound.field.show_hidden_initial:
            data[bound.html_initial_name] = data[bound.html_name]
    return data


def sent_again(page: HttpResponse) -> dict[str, Any]:
    """The form of a conflict sent once more, unchanged."""
    form = page.context["form"]
    data = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    return data | {name: form.data.getlist(name) for name in form.data if name.startswith("initial-")}
