"""A chosen day on which nobody works: the reader is told from when to when, and why."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from activities.models import Todo
from followups.shifts import shift_sentence, with_shift
from people.business_days import BusinessCalendar
from people.models import CompanyHoliday
from tests.factories import ContactFactory, CycleFactory, DealFactory, TodoFactory, UserFactory, reason

MARINE_DAY = date(2025, 7, 21)  # a Monday
CALENDAR = BusinessCalendar(yearly_days_off=frozenset({(8, 13)}))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (date(2025, 7, 18), ""),
        (date(2025, 7, 19), "2025/07/19は休業日(土曜日)のため、ToDoは2025/07/22になります。"),
        (date(2025, 7, 20), "2025/07/20は休業日(日曜日)のため、ToDoは2025/07/22になります。"),
        (MARINE_DAY, "2025/07/21は休業日(海の日)のため、ToDoは2025/07/22になります。"),
        (date(2025, 8, 13), "2025/08/13は休業日(会社の休業日)のため、ToDoは2025/08/14になります。"),
    ],
)
def test_the_sentence_names_both_days_and_the_reason(asked, said):
    assert shift_sentence(asked, CALENDAR) == said


def test_in_english_too():
    with translation.override("en"):
        assert "Marine Day" in shift_sentence(MARINE_DAY, CALENDAR)


@pytest.mark.parametrize("asked", [None, date(2025, 7, 18)])
def test_nothing_is_added_where_nothing_moved(asked):
    assert with_shift("保存しました。", asked, CALENDAR) == "保存しました。"


@pytest.mark.django_db
class TestPages:
    """Tomorrow is a day off of the company, so every form that puts a to-do on it says so."""

    @pytest.fixture
    def off(self) -> date:
        day = timezone.localdate() + (date(2025, 1, 2) - date(2025, 1, 1))
        CompanyHoliday.objects.create(year=day.year, month=day.month, day=day.day, name="創立記念日")
        return day

    @pytest.fixture
    def me(self, client):
        user = UserFactory(roles=["IS", "FS", "IS_MANAGER"])
        client.force_login(user)
        return user

    def said(self, answer) -> str:
        assert answer.status_code == 302
        return " ".join(str(message) for message in get_messages(answer.wsgi_request))

    def test_call_move_log_add_lose_and_return(self, client, me, off):
        deal = DealFactory(contact=ContactFactory(), fs_owner=me, is_owner=me, status="ongoing")
        todo = TodoFactory(deal=deal, assignee=me, contact=deal.contact, original_due_on=timezone.localdate())
        day, told = off.isoformat(), []
        call = {"outcome": "callback", "when": day}
        told.append(self.said(client.post(reverse("followups:call", args=[todo.pk]), call)))
        following = Todo.objects.open().get()
        move = {"when": day, "version": following.version}
        told.append(self.said(client.post(reverse("followups:call_move", args=[following.pk]), move)))
        moved = reverse("followups:todo_move") + f"?todo={following.pk}"
        told.append(self.said(client.post(moved, {"to_on": day})))
        log = {"outcome": "callback", "direction": "outbound", "occurred_at": timezone.localtime().isoformat()[:16]}
        log |= {"next_due_on": day, "next_subject": "再架電"}
        told.append(self.said(client.post(reverse("followups:log_call") + f"?deal={deal.pk}", log)))
        added = {"subject": "資料", "original_due_on": day, "assignee": me.pk, "contact": deal.contact_id}
        told.append(self.said(client.post(reverse("followups:todo_add") + f"?deal={deal.pk}", added)))
        lost = {"lost_reason": reason("competitor").pk, "next_approach_on": day, "hook": "来期の予算を確認"}
        lost |= {"approach_contact": deal.contact_id}
        told.append(self.said(client.post(reverse("followups:lose", args=[deal.pk]), lost)))
        returned = {"reason": "no_progress", "next_action": "予算を聞く", "next_approach_on": day}
        other = DealFactory(contact=ContactFactory(), fs_owner=me, status="ongoing")
        told.append(self.said(client.post(reverse("followups:return", args=[other.pk]), returned)))
        assert ["のため、ToDoは" in text for text in told] == [True] * 7, told

    def test_the_call_names_the_day_on_which_it_will_be_done(self, client, me, off):
        cycle = CycleFactory(deal=DealFactory(is_owner=me), is_owner=me)
        todo = TodoFactory(rule_made=True, cycle=cycle, assignee=me, original_due_on=timezone.localdate())
        text = self.said(
            client.post(reverse("followups:call", args=[todo.pk]), {"outcome": "callback", "when": str(off)})
        )
        due = Todo.objects.open().get().effective_due_on
        assert f"{due.month}/{due.day}" in text.split("。")[0] or due.strftime("%Y/%m/%d") in text.split("。")[0]
