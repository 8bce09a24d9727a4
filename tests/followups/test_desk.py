"""Who gets a to-do and on which day (D15, D16, D17)."""

from datetime import date, timedelta

import pytest

from activities.models import Todo
from followups.desk import Desk
from followups.models import Rule
from followups.rules import sweep
from people.models import Absence, Threshold, WeekdayCap
from people.states import Role
from tests.followups.scenes import TODAY, ago, inside, live_deal, lost_deal, person, rules_in_auto, todo_of

pytestmark = pytest.mark.django_db


def test_the_is_owner_comes_first_whatever_his_load() -> None:
    busy = inside("佐藤", cap=1)
    inside("田中")
    for _ in range(3):
        lost_deal(ago(30), ago(2), is_owner=busy)

    sweep(as_of=TODAY)

    assert set(Todo.objects.values_list("assignee", flat=True)) == {busy.pk}


def test_without_an_owner_the_lowest_load_ratio_gets_it_and_a_tie_goes_to_the_lowest_id() -> None:
    small, large = inside("小", cap=10), inside("大", cap=20)

    desk = Desk.load(TODAY)

    # ratios 0/10 and 0/20, then 1/10 and 0/20, 1/10 and 1/20, and 2/20 ties with 1/10
    assert [desk.assign(None) for _ in range(5)] == [small.pk, large.pk, large.pk, small.pk, large.pk]


def test_all_open_todos_of_a_person_count_as_load() -> None:
    loaded, free = inside("佐藤"), inside("田中")
    Todo.objects.create(
        subject="見積の確認", deal=live_deal(), assignee=loaded, original_due_on=TODAY, due_on=TODAY,
        effective_due_on=TODAY, committed_due_on=TODAY, created_on=TODAY,
    )  # fmt: skip

    assert Desk.load(TODAY).assign(None) == free.pk


def test_a_leaver_or_field_sales_owner_is_passed_over() -> None:
    leaver, field = person("退職", Role.IS, is_active=False), person("営業", Role.FS)
    sato = inside("佐藤")

    desk = Desk.load(TODAY)

    assert (desk.assign(leaver.pk), desk.assign(field.pk)) == (sato.pk, sato.pk)


@pytest.mark.parametrize(("last_day", "expected"), [(date(2025, 8, 13), True), (date(2025, 8, 14), False)])
def test_who_is_absent_for_all_of_the_next_ten_business_days_is_not_considered(last_day: date, expected: bool) -> None:
    sato = inside("佐藤")
    # 2025-07-31 … 08-14 are ten business days: 08-11 is 山の日.
    Absence.objects.create(user=sato, starts_on=TODAY, ends_on=last_day)

    assert (Desk.load(TODAY).assign(None) == sato.pk) is expected


def test_a_cap_of_zero_gets_nothing_by_load() -> None:
    inside("上限なし", cap=0)

    assert Desk.load(TODAY).assign(None) is None


def test_levelling_fills_three_quarters_of_the_weekdays_own_cap_and_none_of_a_weekday_without() -> None:
    sato = inside("佐藤", cap=20)
    for weekday, cap in ((3, 0), (4, 4), (0, 20)):  # Thursday is today
        WeekdayCap.objects.create(user=sato, weekday=weekday, cap=cap)
    for _ in range(4):
        live_deal(last_contact_on=ago(60))
    rules_in_auto()

    sweep(as_of=TODAY)

    days = sorted(Todo.objects.values_list("effective_due_on", flat=True))
    assert days == [date(2025, 8, 1)] * 3 + [date(2025, 8, 4)]


def test_who_takes_nothing_on_any_weekday_gets_nothing_by_load() -> None:
    sato = inside("佐藤", cap=20)
    WeekdayCap.objects.bulk_create(WeekdayCap(user=sato, weekday=weekday, cap=0) for weekday in range(5))

    desk = Desk.load(TODAY)

    assert desk.assign(None) is None
    assert desk.place(sato.pk, ago(3), may_level=True).effective_on == TODAY


def test_the_load_ratio_uses_the_usual_cap() -> None:
    small, large = inside("小", cap=10), inside("大", cap=20)
    WeekdayCap.objects.bulk_create(WeekdayCap(user=small, weekday=weekday, cap=500) for weekday in range(5))
    desk = Desk.load(TODAY)

    assert [desk.assign(None) for _ in range(3)] == [small.pk, large.pk, large.pk]


def test_levelling_fills_three_quarters_of_the_cap_and_goes_on_to_the_next_business_day() -> None:
    inside("佐藤", cap=4)
    for _ in range(7):
        live_deal(last_contact_on=ago(60))
    rules_in_auto()

    summary = sweep(as_of=TODAY)

    days = sorted(Todo.objects.values_list("effective_due_on", flat=True))
    assert days == [TODAY] * 3 + [date(2025, 8, 1)] * 3 + [date(2025, 8, 4)]
    assert (summary["levelled"], summary["levelled_until"]) == (4, "2025-08-04")


def test_the_filled_share_of_the_cap_is_a_setting() -> None:
    sato = inside("佐藤", cap=4)
    Threshold.objects.create(code="levelling_fill_percent", value=100)
    desk = Desk.load(TODAY)

    placed = [desk.place(sato.pk, TODAY, may_level=True).effective_on for _ in range(5)]

    assert placed == [TODAY] * 4 + [date(2025, 8, 1)]


def test_a_day_of_absence_has_no_room() -> None:
    sato = inside("佐藤")
    Absence.objects.create(user=sato, starts_on=TODAY, ends_on=date(2025, 8, 4))

    assert Desk.load(TODAY).place(sato.pk, TODAY, may_level=True).effective_on == date(2025, 8, 5)


def test_a_future_day_chosen_by_a_person_only_moves_off_a_day_without_business() -> None:
    sato = inside("佐藤", cap=1)
    chosen = date(2025, 9, 13)  # Saturday; Monday is 敬老の日
    deals = [lost_deal(ago(30), chosen, is_owner=sato) for _ in range(3)]

    sweep(as_of=TODAY)

    assert {todo_of(deal).effective_due_on for deal in deals} == {date(2025, 9, 16)}


def test_a_default_day_is_levelled_and_so_is_backlog() -> None:
    sato = inside("佐藤", cap=1)
    default = [lost_deal(ago(30), date(2025, 9, 16), is_default=True, is_owner=sato) for _ in range(2)]
    backlog = [lost_deal(ago(90), ago(40), is_owner=sato) for _ in range(2)]

    sweep(as_of=TODAY)

    assert [todo_of(deal).effective_due_on for deal in default] == [date(2025, 9, 16), date(2025, 9, 17)]
    assert [todo_of(deal).effective_due_on for deal in backlog] == [TODAY, date(2025, 8, 1)]
    assert [todo_of(deal).original_due_on for deal in backlog] == [ago(40)] * 2


def test_the_oldest_request_is_served_first_then_the_lowest_deal() -> None:
    sato = inside("佐藤", cap=1)
    young, old = lost_deal(ago(50), ago(10), is_owner=sato), lost_deal(ago(90), ago(40), is_owner=sato)

    sweep(as_of=TODAY)

    assert todo_of(old).effective_due_on < todo_of(young).effective_due_on


def test_nobody_there_leaves_the_todo_unassigned_on_the_first_business_day() -> None:
    deal = lost_deal(ago(90), ago(40))

    summary = sweep(as_of=date(2025, 8, 2))

    assert (summary["unassigned"], todo_of(deal).assignee) == (1, None)
    assert (todo_of(deal).due_on, todo_of(deal).effective_due_on) == (date(2025, 8, 2), date(2025, 8, 4))


def test_an_unassigned_todo_gets_its_first_owner_and_new_dates_at_a_later_sweep() -> None:
    deal = lost_deal(ago(90), ago(40))
    sweep(as_of=TODAY)
    sato = inside("佐藤")

    later = sweep(as_of=TODAY + timedelta(days=7))

    todo = todo_of(deal)
    assert (later["assigned"], later["changes"], later["unassigned"]) == (1, 1, 0)
    assert (todo.assignee, todo.due_on, todo.committed_due_on) == (sato, date(2025, 8, 7), date(2025, 8, 7))
    assert (todo.original_due_on, todo.cycle.is_owner) == (ago(40), sato)
    assert sweep(as_of=TODAY + timedelta(days=7))["changes"] == 0


def test_a_promised_day_stays_when_the_todo_gets_its_owner() -> None:
    deal = lost_deal(ago(90), ago(40))
    sweep(as_of=TODAY)
    promised = date(2025, 8, 20)
    Todo.objects.update(is_promised=True, due_on=promised, effective_due_on=promised, committed_due_on=promised)
    inside("佐藤")

    sweep(as_of=TODAY)

    assert (todo_of(deal).effective_due_on, todo_of(deal).committed_due_on) == (promised, promised)


def test_many_without_an_owner_spread_evenly() -> None:
    staff = [inside() for _ in range(3)]
    for _ in range(10):
        lost_deal(ago(90), ago(40))

    sweep(as_of=TODAY)

    held = sorted(Todo.objects.filter(assignee=user).count() for user in staff)
    assert held == [3, 3, 4]


def test_a_rule_may_pass_over_the_owner_and_look_at_the_load_alone() -> None:
    rules_in_auto()
    Rule.objects.filter(code="R-60").update(assignee_strategy="lowest_load")
    owner, free = inside("佐藤"), inside("田中")
    lost_deal(ago(90), TODAY, is_owner=owner)
    sweep(as_of=TODAY)
    deal = live_deal(last_contact_on=ago(61), is_owner=owner)

    sweep(as_of=TODAY)

    assert todo_of(deal).assignee == free
