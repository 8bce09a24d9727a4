"""The rows behind every number, on the page and as a file (SC-30)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from dashboards.filters import AskedForm, RecordFilter
from dashboards.records import sheet_of
from dashboards.reports import Report, Unanswerable, answer
from people.http import list_file
from people.read_once import reading_once

ROWS_PER_PAGE = 50


@require_safe
@reading_once()
def records(request: HttpRequest, metric: str) -> HttpResponse:
    """The rows behind a number: as many as the tile said, and those the file holds."""
    report, found = _asked(request, metric)
    sheet = sheet_of(found.queryset)
    page = Paginator(sheet.loaded(found.qs), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "as_of": report.asked.as_of,
        "report": report,
        "parts": _parts(report, found, request.GET.get("part", "")),
        "rate": found.rate(report),
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
@reading_once()
def records_file(request: HttpRequest, metric: str) -> HttpResponseBase:
    """Exactly the rows of the page, all of them, as a file."""
    report, found = _asked(request, metric)
    sheet = sheet_of(found.queryset)
    return list_file(
        request, f"{metric}-{report.asked.as_of:%Y-%m-%d}", sheet.header(), lambda: sheet.file_rows(found.qs)
    )


@require_safe
@reading_once()
def records_json(request: HttpRequest, metric: str) -> JsonResponse:
    """The number and its groups (`by`, may be repeated) under the same conditions, as `manage.py report` gives them."""
    report, found = _asked(request, metric)
    narrowed = answer(metric, report.asked.with_keys(**found.keys(report)))
    try:
        return JsonResponse(narrowed.as_json(request.GET.getlist("by")) | _part_of(request, found))
    except Unanswerable as error:
        raise Http404(str(error)) from error


def _part_of(request: HttpRequest, found: RecordFilter) -> dict[str, Any]:
    """Where the address asks for a part, its code and size in place of the total."""
    part = request.GET.get("part")
    return {"part": part, "total": found.qs.order_by().count()} if part else {}


def _asked(request: HttpRequest, metric: str) -> tuple[Report, RecordFilter]:
    """The report that the address names, and its rows narrowed by the rest of the address."""
    try:
        report = answer(metric, AskedForm(request.GET).asked(localdate()))
    except Unanswerable as error:
        raise Http404(str(error)) from error
    return report, RecordFilter(request.GET, report)
