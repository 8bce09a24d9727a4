"""キャパシティ as it is opened: who needs help, what a day could give away, and the signs of a spiral (SC-15)."""

from datetime import date, timedelta

import pytest

from deals.models import Deal
from people.models import SosCall
from people.states import Role
from tests.dashboards.rows import deal, lost, person, stagnant, todo

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)  # a Thursday
FRIDAY = date(2025, 8, 1)
URL = "/dashboards/capacity/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("dashboards.views.capacity.localdate", lambda: AS_OF)


@pytest.fixture
def browser(client):
    client.force_login(person("渡辺", Role.IS_MANAGER, language="en"))
    return client


@pytest.fixture
def staff():
    return person("佐藤", Role.IS, todo_cap=3)


def give(owner, day, count=1, **fields):
    names = [f"{owner.name}{day}{n}" for n in range(count)]
    return [todo(lost(name, date(2025, 6, 2), date(2025, 12, 1)), day, owner, **fields) for name in names]


def context_of(browser, query=""):
    response = browser.get(f"{URL}?{query}")
    assert response.status_code == 200
    return response.context


def names(people):
    return [one.row.person.name for one in people]


class TestSos:
    @pytest.mark.parametrize(("day", "is_named"), [(AS_OF, True), (date(2025, 8, 6), True), (date(2025, 8, 7), False)])
    def test_more_than_fits_on_one_of_the_next_five_business_days(self, browser, staff, day, is_named):
        give(staff, day, 4)
        assert names(context_of(browser)["strains"].helpless) == ["佐藤"] * is_named

    def test_a_full_day_is_no_call_for_help(self, browser, staff):
        give(staff, FRIDAY, 3)
        assert names(context_of(browser)["strains"].helpless) == []

    @pytest.mark.parametrize(("count", "is_named"), [(2, False), (3, True)])
    def test_three_overdue_todos(self, browser, staff, count, is_named):
        give(staff, date(2025, 7, 30), count)
        assert names(context_of(browser)["strains"].helpless) == ["佐藤"] * is_named

    def test_of_many_the_ten_who_need_it_most_are_named_and_all_on_demand(self, browser, staff):
        SosCall.objects.create(user=staff, note="手一杯です", raised_on=AS_OF)
        for n in range(11):
            give(person(f"鈴木{n:02}", Role.IS, todo_cap=1), FRIDAY, 12 - n)
        shown = context_of(browser)["strains"]
        assert (names(shown.helpless), shown.helpless_count) == (["佐藤", *(f"鈴木{n:02}" for n in range(9))], 12)
        assert len(context_of(browser, "sos=all")["strains"].helpless) == 12

    @pytest.mark.parametrize("settled_on", [None, AS_OF])
    def test_an_open_call(self, browser, staff, settled_on):
        SosCall.objects.create(user=staff, note="手一杯です", raised_on=AS_OF, settled_on=settled_on)
        assert names(context_of(browser)["strains"].helpless) == (["佐藤"] if settled_on is None else [])


class TestThePanel:
    def test_it_opens_the_first_crowded_day_and_offers_as_many_as_are_too_many(self, browser, staff):
        give(staff, FRIDAY, 2, is_promised=True)
        plain = give(staff, FRIDAY, 3)
        panel = context_of(browser)["panel"]
        assert (panel.row.person, panel.cell.at.day, panel.cell.excess) == (staff, FRIDAY, 2)
        assert {move.todo for move in panel.moves} < set(plain)
        assert [move.to.day for move in panel.moves] == [date(2025, 8, 4)] * 2
        assert panel.after.count == 3

    def test_what_can_best_wait_is_offered_first(self, browser, staff):
        urgent, calm, *_rest = give(staff, FRIDAY, 4)
        Deal.objects.filter(pk=calm.deal_id).update(priority=3)
        Deal.objects.filter(pk=urgent.deal_id).update(priority=1)
        assert [move.todo for move in context_of(browser)["panel"].moves] == [calm]

    def test_the_address_opens_a_day(self, browser, staff):
        give(staff, FRIDAY, 4)
        panel = context_of(browser, f"person={staff.pk}&day=2025-08-04")["panel"]
        assert (panel.cell.at.day, panel.moves) == (date(2025, 8, 4), [])

    @pytest.mark.parametrize("query", ["person=0&day=2025-08-01", "person=x&day=x", "day=2025-02-31", "team=gone"])
    def test_what_does_not_exist_falls_back(self, browser, staff, query):
        assert context_of(browser, query)["panel"] is None

    def test_a_viewer_moves_nothing(self, client, staff):
        client.force_login(person("閲覧", Role.VIEWER))
        give(staff, FRIDAY, 4)
        response = client.get(URL)
        assert not response.context["panel"].may_move
        assert "/todos/relieve/" not in response.content.decode()


class TestHeld:
    def test_deals_held_and_overdue_open_their_rows(self, browser, staff):
        seller = person("田中", Role.FS, deal_cap=1)
        for n in range(2):
            deal(f"進行{n}", date(2025, 7, 1), fs_owner=seller)
        deal("受注", date(2025, 7, 1), "won", fs_owner=seller, closed_on=date(2025, 7, 2))
        give(staff, date(2025, 7, 30), 2)
        people = {one.row.person.name: one for one in context_of(browser)["strains"].people}
        assert (people["田中"].held, people["田中"].has_too_many, people["佐藤"].overdue) == (2, True, 2)
        for one in people.values():
            assert browser.get(one.held_url).context["page"].paginator.count == one.held
            assert browser.get(one.overdue_url).context["page"].paginator.count == one.overdue


class TestSpiral:
    def world(self, *, held_after=6, late=1, kept=4):
        """Five deals two weeks ago; five to-dos kept then, and five judged since."""
        seller = person("田中", Role.FS)
        for n in range(held_after):
            deal(f"商談{n}", date(2025, 7, 1) if n < 5 else date(2025, 7, 25), fs_owner=seller)
        for n in range(5):
            self.done(f"前{n}", seller, date(2025, 7, 10), date(2025, 7, 10))
        for n in range(5):
            self.done(f"後{n}", seller, date(2025, 7, 24), date(2025, 7, 24 if n < kept else 25))
        for n in range(late):
            todo(stagnant(f"遅{n}", date(2025, 7, 22)), date(2025, 7, 30), seller, created_on=date(2025, 7, 22))

    def done(self, name, owner, due, closed_on):
        todo(stagnant(name, due - timedelta(days=5)), due, owner, status="done", closed_on=closed_on)

    def test_all_three_signs_make_one(self, browser):
        self.world()
        assert names(context_of(browser)["strains"].spirals) == ["田中"]

    def test_a_fifth_more_deals_is_the_limit(self, browser):
        self.world(held_after=5)
        assert names(context_of(browser)["strains"].spirals) == []

    def test_without_more_that_is_late_there_is_none(self, browser):
        self.world(late=0)
        assert names(context_of(browser)["strains"].spirals) == []

    def test_where_all_days_were_kept_there_is_none(self, browser):
        self.world(late=0, kept=5)
        assert names(context_of(browser)["strains"].spirals) == []


def test_the_page_asks_the_same_number_of_queries_for_one_row_and_for_fifty(browser, django_assert_max_num_queries):
    sizes = []
    for count in (1, 50):
        for n in range(count):
            give(person(f"佐藤{count}-{n}", Role.IS, todo_cap=1), FRIDAY, 2)
        with django_assert_max_num_queries(15) as queries:
            browser.get(URL)
        sizes.append(len(queries))
    assert sizes[0] == sizes[1]
