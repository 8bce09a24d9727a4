"""自分のキャパ: load, call for help, and handing deals back (S1-14 … S1-25)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import Deal
from followups.actions.relieving import hand_back
from followups.capacity import HAND_BACK_ROWS, hand_back_list, open_calls, own_call, own_load, people_looked_after
from followups.forms.hand_back import HandBackForm
from people.http import Request, asked_id, asked_ids, posted, way_back
from people.models import Absence, SosCall, User
from people.policy import MANAGERS, is_admitted
from people.refusal import Refused
from people.sos import raise_sos, settle_sos
from people.states import Role
from people.working_days import load_calendar


def capacity(request: Request) -> HttpResponse:
    """How full the next ten business days are, and which deals could go; ?user= for those who look after others."""
    as_of, person = timezone.localdate(), _person(request)
    people = list(people_looked_after(request.user)) if is_admitted(request.user, MANAGERS) else []
    deals = list(hand_back_list(person, as_of)[:HAND_BACK_ROWS])
    context = {
        "as_of": as_of,
        "person": person,
        "people": people,
        "load": own_load(person, as_of),
        "deals": deals,
        "may_hand_back": _may_hand_back(request.user, person),
        "own_call": own_call(person),
        "calls": open_calls(request.user),
        "absences": Absence.objects.filter(user=person, ends_on__gte=as_of).order_by("starts_on", "id"),
    }
    return render(request, "followups/capacity.html", context)


def sos(request: Request) -> HttpResponse:
    """SOSを出す."""
    raise_sos(request.user, request.POST.get("note", ""), as_of=timezone.localdate())
    messages.success(request, _("The SOS has been raised. Your manager sees it."))
    return redirect(way_back(request, reverse("followups:capacity")))


def sos_settle(request: Request, pk: int) -> HttpResponse:
    """The call has been answered."""
    call = get_object_or_404(SosCall, pk=pk)
    if call not in open_calls(request.user) and call.settled_on is None:
        raise PermissionDenied
    try:
        settle_sos(pk, by=request.user, as_of=timezone.localdate())
        messages.success(request, _("The SOS has been settled."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(way_back(request, reverse("followups:capacity")))


def hand_back_deals(request: Request) -> HttpResponse:
    """The chosen deals go to inside sales, all or none; the three answers are filled in and may be changed."""
    as_of, calendar, person = timezone.localdate(), load_calendar(), _person(request)
    if not _may_hand_back(request.user, person):
        raise PermissionDenied
    chosen = list(_held(person).filter(pk__in=asked_ids(request, "deal")))
    if not chosen:
        raise Http404
    forms = [HandBackForm(posted(request), deal=deal, as_of=as_of, calendar=calendar) for deal in chosen]
    answered = [form for form in forms if form.is_valid()]  # each says what it lacks
    if len(answered) == len(forms) and _handed_back(forms, request.user):
        text = ngettext("%(n)d deal went to inside sales.", "%(n)d deals went to inside sales.", len(chosen))
        messages.success(request, text % {"n": len(chosen)})
        return redirect(f"{reverse('followups:capacity')}?user={person.pk}")
    return render(request, "followups/hand_back.html", {"as_of": as_of, "person": person, "forms": forms})


def _handed_back(forms: list[HandBackForm], by: User) -> bool:
    try:
        hand_back([form.loss() for form in forms], by=by, as_of=timezone.localdate())
    except Refused as refused:
        at = forms[refused.position]
        for name, message in refused.errors.items():
            at.add_error(name if name in at.fields else None, message)
        return False
    return True


def _held(person: User) -> QuerySet[Deal]:
    return Deal.objects.open().filter(fs_owner=person).select_related("company", "contact").order_by("id")


def _person(request: Request) -> User:
    wanted = asked_id(request, "user")
    if wanted in (None, request.user.pk):
        return request.user
    if not is_admitted(request.user, MANAGERS):
        raise PermissionDenied
    found = people_looked_after(request.user).filter(pk=wanted).first()
    if found is None:
        raise PermissionDenied
    return found


def _may_hand_back(reader: User, person: User) -> bool:
    return is_admitted(reader, MANAGERS) or (reader.pk == person.pk and reader.has_role(Role.FS))
