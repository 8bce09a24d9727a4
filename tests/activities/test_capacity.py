"""How many to-dos a day takes, what happens above that, and to-dos without promise and purpose (S1-16, S1-26, C-18)."""

from datetime import date

import pytest

from activities.actions import TodoShift, add_todos, move_todos
from activities.capacity import Loads
from activities.models import CallProject, LintPattern, Todo
from people.models import Threshold, WeekdayCap
from people.refusal import Refused
from people.working_days import load_calendar
from tests.factories import TODAY, AbsenceFactory, CycleFactory, DealFactory, TeamFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2025, 8, day) for day in (1, 2, 4, 5, 6))


@pytest.fixture
def rep():
    return UserFactory(field=True, name="加藤 彩香")


def loads_of(user):
    return Loads.load([user.pk], TODAY, load_calendar())


def filled(user, day, count):
    return TodoFactory.create_batch(count, assignee=user, original_due_on=day)


def add(user, day=MONDAY, by=None, **fields):
    todo = Todo(
        **{"subject": "見積の説明", "deal": DealFactory(), "contact_text": "佐藤部長", "assignee": user}
        | {"original_due_on": day}
        | fields
    )
    return add_todos([todo], by=by or user, as_of=TODAY)[0]


def refusal(user, *args, **fields):
    with pytest.raises(Refused) as refused:
        add(user, *args, **fields)
    return refused.value


@pytest.mark.parametrize(("before", "state"), [(6, "free"), (7, "full")])
def test_up_to_eight_a_day_are_taken_and_the_eighth_is_amber(rep, before, state):
    filled(rep, MONDAY, before)

    add(rep)

    assert [day.state for day in loads_of(rep).strip(rep.pk) if day.day == MONDAY] == [state]


def test_the_ninth_is_refused_with_three_better_days(rep):
    filled(rep, MONDAY, 8)
    filled(rep, TUESDAY, 8)

    no_room = refusal(rep)

    assert list(no_room.errors) == ["due_on"]
    assert "8" in no_room.errors["due_on"]
    assert no_room.days == [WEDNESDAY, date(2025, 8, 7), date(2025, 8, 8)]
    assert no_room.takes_reason


@pytest.mark.parametrize(("trait", "may"), [("field", True), ("manager", True), ("admin", True), ("inside", False)])
def test_the_field_managers_and_admins_may_go_above_the_cap_with_a_reason(rep, trait, may):
    filled(rep, MONDAY, 8)
    by = UserFactory(**{trait: True})

    if may:
        todo = add(rep, by=by, over_cap_reason=" お客様の指定日 ")
        assert Todo.objects.get(pk=todo.pk).over_cap_reason == "お客様の指定日"
    else:
        assert not refusal(rep, by=by, over_cap_reason="お客様の指定日").takes_reason


def test_a_reason_that_was_not_needed_is_not_kept(rep):
    assert add(rep, over_cap_reason="念のため").over_cap_reason == ""


def test_a_blank_reason_is_none(rep):
    filled(rep, MONDAY, 8)

    assert "due_on" in refusal(rep, over_cap_reason="　").errors


def test_a_batch_counts_its_own_to_dos_and_names_the_one_too_many(rep):
    filled(rep, MONDAY, 6)
    todos = [
        Todo(subject="電話", deal=DealFactory(), contact_text="佐藤", assignee=rep, original_due_on=MONDAY)
        for _ in range(3)
    ]

    with pytest.raises(Refused) as refused:
        add_todos(todos, by=rep, as_of=TODAY)

    assert refused.value.position == 2


@pytest.mark.parametrize("by_rule", [{"by": None}, {"is_imported": True}])
def test_rules_and_imports_are_not_asked(rep, by_rule):
    filled(rep, MONDAY, 8)
    todo = Todo(
        subject="電話", deal=DealFactory(), contact_text="佐藤", assignee=rep, original_due_on=MONDAY,
        is_imported="is_imported" in by_rule,
    )  # fmt: skip

    add_todos([todo], by=None if "by" in by_rule else rep, as_of=TODAY)

    assert Todo.objects.filter(assignee=rep).count() == 9


def test_moving_onto_a_full_day_is_refused_and_off_it_or_within_it_is_not(rep):
    monday, (tuesday,) = filled(rep, MONDAY, 8), filled(rep, TUESDAY, 1)

    with pytest.raises(Refused) as refused:
        move_todos([TodoShift(tuesday.pk, MONDAY)], by=rep, as_of=TODAY)
    assert list(refused.value.errors) == ["due_on"]

    move_todos([TodoShift(monday[0].pk, SATURDAY)], by=rep, as_of=TODAY)  # Monday again
    move_todos([TodoShift(monday[0].pk, TUESDAY), TodoShift(tuesday.pk, MONDAY)], by=rep, as_of=TODAY)  # a swap
    tuesday.refresh_from_db()
    assert tuesday.effective_due_on == MONDAY


def test_a_move_above_the_cap_keeps_its_reason_until_the_next_move(rep):
    filled(rep, MONDAY, 8)
    (todo,) = filled(rep, TUESDAY, 1)

    move_todos([TodoShift(todo.pk, MONDAY, over_cap_reason="先方の希望")], by=rep, as_of=TODAY)
    todo.refresh_from_db()
    assert todo.over_cap_reason == "先方の希望"

    move_todos([TodoShift(todo.pk, WEDNESDAY)], by=rep, as_of=TODAY)
    todo.refresh_from_db()
    assert todo.over_cap_reason == ""


@pytest.mark.parametrize(
    ("own", "weekday", "threshold", "cap"),
    [(None, None, None, 8), (None, None, 12, 12), (5, None, 12, 5), (5, 3, 12, 3), (None, 3, None, 3), (5, 0, None, 0)],
)
def test_the_cap_is_that_of_the_weekday_else_the_persons_own_else_the_roles(own, weekday, threshold, cap):
    rep = UserFactory(field=True, todo_cap=own)
    if weekday is not None:
        WeekdayCap.objects.create(user=rep, weekday=0, cap=weekday)
        WeekdayCap.objects.create(user=rep, weekday=4, cap=20)
    if threshold is not None:
        Threshold.objects.create(code="todo_cap_fs", value=threshold)

    caps = {day.day: day.cap for day in loads_of(rep).strip(rep.pk)}

    assert caps[MONDAY] == cap
    assert caps[TUESDAY] == (own or threshold or 8)


def test_on_a_weekday_with_a_cap_of_zero_nothing_fits(rep):
    WeekdayCap.objects.create(user=rep, weekday=0, cap=0)

    assert refusal(rep).days[0] == TUESDAY


def test_a_day_of_absence_is_refused_whatever_the_reason_and_the_better_days_leave_it_out(rep):
    AbsenceFactory(user=rep, starts_on=MONDAY, ends_on=TUESDAY)
    AbsenceFactory(user=rep, starts_on=date(2025, 8, 7), ends_on=date(2025, 8, 7))

    no_room = refusal(rep, over_cap_reason="どうしても")

    assert "加藤 彩香" in no_room.errors["due_on"]
    assert not no_room.takes_reason
    assert loads_of(rep).better_days(rep.pk, MONDAY) == [
        WEDNESDAY,
        date(2025, 8, 8),
        date(2025, 8, 12),
    ]  # the 11th: 山の日
    assert add(rep, WEDNESDAY).effective_due_on == WEDNESDAY


def test_a_weekend_that_leads_onto_a_day_of_absence_is_refused_too(rep):
    AbsenceFactory(user=rep, starts_on=MONDAY, ends_on=MONDAY)

    assert "due_on" in refusal(rep, SATURDAY).errors


def test_who_takes_nothing_for_sixty_days_has_no_better_day():
    nobody = UserFactory(field=True, todo_cap=0)

    assert loads_of(nobody).better_days(nobody.pk, MONDAY) == []


def test_what_is_overdue_fills_today(rep):
    filled(rep, date(2025, 7, 29), 5)
    filled(rep, TODAY, 3)

    assert loads_of(rep).strip(rep.pk)[0][1] == 8
    assert "due_on" in refusal(rep, TODAY).errors


def test_a_call_project_outside_the_cap_fills_no_day(rep):
    project = CallProject.objects.create(
        name="秋の掘り起こし", owner=rep, starts_on=TODAY, ends_on=MONDAY, counts_to_capacity=False
    )
    TodoFactory.create_batch(9, assignee=rep, original_due_on=MONDAY, project=project)

    assert add(rep).effective_due_on == MONDAY
    add(rep, project=project)
    filled(rep, MONDAY, 7)
    assert "due_on" in refusal(rep).errors
    assert add(rep, project=project).over_cap_reason == ""


def test_the_strip_shows_ten_business_days_and_who_is_away(rep):
    AbsenceFactory(user=rep, starts_on=FRIDAY, ends_on=FRIDAY)

    strip = loads_of(rep).strip(rep.pk)

    assert [strip[0].day, strip[-1].day, len(strip)] == [TODAY, date(2025, 8, 14), 10]
    assert [day.day for day in strip if day.is_off] == [FRIDAY]


class TestPromiseOrPurpose:
    @pytest.fixture
    def rep(self, request):
        return UserFactory(field=True, team=TeamFactory(promise_mode=getattr(request, "param", "warn")))

    def test_warn_wants_a_reason_and_keeps_it(self, rep):
        assert list(refusal(rep).errors) == ["no_promise_reason"]
        assert add(rep, no_promise_reason="担当替えの挨拶").no_promise_reason == "担当替えの挨拶"

    @pytest.mark.parametrize("rep", ["block"], indirect=True)
    def test_block_takes_no_reason(self, rep):
        assert list(refusal(rep, no_promise_reason="担当替えの挨拶").errors) == ["hook"]

    @pytest.mark.parametrize("rep", ["off"], indirect=True)
    def test_off_accepts(self, rep):
        assert add(rep).no_promise_reason == ""

    @pytest.mark.parametrize("fields", [{"is_promised": True}, {"hook": "4月の組織変更後に再検討"}])
    def test_a_promise_or_a_hook_is_enough(self, rep, fields):
        assert add(rep, no_promise_reason="x", **fields).no_promise_reason == ""

    @pytest.mark.parametrize(
        "said",
        [
            {"subject": "その後いかがでしょうか", "hook": "ご連絡"},
            {"hook": "1ヶ月ほどお時間経ったので、状況いかがですか"},
            {"hook": "状況 ｲｶｶﾞ"},
            {"hook": "その後イカガ"},
        ],
    )
    def test_an_empty_phrase_is_no_purpose_however_it_is_written(self, rep, said):
        LintPattern.objects.get_or_create(text="その後いかが")
        LintPattern.objects.get_or_create(text="状況いかが")

        assert list(refusal(rep, **said).errors) == ["no_promise_reason"]

    def test_an_empty_phrase_with_a_promise_is_fine(self, rep):
        assert add(rep, hook="状況いかがですか", is_promised=True).pk

    def test_a_phrase_that_was_switched_off_is_not_looked_for(self, rep):
        LintPattern.objects.update(is_active=False)

        assert add(rep, hook="状況いかがですか").pk

    def test_the_follow_up_is_purpose_enough_for_its_own_to_dos(self):
        inside = UserFactory(inside=True, team=TeamFactory())
        cycle = CycleFactory(is_owner=inside)

        assert add(inside, deal=cycle.deal).cycle == cycle
