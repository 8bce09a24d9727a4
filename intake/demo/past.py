"""What the company brought along when it began to follow up: fourteen months of deals and leads from its old tool."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from random import Random

from deals.states import DealStatus
from followups.actions import StatusChange, change_statuses, create_deals
from intake.demo.cases import Case, Inquiry
from intake.demo.cast import Cast
from intake.demo.courses import Deed
from intake.demo.diary import Diary
from intake.demo.field import FieldWork
from intake.demo.inquiries import STILL_NO, UNANSWERED
from intake.demo.inside import InsideWork
from intake.demo.losses import loss_of
from intake.demo.notes import note
from leads.actions import create_leads
from leads.states import LeadStatus
from people.business_days import DAY, BusinessCalendar
from people.models import User

TOUCHED = 0.82  # of the losses that somebody of inside sales had called again before there were rules


class Past:
    """Writes down what had happened before the first day on which rules ran."""

    def __init__(self, rng: Random, calendar: BusinessCalendar, start: date, cast: Cast) -> None:
        self.rng = rng
        self.calendar = calendar
        self.start = start
        self.cast = cast
        self.diary = Diary(start - DAY, rng, since=date.min)

    def leads(self, inquiries: Sequence[Inquiry], inside: InsideWork, reasons: dict[str, int]) -> None:
        """Enter leads with the calls so far; what is still to be done becomes a to-do."""
        for inquiry in inquiries:
            done = [attempt for attempt in inquiry.attempts if attempt.day < self.start]
            last = done[-1] if done else None
            if last and last.status != LeadStatus.MEETING_WON:
                inquiry.record.status, inquiry.record.status_entered_on = last.status, last.day
                inquiry.record.nurturing_reason_id = reasons.get(last.reason)
        create_leads([inquiry.record for inquiry in inquiries], by=None, as_of=self.diary.as_of)
        for inquiry in inquiries:
            while inquiry.attempts and inquiry.attempts[0].day < self.start:
                inside.talk(inquiry, inquiry.attempts.pop(0), self.diary)
            inquiry.todo = inside.next_call(inquiry, self.diary, made_on=self.diary.as_of)

    def deals(self, cases: Sequence[Case], field: FieldWork) -> None:
        """Enter deals with their contacts, then their statuses in the order in which they came."""
        create_deals([case.as_new() for case in cases], by=None, as_of=self.diary.as_of)
        steps: defaultdict[int, list[tuple[Case, Deed]]] = defaultdict(list)
        for case in cases:
            for number, deed in enumerate(self._told(case, field)):
                steps[number].append((case, deed))
        for case in cases:
            if case.deeds:
                case.todo = field.next_step(case, self.diary, made_on=self.diary.as_of)
        for number in sorted(steps):
            self._move(steps[number], field)

    def calls_after_losses(self, cases: Sequence[Case], field: FieldWork) -> None:
        """Some losses had been called again, without a rule and without a plan."""
        for case in cases:
            if case.status == DealStatus.LOST and self.rng.random() < TOUCHED:
                first = case.lost_on or self.start
                days = max(1, (self.start - first).days)
                day = self.calendar.on_or_after(first + self.rng.randrange(days) * DAY)
                if day < self.start:
                    touch = self.rng.choice((UNANSWERED, STILL_NO))
                    field.touch(case, touch, day, self.rng.choice(self.cast.inside), self.diary)

    def _told(self, case: Case, field: FieldWork) -> list[Deed]:
        """Log the contacts of the past; gives back the deeds that moved the status."""
        moves = []
        while case.deeds and case.deeds[0].day < self.start:
            deed = case.deeds.pop(0)
            if deed.touch:
                field.touch(case, deed.touch, deed.day, case.rep, self.diary)
            if deed.status and deed.status != case.status:
                case.status = deed.status
                case.lost_on = deed.day if deed.status == DealStatus.LOST else None
                moves.append(deed)
        return moves

    def _move(self, moves: Sequence[tuple[Case, Deed]], field: FieldWork) -> None:
        def rep_of(move: tuple[Case, Deed]) -> User:
            return move[0].rep

        for rep, own in groupby(sorted(moves, key=lambda move: rep_of(move).pk), key=rep_of):
            changes = [self._change(case, deed, field) for case, deed in own]
            change_statuses(changes, by=rep, as_of=self.diary.as_of, cause="user")

    def _change(self, case: Case, deed: Deed, field: FieldWork) -> StatusChange:
        assert deed.status is not None
        loss = reason = None
        if deed.status == DealStatus.LOST:
            loss = loss_of(self.rng, case, deed.day, field.reasons)
        if deed.status == DealStatus.OUT_OF_TARGET:
            reason = note(self.rng, "out_of_target", case.account.customer)
        return StatusChange(deal_id=case.record.pk, status=deed.status, on=deed.day, loss=loss, reason=reason or "")
