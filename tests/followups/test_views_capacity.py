"""自分のキャパ: load, SOS, handing back; and what the to-do list does to many at once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from followups.capacity import done_per_day, hand_back_list, own_load
from people.models import SosCall
from people.refusal import Refused
from people.sos import raise_sos, settle_sos
from people.working_days import load_calendar
from tests.factories import (
    TODAY,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)
from tests.followups.handing import hand_over
from tests.lines import ids

pytestmark = pytest.mark.django_db

CAPACITY, HAND_BACK = reverse("followups:capacity"), reverse("followups:hand_back")


@pytest.fixture
def rep(client):
    user = UserFactory(field=True, name="加藤 彩香", deal_cap=1)
    client.force_login(user)
    return user


class TestMeasured:
    @pytest.mark.parametrize(("worked_days", "median"), [(9, 0), (10, 1), (11, 2), (20, 2)])
    def test_it_is_the_median_of_the_last_twenty_business_days(self, worked_days, median):
        rep, calendar = UserFactory(field=True), load_calendar()
        for back in range(1, worked_days + 1):
            TodoFactory.create_batch(2, assignee=rep, status="done", closed_on=calendar.add(TODAY, -back))
        assert done_per_day(rep, TODAY, calendar) == median

    def test_today_and_the_twenty_first_day_do_not_count_and_nothing_done_is_no_number(self):
        rep, calendar = UserFactory(field=True), load_calendar()
        for day in (TODAY, calendar.add(TODAY, -21)):
            TodoFactory(assignee=rep, status="done", closed_on=day)
        assert done_per_day(rep, TODAY, calendar) is None

    @pytest.mark.parametrize(("held", "above"), [(1, 0), (2, 0), (3, 1)])
    def test_the_cap_of_deals_warns_above_it(self, held, above):
        rep = UserFactory(field=True, deal_cap=2)
        DealFactory.create_batch(held, fs_owner=rep)
        assert own_load(rep, TODAY).too_many_deals == above


def test_the_list_begins_with_the_deals_that_are_missed_least():
    rep = UserFactory(field=True)
    high = DealFactory(fs_owner=rep, priority=1)
    rich = DealFactory(fs_owner=rep, priority=3, amount=1_000_000, probability=50)
    promised, silent, fresh = DealFactory.create_batch(3, fs_owner=rep, priority=3, amount=1_000_000, probability=10)
    for deal, contact in ((promised, 25), (silent, 20), (fresh, 2)):
        deal.last_contact_on = days_ago(contact)
        deal.save()
    TodoFactory(deal=promised, promised=True, original_due_on=TODAY)
    DealFactory(fs_owner=rep, lost=True)
    DealFactory()
    assert list(hand_back_list(rep, TODAY)) == [silent, fresh, promised, rich, high]


class TestHandingBack:
    def test_the_answers_are_filled_in_and_inside_sales_gets_its_to_do_and_the_load_falls(self, client, rep):
        inside, today = UserFactory(inside=True), timezone.localdate()
        company = CompanyFactory()
        contact = ContactFactory(company=company)
        deal = DealFactory(fs_owner=rep, company=company, needs="シフト表を統一したい", created_on=today)
        TodoFactory(deal=deal, assignee=rep, original_due_on=today)
        url = f"{HAND_BACK}?deal={deal.pk}"
        form = client.get(url).context["forms"][0]
        assert (form.initial["approach_contact"], form.initial["hook"]) == (contact.pk, "シフト表を統一したい")

        sent = {
            f"deal{deal.pk}-{name}": form.initial[name] for name in ("next_approach_on", "approach_contact", "hook")
        }
        assert client.post(url, sent).status_code == 302

        deal.refresh_from_db()
        assert (deal.status, deal.lost_reason.code) == ("lost", "capacity_handover")
        assert set(Todo.objects.open().filter(deal=deal).values_list("assignee", flat=True)) == {inside.pk}
        assert own_load(rep, today).deals == 0

    def test_a_missing_hook_is_said_at_the_deal_and_nothing_is_lost(self, client, rep):
        ready, bare = DealFactory.create_batch(2, fs_owner=rep)
        sent = {}
        for deal, hook in ((ready, "来期の予算を確認する"), (bare, "")):
            sent |= {
                f"deal{deal.pk}-next_approach_on": "2099-01-05",
                f"deal{deal.pk}-approach_contact_text": "佐藤部長",
                f"deal{deal.pk}-hook": hook,
            }
        page = client.post(f"{HAND_BACK}?deal={ready.pk}&deal={bare.pk}", sent)
        assert [list(form.errors) for form in page.context["forms"]] == [[], ["hook"]]
        ready.refresh_from_db()
        assert ready.status == "ongoing"

    def test_deals_of_others_are_not_handed_back(self, client, rep):
        assert client.get(f"{HAND_BACK}?deal={DealFactory(fs_owner=UserFactory(field=True)).pk}").status_code == 404


class TestWhoSeesIt:
    def test_a_manager_sees_the_team_and_nobody_elses(self, client):
        team = TeamFactory()
        member, other = UserFactory(field=True, team=team), UserFactory(field=True, team=TeamFactory())
        client.force_login(UserFactory(manager=True, team=team))
        assert client.get(CAPACITY, {"user": member.pk}).status_code == 200
        assert client.get(CAPACITY, {"user": other.pk}).status_code == 403

    def test_a_rep_sees_his_own_only(self, client, rep):
        assert client.get(CAPACITY).status_code == 200
        assert client.get(CAPACITY, {"user": UserFactory(field=True).pk}).status_code == 403

    def test_it_asks_as_often_for_twenty_deals_as_for_one(self, client, rep, django_assert_max_num_queries):
        DealFactory(fs_owner=rep)
        with django_assert_max_num_queries(20):
            client.get(CAPACITY)
        DealFactory.create_batch(19, fs_owner=rep)
        with django_assert_max_num_queries(20):
            client.get(CAPACITY)


class TestBesideTheToDos:
    def test_it_is_ones_own_and_asks_for_help(self, client, rep):
        page = client.get(reverse("followups:todos"))
        assert page.context["load"].person == rep
        assert reverse("followups:sos") in page.content.decode()

    def test_a_manager_sees_that_of_whom_he_has_chosen_in_his_team(self, client):
        team = TeamFactory()
        member, other = UserFactory(field=True, team=team), UserFactory(field=True, team=TeamFactory())
        client.force_login(UserFactory(manager=True, team=team))
        page = client.get(reverse("followups:todos"), {"assignee": member.pk})
        assert page.context["load"].person == member
        assert reverse("followups:sos") + '"' not in page.content.decode()
        assert client.get(reverse("followups:todos"), {"assignee": other.pk}).context["load"] is None

    def test_a_viewer_carries_nothing(self, client):
        client.force_login(UserFactory(roles=["VIEWER"]))
        assert client.get(reverse("followups:todos")).context["load"] is None


class TestSos:
    def test_a_managers_own_call_reaches_the_admin_and_not_another_team(self, client):
        raise_sos(UserFactory(manager=True, team=TeamFactory()), "全員休みです", as_of=TODAY)
        for roles, is_told in ((["OPS_ADMIN"], True), (["IS_MANAGER"], False)):
            client.force_login(UserFactory(roles=roles, team=TeamFactory()))
            assert ("全員休みです" in client.get(reverse("followups:todos")).content.decode()) is is_told

    def test_one_call_is_open_per_person_and_the_manager_settles_it(self, client, rep):
        for note in ("火曜が手一杯です", "水曜もです"):
            client.post(reverse("followups:sos"), {"note": note})
        call = SosCall.objects.get()
        assert call.note == "火曜が手一杯です\n水曜もです"

        client.force_login(UserFactory(manager=True))
        assert "火曜が手一杯です" in client.get(reverse("followups:todos")).content.decode()
        client.post(reverse("followups:sos_settle", args=[call.pk]))
        call.refresh_from_db()
        assert call.settled_on == timezone.localdate()

    def test_a_settled_call_is_settled_once_and_another_may_follow(self):
        rep, manager = UserFactory(field=True), UserFactory(manager=True)
        call = raise_sos(rep, "", as_of=TODAY)
        settle_sos(call.pk, by=manager, as_of=TODAY)
        with pytest.raises(Refused):
            settle_sos(call.pk, by=manager, as_of=TODAY)
        assert raise_sos(rep, "", as_of=TODAY).pk != call.pk


class TestManyToDos:
    def url(self, name, todos):
        return reverse(f"followups:{name}") + "?" + "&".join(f"todo={todo.pk}" for todo in todos)

    def test_completing_leaves_open_what_would_leave_a_follow_up_without_a_next_step(self, client):
        inside = UserFactory(inside=True)
        client.force_login(inside)
        plain, only_one = TodoFactory(assignee=inside), TodoFactory(assignee=inside, rule_made=True)
        client.post(self.url("todo_complete", [plain, only_one]))
        plain.refresh_from_db()
        only_one.refresh_from_db()
        assert (plain.status, only_one.status) == ("done", "open")

    def test_handing_over_does_the_rest_and_names_what_could_not_be(self, client):
        field, manager = UserFactory(field=True), UserFactory(manager=True)
        client.force_login(manager)
        plain, followed = TodoFactory(assignee=manager), TodoFactory(rule_made=True, subject="滞留の掘り起こし")
        page = hand_over(client, self.url("todo_assign", [plain, followed]), field.pk)
        plain.refresh_from_db()
        assert plain.assignee == field
        assert [(record, bool(why)) for record, why in page.context["failures"]] == [(followed, True)]

    def test_review_shows_what_has_neither_promise_nor_purpose(self, client):
        client.force_login(UserFactory(inside=True))
        bare = TodoFactory()
        TodoFactory(promised=True), TodoFactory(hook="来期の予算"), TodoFactory(rule_made=True)
        assert ids(client.get(reverse("followups:todos"), {"promise": "review"}).context["page"]) == [bare.pk]

    def test_not_set_lists_live_deals_and_leads_of_the_person_without_a_next_step(self, client, rep):
        bare, lead = DealFactory(fs_owner=rep), LeadFactory(owner=rep)
        TodoFactory(deal=DealFactory(fs_owner=rep)), TodoFactory(deal=None, lead=LeadFactory(owner=rep))
        DealFactory(fs_owner=rep, lost=True), LeadFactory(owner=rep, status="meeting_won")
        context = client.get(reverse("followups:todos"), {"when": "unset"}).context
        assert (list(context["unset_deals"]), list(context["unset_leads"])) == ([bare], [lead])
        assert context["counts"]["unset"] == 2

    def test_review_shows_empty_phrases_too(self, client, rep):
        empty = TodoFactory(hook="その後いかがでしょうか")
        TodoFactory(hook="来期の予算")
        assert ids(client.get(reverse("followups:todos"), {"promise": "review"}).context["page"]) == [empty.pk]

    def test_text_finds_the_company_however_it_is_written_and_the_words_of_the_to_do(self, client):
        client.force_login(UserFactory(inside=True))
        todo = TodoFactory(deal=DealFactory(company=CompanyFactory(name="株式会社アオバ商事")), subject="見積の説明")
        TodoFactory()
        for text in ("ｱｵﾊﾞ", "見積"):
            assert ids(client.get(reverse("followups:todos"), {"q": text}).context["page"]) == [todo.pk]

    def test_a_full_day_asks_for_the_reason_and_offers_better_days(self, client, rep):
        day = load_calendar().add(timezone.localdate(), 3)
        TodoFactory.create_batch(8, assignee=rep, original_due_on=day)
        deal = DealFactory(fs_owner=rep)
        url = reverse("followups:todo_add") + f"?deal={deal.pk}"
        typed = {"subject": "電話", "original_due_on": day.isoformat(), "contact_text": "佐藤", "assignee": rep.pk}
        form = client.post(url, typed).context["form"]
        assert list(form.errors) == ["original_due_on"]
        assert len(form.better_days()) == 3
        assert [field.name for field in form.asked_later()] == ["over_cap_reason"]
        assert client.post(url, typed | {"over_cap_reason": "先方の指定"}).status_code == 302
