"""One week of a small sales company, told as its people live it: every step is a page that somebody opens and sends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, cycle
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal, LostReason
from followups.actions import create_deals
from followups.models import Proposal, Rule
from followups.rules import sweep
from leads.models import Contact, NoAppointmentReason
from people.models import User
from tests.factories import CompanyFactory, ContactFactory, UserFactory
from tests.pages.html import form_of
from tests.pages.world import frozen

MONDAY = date(2025, 7, 28)
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
MORNING, OFFICE_HOURS = time(6), time(9)
CALLS_A_DAY = 4


@contextmanager
def at(day: date, hour: time) -> Iterator[None]:
    with frozen(timezone.make_aware(datetime.combine(day, hour))):
        yield


@dataclass
class Person:
    """Somebody with his browser."""

    user: User
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)

    def open(self, url: str) -> HttpResponse:
        page = self.client.get(url)
        assert page.status_code == 200, (self.user.name, url, page.status_code)
        return page

    def send(self, url: str, **answers: object) -> None:
        """Open the page, answer what it asks, and press the button."""
        form = form_of(self.open(url).content.decode())
        self.press(url, **form.data(**answers))

    def press(self, url: str, **data: object) -> None:
        answer = self.client.post(url, data)
        told = answer.context["form"].errors if answer.status_code == 200 and answer.context else ""
        assert answer.status_code == 302, (self.user.name, url, answer.status_code, told)


class Week:
    """Three of inside sales, two of field sales, their manager and an admin; all rules act."""

    def __init__(self) -> None:
        self.numbers = count(1)
        with at(MONDAY - timedelta(days=2), MORNING):
            self.inside = {name: self._hired(name, inside=True) for name in ("佐藤", "鈴木", "高橋")}
            self.field = {name: self._hired(name, field=True) for name in ("中村", "加藤")}
            self.manager, self.admin = self._hired("渡辺", manager=True), self._hired("山口", admin=True)
            Rule.objects.update(mode="auto")
            create_deals(list(self._deals()), by=None, as_of=MONDAY - timedelta(days=2), cause="import:1")
        self.results = cycle(RESULTS)
        self.at_work = list(self.inside)

    def _hired(self, name: str, **role: bool) -> Person:
        return Person(UserFactory(name=name, email=f"{ord(name[0])}@example.jp", **role))

    def _deals(self) -> Iterator[Deal]:
        """Deals whose clocks run out on one of the days, losses that nobody has followed up, and deals at work."""
        owners = cycle([None, *(person.user for person in self.inside.values())])
        sellers = cycle(person.user for person in self.field.values())
        for day in DAYS:
            for age, status in ((60, "ongoing"), (60, "quoted"), (14, "contacting"), (61, "not_started")) * 2:
                since = day - timedelta(days=age)
                yield self._deal(status, since, fs_owner=next(sellers), is_owner=next(owners), last_contact_on=since)
            yield self._deal("first_visit", MONDAY - timedelta(days=20), fs_owner=next(sellers))
        for number in range(12):
            yield self._deal("quoted", MONDAY - timedelta(days=5), fs_owner=next(sellers))
            yield self._loss(MONDAY - timedelta(days=30 * number + 4), next(owners))

    def _deal(self, status: str, since: date, **fields: Any) -> Deal:
        number = next(self.numbers)
        company = CompanyFactory(name=f"株式会社北{number}", phone="0312345678")
        contact = ContactFactory(name=f"大野{number}", company=company)
        return Deal(
            name=f"勤怠クラウド{number}",
            status=status,
            created_on=since,
            company=contact.company,
            contact=contact,
            **fields,
        )

    def _loss(self, closed_on: date, is_owner: User | None) -> Deal:
        reason = LostReason.objects.get(code="deprioritised")
        answers = {"approach_contact_text": "部長", "hook": "来期の予算を確認する", "lost_reason": reason}
        lost = self._deal("lost", closed_on - timedelta(days=40), is_owner=is_owner, closed_on=closed_on, **answers)
        lost.next_approach_on = closed_on + timedelta(days=30)
        return lost

    def sweep(self, day: date) -> dict[str, Any]:
        """What beat does at six."""
        with at(day, MORNING):
            return sweep(as_of=day)

    def work(self, day: date) -> None:
        """A day in the office."""
        with at(day, OFFICE_HOURS):
            for name in self.at_work:
                self._calls(self.inside[name], day)
            for person in self.field.values():
                self._sell(person, day)
            for event in EVENTS.get(day, ()):
                event(self, day)

    def _calls(self, person: Person, day: date) -> None:
        """The first of the queue, one after the other, each with another result."""
        for todo in list(person.open(reverse("followups:today")).context["rows"])[:CALLS_A_DAY]:
            person.send(reverse("followups:call", args=[todo.pk]), **next(self.results)(self, day))

    def _sell(self, person: Person, day: date) -> None:
        """Appointments are taken, and the first deal at work is called."""
        for proposal in Proposal.objects.pending().filter(fs=person.user):
            person.press(reverse("followups:accept", args=[proposal.pk]))
        deal = self.deals_of(person)[day.weekday()]
        promised = {
            "next_subject": "見積の説明",
            "next_is_promised": "on",
            "next_due_on": _in_a_week(day)["next_due_on"],
        }
        person.send(f"{reverse('followups:log_call')}?deal={deal.pk}", outcome="callback", **promised)

    def deals_of(self, person: Person) -> list[Deal]:
        """His live deals outside follow-ups."""
        return list(Deal.objects.open().filter(fs_owner=person.user, is_followed=False).order_by("pk"))

    def lose(self, day: date) -> None:
        """中村 loses a deal."""
        person = self.field["中村"]
        deal = self.deals_of(person)[-1]
        contact = Contact.objects.get(company=deal.company_id)
        person.send(
            reverse("followups:lose", args=[deal.pk]),
            lost_reason=LostReason.objects.get(code="competitor").pk,
            next_approach_on=(day + timedelta(days=90)).isoformat(),
            approach_contact=contact.pk,
            hook="競合の契約が切れる",
        )

    def hand_back(self, _day: date) -> None:
        """加藤 returns a deal to inside sales, with what the page proposes."""
        deal = self.deals_of(self.field["加藤"])[-1]
        self.field["加藤"].send(reverse("followups:return", args=[deal.pk]))

    def go_on_leave(self, day: date) -> None:
        """鈴木 is away from tomorrow on, for two weeks."""
        self.leave = (day + timedelta(days=1), day + timedelta(days=14))
        answers = {"starts_on": self.leave[0], "ends_on": self.leave[1], "reason": "入院"}
        self.admin.send(
            reverse("settings:entry_add", args=["absences"]), user=self.inside["鈴木"].user.pk, **answers
        )  # fmt: skip
        self.at_work.remove("鈴木")

    def leave_the_company(self, _day: date) -> None:
        """高橋 leaves; the admin looks at what he holds and names 佐藤."""
        url = reverse("settings:person_leave", args=[self.inside["高橋"].user.pk])
        self.held_by_leaver = self.admin.open(url).context["held"]
        self.admin.send(url, successor=self.inside["佐藤"].user.pk)
        self.at_work.remove("高橋")


Answers = dict[str, object]
Result = Callable[[Week, date], Answers]


def _in_a_week(day: date) -> Answers:
    return {"when": "date", "next_due_on": (day + timedelta(days=7)).isoformat()}


RESULTS: tuple[Result, ...] = (
    lambda week, day: {"outcome": "not_connected"},
    lambda week, day: {"outcome": "callback", "next_is_promised": "on", **_in_a_week(day)},
    lambda week, day: {"outcome": "declined", "no_appointment_reason": NoAppointmentReason.objects.first().pk},
    lambda week, day: {"outcome": "appointment", "fs": week.field["中村"].user.pk, **_in_a_week(day)},
    lambda week, day: {"outcome": "out_of_target_person", "when": "none", "no_next_reason": "退職"},
)  # fmt: skip

EVENTS: dict[date, tuple[Callable[[Week, date], None], ...]] = {
    DAYS[1]: (Week.lose,),
    DAYS[2]: (Week.lose, Week.go_on_leave),
    DAYS[3]: (Week.hand_back, Week.leave_the_company),
}
