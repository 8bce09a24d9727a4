"""A row that is kept in memory says what its record says now, to each reader in his own way."""

import pytest
from django.urls import reverse
from django.utils import translation

from activities.models import Todo
from deals.models import Deal
from deals.states import DealStatus
from followups.filters import DealFilter
from followups.lists import OfPage
from followups.templatetags import kept
from people import long_counts
from people.models import User, Wording
from tests.factories import TODAY, CompanyFactory, DealFactory, LeadFactory, TodoFactory, UserFactory
from tests.lines import ids

pytestmark = pytest.mark.django_db

DEALS, TODOS, TODAYS = "followups:deals", "followups:todos", "followups:today"


@pytest.fixture
def reader(client) -> User:
    user = UserFactory(inside=True, language="ja")
    client.force_login(user)
    return user


def shown(client, name, **query) -> str:
    return client.get(reverse(name), query).content.decode()


def _rows_of(text: str) -> str:
    return text[text.index("<tbody>") : text.index("</table>")]


@pytest.mark.parametrize("name", [DEALS, TODOS, TODAYS])
def test_a_company_that_is_renamed_has_its_new_name_at_once(client, reader, name):
    company = CompanyFactory(name="旧名商事")
    TodoFactory(deal=DealFactory(company=company), assignee=reader, original_due_on=TODAY)
    assert "旧名商事" in shown(client, name)
    company.name = "新名商事"
    company.save()
    again = shown(client, name)
    assert "新名商事" in again
    assert "旧名商事" not in again


def test_a_found_record_that_is_renamed_has_its_new_name_at_once(client, reader):
    lead = LeadFactory(name="資料請求の件")
    assert "資料請求の件" in shown(client, "followups:search", q="資料請求")
    lead.name = "資料請求の再送"
    lead.save()
    assert "資料請求の再送" in shown(client, "followups:search", q="資料請求")


@pytest.mark.parametrize("name", [DEALS, TODOS])
def test_each_reader_sees_a_row_in_his_own_language(client, reader, name):
    TodoFactory(deal=DealFactory(status="ongoing"), assignee=reader, original_due_on=TODAY)
    words = {}
    for language in ("ja", "en"):
        with translation.override(language):
            words[language] = f"{DealStatus.ONGOING.label}<"
    assert words["ja"] in _rows_of(shown(client, name))
    client.force_login(UserFactory(inside=True, language="en"))
    english = _rows_of(shown(client, name))
    assert words["en"] in english
    assert words["ja"] not in english


def test_each_reader_sees_days_in_his_own_calendar(client, reader):
    DealFactory(last_contact_on=TODAY.replace(year=TODAY.year - 1))
    before = shown(client, DEALS)
    User.objects.filter(pk=reader.pk).update(date_style="japanese")
    after = shown(client, DEALS)
    assert after.count("令和") > before.count("令和")


def test_a_status_that_is_renamed_stands_in_the_rows_at_once(client, reader):
    DealFactory(status="ongoing")
    shown(client, DEALS)
    Wording.objects.create(kind="deal_status", code="ongoing", label_ja="進行中の案件", label_en="")
    assert 'k-r1">進行中の案件' in shown(client, DEALS)


def test_who_may_not_work_on_a_to_do_gets_its_row_without_the_box(client, reader):
    todo = TodoFactory(assignee=reader, original_due_on=TODAY)
    box = f'name="todo" value="{todo.pk}"'
    assert box in shown(client, TODOS)
    client.force_login(UserFactory(inside=True))
    assert box not in shown(client, TODOS)


def test_the_row_in_the_panel_is_marked_and_no_other(client, reader):
    first, second = (TodoFactory(assignee=reader, original_due_on=TODAY) for _ in range(2))
    for todo in (first, second, first):
        text = client.get(reverse("followups:call", args=[todo.pk])).content.decode()
        assert text.count('class="q" href="') == 2
        assert f'href="{reverse("followups:call", args=[todo.pk])}" aria-current="true"' in text


def test_a_row_that_says_the_same_is_not_drawn_again(client, reader):
    DealFactory.create_batch(3)
    shown(client, DEALS)
    before = kept._kept.cache_info()
    shown(client, DEALS)
    after = kept._kept.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 3)


class TestCounting:
    @pytest.fixture(autouse=True)
    def five(self, monkeypatch):
        monkeypatch.setattr(long_counts, "_kept", {})
        DealFactory.create_batch(5)

    def listed(self):
        return OfPage(Deal.objects.order_by("-pk"), lambda pks: list(Deal.objects.filter(pk__in=pks)))

    @pytest.mark.parametrize(("read_at_once", "queries"), [(5, 2), (4, 3)])
    def test_a_short_list_is_counted_by_the_ids_that_are_read_anyway(
        self, monkeypatch, django_assert_num_queries, read_at_once, queries
    ):
        monkeypatch.setattr("followups.lists.READ_AT_ONCE", read_at_once)
        rows, expected = self.listed(), ids(Deal.objects.order_by("-pk")[2:4])
        with django_assert_num_queries(queries):
            assert (len(rows), ids(rows[2:4])) == (5, expected)

    def test_what_stands_behind_the_ids_that_were_read_is_asked_for(self, monkeypatch):
        monkeypatch.setattr("followups.lists.READ_AT_ONCE", 2)
        rows = self.listed()
        assert (len(rows), ids(rows[2:5])) == (5, ids(Deal.objects.order_by("-pk")[2:5]))

    def test_a_count_that_is_known_is_not_taken_again(self, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(long_counts, "KEPT_FROM", 5)
        monkeypatch.setattr("followups.lists.READ_AT_ONCE", 4)
        len(self.listed())
        with django_assert_num_queries(0):
            assert len(self.listed()) == 5


def test_what_one_request_offers_in_a_filter_is_not_offered_to_the_next(rf, reader):
    request = rf.get("/")
    request.user = reader
    first = DealFilter({}, queryset=Deal.objects.all(), request=request)
    UserFactory(field=True, name="後から来た人")
    second = DealFilter({}, queryset=Deal.objects.all(), request=request)
    assert "後から来た人" in str(second.form["owner"])
    assert "後から来た人" not in str(first.form["owner"])
    assert "choices" not in DealFilter.base_filters["owner"].extra
    assert list(first.form.fields) == list(DealFilter.base_filters)


def test_a_filter_that_asks_for_what_is_not_offered_says_so_and_shows_everything(rf, reader):
    request = rf.get("/")
    request.user = reader
    DealFactory()
    chosen = DealFilter({"status": "nonsense"}, queryset=Deal.objects.all(), request=request)
    assert (chosen.qs.count(), list(chosen.errors)) == (1, ["status"])
    assert Todo.objects.count() == 0
