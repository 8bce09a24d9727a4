"""What stands between a browser and every page: the door, and the reader's language."""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from people import date_styles
from people.kept_text import forget_text, keep_text, kept_text
from people.models import User
from people.policy import NOBODY, audience_of, is_admitted
from people.spreadsheet import cp932_faults, cp932_lines, lines, write_workbook
from people.states import DateStyle

SPOOLED = 4_000_000  # bytes of a workbook that are held in memory, not on disk
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ID_DIGITS = 19  # what fits a 64-bit key on both databases

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class Request(HttpRequest):
    """A request behind the door: somebody is logged in, and htmx is known."""

    user: User
    htmx: HtmxDetails


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, even an empty one; nothing when the page is merely opened.

    After a session had ended while somebody typed, opening the page gives what he had typed: shown, not saved.
    """
    if request.method == "POST":
        forget_text(request)
        return request.POST
    kept = kept_text(request, request.path)
    if kept is not None:
        messages.info(request, _("Your session had ended. What you typed is still here; save it again."))
    return kept


def asked_id(request: HttpRequest, name: str) -> int | None:
    """The id that the address names by ?name=; None where it names none, or nonsense."""
    return next(iter(asked_ids(request, name)), None)


def asked_ids(request: HttpRequest, name: str) -> list[int]:
    """All ids that the address names by ?name=…&name=…; what cannot be an id is passed over."""
    return [int(value) for value in request.GET.getlist(name) if value.isdecimal() and len(value) < ID_DIGITS]


def way_back(request: HttpRequest, default: str) -> str:
    """Where a form was opened from, by ?next=, if that is a page of ours; else the default."""
    return _if_ours(request, request.GET.get("next", ""), default)


def way_on(request: HttpRequest, default: str) -> str:
    """Where a login was asked for from, by the field `next`, if that is a page of ours; else the default."""
    return _if_ours(request, request.POST.get("next", ""), default)


def _if_ours(request: HttpRequest, wanted: str, default: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


def list_file(
    request: HttpRequest, name: str, header: Iterable[object], rows: Callable[[], Iterable[Iterable[object]]]
) -> HttpResponseBase:
    """The list as a file in the form that the address asks for by `as`: cp932 or xlsx, else CSV in UTF-8 with BOM.

    CP932 cannot hold every character: first a page says which cells would suffer; `lossy=1` is the answer to it.
    """
    header, wanted = list(header), request.GET.get("as")
    if wanted == "xlsx":
        return _workbook(name, header, rows())
    if wanted != "cp932":
        return _saved_as(StreamingHttpResponse(lines(header, rows()), content_type="text/csv; charset=utf-8"), name)
    if "lossy" not in request.GET and (faults := cp932_faults(header, rows())).count:
        return render(request, "people/cp932.html", {"faults": faults, "name": name})
    content = cp932_lines(header, rows())
    return _saved_as(StreamingHttpResponse(content, content_type="text/csv; charset=Shift_JIS"), name)


def _workbook(name: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> FileResponse:
    file = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(file, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _saved_as(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class PolicyMiddleware:
    """Lets a request in only where the policy has a row for its URL that admits its user.

    Nobody logged in → to the login page; a part of a page fetched by htmx sends the whole window there. Otherwise 403.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        audience = audience_of(match.view_name if match else "", request.method or "")
        if is_admitted(request.user, audience):
            return None
        if request.user.is_authenticated:
            raise PermissionDenied
        return _to_login(request)


def _to_login(request: Request) -> HttpResponse:
    """To the login, and from there back to the page; what was typed into a form waits there."""
    there = _page_of(request)
    if request.method == "POST":
        keep_text(request, there)
    answer = redirect_to_login(there)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _page_of(request: Request) -> str:
    """The page a request came from, where its own address cannot be opened: a part of a page, or a mere button."""
    match = request.resolver_match
    if request.htmx:
        return request.htmx.current_url_abs_path or resolve_url("home")
    if audience_of(match.view_name if match else "", "GET") is not NOBODY:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))._replace(scheme="", netloc="").geturl()
    return _if_ours(request, came_from, resolve_url("home"))


class LanguageMiddleware:
    """Shows the page in the language that the user chose; before the login, in that of the cookie or the browser.

    His style of dates goes with it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        date_styles.choose(getattr(request.user, "date_style", DateStyle.WESTERN))
        return self.get_response(request)
