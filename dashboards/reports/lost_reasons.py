"""lost_reasons: losses by month, owner, product and competitor; won_back: what was won after all (S0-17); and M-21."""

from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length, Trim
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, competitor, dated, lost_reason, product, source, team, user
from dashboards.reports.report import Part, Report, rate
from deals.models import Deal, DealLoss
from deals.states import HOOK_MIN_LENGTH, DealStatus
from people.portions import of_deals

FOLLOWED, NOT_FOLLOWED = "followed", "not_followed"
SCOPES = ((FOLLOWED, gettext_lazy("Followed up")), (NOT_FOLLOWED, gettext_lazy("Not followed up")))
DIMENSIONS = {
    "reason": lost_reason("reason"),
    "scope": Dimension(label=gettext_lazy("Followed up or not"), path="scope", choices=SCOPES),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "team": team("deal__team"),
    "source": source("deal__source"),
    "product": product("deal__product"),
    "competitor": competitor(),
    **dated("lost_on"),
}


def losses(asked: Asked) -> QuerySet[Any]:
    """Losses by the day that count as such; deals out of target and hand-backs for want of capacity do not."""
    scope = Case(When(in_scope=True, then=Value(FOLLOWED)), default=Value(NOT_FOLLOWED))
    counted = DealLoss.objects.filter(lost_on__lte=asked.as_of, reason__counts_as_loss=True)
    # The few deals out of target are named by their index, so that a count of losses reads no deal.
    left_out = Deal.objects.filter(status=DealStatus.OUT_OF_TARGET).order_by().values("pk")
    found: QuerySet[Any] = counted.exclude(deal__in=left_out).annotate(scope=scope)
    return found


def lost_reasons(asked: Asked) -> Report:
    """Losses of the period; each loss of a deal counts."""
    return Report(
        name="lost_reasons",
        title=gettext_lazy("Losses"),
        asked=asked,
        rows=asked.narrow(losses(asked), DIMENSIONS, "lost_on"),
        dimensions=DIMENSIONS,
        whose=of_deals(),
        definition=_lost_in_words,
    )


def won_back(asked: Asked) -> Report:
    """Rows: losses whose deal, or the new one made of it, was won after all. Whole: all losses of the period."""
    whole = asked.narrow(losses(asked), DIMENSIONS, "lost_on")
    rows = whole.filter(_may_be_won()).filter(_won_after(asked))

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), whole.order_by().count()
        return {"numerator": numerator, "denominator": denominator, "rate": rate(numerator, denominator)}

    return Report(
        name="won_back",
        title=gettext_lazy("Won back"),
        asked=asked,
        rows=rows,
        whole=whole,
        dimensions=DIMENSIONS,
        whose=of_deals(),
        definition=_won_back_in_words,
        figures=figures,
    )


def _may_be_won() -> Q:
    """The deal, or one made of it, is won at all: few are, and only those need the closer look."""
    won = Deal.objects.filter(status=DealStatus.WON).order_by()
    return Q(deal__in=won.values("pk")) | Q(deal__in=won.filter(revived_from__isnull=False).values("revived_from"))


def _won_after(asked: Asked) -> Exists:
    """An order after the loss and before the deal's next loss."""
    later = DealLoss.objects.filter(
        deal=OuterRef(OuterRef("deal")), pk__gt=OuterRef(OuterRef("pk")), lost_on__lte=OuterRef("closed_on")
    )
    won = Deal.objects.filter(
        Q(pk=OuterRef("deal")) | Q(revived_from=OuterRef("deal"), created_on__gte=OuterRef("lost_on")),
        ~Exists(later),
        status=DealStatus.WON,
        closed_on__gte=OuterRef("lost_on"),
    )
    return Exists(won.filter(closed_on__lte=asked.as_of))


def loss_answers(asked: Asked) -> Report:
    """Rows: followed losses with all three answers. Whole: followed losses but those whose answers the import made."""
    followed = asked.narrow(losses(asked).filter(in_scope=True, cycle__isnull=False), DIMENSIONS, "lost_on")
    by_people = followed.filter(cycle__has_imported_answers=False)
    rows = by_people.alias(hook_length=HOOK_LENGTH).filter(ANSWERED)

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), by_people.order_by().count()
        imported = followed.filter(cycle__has_imported_answers=True).count()
        share = rate(numerator, denominator)
        return {"numerator": numerator, "denominator": denominator, "rate": share, "imported": imported}

    return Report(
        name="loss_answers",
        title=gettext_lazy("Losses with all three answers"),
        asked=asked,
        rows=rows,
        whole=by_people,
        dimensions=DIMENSIONS,
        whose=of_deals(),
        definition=_answers_in_words,
        figures=figures,
        split=lambda: followed,
        parts={"imported": Part(gettext_lazy("Answered by the import"), Q(cycle__has_imported_answers=True))},
    )


HOOK_LENGTH = Length(Trim("cycle__hook"))
# Of a loss with its hook_length: who, when and why are said.
ANSWERED = Q(
    Q(cycle__approach_contact__isnull=False) | ~Q(cycle__approach_contact_text=""),
    cycle__next_approach_on__isnull=False,
    hook_length__gte=HOOK_MIN_LENGTH,
)

# Of such losses: how many have all three answers, and how many there are.
ANSWER_COUNTS = {"answered": Count("pk", filter=ANSWERED), "all": Count("pk")}


def _lost_in_words() -> str:
    return _(
        "Losses of the period, each loss of a deal once, also where the deal lives again since. Reasons that do not"
        " count as a loss and deals out of target are left out."
    )


def _won_back_in_words() -> str:
    return _(
        "Of the losses of the period, those whose deal, or the new one made of it, was won afterwards and before the"
        " deal's next loss. Recent losses have had little time."
    )


def _answers_in_words() -> str:
    return _(
        "Of the losses of the period that are followed up, those with the next approach date, the person to approach"
        " and the hook. Losses whose answers the import filled in are counted apart."
    )
