"""Inside sales at work: calling inquiries, and following up what was lost, stagnant or handed back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from random import Random

from activities.actions import TodoShift
from activities.models import Activity, Todo
from activities.states import ActivityKind, CallOutcome
from deals.states import DealStatus
from followups.actions import Closing, Reopening, close_cycle, lose, reopen
from intake.demo.cases import Case, Inquiry
from intake.demo.courses import FROM_FIELD, Touch, course
from intake.demo.diary import Diary
from intake.demo.field import FieldWork
from intake.demo.inquiries import CALL_AGAIN, MEETING_WON, MOVED_ON, STILL_NO, UNANSWERED, Attempt
from intake.demo.losses import loss_of
from intake.demo.notes import note, subject
from leads.actions import LeadMove
from leads.states import LeadStatus
from people.business_days import BusinessCalendar
from people.models import User

# What a follow-up call comes to.
OUTCOMES: tuple[Touch, ...] = (UNANSWERED, CALL_AGAIN, MEETING_WON, STILL_NO, MOVED_ON)
OUTCOME_WEIGHTS = (56, 18, 2.0, 22, 2.0)
PATIENCE = 6  # calls without an answer until the next approach is weeks away
GIVEN_UP = 0.06  # of the refusals end the follow-up for good
LOST_AFTER_ALL = 0.15  # of the refusals on a stagnant deal make the rep lose it
TIMES = (None, time(10), None, time(13, 30), time(16))  # at which customers want to be called again
MOVED = 0.05  # of the to-dos are put off, half of them with the customer's consent
_WAITS = {CALL_AGAIN.moment: (2, 6), MOVED_ON.moment: (2, 5), MEETING_WON.moment: (3, 9)}  # business days; else weeks
_NEXT_SUBJECTS = {CALL_AGAIN.moment: "revival", STILL_NO.moment: "later"}
CLOSING_REASONS = (
    "今後の連絡は不要とのこと。",
    "事業の縮小で、対象の部署がなくなった。",
    "3年の契約で他社を使い始めた。",
)


class InsideWork:
    """Calls inquiries and works the to-dos of cycles."""

    def __init__(self, rng: Random, calendar: BusinessCalendar, field: FieldWork, reasons: dict[str, int]) -> None:
        self.rng = rng
        self.calendar = calendar
        self.field = field
        self.nurturing_reasons = reasons

    def call(self, inquiry: Inquiry, diary: Diary) -> None:
        """Make the next contact of an inquiry and plan the one after it."""
        planned = inquiry.attempts.pop(0)
        attempt = replace(planned, day=diary.day_of(planned.day))
        activity = self.talk(inquiry, attempt, diary)
        if inquiry.todo:
            diary.finish(inquiry.owner, inquiry.todo, activity)
        inquiry.todo = self.next_call(inquiry, diary, made_on=attempt.day)
        if attempt.status not in (LeadStatus.MEETING_WON, inquiry.record.status):  # won: the deal makes it so
            inquiry.record.status = attempt.status
            reason_id = self.nurturing_reasons.get(attempt.reason)
            diary.rate(inquiry.owner, LeadMove(inquiry.record.pk, attempt.status, reason_id, attempt.day))

    def talk(self, inquiry: Inquiry, attempt: Attempt, diary: Diary) -> Activity:
        """Log one contact with an inquiry."""
        account = inquiry.account
        words = {"when": _day_name(inquiry.attempts[0].day) if inquiry.attempts else "来週", "fs": "営業"}
        return diary.log(
            inquiry.owner,
            attempt.day,
            kind=attempt.touch.kind,
            outcome=attempt.touch.outcome,
            lead=inquiry.record,
            contact=account.contact,
            company=account.company,
            note=note(self.rng, attempt.touch.moment, account.customer, **words),
            duration_s=self.rng.randint(15, 600) if attempt.touch.kind == ActivityKind.CALL else None,
        )

    def next_call(self, inquiry: Inquiry, diary: Diary, *, made_on: date) -> Todo | None:
        """The to-do for the next contact of an inquiry; None where there is none."""
        if not inquiry.attempts:
            return None
        todo = Todo(
            subject=subject(self.rng, "lead", inquiry.account.customer),
            lead=inquiry.record,
            contact=inquiry.account.contact,
            assignee=inquiry.owner,
            original_due_on=inquiry.attempts[0].day,
            created_on=made_on,
            is_promised=self.rng.random() < 0.3,
        )
        return diary.plan(inquiry.owner, todo)

    def follow_up(self, cases: dict[int, Case], todos: Iterable[Todo], diary: Diary) -> None:
        """Work the due to-dos of cycles, one call per deal."""
        done = {todo.pk for _owner, todo, _activity in diary.done}
        by_deal: defaultdict[int, list[Todo]] = defaultdict(list)
        for todo in todos:
            own = cases[todo.deal_id or 0].todo
            is_reps = own is not None and todo.pk == own.pk  # it waits for the rep's next deed
            if not (is_reps or todo.pk in done):
                by_deal[todo.deal_id or 0].append(todo)
        for deal_id, due in by_deal.items():
            if any(todo.cycle and todo.cycle.is_open for todo in due):
                self._work(cases[deal_id], due, diary)
            else:
                diary.drop(due)

    def _work(self, case: Case, due: Sequence[Todo], diary: Diary) -> None:
        caller = due[0].assignee
        assert caller is not None
        if self.rng.random() < MOVED:
            self._put_off(caller, due, diary)
            return
        touch = self.rng.choices(OUTCOMES, OUTCOME_WEIGHTS)[0]
        today = diary.day_of(due[0].effective_due_on)
        again_on = self._again_on(case, touch, today)
        activity = self.field.touch(case, touch, today, caller, diary, when=_day_name(again_on))
        for todo in due:
            diary.finish(caller, todo, activity)
        if touch is MEETING_WON:
            self._revive(case, today, diary)
        elif touch is not STILL_NO or not self._give_up(case, today, caller, diary):
            diary.plan(caller, self._next(case, due[0], touch, today, again_on))

    def _put_off(self, caller: User, due: Sequence[Todo], diary: Diary) -> None:
        is_agreed = self.rng.random() < 0.5
        to_on = self.calendar.add(diary.as_of, self.rng.randint(1, 4))
        reason = "お客様の都合" if is_agreed else "ほかの対応を優先"
        for todo in due:
            diary.shift(caller, TodoShift(todo.pk, to_on, is_agreed, reason))

    def _again_on(self, case: Case, touch: Touch, today: date) -> date:
        if touch.outcome == CallOutcome.NOT_CONNECTED:
            case.unanswered += 1
            wait = (2, 5) if case.unanswered % PATIENCE else (20, 45)
        else:
            case.unanswered = 0
            wait = _WAITS.get(touch.moment, (20, 70))
        return self.calendar.add(today, self.rng.randint(*wait))

    def _next(self, case: Case, done: Todo, touch: Touch, today: date, again_on: date) -> Todo:
        return Todo(
            subject=subject(self.rng, _NEXT_SUBJECTS.get(touch.moment, "again"), case.account.customer),
            deal=case.record,
            contact_id=done.contact_id or case.account.contact.pk,
            contact_text="" if done.contact_id else done.contact_text,
            assignee=done.assignee,
            original_due_on=again_on,
            created_on=today,
            is_promised=touch.outcome == CallOutcome.CALLBACK,
            due_time=TIMES[case.account.contact.pk % len(TIMES)] if touch.outcome == CallOutcome.CALLBACK else None,
            hook=done.hook,
        )

    def _revive(self, case: Case, today: date, diary: Diary) -> None:
        """The rep takes the deal again; it goes on from where it stood, a lost or returned one from the appointment."""
        status = case.status if case.is_live else DealStatus.APPOINTMENT
        diary.do(reopen, case.rep, Reopening(deal_id=case.record.pk, on=today))
        path = FROM_FIELD[FROM_FIELD.index(status) :]
        case.status = status
        case.deeds = list(course(self.rng, self.calendar, today, path))[1:]
        case.todo = self.field.next_step(case, diary, made_on=today) if case.deeds else None

    def _give_up(self, case: Case, today: date, caller: User, diary: Diary) -> bool:
        """Whether a refusal ends the follow-up: the rep loses a stagnant deal, or there is no point in going on."""
        chance = self.rng.random()
        if case.is_live and chance < LOST_AFTER_ALL:
            case.status, case.deeds = DealStatus.LOST, []
            diary.do(lose, case.rep, loss_of(self.rng, case, today, self.field.reasons))
            return True
        if chance < GIVEN_UP:
            diary.do(close_cycle, caller, Closing(case.record.pk, self.rng.choice(CLOSING_REASONS)))
            return True
        return False


def _day_name(day: date) -> str:
    return f"{day.month}月{day.day}日"
