"""本日の要確認, the rows behind every number, and whether the installation is well."""

from typing import Any

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_safe

from dashboards import definitions as in_words
from dashboards import panels
from dashboards.filters import AskedForm, RecordFilter
from dashboards.records import sheet_of
from dashboards.reports import Report, Unanswerable, answer
from followups.run_light import is_sweep_missing, newest_run, ran_at, run_light
from people.http import csv_file
from people.models import User

ROWS_PER_PAGE = 50


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Is anything leaking? The proof bar, the exceptions, and the light of the rules (SC-10)."""
    now = timezone.now()
    as_of = AskedForm(request.GET).asked(localdate(now)).as_of
    proof, overdue = panels.proof(as_of), panels.overdue(as_of)
    context = {
        "as_of": as_of,
        "now": now if as_of == localdate(now) else None,
        "light": run_light(as_of, now),
        "proof": proof,
        "tiles": panels.tiles(as_of, proof, overdue),
        "overdue": overdue,
        "has_inside_sales": User.objects.follow_up_staff().exists(),
    }
    return render(request, "dashboards/check.html", context)


@require_safe
def records(request: HttpRequest, metric: str) -> HttpResponse:
    """The rows behind a number: as many as the tile said, and those the file holds."""
    report, found = _asked(request, metric)
    sheet = sheet_of(found.queryset)
    page = Paginator(sheet.loaded(found.qs), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "as_of": report.asked.as_of,
        "report": report,
        "parts": _parts(report, found, request.GET.get("part", "")),
        "filter": found,
        "sheet": sheet,
        "page": page,
        "cells": sheet.cells(page),
        "chosen_part": request.GET.get("part", ""),
        "is_address_outdated": not found.is_valid(),
    }
    return render(request, "dashboards/records.html", context)


def _parts(report: Report, found: RecordFilter, chosen: str) -> list[dict[str, Any]]:
    sizes = found.part_sizes(report)
    return [
        {"code": code, "label": part.label, "count": sizes[code], "is_chosen": code == chosen}
        for code, part in report.parts.items()
    ]


@require_safe
def records_file(request: HttpRequest, metric: str) -> StreamingHttpResponse:
    """Exactly the rows of the page, all of them, as a CSV file."""
    report, found = _asked(request, metric)
    sheet = sheet_of(found.queryset)
    return csv_file(f"{metric}-{report.asked.as_of:%Y-%m-%d}", sheet.header(), sheet.file_rows(found.qs))


def _asked(request: HttpRequest, metric: str) -> tuple[Report, RecordFilter]:
    """The report that the address names, and its rows narrowed by the rest of the address."""
    try:
        report = answer(metric, AskedForm(request.GET).asked(localdate()))
    except Unanswerable as error:
        raise Http404(str(error)) from error
    return report, RecordFilter(request.GET, report)


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What exactly does this figure or rule mean, as the settings stand today?"""
    return render(request, "dashboards/definitions.html", in_words.definitions(localdate()))


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether the database answers and the rules have run in time; 503 when not."""
    try:
        run, is_missing = newest_run(), is_sweep_missing(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": "failed", "last_sweep": None, "sweep": "unknown"}, status=503)
    found = {
        "database": "ok",
        "last_sweep": localtime(ran_at(run)).isoformat() if run else None,
        "sweep": "missing" if is_missing else "ok",
    }
    return JsonResponse(found, status=503 if is_missing else 200)
