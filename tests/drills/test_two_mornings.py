"""Two mornings as beat makes them: the sweep at six, the digests at eight, the managers' notice at nine, a signature.

Whatever runs a second time sends nothing and changes nothing. Without the constraint that tells a day once, it would.
"""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from deals.models import Deal, LostReason
from followups import tasks
from followups.actions import create_deals
from followups.actions.signing import sign_leak_check
from followups.digest import digests
from followups.leak_counts import leak_counts
from followups.models import Delivery, LeakCheck, Notice, Rule, SweepChange
from followups.progress import grace_cutoff
from people.models import User
from people.working_days import load_calendar
from tests.drills.week import at
from tests.factories import DealFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

THURSDAY, FRIDAY, SATURDAY = date(2025, 7, 31), date(2025, 8, 1), date(2025, 8, 2)
SIX, EIGHT, NINE = time(6), time(8), time(9)


class Company:
    """Two of inside sales, one of field sales and a manager; two losses, a stagnant deal and one that will go back."""

    def __init__(self) -> None:
        self.first, self.second = self.hired("佐藤", inside=True), self.hired("鈴木", inside=True, language="en")
        self.seller, self.manager = self.hired("中村", field=True), self.hired("渡辺", manager=True)
        Rule.objects.update(mode="auto")
        with at(date(2025, 7, 30), NINE):
            create_deals(list(self.losses()), by=None, as_of=date(2025, 7, 30), cause="import:1")
        DealFactory(created_on=date(2025, 6, 1), fs_owner=self.seller, name="滞留中")  # 60 days old on Thursday
        DealFactory(status="contacting", created_on=date(2025, 7, 22), fs_owner=self.seller, name="返信待ち")
        for due_on in (THURSDAY, FRIDAY):
            TodoFactory(assignee=self.second, promised=True, original_due_on=due_on, created_on=date(2025, 7, 30))

    def hired(self, name: str, **fields: Any) -> User:
        return UserFactory(name=name, password="a hash", email=f"{ord(name[0])}@example.jp", **fields)

    def losses(self) -> Any:
        for number in range(2):
            yield Deal(
                name=f"失注{number}", status="lost", lost_reason=LostReason.objects.get(code="deprioritised"),
                created_on=date(2025, 3, 1), closed_on=date(2025, 4, 1), next_approach_on=date(2025, 7, 1),
                approach_contact_text="部長", hook="来期の予算", is_owner=self.first,
            )  # fmt: skip

    def sign(self, day: date) -> None:
        now = timezone.make_aware(datetime.combine(day, NINE))
        seen = leak_counts(day, grace_cutoff(day), load_calendar()).by_code()
        sign_leak_check(day, seen, by=self.manager, now=now)


JOBS = {SIX: (tasks.sweep,), EIGHT: (tasks.write_digests,), NINE: (tasks.write_leaks,)}


def told(company: Company) -> dict[str, list[str]]:
    """The kinds of notices that reached each person by mail, in their order; the outbox is emptied."""
    names = {user.email: user.name for user in User.objects.all()}
    kinds = dict(Notice.objects.values_list("pk", "kind"))
    found: dict[str, list[str]] = {}
    for letter in mail.outbox:
        number = int(letter.extra_headers["Message-ID"].removeprefix("<notice-").partition("@")[0])
        found.setdefault(names[letter.to[0]], []).append(kinds[number])
    mail.outbox.clear()
    return found


def morning(day: date, hours: tuple[time, ...] = (SIX, EIGHT, NINE)) -> None:
    for hour in hours:
        with at(day, hour):
            for job in JOBS[hour]:
                job()
            tasks.deliver_notices()


def everything() -> tuple[Any, ...]:
    """All that a second run might change, but for the run itself."""
    deliveries = list(Delivery.objects.values_list().order_by("pk"))
    return digests(), SweepChange.objects.count(), Notice.objects.count(), deliveries


def test_two_mornings_tell_everybody_what_is_his_and_a_second_run_of_each_job_changes_nothing() -> None:
    company = Company()

    morning(THURSDAY)
    assert told(company) == {"佐藤": ["digest"], "鈴木": ["digest"], "中村": ["returns"], "渡辺": ["leaks"]}
    as_it_stands = everything()
    morning(THURSDAY)
    assert mail.outbox == []
    assert everything() == as_it_stands

    company.sign(THURSDAY)
    company.sign(THURSDAY)
    assert LeakCheck.objects.count() == 1

    morning(FRIDAY)
    assert told(company) == {"鈴木": ["digest"]} | with_new_work(company)
    as_it_stands = everything()
    morning(FRIDAY)
    assert mail.outbox == []
    assert everything() == as_it_stands


def with_new_work(company: Company) -> dict[str, list[str]]:
    """佐藤 did nothing on Thursday: what was due then is overdue, so he hears of it."""
    late = company.first.todos.filter(status="open", effective_due_on=THURSDAY)
    return {"佐藤": ["digest"]} if late.exists() else {}


def test_the_manager_who_did_not_sign_is_reminded_the_next_morning_and_nobody_on_a_day_off() -> None:
    company = Company()
    morning(THURSDAY)
    told(company)
    morning(FRIDAY, (SIX, NINE))
    assert told(company) == {"渡辺": ["leaks"]}
    assert Notice.objects.get(kind="leaks", for_on=FRIDAY).content["unsigned_on"] == THURSDAY.isoformat()
    morning(SATURDAY)
    assert told(company) == {}


def test_each_reads_his_own_numbers_in_his_own_language() -> None:
    company = Company()
    morning(THURSDAY)
    texts = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Promised for today: 1" in texts[company.second.email]
    assert "新しい自動ToDo" in texts[company.first.email]
    assert "返信待ち" in texts[company.seller.email]
    assert "滞留中" not in texts[company.seller.email]
    assert "2025/07/30の確認が未署名です" in texts[company.manager.email]


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_a_second_run_would_tell_everybody_twice() -> None:
    """The same jobs on a table that takes any number of notices a day."""
    every = Notice._meta.constraints
    [once] = [rule for rule in every if rule.name == "followups_a_day_is_told_once"]
    Notice._meta.constraints = [rule for rule in every if rule is not once]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Notice, once)
    try:
        company = Company()
        morning(THURSDAY, (SIX, EIGHT))
        morning(THURSDAY, (EIGHT,))
        assert told(company) == {"佐藤": ["digest"] * 2, "鈴木": ["digest"] * 2, "中村": ["returns"]}
    finally:
        Notice.objects.all().delete()
        Notice._meta.constraints = every
        with connection.schema_editor() as editor:
            editor.add_constraint(Notice, once)
