"""What holds of every follow-up cycle."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, CycleEnd, CycleKind, DealStatus
from followups.invariants.invariant import Invariant
from followups.models import RuleExemption

Ids = Iterable[Any]

# In which status a deal is while it is followed up for that kind of reason.
_FITTING = (
    Q(kind=CycleKind.STAGNANT, deal__status__in=OPEN_STATUSES)
    | Q(kind=CycleKind.LOST, deal__status=DealStatus.LOST)
    | Q(kind=CycleKind.RETURNED, deal__status=DealStatus.RETURNED_TO_IS)
)
_CONVERSIONS = (CycleEnd.CONVERTED_TO_LOST, CycleEnd.CONVERTED_TO_RETURNED)


def deals_in_two_cycles() -> Ids:
    cycles = FollowUpCycle.objects.open().order_by().values("deal").annotate(open_cycles=Count("pk"))
    return cycles.filter(open_cycles__gt=1).values_list("deal", flat=True)


def superseded_open_cycles() -> Ids:
    newer = FollowUpCycle.objects.filter(deal=OuterRef("deal"), number__gt=OuterRef("number"))
    return FollowUpCycle.objects.open().filter(Exists(newer)).values_list("pk", flat=True)


def cycles_of_another_status() -> Ids:
    return FollowUpCycle.objects.open().exclude(_FITTING).values_list("pk", flat=True)


def wrongly_marked_todos() -> Ids:
    has_one = Exists(Todo.objects.open().filter(cycle=OuterRef("pk")))
    wrong = Q(has_one, has_open_todo=False) | Q(~has_one, has_open_todo=True)
    return FollowUpCycle.objects.filter(wrong).values_list("pk", flat=True)


def broken_chains() -> Ids:
    linked = FollowUpCycle.objects.filter(previous__isnull=False)
    fits = Q(previous__deal=F("deal"), previous__number__lt=F("number"), previous__end_type__in=_CONVERSIONS)
    return linked.exclude(fits).values_list("pk", flat=True)


def foreign_exemptions() -> Ids:
    of_cycles = RuleExemption.objects.filter(cycle__isnull=False)
    return of_cycles.exclude(cycle__deal=F("deal")).values_list("pk", flat=True)


INVARIANTS = (
    Invariant(
        "deal_is_in_one_cycle_at_a_time", Deal, _("Deal %(id)s is in more than one open follow-up."),
        deals_in_two_cycles,
    ),
    Invariant(
        "open_cycle_is_the_newest", FollowUpCycle,
        _("Follow-up %(id)s is open although a newer one of the same deal exists."), superseded_open_cycles,
    ),
    Invariant(
        "open_cycle_fits_the_deal_status", FollowUpCycle,
        _("Follow-up %(id)s is open, but the status of its deal is not one that is followed up so."),
        cycles_of_another_status,
    ),
    Invariant(
        "cycle_knows_whether_it_has_a_todo", FollowUpCycle,
        _("Follow-up %(id)s is marked as having an open to-do and has none, or the other way round."),
        wrongly_marked_todos,
    ),
    Invariant(
        "chain_links_a_deal_to_itself", FollowUpCycle,
        _("Follow-up %(id)s continues one that it cannot continue."), broken_chains,
    ),
    Invariant(
        "exemption_is_of_the_deals_own_cycle", RuleExemption,
        _("Exemption %(id)s belongs to a follow-up of another deal."), foreign_exemptions,
    ),
)  # fmt: skip
