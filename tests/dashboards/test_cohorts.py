"""Re-opportunity: the golden figures of domain E.3 to the last digit, and what counts as a re-opening."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from dashboards.reports import Asked, answer
from deals.actions import Exclusion, Loss, create_deals
from deals.models import Deal, FollowUpCycle, LostReason
from followups.actions import mark_out_of_target, reclassify_loss
from people.models import Threshold
from people.states import Role
from tests.dashboards.cohorts import AS_OF, golden, hand_back, january, lose_deal, lost_deal, reopen_deal, stagnate
from tests.dashboards.rows import call, person

pytestmark = [pytest.mark.django_db]

JANUARY = (january(1), january(31))


def asked(as_of: date = AS_OF, period=JANUARY, **where: str) -> Asked:
    return Asked(as_of=as_of, first_on=period[0], last_on=period[1], where=where)


def names(cycles) -> set[str]:
    return set(cycles.values_list("deal__name", flat=True))


def counts(name: str, **question) -> tuple[int, int]:
    report = answer(name, asked(**question))
    return report.total, report.whole_total


# Domain E.3


@pytest.mark.golden
@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "rate", "ever", "ever_rate"),
    [
        ("reopportunity_lost", 2, 5, 40.0, 3, 60.0),
        ("reopportunity_stagnant", 1, 3, 33.3, 1, 33.3),
        ("reopportunity", 3, 7, 42.9, 4, 57.1),
    ],
)
def test_golden_reopportunity(name, numerator, denominator, rate, ever, ever_rate):
    golden()
    figures = answer(name, asked()).figures()
    assert (figures["numerator"], figures["denominator"], figures["rate"]) == (numerator, denominator, rate)
    assert (figures["ever"], figures["ever_rate"]) == (ever, ever_rate)
    assert (figures["matures_on"], figures["is_mature"]) == ("2025-07-30", True)


@pytest.mark.golden
def test_golden_reengagement_is_four_of_seven():
    golden()
    report = answer("reengagement", asked())
    assert report.figures() == {"window_days": 180, "numerator": 4, "denominator": 7, "rate": 57.1}
    assert names(report.rows) == {"D01", "D05", "D06", "D08"}


@pytest.mark.golden
def test_golden_rows_are_the_deals_of_the_table():
    golden()
    lost, chain = answer("reopportunity_lost", asked()), answer("reopportunity", asked())
    assert names(lost.rows) == {"D01", "D06"}
    assert names(lost.part_rows("ever")) == {"D01", "D03", "D06"}
    assert names(lost.part_rows("within_90")) == {"D01"}
    assert names(lost.whole) == {"D01", "D02", "D03", "D06", "D08"}
    assert names(chain.rows) == {"D01", "D05", "D06"}
    assert names(chain.whole) == {"D01", "D02", "D03", "D05", "D06", "D07", "D08"}


@pytest.mark.golden
def test_golden_by_reason_as_the_wireframe_shows_it():
    golden()
    groups = {
        g["key"]: (g["numerator"], g["denominator"]) for g in answer("reopportunity_lost", asked()).groups(["reason"])
    }
    assert groups == {"deprioritised": (2, 3), "competitor": (0, 1), "unreachable": (0, 1)}


@pytest.mark.golden
def test_golden_json_says_the_same():
    golden()
    out = StringIO()
    call_command(
        "report", "reopportunity_lost", "--as-of", "2025-07-31", "--from", "2025-01-01", "--to", "2025-01-31",
        "--by", "month", "--json", stdout=out,
    )  # fmt: skip
    told = json.loads(out.getvalue())
    assert (told["total"], told["figures"]["rate"], told["figures"]["ever_rate"]) == (2, 40.0, 60.0)
    assert told["groups"] == [{"key": "2025-01", "n": 2, "numerator": 2, "denominator": 5}]


@pytest.mark.golden
@pytest.mark.parametrize(("name", "rows"), [("reopportunity_lost", 2), ("reopportunity", 3), ("reengagement", 4)])
def test_golden_file_holds_the_rows_of_the_numerator(client, name, rows):
    golden()
    client.force_login(person("渡辺", Role.IS_MANAGER))
    address = f"/records/{name}.csv?as_of=2025-07-31&from=2025-01-01&to=2025-01-31"
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) - 1 == rows
    whole = b"".join(client.get(f"{address}&part=whole").streaming_content).decode("utf-8-sig")
    assert len(whole.splitlines()) - 1 == answer(name, asked()).whole_total


@pytest.mark.golden
def test_golden_deals_that_live_again_by_their_own_month():
    golden()
    report = answer("reopened", asked(period=(date(2025, 1, 1), AS_OF)))
    assert {g["key"]: g["n"] for g in report.groups(["month"])} == {
        "2025-02": 1,
        "2025-03": 1,
        "2025-05": 1,
        "2025-07": 1,
    }
    assert report.figures() == {"began_in": {"2025-01": 4}}


@pytest.mark.golden
def test_golden_two_of_four_reopenings_were_won():
    golden()
    report = answer("won_after_reopening", asked(period=(date(2025, 1, 1), AS_OF)))
    assert report.figures() == {"numerator": 2, "denominator": 4, "rate": 50.0}
    assert names(report.rows) == {"D01", "D05"}


# The window


@pytest.mark.parametrize(("waited", "hits"), [(0, 1), (179, 1), (180, 1), (181, 0)])
def test_the_last_day_of_the_window_counts(waited, hits):
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, january(10) + timedelta(days=waited))
    assert counts("reopportunity", as_of=date(2026, 1, 1)) == (hits, 1)


def test_the_window_is_a_setting():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 15))
    Threshold.objects.create(code="reopening_window_days", value=63)
    report = answer("reopportunity", asked())
    assert (report.total, report.figures()["matures_on"]) == (0, "2025-04-04")
    assert "63" in report.definition()
    assert list(report.parts) == ["within_30", "within_60", "within_63", "ever"]


@pytest.mark.parametrize(("as_of", "is_mature"), [(date(2025, 7, 29), False), (date(2025, 7, 30), True)])
def test_a_month_is_mature_when_its_last_day_has_had_the_window(as_of, is_mature):
    lost_deal("A", january(10), "competitor")
    assert answer("reopportunity", asked(as_of=as_of)).figures()["is_mature"] is is_mature


@pytest.mark.parametrize(("as_of", "hits"), [(date(2025, 3, 14), 0), (date(2025, 3, 15), 1)])
def test_what_happens_after_the_day_is_not_known_on_it(as_of, hits):
    reopen_deal(lost_deal("A", january(10), "competitor"), date(2025, 3, 15))
    assert counts("reopportunity", as_of=as_of) == (hits, 1)


# What counts as a re-opening


@pytest.mark.parametrize(("days", "hits"), [(0, 0), (7, 0), (8, 1)])
def test_lost_again_within_a_week_with_no_activity_is_no_reopening(days, hits):
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 10))
    lose_deal(made, date(2025, 3, 10) + timedelta(days=days), "competitor")
    assert counts("reopportunity") == (hits, 1)


def test_of_two_losses_on_one_day_the_second_takes_the_first_reopening_back():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, january(10))
    lose_deal(made, january(10), "unreachable")
    reopen_deal(made, january(10))
    assert list(answer("reopportunity", asked()).rows.values_list("number", flat=True)) == [2]


@pytest.mark.parametrize("reason", ["competitor", "price"])
@pytest.mark.parametrize(("touched_on", "hits"), [(10, 0), (11, 1), (12, 1), (13, 0)])
def test_an_activity_in_between_makes_it_one(reason, touched_on, hits):
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 3, 10))
    lose_deal(made, date(2025, 3, 12), reason)
    call(person("佐藤", Role.IS), date(2025, 3, touched_on), deal=Deal.objects.get(pk=made.pk))
    assert counts("reopportunity") == (hits, 1)


def test_a_second_loss_is_a_new_follow_up_below_the_line():
    made = lost_deal("A", january(10), "competitor")
    reopen_deal(made, date(2025, 1, 15))
    lose_deal(made, date(2025, 1, 25), "unreachable")
    assert counts("reopportunity") == (1, 2)
    reopen_deal(made, date(2025, 2, 25))
    assert counts("reopportunity") == (2, 2)


@pytest.mark.parametrize(("created_on", "hits"), [(date(2025, 3, 1), 1), (date(2025, 7, 9), 1), (date(2025, 7, 10), 0)])
def test_a_new_deal_that_revives_the_old_one_counts(created_on, hits):
    old = lost_deal("A", january(10), "competitor")
    create_deals([Deal(name="新A", revived_from=old, created_on=created_on)], by=None, as_of=created_on)
    assert counts("reopportunity_lost") == (hits, 1)


def test_a_new_deal_counts_also_where_a_person_had_closed_the_follow_up():
    old = lost_deal("A", january(10), "competitor")
    FollowUpCycle.objects.update(ended_on=date(2025, 2, 1), end_type="closed_by_user")
    new = Deal(name="新A", revived_from=old, created_on=date(2025, 3, 1))
    create_deals([new], by=None, as_of=date(2025, 3, 1))
    assert counts("reopportunity") == (1, 1)
    lose_deal(new, date(2025, 3, 5), "competitor")
    assert answer("reopportunity", asked()).total == 0, "the new deal was lost again at once"


def test_a_new_deal_revives_the_last_follow_up_alone():
    old = lost_deal("A", january(10), "competitor")
    reopen_deal(old, january(15))
    lose_deal(old, january(28), "unreachable")
    FollowUpCycle.objects.filter(number=1).update(end_type="closed_by_user")
    create_deals([Deal(name="新A", revived_from=old, created_on=date(2025, 3, 1))], by=None, as_of=date(2025, 3, 1))
    assert set(answer("reopportunity_lost", asked()).rows.values_list("number", flat=True)) == {2}


# Returned follow-ups


def test_a_return_counts_on_its_own_line_and_as_a_link_of_what_stagnated():
    made = stagnate("A", january(6))
    hand_back(made, january(20))
    hand_back(stagnate("B", date(2024, 12, 1)), january(21))
    reopen_deal(made, date(2025, 2, 1))
    assert counts("reopportunity") == (1, 1)
    assert counts("reopportunity_stagnant") == (0, 1)
    assert counts("reopportunity_returned") == (1, 2)


def test_stagnant_returned_and_lost_is_one_chain():
    made = stagnate("A", january(6))
    hand_back(made, january(10))
    lose_deal(made, january(20), "competitor")
    reopen_deal(made, date(2025, 3, 1))
    assert counts("reopportunity") == (1, 1)
    assert counts("reopportunity_lost") == (1, 1)
    assert answer("reopportunity", asked()).rows.get().kind == "stagnant"
    assert answer("reopened", asked(period=(date(2025, 3, 1), AS_OF))).figures() == {"began_in": {"2025-01": 1}}


def test_what_was_returned_and_then_lost_begins_with_the_loss():
    made = stagnate("A", january(6))
    FollowUpCycle.objects.all().delete()
    Deal.objects.update(is_followed=False)
    hand_back(made, january(10))
    lose_deal(made, january(20), "competitor")
    report = answer("reopportunity", asked())
    assert report.whole.get().entered_on == january(20)


# Out of the numbers


def test_a_deal_out_of_target_and_a_loss_out_of_scope_are_in_neither_number():
    excluded = lost_deal("A", january(10), "competitor")
    judged = lost_deal("B", january(11), "competitor")
    mark_out_of_target([Exclusion(deal_id=excluded.pk, reason="逆営業")], by=None, as_of=january(20))
    price = LostReason.objects.get(code="price")
    reclassify_loss(Loss(deal_id=judged.pk, reason_id=price.pk), by=None, as_of=january(20))
    assert counts("reopportunity") == (0, 0)
    assert answer("reopportunity", asked()).figures()["rate"] is None


def test_numbers_by_person_reason_and_source_add_up():
    golden()
    for name in ("reopportunity", "reopportunity_lost", "reengagement", "reopened", "won_after_reopening"):
        report = answer(name, asked(period=(date(2025, 1, 1), AS_OF)))
        for by in ("user", "source", "reason", "kind", "team", "trigger", "month", "week", "day"):
            assert sum(group["n"] for group in report.groups([by])) == report.total, (name, by)
