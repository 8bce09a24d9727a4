"""The settings at one look: what there is to tune, and how much of it was changed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.models import OutcomeEffect, Rule
from followups.rights import pages_open_to
from followups.views.settings.books import BOOKS
from people.http import Request
from people.models import Threshold, User, WeekdayCap, Wording
from people.states import WordKind

Line = tuple[str, str, str]  # what, where, how much


def overview(request: Request) -> HttpResponse:
    """What may be tuned, and where?"""
    groups = [
        (_("People and teams"), _people()),
        (_("Pull-downs"), [_book(code) for code in ("lost-reasons", "nurturing-reasons", "no-appointment-reasons",
                                                    "lead-sources", "products", "phrases")]),
        (_("Words"), _words()),
        (_("Rules and numbers"), _numbers()),
        (_("Calendar"), _calendar()),
    ]  # fmt: skip
    return render(request, "settings/overview.html", {"groups": groups, "rights": pages_open_to(request.user)})


def _count(number: int) -> str:
    return ngettext("%(number)s entry", "%(number)s entries", number) % {"number": f"{number:,}"}


def _changed(number: int) -> str:
    return _("%(number)s changed") % {"number": number} if number else _("as shipped")


def _book(code: str) -> Line:
    book = BOOKS[code]
    return str(book.title), reverse("settings:entries", args=[code]), _count(book.model._default_manager.count())


def _people() -> list[Line]:
    active = User.objects.active().count()
    own = User.objects.active().exclude(todo_cap=None, deal_cap=None).count()
    days = WeekdayCap.objects.count()
    return [
        (_("People"), reverse("settings:people"), _("%(number)s active") % {"number": f"{active:,}"}),
        _book("teams"),
        (_("Caps"), reverse("settings:caps"), _("%(number)s of their own") % {"number": own + days}),
        (_("Targets"), reverse("settings:targets"), _("per person and month")),
        _book("absences"),
    ]


def _words() -> list[Line]:
    kinds = list(Wording.objects.values_list("kind", flat=True))
    return [
        (str(kind.label), reverse("settings:words", args=[kind.value]), _changed(kinds.count(kind.value)))
        for kind in WordKind
    ]


def _numbers() -> list[Line]:
    return [
        (_("Rules"), reverse("followups:rules"), _count(Rule.objects.count())),
        (_("What a call result starts"), reverse("settings:effects"), _count(OutcomeEffect.objects.count())),
        (_("Numbers"), reverse("settings:numbers"), _changed(Threshold.objects.count())),
        _book("programs"),
    ]


def _calendar() -> list[Line]:
    return [_book("days-off"), (_("Calendar of the year"), reverse("settings:calendar"), _("with public holidays"))]
