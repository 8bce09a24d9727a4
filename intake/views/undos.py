"""Taking an import back: a preview first, then the undo; both show how far they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from intake.models import ImportBatch, ImportUndo
from intake.pages.undo import undo_page
from intake.undoing.asked import ask_undo
from intake.views.going import going
from people.http import Request
from people.refusal import Refused


def undo(request: Request, pk: int) -> HttpResponse:
    """Find out what an undo of this import would take back; nothing is changed yet."""
    return _asked(request, get_object_or_404(ImportBatch, pk=pk), is_preview=True)


def take_back(request: Request, pk: int) -> HttpResponse:
    """Do what the preview showed."""
    seen = get_object_or_404(ImportUndo.objects.select_related("batch"), pk=pk, is_preview=True)
    return _asked(request, seen.batch, is_preview=False)


def _asked(request: Request, batch: ImportBatch, *, is_preview: bool) -> HttpResponse:
    try:
        asked = ask_undo(batch, by=request.user, as_of=timezone.localdate(), is_preview=is_preview)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("intake:run", batch.pk)
    return redirect("intake:undoing", asked.pk)


def undoing(request: Request, pk: int) -> HttpResponse:
    """How far is it, what does it take back, and what stays?"""
    undo = get_object_or_404(ImportUndo.objects.select_related("batch", "asked_by"), pk=pk)
    context = undo_page(undo, timezone.now())
    return going(request, "intake/_undo_progress.html", "intake/undo.html", context, is_over=not context["is_at_work"])
