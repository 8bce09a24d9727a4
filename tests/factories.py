"""Records for tests, made underneath the verbs, in the words of the business (D32).

Defaults are consistent with the constraints; whatever a test is about, it says itself. Traits read as adjectives:
`DealFactory(lost=True)`, `UserFactory(inside=True)`, `TodoFactory(rule_made=True)`.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import factory
from django.db.models import Max
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import Activity, Todo
from deals.models import Deal, FollowUpCycle, LostReason
from followups.models import RuleExemption
from leads.models import Company, Contact, Lead, LeadSource, NoAppointmentReason
from people.models import Absence, RoleGrant, Team, User
from people.states import Role

TODAY = date(2025, 7, 31)  # a Thursday


def days_ago(count: int, as_of: date = TODAY) -> date:
    """So many days before; negative: after."""
    return as_of - timedelta(days=count)


def at_noon(day: date) -> datetime:
    """Noon in Tokyo."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def reason(code: str) -> LostReason:
    """A shipped lost reason: 'deprioritised' and 'competitor' are followed up, 'price' and 'other' are not."""
    return LostReason.objects.get(code=code)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"営業{n}課")


class UserFactory(DjangoModelFactory):
    """Somebody who works here. `roles` or a trait gives him roles; without any he is given no follow-up."""

    class Meta:
        model = User

    class Params:
        inside = factory.Trait(roles=[Role.IS])
        field = factory.Trait(roles=[Role.FS])
        combined = factory.Trait(roles=[Role.IS, Role.FS])
        manager = factory.Trait(roles=[Role.IS_MANAGER])
        admin = factory.Trait(roles=[Role.OPS_ADMIN], is_staff=True)
        viewer = factory.Trait(roles=[Role.VIEWER])
        gone = factory.Trait(is_active=False)

    name = factory.Sequence(lambda n: f"社員{n}")
    email = factory.Sequence(lambda n: f"user{n}@example.jp")
    password = "!"
    roles: list[Role] = []

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        roles = kwargs.pop("roles")
        user = super()._create(model_class, *args, **kwargs)
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return user


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory, inside=True)
    starts_on = TODAY
    ends_on = TODAY


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"株式会社取引先{n}")


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"担当{n}")


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = LeadSource

    name = factory.Sequence(lambda n: f"展示会{n}")


class LeadFactory(DjangoModelFactory):
    class Meta:
        model = Lead

    name = factory.Sequence(lambda n: f"見込客{n}")
    created_on = days_ago(20)
    status_entered_on = factory.SelfAttribute("created_on")


class DealFactory(DjangoModelFactory):
    """An open deal, 30 days old and never contacted. Traits bring it into the other statuses."""

    class Meta:
        model = Deal

    class Params:
        lost = factory.Trait(
            status="lost",
            closed_on=factory.SelfAttribute("status_entered_on"),
            lost_reason=factory.LazyFunction(lambda: reason("deprioritised")),
            lost_in_scope=True,
            next_approach_on=factory.LazyAttribute(lambda deal: deal.closed_on + timedelta(days=90)),
            approach_contact_text="佐藤部長",
            hook="来期の予算を確認する",
        )
        lost_on_price = factory.Trait(
            status="lost",
            closed_on=factory.SelfAttribute("status_entered_on"),
            lost_reason=factory.LazyFunction(lambda: reason("price")),
            lost_in_scope=False,
        )
        won = factory.Trait(status="won", closed_on=factory.SelfAttribute("status_entered_on"))
        excluded = factory.Trait(
            status="out_of_target", closed_on=factory.SelfAttribute("status_entered_on"), out_of_target_reason="逆営業"
        )
        returned = factory.Trait(status="returned_to_is")

    name = factory.Sequence(lambda n: f"商談{n}")
    company = factory.SubFactory(CompanyFactory)
    status = "ongoing"
    created_on = days_ago(30)
    status_entered_on = factory.SelfAttribute("created_on")


class CycleFactory(DjangoModelFactory):
    """A stagnant cycle, open since ten days; its deal knows of it. Traits: lost, returned (with such a deal), ended."""

    class Meta:
        model = FollowUpCycle
        skip_postgeneration_save = True

    class Params:
        lost = factory.Trait(
            kind="lost",
            deal=factory.SubFactory(DealFactory, lost=True),
            entered_on=factory.LazyAttribute(lambda cycle: cycle.deal.closed_on),
            reason=factory.SelfAttribute("deal.lost_reason"),
            next_approach_on=factory.SelfAttribute("deal.next_approach_on"),
            approach_contact_text="佐藤部長",
            hook="来期の予算を確認する",
        )
        returned = factory.Trait(
            kind="returned",
            deal=factory.SubFactory(DealFactory, returned=True),
            next_approach_on=days_ago(-80),
        )
        ended = factory.Trait(ended_on=TODAY, end_type="closed_by_user", end_reason="お客様の要望")

    deal = factory.SubFactory(DealFactory)
    kind = "stagnant"
    entered_on = days_ago(10)
    number = factory.LazyAttribute(lambda cycle: 1 + (_last_number(cycle.deal) or 0))

    @factory.post_generation
    def followed(self, create: bool, _extracted: None, **_kwargs: Any) -> None:
        if self.is_open:
            self.deal.is_followed = True
        elif self.end_type != "undone":
            self.deal.last_cycle_ended_on = self.ended_on
        self.deal.save()


class TodoFactory(DjangoModelFactory):
    """An open to-do made by hand, due in five days. A to-do of a cycle marks it as covered while it is open."""

    class Meta:
        model = Todo
        skip_postgeneration_save = True

    class Params:
        rule_made = factory.Trait(
            origin="rule",
            rule_code="R-60",
            step=1,
            cycle=factory.SubFactory(CycleFactory),
            deal=factory.SelfAttribute("cycle.deal"),
        )
        promised = factory.Trait(origin="promise", is_promised=True)
        done = factory.Trait(status="done", closed_on=TODAY)

    subject = "状況の確認"
    deal = factory.SubFactory(DealFactory)
    contact_text = "佐藤部長"
    original_due_on = days_ago(-5)
    due_on = factory.SelfAttribute("original_due_on")
    effective_due_on = factory.SelfAttribute("due_on")
    committed_due_on = factory.SelfAttribute("effective_due_on")
    created_on = days_ago(10)

    @factory.post_generation
    def covered(self, create: bool, _extracted: None, **_kwargs: Any) -> None:
        if self.cycle is not None and self.is_open:
            self.cycle.has_open_todo = True
            self.cycle.save()


class ActivityFactory(DjangoModelFactory):
    """A call that did not get through, at noon of `day`; build it for a verb, create it underneath one.

    A talk without appointment says why.
    """

    class Meta:
        model = Activity
        exclude = ["day"]

    class Params:
        reached = factory.Trait(outcome="callback")
        inbound_mail = factory.Trait(kind="email", direction="inbound", outcome=None)
        mail = factory.Trait(kind="email", outcome=None)
        newsletter = factory.Trait(kind="email", outcome=None, is_bulk=True)
        visit = factory.Trait(kind="visit", outcome=None)

    day = TODAY
    kind = "call"
    outcome = "not_connected"
    occurred_at = factory.LazyAttribute(lambda activity: at_noon(activity.day))
    no_appointment_reason = factory.LazyAttribute(
        lambda activity: NoAppointmentReason.objects.get(code="timing") if activity.outcome == "declined" else None
    )


class ExemptionFactory(DjangoModelFactory):
    class Meta:
        model = RuleExemption

    deal = factory.SubFactory(DealFactory)
    reason = "お客様の要望"
    starts_on = TODAY
    expires_on = days_ago(-14)
    by = factory.SubFactory(UserFactory, manager=True)


def _last_number(deal: Deal) -> int | None:
    return deal.cycles.aggregate(last=Max("number"))["last"]
