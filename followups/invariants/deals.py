"""What holds of every deal: status and cycle fit, and the clocks are those of its activities."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length, Trim
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from activities.querysets import ActivityQuerySet
from deals.models import Deal, FollowUpCycle
from deals.states import HOOK_MIN_LENGTH, CycleEnd, CycleKind, DealStatus
from followups.invariants.invariant import Invariant

Ids = Iterable[Any]


def _ids(deals: QuerySet[Deal]) -> Ids:
    return deals.order_by().values_list("pk", flat=True)


def _cycles_of_deal() -> QuerySet[FollowUpCycle]:
    return FollowUpCycle.objects.filter(deal=OuterRef("pk"))


def wrongly_marked_as_followed() -> Ids:
    is_in_a_cycle = Exists(_cycles_of_deal().filter(ended_on__isnull=True))
    return _ids(Deal.objects.filter(Q(is_in_a_cycle, is_followed=False) | Q(~is_in_a_cycle, is_followed=True)))


def losses_without_answers() -> Ids:
    nobody = Q(approach_contact__isnull=True, approach_contact_text="")
    in_scope = Deal.objects.alias(hook_length=Length(Trim("hook"))).filter(lost_in_scope=True)
    missing = Q(next_approach_on__isnull=True) | nobody | Q(hook_length__lt=HOOK_MIN_LENGTH)
    return _ids(in_scope.filter(missing))


def losses_never_followed_up() -> Ids:
    followed = _cycles_of_deal().filter(kind=CycleKind.LOST)
    return _ids(Deal.objects.filter(~Exists(followed), status=DealStatus.LOST, lost_in_scope=True))


def returns_never_followed_up() -> Ids:
    followed = _cycles_of_deal().filter(kind=CycleKind.RETURNED)
    return _ids(Deal.objects.filter(~Exists(followed), status=DealStatus.RETURNED_TO_IS))


def wrong_last_contacts() -> Ids:
    newest = _newest(Activity.objects.contacts())
    differs = Q(last_contact_on__isnull=True, newest__isnull=False) | Q(last_contact_on__isnull=False, newest=None)
    deals = Deal.objects.annotate(newest=newest)
    return _ids(deals.filter(differs | ~Q(last_contact_on=F("newest")) & Q(newest__isnull=False)))


def responses_missed() -> Ids:
    """An imported last response has no activity of its own, so it may be newer than all of them."""
    deals = Deal.objects.annotate(newest=_newest(Activity.objects.responses())).filter(newest__isnull=False)
    return _ids(deals.filter(Q(last_response_on__isnull=True) | Q(last_response_on__lt=F("newest"))))


def _newest(contacts: ActivityQuerySet) -> Subquery:
    of_deal = contacts.filter(deal=OuterRef("pk")).order_by().values("deal")
    return Subquery(of_deal.values(newest=Max("occurred_on")))


def wrong_ends_of_the_last_cycle() -> Ids:
    ended = _cycles_of_deal().filter(ended_on__isnull=False).exclude(end_type=CycleEnd.UNDONE).order_by("-number")
    deals = Deal.objects.annotate(ended=Subquery(ended.values("ended_on")[:1]))
    differs = Q(last_cycle_ended_on=None, ended__isnull=False) | Q(last_cycle_ended_on__isnull=False, ended=None)
    return _ids(deals.filter(differs | Q(ended__isnull=False) & ~Q(last_cycle_ended_on=F("ended"))))


INVARIANTS = (
    Invariant(
        "deal_is_followed_while_in_a_cycle", Deal,
        _("Deal %(id)s is marked as followed and is in no open follow-up, or the other way round."),
        wrongly_marked_as_followed,
    ),
    Invariant(
        "loss_in_scope_has_its_answers", Deal,
        _("Deal %(id)s was lost without the next approach date, the contact or the hook."), losses_without_answers,
    ),
    Invariant(
        "loss_in_scope_was_followed_up", Deal, _("Deal %(id)s was lost and has never been in a follow-up."),
        losses_never_followed_up,
    ),
    Invariant(
        "returned_deal_was_followed_up", Deal,
        _("Deal %(id)s was returned to inside sales and has never been in a follow-up."), returns_never_followed_up,
    ),
    Invariant(
        "last_contact_is_the_newest_activity", Deal,
        _("The last contact of deal %(id)s is not the day of its newest activity."), wrong_last_contacts,
    ),
    Invariant(
        "no_response_was_missed", Deal, _("The last response of deal %(id)s is older than one of its activities."),
        responses_missed,
    ),
    Invariant(
        "clocks_know_the_last_follow_up", Deal,
        _("Deal %(id)s does not know when its last follow-up ended, so its clocks are wrong."),
        wrong_ends_of_the_last_cycle,
    ),
)  # fmt: skip
