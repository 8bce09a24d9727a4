"""A form that carries a token does its work once, however often it is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from people.form_tokens import mark_of
from people.http import GetResponse, Request
from people.models import SentForm
from people.rows import insert_rows

View = TypeVar("View", bound=Callable[..., HttpResponse])

ANSWER_HEADERS = ("Location", "HX-Redirect")


class OncePerFormMiddleware:
    """Gives whoever sends a form again the answer of the first time, and makes nothing.

    The number of the form is written in the transaction of its work: of two requests at the same moment the second
    waits for the first, and a form that was refused may be sent again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "marks_its_forms", False):
            return None
        does_work = request.method == "POST" and "preview" not in request.GET  # a preview asks and does nothing
        mark = mark_of(request) if does_work else None
        if mark is None or mark.user_id != request.user.pk:
            return None
        with transaction.atomic():
            if not insert_rows(SentForm, ("number",), [(mark.number,)], returning=("id",), skip_conflicts=True):
                return _first_answer(request, mark.number)
            response = view(request, *args, **kwargs)
            _note_answer(mark.number, response)
        return response


def marking_its_forms(view: View) -> View:
    """For a view that writes the mark of its form itself, by `once`, and draws its answer behind that transaction."""
    view.marks_its_forms = True  # type: ignore[attr-defined]
    return view


@contextmanager
def once(request: Request, answer: str) -> Iterator[bool]:
    """A transaction that begins with the mark of the form and the address it is answered with.

    False: this form has done its work already. What is raised inside takes the mark back with everything else.
    """
    mark = mark_of(request)
    with transaction.atomic():
        if mark is None or mark.user_id != request.user.pk:
            yield True
        else:
            row = mark.number, answer
            yield bool(insert_rows(SentForm, ("number", "answer"), [row], returning=("id",), skip_conflicts=True))


def leave_unsent(request: HttpRequest) -> None:
    """The form has done no work, whatever the answer: going back to it, one may send it again."""
    mark = mark_of(request)
    if mark is not None:
        SentForm.objects.filter(number=mark.number).delete()


def forget_sent_forms(before: datetime) -> None:
    """Forget the forms of former days; nobody sends them twice any more."""
    SentForm.objects.filter(sent_at__lt=before).delete()


def _first_answer(request: Request, number: str) -> HttpResponse:
    answer = SentForm.objects.values_list("answer", flat=True).get(number=number) or reverse("home")
    return HttpResponseClientRedirect(answer) if request.htmx else redirect(answer)


def _note_answer(number: str, response: HttpResponse) -> None:
    sent = SentForm.objects.filter(number=number)
    answer = next((response[name] for name in ANSWER_HEADERS if name in response), "")
    if answer:
        sent.update(answer=answer)
    else:
        sent.delete()
