"""The verbs of deals as actions of the admin's list, each with its questions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.actions import Advance, Exclusion, Loss, OwnerChange, Win, advance, hand_over
from deals.models import Deal, LostReason
from deals.states import OPEN_STATUSES, ChangeTrigger, DealStatus
from followups.actions import (
    Closing,
    Exemption,
    Reopening,
    Return,
    close_cycle,
    exempt,
    lose,
    mark_out_of_target,
    reclassify_loss,
    reopen,
    return_to_is,
    win,
)
from followups.models import Rule
from people.admin.office import OfficeAdmin, signed_in
from people.admin.verbs import Act, ask
from people.forms import DayInput
from people.models import User

OPEN_CHOICES = [(status.value, status.label) for status in OPEN_STATUSES]
Page = TemplateResponse | None


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(label=_("deal status"), choices=OPEN_CHOICES, coerce=DealStatus)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=200)


class LossForm(forms.Form):
    """Who stays empty is the contact of the deal; what the verb misses it says itself (C-13)."""

    lost_reason = forms.ModelChoiceField(label=_("lost reason"), queryset=LostReason.objects.offered())
    next_approach_on = forms.DateField(label=_("next approach date"), widget=DayInput, required=False)
    approach_contact_text = forms.CharField(
        label=_("contact to approach (text)"), max_length=200, required=False, help_text=_("Empty: the deal's contact.")
    )
    hook = forms.CharField(label=_("hook"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    change_trigger = forms.ChoiceField(
        label=_("change trigger"), choices=[("", "—"), *ChangeTrigger.choices], required=False
    )
    note = forms.CharField(label=_("note"), max_length=400, required=False)


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("reason for the return"), max_length=400)
    next_approach_on = forms.DateField(
        label=_("next approach date"), widget=DayInput, required=False, help_text=_("Empty: in three months.")
    )


class OwnersForm(forms.Form):
    is_owner = forms.ModelChoiceField(label=_("IS owner"), queryset=User.objects.active(), required=False)
    fs_owner = forms.ModelChoiceField(label=_("FS owner"), queryset=User.objects.active(), required=False)
    reason = forms.CharField(label=_("reason"), max_length=400, required=False)


class ExemptionForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=400)
    expires_on = forms.DateField(label=_("last day"), widget=DayInput)
    rule = forms.ModelChoiceField(
        label=_("rule"), queryset=Rule.objects.all(), required=False, empty_label=_("all rules")
    )


def loss_of(deal: Deal, answers: dict[str, Any]) -> Loss:
    """What was answered, about one deal."""
    text = answers["approach_contact_text"]
    return Loss(
        deal_id=deal.pk,
        reason_id=answers["lost_reason"].pk,
        next_approach_on=answers["next_approach_on"],
        approach_contact_id=None if text else deal.contact_id,
        approach_contact_text=text,
        hook=answers["hook"],
        change_trigger=answers["change_trigger"],
        note=answers["note"],
    )


class DealVerbs(OfficeAdmin):
    """One action per verb. By hand a status moves here and nowhere else in the admin."""

    actions = [
        "advance",
        "win",
        "lose",
        "return_to_is",
        "reopen",
        "mark_out_of_target",
        "reclassify",
        "hand_over",
        "exempt",
        "close_cycle",
    ]

    @admin.action(description=_("Move to another open status"))
    def advance(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, advance, lambda deal, answers: Advance(deal.pk, answers["status"]))
        return ask(self, request, queryset, title=_("Move to another open status"), act=act, form_class=StatusForm)

    @admin.action(description=_("Mark as won"))
    def win(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, win, lambda deal, answers: Win(deal.pk))
        return ask(self, request, queryset, title=_("Mark as won"), act=act)

    @admin.action(description=_("Mark as lost"))
    def lose(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, lose, loss_of)
        return ask(self, request, queryset, title=_("Mark as lost"), act=act, form_class=LossForm)

    @admin.action(description=_("Return to IS"))
    def return_to_is(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, return_to_is, lambda deal, answers: Return(deal_id=deal.pk, **answers))
        return ask(self, request, queryset, title=_("Return to IS"), act=act, form_class=ReturnForm)

    @admin.action(description=_("Re-open deal"))
    def reopen(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, reopen, lambda deal, answers: Reopening(deal_id=deal.pk, **answers))
        return ask(self, request, queryset, title=_("Re-open deal"), act=act, form_class=StatusForm)

    @admin.action(description=_("Mark as out of target"))
    def mark_out_of_target(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, mark_out_of_target, lambda deal, answers: Exclusion(deal.pk, answers["reason"]))
        return ask(self, request, queryset, title=_("Mark as out of target"), act=act, form_class=ReasonForm)

    @admin.action(description=_("Correct the lost reason"))
    def reclassify(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        by, as_of = signed_in(request), timezone.localdate()

        def act(deals: Any, answers: dict[str, Any]) -> None:
            for deal in deals:
                reclassify_loss(loss_of(deal, answers), by=by, as_of=as_of)

        return ask(self, request, queryset, title=_("Correct the lost reason"), act=act, form_class=LossForm)

    @admin.action(description=_("Hand over"))
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, hand_over, _owner_change)
        return ask(self, request, queryset, title=_("Hand over"), act=act, form_class=OwnersForm)

    @admin.action(description=_("Exempt"))
    def exempt(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, exempt, _exemption)
        return ask(self, request, queryset, title=_("Exempt"), act=act, form_class=ExemptionForm)

    @admin.action(description=_("End the follow-up"))
    def close_cycle(self, request: HttpRequest, queryset: QuerySet[Deal]) -> Page:
        act = self._all(request, close_cycle, lambda deal, answers: Closing(deal.pk, answers["reason"]))
        return ask(self, request, queryset, title=_("End the follow-up"), act=act, form_class=ReasonForm)

    def _all(self, request: HttpRequest, verb: Any, record: Any) -> Act:
        """The verb over all deals at once, by whoever is logged in, as of today."""
        by, as_of = signed_in(request), timezone.localdate()
        return lambda deals, answers: verb([record(deal, answers) for deal in deals], by=by, as_of=as_of)


def _owner_change(deal: Deal, answers: dict[str, Any]) -> OwnerChange:
    owners = {name: answers[name].pk for name in ("is_owner", "fs_owner") if answers[name]}
    return OwnerChange(deal.pk, owners, answers["reason"])


def _exemption(deal: Deal, answers: dict[str, Any]) -> Exemption:
    rule = answers["rule"]
    return Exemption(deal.pk, answers["reason"], answers["expires_on"], rule.code if rule else "")
