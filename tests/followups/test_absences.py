"""Days away: entered by oneself or by who looks after one, and the to-dos that fall within them find another place."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from activities.models import Todo, TodoMove
from followups.absences import plan_moves, todos_within
from people.absences import end_absence
from people.models import Absence
from people.refusal import Refused
from tests.factories import TODAY, AbsenceFactory, TeamFactory, TodoFactory, UserFactory
from tests.followups.handing import hand_over

pytestmark = pytest.mark.django_db

# TODAY is Thursday 31 July 2025.
FRIDAY, MONDAY, TUESDAY = date(2025, 8, 1), date(2025, 8, 4), date(2025, 8, 5)
ADD = reverse("followups:absence_add")


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def rep(client):
    user = UserFactory(inside=True, name="佐藤 美咲", todo_cap=2)
    client.force_login(user)
    return user


def url(name: str, absence: Absence, *todos: Todo) -> str:
    return reverse(f"followups:{name}", args=[absence.pk]) + "?" + "&".join(f"todo={todo.pk}" for todo in todos)


def typed(start: date, end: date, **more: object) -> dict[str, object]:
    return {"starts_on": start.isoformat(), "ends_on": end.isoformat(), "reason": "有給休暇"} | more


class TestEntering:
    def test_a_person_enters_his_own_and_sees_what_falls_within(self, client, rep):
        within, after = (TodoFactory(assignee=rep, original_due_on=day) for day in (FRIDAY, MONDAY))
        page = client.post(ADD, typed(FRIDAY, FRIDAY), follow=True)
        absence = Absence.objects.get()
        assert (absence.user, absence.starts_on, absence.ends_on, absence.reason) == (rep, FRIDAY, FRIDAY, "有給休暇")
        assert list(page.context["todos"]) == [within]
        assert after not in page.context["todos"]

    def test_it_is_changed_on_its_page_and_stands_beside_the_load(self, client, rep):
        absence = AbsenceFactory(user=rep, starts_on=FRIDAY, ends_on=FRIDAY)
        client.post(url("absence", absence), typed(FRIDAY, MONDAY))
        absence.refresh_from_db()
        assert absence.ends_on == MONDAY
        assert list(client.get(reverse("followups:capacity")).context["absences"]) == [absence]

    def test_the_last_day_is_not_before_the_first(self, client, rep):
        assert client.post(ADD, typed(MONDAY, FRIDAY)).context["form"].errors
        assert not Absence.objects.exists()

    @pytest.mark.parametrize(
        ("start", "end", "left"),
        [
            (TODAY - timedelta(days=2), MONDAY, (TODAY - timedelta(days=2), TODAY - timedelta(days=1))),
            (TODAY, MONDAY, None),
            (FRIDAY, MONDAY, None),
        ],
    )
    def test_who_comes_back_works_from_today_on(self, client, rep, start, end, left):
        client.post(url("absence_end", AbsenceFactory(user=rep, starts_on=start, ends_on=end)))
        assert Absence.objects.values_list("starts_on", "ends_on").first() == left

    def test_one_that_is_over_is_not_ended(self, rep):
        over = AbsenceFactory(user=rep, starts_on=TODAY - timedelta(days=3), ends_on=TODAY - timedelta(days=1))
        with pytest.raises(Refused):
            end_absence(over, by=rep, as_of=TODAY)


class TestReach:
    def test_a_rep_has_no_choice_of_persons_and_none_but_his_own(self, client, rep):
        assert "user" not in client.get(ADD).context["form"].fields
        other = AbsenceFactory(user=UserFactory(inside=True))
        assert client.get(url("absence", other)).status_code == 403
        assert client.post(url("absence_end", other)).status_code == 403
        assert client.get(url("absence_move", other)).status_code == 403
        assert client.get(ADD, {"user": other.user_id}).status_code == 403

    def test_a_manager_enters_it_for_his_team_alone_and_an_admin_for_all(self, client):
        team = TeamFactory()
        member, stranger = UserFactory(inside=True, team=team), UserFactory(field=True, team=TeamFactory())
        client.force_login(UserFactory(manager=True, team=team))
        client.post(ADD, typed(FRIDAY, MONDAY, user=member.pk))
        assert Absence.objects.get().user == member
        assert "user" in client.post(ADD, typed(FRIDAY, MONDAY, user=stranger.pk)).context["form"].errors
        client.force_login(UserFactory(admin=True))
        client.post(ADD, typed(FRIDAY, MONDAY, user=stranger.pk))
        assert Absence.objects.filter(user=stranger).exists()

    def test_entered_in_the_settings_it_leads_to_what_falls_within(self, client):
        member = UserFactory(inside=True)
        client.force_login(UserFactory(admin=True))
        answer = client.post("/settings/absences/add/", typed(FRIDAY, MONDAY, user=member.pk))
        assert answer.url == reverse("followups:absence", args=[Absence.objects.get(user=member).pk])

    def test_a_viewer_does_not_get_in(self, client):
        client.force_login(UserFactory(viewer=True))
        assert client.get(ADD).status_code == 403


class TestWhatFallsWithin:
    def test_overdue_to_dos_are_todays(self, rep):
        late = TodoFactory(assignee=rep, original_due_on=TODAY - timedelta(days=5))
        ahead = TodoFactory(assignee=rep, original_due_on=FRIDAY)
        TodoFactory(assignee=UserFactory(inside=True), original_due_on=FRIDAY)
        now, coming = AbsenceFactory(user=rep), AbsenceFactory(user=rep, starts_on=FRIDAY, ends_on=FRIDAY)
        assert [list(todos_within(absence, TODAY)) for absence in (now, coming)] == [[late], [ahead]]

    def test_an_absence_that_is_over_holds_nothing(self, rep):
        TodoFactory(assignee=rep, original_due_on=TODAY - timedelta(days=1))
        over = AbsenceFactory(user=rep, starts_on=TODAY - timedelta(days=1), ends_on=TODAY - timedelta(days=1))
        assert list(todos_within(over, TODAY)) == []


class TestMoving:
    @pytest.fixture
    def absence(self, rep):
        return AbsenceFactory(user=rep, starts_on=FRIDAY, ends_on=FRIDAY)

    def test_each_goes_to_the_next_business_day_with_room_promises_first(self, rep, absence):
        TodoFactory(assignee=rep, original_due_on=MONDAY)
        plain = TodoFactory(assignee=rep, original_due_on=FRIDAY)
        promised = TodoFactory(assignee=rep, original_due_on=FRIDAY, promised=True)
        plan = plan_moves([plain, promised], TODAY)
        assert [(move.todo, move.to.day, move.to.count) for move in plan] == [
            (promised, MONDAY, 2),
            (plain, TUESDAY, 1),
        ]

    def test_it_is_shown_before_it_is_done_and_the_move_says_why(self, client, rep, absence):
        todo = TodoFactory(assignee=rep, original_due_on=FRIDAY)
        shown = client.get(url("absence_move", absence, todo)).context["form"]["shown"].value()
        client.post(url("absence_move", absence, todo), {"shown": ""})
        todo.refresh_from_db()
        assert todo.effective_due_on == FRIDAY

        client.post(url("absence_move", absence, todo), {"shown": shown})
        todo.refresh_from_db()
        move = TodoMove.objects.get()
        assert (todo.effective_due_on, todo.committed_due_on, move.moved_by, move.is_agreed) == (
            MONDAY,
            FRIDAY,
            rep,
            False,
        )
        assert "2025/08/01" in move.reason

    def test_a_day_that_has_filled_meanwhile_is_shown_anew(self, client, rep, absence):
        todo = TodoFactory(assignee=rep, original_due_on=FRIDAY)
        shown = client.get(url("absence_move", absence, todo)).context["form"]["shown"].value()
        TodoFactory.create_batch(2, assignee=rep, original_due_on=MONDAY)
        page = client.post(url("absence_move", absence, todo), {"shown": shown})
        assert [move.to.day for move in page.context["plan"]] == [TUESDAY]
        assert not TodoMove.objects.exists()

    def test_to_dos_that_do_not_fall_within_are_not_moved(self, client, rep, absence):
        other = TodoFactory(assignee=rep, original_due_on=MONDAY)
        assert client.get(url("absence_move", absence, other)).status_code == 404

    def test_promises_are_not_chosen_beforehand_and_a_colleague_may_take_them(self, client, rep, absence):
        promised = TodoFactory(assignee=rep, original_due_on=FRIDAY, promised=True)
        text = client.get(url("absence", absence)).content.decode()
        assert f'value="{promised.pk}" checked' not in text
        assert f'value="{promised.pk}"' in text

        colleague, back = UserFactory(inside=True), url("absence", absence)
        page = hand_over(client, reverse("followups:todo_assign") + f"?todo={promised.pk}&next={back}", colleague.pk)
        promised.refresh_from_db()
        assert (promised.assignee, promised.effective_due_on) == (colleague, FRIDAY)
        assert list(page.context["todos"]) == []
