"""The arithmetic of stock and flow, and how often it raises a false alarm (M-13, D31)."""

from itertools import accumulate
from math import exp, lgamma, log, sqrt
from random import Random

import pytest

from dashboards.stock_and_flow import BASELINE_DAYS, NOTHING, Bar, Compared, Tally, Verdict, compare

WINDOW_DAYS = 3


def beside(volume: int, *, before: int = 900, days: int = WINDOW_DAYS, week: int = 225, **window: int) -> Compared:
    baseline = Tally(days=BASELINE_DAYS, volume=before, calls=before, connected=before // 2, appointments=before // 30)
    return compare(Tally(days=days, volume=volume, **window), baseline, Tally(days=5, volume=week))


@pytest.mark.parametrize(
    ("volume", "ratio", "verdict"),
    [(108, 0.80, Verdict.FLOW), (115, 0.852, Verdict.FLOW), (116, 0.859, Verdict.STOCK), (126, 0.933, Verdict.STOCK)],
)
def test_silver_week_2020(volume, ratio, verdict):
    """E.8: 900 calls in 20 business days, 45 a day; 135 are expected in three days, and the limit is 0.858."""
    compared = beside(volume)
    assert compared.expected == 135
    assert round(compared.limit, 3) == 0.858
    assert round(compared.ratio, 3) == ratio
    assert compared.verdict() is verdict


def test_too_few_expected_calls_are_not_judged():
    """E.8: six a day make 18 expected."""
    compared = beside(0, before=120)
    assert (compared.expected, compared.limit) == (18, None)
    assert compared.verdict() is Verdict.OPEN


@pytest.mark.parametrize(("before", "verdict"), [(199, Verdict.OPEN), (200, Verdict.FLOW), (201, Verdict.FLOW)])
def test_thirty_expected_calls_are_enough(before, verdict):
    assert beside(0, before=before).verdict() is verdict


@pytest.mark.parametrize(("expected", "limit"), [(270, 0.8999), (271, 0.9), (1000, 0.9), (100_000, 0.9)])
def test_the_limit_is_never_closer_than_ten_percent(expected, limit):
    assert round(Bar().limit(expected), 4) == limit


@pytest.mark.parametrize(("volume", "verdict"), [(1619, Verdict.FLOW), (1620, Verdict.STOCK)])
def test_a_drop_of_exactly_the_limit_is_no_alarm(volume, verdict):
    """1,800 expected, the limit is 0.9."""
    assert beside(volume, before=12_000, appointments=60).verdict() is verdict


def test_away_on_all_days_is_outside_the_judgement():
    assert beside(0, days=0).verdict() is Verdict.AWAY


def test_a_window_to_come_is_not_judged():
    assert beside(0).verdict(is_over=False) is Verdict.AHEAD


def test_the_week_before_decides_only_where_it_is_switched_on():
    """135 expected by the baseline, 180 by a strong week before."""
    compared = beside(130, week=300)
    assert compared.verdict() is Verdict.STOCK
    assert compared.verdict(is_either=True) is Verdict.FLOW
    assert beside(130, week=225).verdict(is_either=True) is Verdict.STOCK


@pytest.mark.parametrize(
    ("connected", "verdict"), [(60, Verdict.STOCK), (55, Verdict.STOCK), (54, Verdict.WEAKER), (0, Verdict.WEAKER)]
)
def test_volume_kept_with_a_connect_rate_five_points_lower_is_weaker(connected, verdict):
    """Before: 50 %. 54 of 120 are 45.0 %, 55 are 45.8 %."""
    assert beside(130, calls=120, connected=connected, appointments=5).verdict() is verdict


@pytest.mark.parametrize(("appointments", "verdict"), [(8, Verdict.WEAKER), (9, Verdict.STOCK)])
def test_volume_kept_with_a_fifth_fewer_appointments_is_weaker(appointments, verdict):
    """66 in 20 days: 9.9 expected in three, of which 80 % are 7.92; 70 in 20 days: 10.5 and 8.4."""
    baseline = Tally(days=BASELINE_DAYS, volume=900, appointments=70)
    compared = compare(Tally(days=3, volume=135, appointments=appointments), baseline, Tally(days=5, volume=225))
    assert compared.verdict() is verdict


def test_a_handful_of_appointments_says_nothing():
    """30 in 20 days: 4.5 expected."""
    assert beside(135, calls=135, connected=70, appointments=0).verdict() is Verdict.STOCK


def test_the_team_is_the_sum_of_its_people():
    people = [beside(60, before=400), beside(40, before=300), beside(0, before=200, days=0)]
    team = sum(people, NOTHING)
    assert (team.window.volume, team.expected, team.window.days) == (100, 105, 6)


def test_a_newcomer_without_a_baseline_does_not_hide_a_fall():
    newcomer = compare(Tally(days=3, volume=40), Tally(), Tally())
    team = beside(100) + newcomer
    assert team.window.volume == 140
    assert team.ratio == 100 / 135
    assert team.verdict() is Verdict.FLOW


# False alarms: nothing has changed, and both the window and the 20 days before it are Poisson.


def poisson(mean: float) -> tuple[int, list[float]]:
    """The probabilities from the first count to the last that matter (eight standard deviations)."""
    low, high = max(0, int(mean - 8 * sqrt(mean))), int(mean + 8 * sqrt(mean)) + 10
    return low, [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(low, high + 1)]


def false_alarms(expected: int) -> float:
    """The exact probability that an unchanged team with that true E is called flow."""
    low, window = poisson(expected)
    below = [0.0, *accumulate(window)]  # fewer than low + index
    first, baselines = poisson(expected * BASELINE_DAYS / WINDOW_DAYS)
    alarms = 0.0
    for number, chance in enumerate(baselines):
        found = (first + number) * WINDOW_DAYS / BASELINE_DAYS
        limit = Bar().limit(found)
        if limit is not None:
            fewer = -int(-limit * found // 1)  # counts under it: 0 … fewer − 1
            alarms += chance * below[min(max(fewer - low, 0), len(window))]
    return alarms


def test_an_unchanged_team_is_called_flow_in_at_most_six_and_a_half_percent_of_the_weeks():
    """D31, exactly, for every true E from 40 to 400."""
    worst = max(false_alarms(expected) for expected in range(40, 401))
    assert worst <= 0.065
    assert round(100 * worst, 2) == 6.0  # at 250


@pytest.mark.parametrize(("expected", "alarms"), [(90, 5.7), (135, 5.9), (300, 5.0)])
def test_a_simulation_of_20_000_weeks_agrees(expected, alarms):
    """E.8's table, through the verdict itself."""
    random = Random(20200923)
    draw, draw_before = sampler(expected, random), sampler(expected * BASELINE_DAYS / WINDOW_DAYS, random)
    flow = sum(beside(draw(), before=draw_before()).verdict() is Verdict.FLOW for _week in range(20_000))
    assert flow / 20_000 == pytest.approx(alarms / 100, abs=0.005)
    assert flow / 20_000 <= 0.065


def sampler(mean: float, random: Random):
    low, chances = poisson(mean)
    sums = list(accumulate(chances))
    counts = range(low, low + len(chances))
    return lambda: random.choices(counts, cum_weights=sums)[0]


def test_a_fixed_ten_percent_would_raise_three_times_as_many(monkeypatch):
    monkeypatch.setattr("dashboards.stock_and_flow.QUANTILE", 0)
    assert false_alarms(90) > 0.17
