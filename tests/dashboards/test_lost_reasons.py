"""The page 失注理由, and the reports behind it (S0-17, M-21)."""

from datetime import date

import pytest

from dashboards.reports import Asked, answer
from deals.actions import create_deals
from deals.models import Deal, FollowUpCycle
from people.states import Role
from tests.dashboards.cohorts import AS_OF, every_ending, golden, january, lose_deal, lost_deal, reopen_deal, win_deal
from tests.dashboards.rows import person

pytestmark = pytest.mark.django_db

URL = "/dashboards/lost-reasons/"
JANUARY = {"as_of": "2025-07-31", "from": "2025-01-01", "to": "2025-01-31"}


@pytest.fixture
def manager(client):
    client.force_login(person("渡辺", Role.IS_MANAGER))
    return client


def shown(client, **query):
    answered = client.get(URL, {**JANUARY, **query})
    assert answered.status_code == 200
    return answered.context


def asked(**where: str) -> Asked:
    return Asked(as_of=AS_OF, first_on=january(1), last_on=january(31), where=where)


def deals(rows) -> set[str]:
    return set(rows.values_list("deal__name", flat=True))


def test_losses_count_also_where_the_deal_lives_again(manager):
    golden()
    lines = {line.label: (line.tally.numerator, line.tally.began, line.is_off) for line in shown(manager)["lines"]}
    assert sorted(lines.values()) == [(0, 1, False), (0, 1, False), (0, 1, True), (1, 3, False)]
    assert shown(manager)["total"].tally.began == 6
    assert deals(answer("lost_reasons", asked(scope="not_followed")).rows) == {"D04"}


def test_a_loss_is_won_back_by_an_order_before_the_next_loss():
    twice = lost_deal("A", january(5), "competitor")
    reopen_deal(twice, january(15))
    lose_deal(twice, january(25), "unreachable")
    reopen_deal(twice, date(2025, 3, 1))
    win_deal(twice, date(2025, 4, 1))
    won = answer("won_back", asked())
    assert list(won.rows.values_list("reason__code", flat=True)) == ["unreachable"]
    assert (won.total, won.whole_total) == (1, 2)


@pytest.mark.parametrize(("as_of", "is_won"), [(date(2025, 3, 31), False), (date(2025, 4, 1), True)])
def test_a_loss_is_won_back_by_the_order_of_a_new_deal_too(as_of, is_won):
    old = lost_deal("A", january(5), "price")
    new = Deal(name="新A", revived_from=old, created_on=date(2025, 3, 1))
    create_deals([new], by=None, as_of=date(2025, 3, 1))
    win_deal(new, date(2025, 4, 1))
    assert answer("won_back", Asked(as_of=as_of)).total == is_won


def test_answers_that_an_import_made_are_counted_apart():
    golden()
    FollowUpCycle.objects.filter(deal__name="D02").update(has_imported_answers=True)
    report = answer("loss_answers", asked())
    assert report.figures() == {"numerator": 4, "denominator": 4, "rate": 100.0, "imported": 1}
    assert deals(report.part_rows("imported")) == {"D02"}


def test_hand_backs_for_want_of_capacity_are_no_losses():
    lost_deal("A", january(5), "capacity_handover")
    assert answer("lost_reasons", asked()).total == 0


def test_tables_add_up_to_the_losses(manager):
    every_ending()
    for n in range(12):
        lost_deal(f"競合{n}", january(5), "competitor", competitor=f"他社{n}")
    context = shown(manager)
    total = context["total"].tally.began
    for table in context["tables"]:
        assert sum(row.number for row in table.rows) + table.others == total == 18
    assert context["tables"][2].others > 0
    assert sum(bar.total for bar in context["bars"]) == total


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2015-01-01", "to": "2025-07-31"},
        {"as_of": "2035-01-01", "from": "", "to": ""},
        {"from": "2025-01-10", "to": "2025-01-10"},
        {"user": "退職者", "team": "null", "competitor": "他社A"},
    ],
)
def test_it_answers_every_period_and_key(manager, query):
    golden()
    shown(manager, **query)


def test_the_number_of_queries_does_not_depend_on_the_records(manager, django_assert_max_num_queries):
    golden()
    shown(manager)
    with django_assert_max_num_queries(15) as few:
        shown(manager)
    for n in range(50):
        lost_deal(f"多{n}", january(2 + n % 20), "competitor")
    with django_assert_max_num_queries(len(few)):
        shown(manager)
