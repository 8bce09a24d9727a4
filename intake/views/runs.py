"""Trying a file out, bringing it in, and what came of it."""

from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import runs as at_work
from intake.findings import ImportRefused
from intake.models import ImportBatch
from intake.pages.run import run_page
from intake.views.going import going
from people.http import Request


def start(request: Request, pk: int) -> HttpResponse:
    """Bring in what was tried, by the same map."""
    tried = get_object_or_404(ImportBatch.objects.select_related("upload"), pk=pk, upload__isnull=False)
    assert tried.upload is not None
    try:
        batch = at_work.ask(tried.upload, by=request.user, as_of=timezone.localdate(), is_dry_run=False)
    except ImportRefused as refusal:
        messages.error(request, refusal.text)
        return redirect("intake:mapping", tried.upload.pk)
    return redirect("intake:run", batch.pk)


def run(request: Request, pk: int) -> HttpResponse:
    """How far is it, what did it do, and what did not go in?"""
    batch = get_object_or_404(ImportBatch.objects.select_related("upload", "started_by"), pk=pk)
    context = run_page(batch, timezone.now())
    return going(request, "intake/_progress.html", "intake/run.html", context, is_over=not context["is_at_work"])


def cancel(request: Request, pk: int) -> HttpResponse:
    """Stop after the rows at hand."""
    at_work.cancel(get_object_or_404(ImportBatch, pk=pk))
    messages.info(request, _("The import stops after the rows at hand. What is in by then stays in."))
    return redirect("intake:run", pk)


def rejected(request: Request, pk: int) -> HttpResponseBase:
    """The rows that did not go in, each with its reasons, as a file to be mended and uploaded again."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    path = Path(batch.summary.get("rejects_file") or "")
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8")
