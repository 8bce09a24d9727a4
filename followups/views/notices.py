"""お知らせ: what one was told, and the link by which a mail is stopped."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from followups.models import Notice
from followups.notices.reading import items, mark_read
from followups.notices.stopping import read_token, stop
from people.http import Request, way_back

PAGE_SIZE = 30


def notices(request: Request) -> HttpResponse:
    """What was I told, the newest day first?"""
    found = Notice.objects.filter(user=request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "as_of": timezone.localdate(),
        "page": page,
        "items": items(page),
        "has_unread": Notice.objects.unread(request.user).exists(),
    }
    return render(request, "followups/notices.html", context)


@require_POST
def notice_read(request: Request, pk: int) -> HttpResponse:
    """One notice is done with."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    mark_read(request.user, notice.pk)
    return redirect(way_back(request, "followups:notices"))


@require_POST
def notices_read(request: Request) -> HttpResponse:
    """All of them are."""
    mark_read(request.user)
    messages.success(request, _("All notices are marked as read."))
    return redirect("followups:notices")


@csrf_exempt  # the signed link is the right itself, and mail programs send this without having seen the page (RFC 8058)
def notice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Do I want to stop this kind of mail?"""
    found = read_token(token)
    if found is None:
        return render(request, "followups/notice_stop.html", {})
    user, kind = found
    if request.method == "POST":
        stop(user, kind)
    with override(user.language):
        context = {"who": user, "kind": kind, "is_done": request.method == "POST"}
        return render(request, "followups/notice_stop.html", context)
