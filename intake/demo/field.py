"""The field's work: what a rep does with a deal on one day, and the to-do he makes for the next time."""

from dataclasses import replace
from datetime import date
from random import Random

from activities.models import Activity, Todo
from deals.actions import Advance, Exclusion, Win, advance
from deals.states import DealStatus
from followups.actions import Return, lose, mark_out_of_target, return_to_is, win
from intake.demo.cases import Case
from intake.demo.courses import Deed, Touch
from intake.demo.diary import Diary
from intake.demo.losses import loss_of
from intake.demo.notes import note, subject
from people.models import User

PROMISED = 0.55  # of the next steps are agreed with the customer
PLANNED = 0.85  # of the next steps are written down at all
RETURNED_BY_HAND = 0.012  # of the deeds end with the rep handing the deal back


class FieldWork:
    """Carries out the deeds of cases. reasons: lost reason code → id."""

    def __init__(self, rng: Random, reasons: dict[str, int]) -> None:
        self.rng = rng
        self.reasons = reasons

    def work(self, case: Case, diary: Diary) -> None:
        """Do the next deed, however late it is."""
        planned = case.deeds.pop(0)
        deed = replace(planned, day=diary.day_of(planned.day))
        activity = self.touch(case, deed.touch, deed.day, case.rep, diary) if deed.touch else None
        if case.todo and activity:
            diary.finish(case.rep, case.todo, activity)
            case.todo = None
        if deed.status and deed.status != case.status:
            self.move(case, deed, diary)
        elif deed.touch and self.rng.random() < RETURNED_BY_HAND:
            self._hand_back(case, deed.day, diary)
        if case.deeds:
            case.todo = self.next_step(case, diary, made_on=deed.day)

    def touch(self, case: Case, touch: Touch, day: date, owner: User, diary: Diary, **of_the_day: str) -> Activity:
        """Log one contact with the case's customer."""
        account = case.account
        words = {"when": _spoken(case.deeds[0].day if case.deeds else day), "fs": case.rep.name.split()[0]}
        return diary.log(
            owner,
            day,
            kind=touch.kind,
            direction=touch.direction,
            outcome=touch.outcome,
            deal=case.record,
            contact=account.contact,
            company=account.company,
            note=note(self.rng, touch.moment, account.customer, **words | of_the_day),
            duration_s=self.rng.randint(20, 900) if touch.outcome else None,
        )

    def move(self, case: Case, deed: Deed, diary: Diary) -> None:
        """Bring the case to the status of the deed, by its verb."""
        assert deed.status is not None
        case.status, deal_id = deed.status, case.record.pk
        if deed.status == DealStatus.WON:
            diary.do(win, case.rep, Win(deal_id, deed.day))
        elif deed.status == DealStatus.LOST:
            diary.do(lose, case.rep, loss_of(self.rng, case, deed.day, self.reasons))
        elif deed.status == DealStatus.OUT_OF_TARGET:
            reason = note(self.rng, "out_of_target", case.account.customer)
            diary.do(mark_out_of_target, case.rep, Exclusion(deal_id, reason, deed.day))
        else:
            diary.do(advance, case.rep, Advance(deal_id, deed.status, deed.day))

    def _hand_back(self, case: Case, day: date, diary: Diary) -> None:
        case.status, case.deeds = DealStatus.RETURNED_TO_IS, []
        reason = note(self.rng, "returned", case.account.customer)
        diary.do(return_to_is, case.rep, Return(deal_id=case.record.pk, reason=reason, on=day))

    def next_step(self, case: Case, diary: Diary, *, made_on: date) -> Todo | None:
        """The rep's to-do for his next deed; None where he writes none down."""
        if self.rng.random() > PLANNED:
            return None
        is_promised = self.rng.random() < PROMISED
        kind = "subjects" if is_promised else "manual"
        todo = Todo(
            subject=subject(self.rng, kind, case.account.customer),
            deal=case.record,
            contact=case.account.contact,
            assignee=case.rep,
            original_due_on=case.deeds[0].day,
            created_on=made_on,
            is_promised=is_promised,
        )
        return diary.plan(case.rep, todo)


def _spoken(day: date) -> str:
    """A day as it is said on the phone; the hour is that of the office's favourite meetings."""
    return f"{day.month}月{day.day}日の{10 + day.toordinal() % 7}時"
