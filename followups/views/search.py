"""検索 (SC-26): what is found by a few letters, while they are typed and as a page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from followups.pages.hits import hits_of
from followups.pages.page_names import pages_named
from followups.pages.search import MODELS, all_of, guesses, label_of
from followups.pages.search import search as found_by
from followups.rights import pages_open_to
from people.http import Request

PAGE_SIZE = 50
LONGEST = 200  # characters of a text that anything could be called


def search(request: Request) -> HttpResponse:
    """What ?q= finds, eight of each kind; with ?kind= all of that kind. htmx gets the hits alone."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if "kind" in request.GET:
        return _all(request, words, request.GET["kind"])
    groups = [*found_by(words), *pages_named(words, pages_open_to(request.user))]
    context = {"words": words, "groups": groups, "guesses": [] if groups else guesses(words)}
    return render(request, "followups/_hits.html" if request.htmx else "followups/search.html", context)


def _all(request: Request, words: str, kind: str) -> HttpResponse:
    if kind not in MODELS:
        raise Http404
    page = Paginator(all_of(kind, words), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"words": words, "label": label_of(kind), "page": page, "hits": hits_of(kind, list(page.object_list))}
    return render(request, "followups/search_all.html", context)
