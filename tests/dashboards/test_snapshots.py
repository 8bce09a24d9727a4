"""What the numbers were at the end of each day is kept, and nothing moves it afterwards."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from dashboards.models import DailySnapshot
from dashboards.pages.trend import moved
from dashboards.reports import Asked, answer
from dashboards.snapshots import KEPT, take_snapshot
from dashboards.tasks import take_snapshot as nightly
from deals.models import FollowUpCycle
from people.models import Threshold
from people.refusal import Refused
from people.states import Role, ThresholdCode
from salesfollow.schedule import BEAT_SCHEDULE
from tests.dashboards.rows import lost, person, stagnant, todo
from tests.factories import LeadFactory

AS_OF = date(2025, 7, 31)  # a Thursday
NIGHT = datetime.combine(AS_OF, time(23, 55), timezone.get_default_timezone())
DAY = timedelta(days=1)
WHOLE = {"dimension": "", "key": ""}

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two teams; one follow-up in hand, one late and one bare in each."""
    for team in ("東", "西"):
        staff = person(f"{team}の佐藤", Role.IS, team=team)
        todo(stagnant(f"{team}1", date(2025, 7, 1), team=staff.team), date(2025, 8, 1), staff)
        todo(stagnant(f"{team}2", date(2025, 7, 1), team=staff.team), date(2025, 7, 30), staff)
        lost(f"{team}3", date(2025, 7, 1), date(2025, 10, 1), team=staff.team)
        LeadFactory(owner=staff, created_on=date(2025, 7, 1))


def kept(metric, day=AS_OF, **group):
    return DailySnapshot.objects.get(metric=metric, counted_on=day, **(group or WHOLE))


class TestTaking:
    def test_every_number_is_that_of_its_report(self, world):
        take_snapshot(AS_OF, now=NIGHT)
        for name in KEPT:
            report = answer(name, Asked(as_of=AS_OF))
            assert kept(name).count == report.total
            for dimension in KEPT[name]:
                groups = {group["key"] or "": group["n"] for group in report.groups([dimension])}
                rows = DailySnapshot.objects.filter(metric=name, dimension=dimension)
                assert dict(rows.values_list("key", "count")) == groups

    def test_a_rate_keeps_what_it_is_made_of_and_the_settings_in_force(self, world):
        take_snapshot(AS_OF, now=NIGHT)
        row = kept("untouched")
        assert (row.numerator, row.denominator, row.count) == (4, 6, 4)
        assert row.thresholds[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS] == 1
        assert kept("untouched", dimension="team", key="東").denominator == 3
        assert (kept("overdue").numerator, kept("overdue").denominator) == (None, None)

    def test_the_states_of_the_proof_bar_add_up(self, world):
        take_snapshot(AS_OF, now=NIGHT)
        states = dict(DailySnapshot.objects.filter(metric="coverage", dimension="part").values_list("key", "count"))
        leaks = states.pop("leaks")
        assert sum(states.values()) == kept("coverage").count == 6
        assert leaks == states["uncovered"] + states["unassigned"] == 2

    def test_the_same_day_again_is_counted_anew(self, world):
        written = take_snapshot(AS_OF, now=NIGHT)
        assert take_snapshot(AS_OF, now=NIGHT) == written == DailySnapshot.objects.count()

        FollowUpCycle.objects.filter(kind="lost").update(ended_on=AS_OF, end_type="won")
        take_snapshot(AS_OF, now=NIGHT)
        assert kept("todo_leaks").count == 0

    def test_a_day_that_is_over_stays_as_it_was_taken(self, world):
        take_snapshot(AS_OF, now=NIGHT)
        FollowUpCycle.objects.update(ended_on=AS_OF, end_type="won")
        assert take_snapshot(AS_OF, now=NIGHT + DAY) == 0
        assert (kept("coverage").count, kept("coverage").is_recomputed) == (6, False)

    def test_a_missed_day_is_recomputed_when_asked_and_says_so(self, world):
        take_snapshot(AS_OF - DAY, now=NIGHT)
        assert kept("coverage", AS_OF - DAY).is_recomputed is True
        assert not DailySnapshot.objects.filter(counted_on=AS_OF).exists()

    @pytest.mark.parametrize(("minutes_past_midnight", "is_recomputed"), [(-1, False), (0, True)])
    def test_the_day_is_over_at_midnight_in_tokyo(self, world, minutes_past_midnight, is_recomputed):
        midnight = datetime.combine(AS_OF + DAY, time(), NIGHT.tzinfo)
        take_snapshot(AS_OF, now=midnight + timedelta(minutes=minutes_past_midnight))
        assert kept("coverage").is_recomputed is is_recomputed

    def test_a_day_that_has_not_come_has_no_numbers(self):
        with pytest.raises(Refused):
            take_snapshot(AS_OF + DAY, now=NIGHT)

    def test_a_changed_limit_leaves_old_days_alone(self, world):
        take_snapshot(AS_OF, now=NIGHT)
        before = list(DailySnapshot.objects.order_by("pk").values())
        Threshold.objects.create(code=ThresholdCode.LEAK_GRACE_BUSINESS_DAYS, value=10)

        take_snapshot(AS_OF + DAY, now=NIGHT + DAY)

        assert list(DailySnapshot.objects.filter(counted_on=AS_OF).order_by("pk").values()) == before
        assert kept("coverage", AS_OF + DAY).thresholds[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS] == 10

    def test_its_cost_does_not_grow_with_the_rows(self, world, django_assert_max_num_queries):
        take_snapshot(AS_OF, now=NIGHT)
        staff = person("田中", Role.IS)
        for n in range(20):
            todo(stagnant(f"追加{n}", date(2025, 7, 1)), date(2025, 7, 30), staff)
        with django_assert_max_num_queries(110):
            take_snapshot(AS_OF, now=NIGHT)


class TestEachNight:
    def test_beat_takes_it_at_five_to_midnight_in_tokyo(self, world, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: NIGHT)
        entry = BEAT_SCHEDULE["snapshot"]
        assert (entry["task"], entry["schedule"].hour, entry["schedule"].minute) == (nightly.name, {23}, {55})

        nightly()
        nightly()

        assert kept("coverage").count == 6

    def test_the_command_takes_the_day_it_is_told(self, world, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: NIGHT)
        out = StringIO()
        call_command("take_snapshot", "--as-of", "2025-07-30", stdout=out)
        assert out.getvalue() == f"2025-07-30: {DailySnapshot.objects.filter(counted_on=AS_OF - DAY).count()}\n"
        with pytest.raises(CommandError):
            call_command("take_snapshot", "--as-of", "2025-08-01", stdout=out)

    def test_it_is_the_only_thing_that_the_dashboards_keep(self):
        assert [model.__name__ for model in apps.get_app_config("dashboards").get_models()] == ["DailySnapshot"]


class TestOnThePage:
    @pytest.fixture
    def page(self, world, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: NIGHT)
        client = Client()
        client.force_login(person("渡辺", Role.IS_MANAGER, language="en"))
        return lambda query="": client.get(f"/dashboards/today/{query}")

    def keep(self, day, untouched, of=10, **group):
        at = datetime.combine(day, time(23, 55), NIGHT.tzinfo)
        values = {"count": untouched, "numerator": untouched, "denominator": of, "taken_at": at} | group
        return DailySnapshot.objects.create(counted_on=day, metric="untouched", **values)

    def notes(self, page, query=""):
        return {tile.name: tile.note for tile in page(query).context["tiles"]}

    def test_a_tile_says_how_it_has_moved_since_the_business_day_before(self, page):
        assert "since" not in self.notes(page)["untouched"]
        self.keep(AS_OF - DAY, 1)
        DailySnapshot.objects.create(counted_on=AS_OF - DAY, metric="overdue", count=5)
        DailySnapshot.objects.create(
            counted_on=AS_OF - DAY, metric="coverage", dimension="part", key="unassigned", count=0
        )
        notes = self.notes(page)
        assert ", ▲3 since 7/30" in notes["untouched"]
        assert "▼3 since 7/30" in notes["overdue"]
        assert "±0 since 7/30" in notes["unassigned"]
        assert "since" not in notes["unruled"]

    def test_a_team_is_compared_with_itself(self, page):
        self.keep(AS_OF - DAY, 9)
        self.keep(AS_OF - DAY, 1, dimension="team", key="東")
        assert "▲1 since 7/30" in self.notes(page, "?team=東")["untouched"]

    @pytest.mark.parametrize(("difference", "words"), [(1, "▲1"), (-3, "▼3"), (0, "±0"), (1200, "▲1,200")])
    def test_up_down_and_unchanged(self, difference, words):
        assert moved(difference) == words

    def test_the_trend_takes_the_last_kept_day_of_each_week_and_today(self, page):
        self.keep(date(2025, 7, 21), 9)
        self.keep(date(2025, 7, 25), 5)
        self.keep(date(2025, 7, 28), 1)  # this week: the numbers of today stand in its place
        weeks = page().context["kept"].weeks
        assert [week.monday for week in weeks][::11] == [date(2025, 5, 12), date(2025, 7, 28)]
        assert [week.rate for week in weeks[-2:]] == [50.0, 66.7]
        assert [week.rate for week in weeks[:-2]] == [None] * 10
        assert "as_of=2025-07-25" in weeks[-2].url

    def test_a_missed_week_is_a_gap_and_a_recomputed_one_is_marked(self, page):
        self.keep(date(2025, 7, 11), 5)
        self.keep(date(2025, 7, 25), 5, taken_at=NIGHT)
        response = page()
        weeks = response.context["kept"].weeks
        assert [(week.rate, week.is_recomputed) for week in weeks[-4:-1]] == [
            (50.0, False),
            (None, False),
            (50.0, True),
        ]
        assert "recomputed" in response.content.decode()

    @pytest.mark.parametrize(("of", "rate"), [(4, None), (5, 20.0)])
    def test_too_few_are_no_share(self, page, of, rate):
        self.keep(date(2025, 7, 25), 1, of=of)
        assert page().context["kept"].weeks[-2].rate == rate

    def test_without_two_weeks_there_is_no_line(self, page):
        assert "The trend needs two weeks." in page().content.decode()
