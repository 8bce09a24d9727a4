"""Uploading files (SC-50) and settling how their columns fill ours."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from intake.findings import ImportRefused
from intake.guessing import suggested_plan
from intake.mapping import sent_plan
from intake.models import ImportBatch, SavedMap, UploadedFile
from intake.pages.mapping import chosen_map, mapping_page
from intake.reading.limits import LIMITS, MB
from intake.reading.texts import DELIMITERS, ENCODINGS
from intake.runs import ask
from intake.states import AT_WORK, RecordKind
from intake.uploads import KEPT_FOR, read_anew, take_in
from people.http import Request

PAGE_SIZE = 20


def imports(request: Request) -> HttpResponse:
    """Upload a file; what was uploaded and imported before."""
    if request.method == "POST" and (answer := _take_in(request)):
        return answer
    done = ImportBatch.objects.filter(is_dry_run=False).select_related("started_by", "upload")
    context = {
        "limit_mb": LIMITS.upload // MB,
        "rows": LIMITS.rows,
        "kept_days": KEPT_FOR.days,
        "page": Paginator(done, PAGE_SIZE).get_page(request.GET.get("page")),
        "at_work": ImportBatch.objects.filter(is_dry_run=False, upload__isnull=False, status__in=AT_WORK).first(),
        "waiting": _not_yet_in(),
        "open_formats": ".csv,.tsv,.txt,.xlsx,.xlsm,.zip",
    }
    return render(request, "intake/imports.html", context)


def _take_in(request: Request) -> HttpResponse | None:
    sent = request.FILES.getlist("file")
    if not sent:
        messages.error(request, _("Choose a file first."))
        return None
    taken: list[UploadedFile] = []
    for file in sent:
        try:
            uploads, refused = take_in(file.name or "", file.chunks(), by=request.user)
        except ImportRefused as refusal:
            messages.error(request, _("%(name)s: %(why)s") % {"name": file.name, "why": refusal.text})
            continue
        taken += uploads
        for said in refused:
            messages.warning(request, said)
    if not taken:
        return redirect("intake:imports")
    return redirect("intake:mapping", taken[0].pk) if len(taken) == 1 else redirect("intake:imports")


def _not_yet_in() -> Any:
    """Uploads of which no import was asked for, in the order in which they should come in."""
    done = ImportBatch.objects.filter(is_dry_run=False, upload__isnull=False).values("upload")
    there = UploadedFile.objects.filter(uploaded_at__gte=timezone.now() - KEPT_FOR)
    waiting = there.exclude(pk__in=done).select_related("uploaded_by")[:PAGE_SIZE]
    order = RecordKind.values
    return sorted(waiting, key=lambda upload: (order.index(upload.kind), upload.pk))


def mapping(request: Request, pk: int) -> HttpResponse:
    """Which column fills which field? The answers are kept; trying them out counts what they would do."""
    upload = get_object_or_404(UploadedFile, pk=pk)
    if request.method == "POST":
        try:
            _settle(request, upload)
            if "try" in request.POST:
                tried = ask(upload, by=request.user, as_of=timezone.localdate(), is_dry_run=True)
                return redirect("intake:run", tried.pk)
        except ImportRefused as refusal:
            messages.error(request, refusal.text)
        return redirect("intake:mapping", pk)
    return render(request, "intake/mapping.html", mapping_page(upload))


def _settle(request: Request, upload: UploadedFile) -> None:
    """Keep what was sent. Raises ImportRefused."""
    verb = request.POST.get("verb", "")
    if verb == "kind" and request.POST.get("kind") in RecordKind.values:
        upload.kind = request.POST["kind"]
        upload.plan = suggested_plan(upload.kind, upload.reading)
    elif verb == "read":
        read_anew(upload, _asked(request))
        return
    elif verb == "save":
        _save_map(request, upload)
        return
    elif verb == "use" and request.POST.get("map"):
        upload.plan = upload.plan | {"values": {}, "defaults": {}} | chosen_map(upload, request.POST["map"])
    else:
        upload.plan = sent_plan(upload, request.POST)
    upload.save(update_fields=["kind", "plan"])


def _asked(request: Request) -> dict[str, Any]:
    row = request.POST.get("header_row", "")
    asked: dict[str, Any] = {"header_row": int(row) if row.isdecimal() and len(row) < 4 else 1}
    if (encoding := request.POST.get("encoding")) in ENCODINGS:
        asked["encoding"] = encoding
    if (delimiter := request.POST.get("delimiter")) in DELIMITERS:
        asked["delimiter"] = delimiter
    return asked


def _save_map(request: Request, upload: UploadedFile) -> None:
    name = request.POST.get("map_name", "").strip()[:80] or capfirst(upload.name[:80])
    kept = {key: value for key, value in upload.plan.items() if key not in ("encoding", "delimiter", "header_row")}
    given = {"kind": upload.kind, "plan": kept, "saved_by": request.user}
    SavedMap.objects.update_or_create(name=name, defaults=given)
    messages.success(
        request, _("The map was saved as “%(name)s”. It is offered for files with the same columns.") % {"name": name}
    )
