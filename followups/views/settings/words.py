"""Words of statuses and results, and what a call result starts."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.words import CALL_OUTCOME_WORDS
from deals.words import DEAL_STATUS_WORDS
from followups.forms.settings.entries import EffectForm, WordsForm
from followups.models import OutcomeEffect
from followups.rights import pages_open_to
from followups.sentences import effect_sentence
from leads.words import LEAD_STATUS_WORDS
from people.entries import change_entry, remove_entry, set_words
from people.http import Request, posted
from people.labels import own_label
from people.models import Wording
from people.states import WordKind
from people.wordings import words_in_force

SHIPPED = {
    WordKind.DEAL_STATUS: DEAL_STATUS_WORDS,
    WordKind.LEAD_STATUS: LEAD_STATUS_WORDS,
    WordKind.CALL_OUTCOME: CALL_OUTCOME_WORDS,
}


def words(request: Request, kind: str) -> HttpResponse:
    """What is each code called here, what does it mean, and when is it chosen?"""
    found = _kind(kind)
    rows = [
        {"words": view, "own": own_label(kind, code)} for code, view in words_in_force(found, SHIPPED[found]).items()
    ]
    context = {"kind": found, "rows": rows, "rights": pages_open_to(request.user)}
    return render(request, "settings/words.html", context)


def word_edit(request: Request, kind: str, code: str) -> HttpResponse:
    """Say it in the company's own words; what is left empty stays as shipped."""
    found = _kind(kind)
    own = SHIPPED[found].get(code)
    if own is None:
        raise Http404
    wording = Wording.objects.filter(kind=kind, code=code).first() or Wording(kind=kind, code=code)
    form = WordsForm(posted(request), instance=wording)
    if form.is_valid() and form.attempt(lambda: set_words(wording, form.edit(), by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("settings:words", kind)
    context = {"kind": found, "form": form, "own": own, "own_label": own_label(kind, code), "code": code}
    context |= {"title": own_label(kind, code), "back_url": reverse("settings:words", args=[kind])}
    return render(request, "settings/word_form.html", context, status=409 if form.conflict else 200)


def word_reset(request: Request, kind: str, code: str) -> HttpResponse:
    """Back to the product's own words."""
    remove_entry(get_object_or_404(Wording, kind=kind, code=code), by=request.user)
    messages.success(request, _("The product's own words stand again."))
    return redirect("settings:words", kind)


def _kind(code: str) -> WordKind:
    if code not in WordKind.values:
        raise Http404
    return WordKind(code)


def effects(request: Request) -> HttpResponse:
    """What does each call result start?"""
    rows = [{"effect": effect, "sentence": effect_sentence(effect)} for effect in _in_order()]
    return render(request, "settings/effects.html", {"rows": rows, "rights": pages_open_to(request.user)})


def effect_edit(request: Request, code: str) -> HttpResponse:
    """Change what a call result suggests."""
    effect = get_object_or_404(OutcomeEffect, outcome=code)
    sentence, title = effect_sentence(effect), str(effect)
    form = EffectForm(posted(request), instance=effect)
    if form.is_valid() and form.attempt(lambda: change_entry(OutcomeEffect, form.edit(), by=request.user)):
        messages.success(request, _("Saved. It is offered with the next call."))
        return redirect("settings:effects")
    context = {"form": form, "sentence": sentence, "title": title, "back_url": reverse("settings:effects")}
    return render(request, "settings/effect_form.html", context, status=409 if form.conflict else 200)


def _in_order() -> list[OutcomeEffect]:
    places = list(CALL_OUTCOME_WORDS)
    return sorted(OutcomeEffect.objects.all(), key=lambda effect: places.index(effect.outcome))
