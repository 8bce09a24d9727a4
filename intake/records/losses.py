"""What a row says about a loss: the reason, the three answers, and what [fallback] fills in (S0-22, D5, D6, D27)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import ngettext

from deals.actions import Loss, loss_errors
from deals.models import Deal, LostReason
from deals.states import DealStatus
from intake.drafts import Change, Columns, Draft, Run, Said, objections, picked, unknown
from intake.findings import WarningCode
from intake.rows import Values
from people.business_days import add_units

ANSWERS = ("next_approach_on", "approach_contact_id", "approach_contact_text", "hook", "change_trigger")


@dataclass(frozen=True)
class Losses:
    """Losses of one import. Only one for a reason in scope needs answers, so only that one is given a fallback."""

    run: Run

    def object(self, values: Values) -> list[Said]:
        """Why the row is no loss that may be entered: an unknown reason, or an answer that it lacks."""
        if values["status"] != DealStatus.LOST:
            return []
        if found := unknown(values, "lost_reason", self.run.references.lost_reasons):
            return found
        reason = self._reason(values)
        answers, _filled = self._answers(values)
        whom = answers["approach_contact_text"] or values.get("approach_contact", "")
        loss = Loss(
            deal_id=0,
            reason_id=reason.pk if reason else None,
            next_approach_on=answers["next_approach_on"],
            approach_contact_text=whom,
            hook=answers["hook"],
            closed_on=_closed_on(values),
        )
        return objections(values, loss_errors(loss, reason, as_of=self.run.as_of))

    def tell(self, draft: Draft) -> None:
        """Put reason and answers into the columns, and a warning where they are not the file's own."""
        columns, values = draft.columns, draft.values
        reason = self._reason(values)
        columns["lost_reason_id"] = reason.pk if reason else None
        columns["change_trigger"] = values.get("change_trigger", "")
        answers, filled = self._answers(values)
        columns |= answers
        if columns["approach_contact_id"] is None and not columns["approach_contact_text"]:
            columns["approach_contact_text"] = values.get("approach_contact", "")
        if filled:
            draft.extras["has_imported_answers"] = True
            draft.extras["has_default_approach_date"] = "next_approach_on" in filled
            draft.warn(filled[0], WarningCode.IMPORTED_LOSS, _filled_in(filled))

    def stands(self, change: Change) -> Loss:
        """The loss as it will stand: of the file where the deal becomes lost, else with what people changed."""
        deal, new = change.record, change.new
        assert isinstance(deal, Deal)
        said: dict[str, Any] = {name: getattr(deal, name) for name in ("lost_reason_id", "closed_on", *ANSWERS)}
        said |= new.columns if "status" in change.columns else change.columns
        return Loss(
            deal_id=deal.pk,
            reason_id=said["lost_reason_id"],
            closed_on=said["closed_on"],
            has_default_approach_date=new.extras.get("has_default_approach_date", False),
            has_imported_answers=new.extras.get("has_imported_answers", False),
            **{name: said[name] for name in ANSWERS},
        )

    def object_to(self, change: Change) -> list[Said]:
        """Why the loss would not stand once the change is made."""
        loss = self.stands(change)
        reason = self.run.references.reasons.get(loss.reason_id or 0)
        return objections(change.new.values, loss_errors(loss, reason, as_of=self.run.as_of))

    def is_reclassified(self, change: Change, *, is_in_scope: bool) -> bool:
        """Whether a lost deal stays lost, for another reason that is (not) followed up."""
        if "status" in change.columns or not change.columns.get("lost_reason_id"):
            return False
        return self.run.references.reasons[change.columns["lost_reason_id"]].in_scope is is_in_scope

    def _reason(self, values: Values) -> LostReason | None:
        reason_id = picked(values, "lost_reason", self.run.references.lost_reasons)
        return self.run.references.reasons.get(reason_id or 0)

    def _answers(self, values: Values) -> tuple[Columns, list[str]]:
        """Date, person and hook of the row, and which of them were filled."""
        columns = {
            "next_approach_on": values.get("next_approach_on"),
            "approach_contact_text": values.get("approach_contact_text", ""),
            "hook": values.get("hook", ""),
        }
        reason = self._reason(values)
        if values["status"] != DealStatus.LOST or reason is None or not reason.in_scope:
            return columns, []
        given = {name for name, value in columns.items() if value}
        if "approach_contact" in values:
            given.add("approach_contact_text")
        offered = self._fallback(values)
        filled = [name for name in columns if name not in given and offered[name]]
        return columns | {name: offered[name] for name in filled}, filled

    def _fallback(self, values: Values) -> Columns:
        fallback, closed_on = self.run.plan.fallback, _closed_on(values)
        day = add_units(closed_on, fallback.value, fallback.unit) if closed_on and fallback.value else None
        return {
            "next_approach_on": day,
            "approach_contact_text": fallback.approach_contact_text,
            "hook": fallback.hook,
        }


def _closed_on(values: Values) -> date | None:
    return values.get("closed_on") or values.get("status_entered_on") or values.get("created_on")


def _filled_in(fields: list[str]) -> str:
    text = ngettext(
        "The loss lacked %(count)d answer (%(fields)s); it was filled in from the map.",
        "The loss lacked %(count)d answers (%(fields)s); they were filled in from the map.",
        len(fields),
    )
    return text % {"count": len(fields), "fields": ", ".join(fields)}
