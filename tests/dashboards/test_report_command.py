"""`manage.py report`: the form of the answer, its groups and its exit codes (D30)."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from activities.states import CallOutcome
from dashboards.reports import REPORTS
from people.states import Role
from tests.dashboards.rows import call, deal, lost, person, stagnant, todo
from tests.factories import LeadFactory, SourceFactory

pytestmark = pytest.mark.django_db

AS_OF = "2025-07-31"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("report", *arguments, stdout=out)
    return out.getvalue()


def report(name: str, *arguments: str) -> dict:
    return json.loads(run(name, "--as-of", AS_OF, "--json", *arguments))


def groups(name: str, *arguments: str) -> dict:
    return {group["key"]: group["n"] for group in report(name, *arguments)["groups"]}


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_answers_in_one_form(name):
    answer = report(name)

    assert list(answer) == [
        "report", "as_of", "from", "to", "by", "where", "total", "groups", "figures", "definition",
    ]  # fmt: skip
    assert (answer["report"], answer["as_of"], answer["by"], answer["where"]) == (name, AS_OF, [], {})
    assert (answer["total"], answer["groups"]) == (0 if name != "people" else answer["total"], [])
    assert set(answer["definition"]) == {"ja", "en"}
    assert answer["definition"]["en"] != answer["definition"]["ja"]


RATE = {"numerator", "denominator", "rate"}
COHORT = {"window_days", "within", "ever", "ever_rate", "matures_on", "is_mature", *RATE}
FIGURES = {
    "coverage": {"open", "in_hand", "overdue", "unassigned", "uncovered", "exempt", "unruled"},
    "untouched": {"numerator", "denominator", "rate", "literal_rate"},
    "due_approaches": {"carried_over"},
    "overdue": {"promised", "rule", "manual"},
    "on_time": {"numerator", "denominator", "rate"},
    "todo_moves": {"agreed", "rule", "own", "late"},
    "todo_status": {"due", "carried", "done", "late", "ahead", "cancelled"},
    "load": {"max_per_person_day", "last_on"},
    "calls": {"linked", "unlinked", "seconds"},
    "people": {"both"},
    **dict.fromkeys(
        ("reopportunity", "reopportunity_lost", "reopportunity_stagnant", "reopportunity_returned"), COHORT
    ),
    "reengagement": {"window_days", *RATE},
    "reopened": {"began_in"},
    "won_after_reopening": RATE,
    "days_to_won": {"revived", "new", "errors"},
    "won": set(),
    "won_back": RATE,
    "loss_answers": {"imported", *RATE},
    "activity_volume": {"calls", "mails"},
    "call_outcomes": {*CallOutcome.values, "no_result"},
    "connect_rate": {
        "appointment", "appointment_per_valid_talk", "appointment_rate", "right_party", "right_party_rate",
        "valid_talk", "valid_talk_rate", *RATE,
    },
    "appointments": {"gross", "net", "cancelled"},
    "stock_ratio": {
        *RATE, *(f"{part}{end}" for part in ("promise", "todo", "new_lead", "ad_hoc") for end in ("", "_rate")),
    },
    "next_step": RATE,
    "double_checks": RATE,
    "active_users": {"dau", "wau", *RATE},
    "stock_flow": {
        "appointments", "baseline_appointments", "baseline_connect_rate", "baseline_from", "baseline_to",
        "baseline_volume", "baseline_working_days", "business_days", "connect_rate", "expected", "limit", "people",
        "ratio", "verdict", "verdict_either", "volume", "week_ratio", "working_days",
    },
    "callable_stock": {
        "callable", "days", "expected", "known", "known_rate", "planned", "prepared", "prepared_rate", "promise_cover",
        "promised",
    },
    "pipeline_aging": {"0-6", "7-13", "14-29", "30-59", "60+", "amount"},
    "habits": {"call_results", "linked_mails", "lint", "promised_todos", "purposeless"},
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_its_figures(name):
    assert set(report(name)["figures"]) == FIGURES.get(name, set())


def test_without_a_day_it_speaks_of_today():
    assert json.loads(run("leads", "--json"))["as_of"] == timezone.localdate().isoformat()


def test_a_rate_of_nothing_is_null():
    assert report("untouched")["figures"] == {"numerator": 0, "denominator": 0, "rate": None, "literal_rate": None}
    assert report("load")["figures"] == {"max_per_person_day": 0, "last_on": None}


# Groups


def test_a_repeated_by_gives_lists_as_keys_and_a_blank_is_null():
    person("佐藤", Role.FS, team="東")
    stagnant("A", date(2025, 7, 1))
    lost("B", date(2025, 7, 1), date(2025, 10, 1), reason="competitor")

    answer = report("coverage", "--by", "kind", "--by", "reason")

    assert answer["by"] == ["kind", "reason"]
    assert answer["groups"] == [
        {"key": ["stagnant", None], "n": 1}, {"key": ["lost", "competitor"], "n": 1},
    ]  # fmt: skip


def test_a_missing_source_and_one_called_unknown_are_two_groups():
    unknown = SourceFactory(name="unknown")
    LeadFactory(source=unknown)
    LeadFactory(source=unknown)
    LeadFactory(source=None)

    assert groups("leads", "--by", "source") == {"unknown": 2, None: 1}
    assert report("leads", "--where", "source=")["where"] == {"source": None}
    assert report("leads", "--where", "source=")["total"] == 1


def test_names_come_by_size_closed_lists_and_dates_in_their_own_order():
    for name, size in (("小", 1), ("大", 3), ("中", 2)):
        source = SourceFactory(name=name)
        for _ in range(size):
            LeadFactory(
                source=source,
                created_on=date(2025, size, 1),
                status=["nurturing", "new", "approaching"][size - 1] if size > 1 else "out_of_target",
            )

    assert list(groups("leads", "--by", "source")) == ["大", "中", "小"]
    assert list(groups("leads", "--by", "status")) == ["new", "approaching", "out_of_target"]
    assert list(groups("leads", "--by", "month")) == ["2025-01", "2025-02", "2025-03"]


@pytest.mark.parametrize(
    ("grain", "keys"),
    [
        ("day", {"2024-12-29": 1, "2024-12-30": 1, "2025-01-01": 1}),
        ("week", {"2024-W52": 1, "2025-W01": 2}),
        ("month", {"2024-12": 2, "2025-01": 1}),
    ],
)
def test_days_weeks_from_monday_and_months(grain, keys):
    for day in (date(2024, 12, 29), date(2024, 12, 30), date(2025, 1, 1)):
        LeadFactory(created_on=day)

    assert groups("leads", "--by", grain) == keys
    for key, n in keys.items():
        assert report("leads", "--where", f"{grain}={key}")["total"] == n


def test_the_groups_of_a_rate_carry_numerator_and_denominator():
    staff = person("佐藤", Role.IS)
    stagnant("A", date(2025, 7, 1))
    todo(lost("B", date(2025, 7, 1), date(2025, 10, 1)), date(2025, 10, 1), staff)

    assert report("untouched", "--by", "kind")["groups"] == [
        {"key": "stagnant", "n": 1, "numerator": 1, "denominator": 1},
        {"key": "lost", "n": 0, "numerator": 0, "denominator": 1},
    ]


def test_stagnant_follow_ups_by_team_are_those_of_the_deals():
    east, west = person("東の人", team="東").team, person("西の人", team="西").team
    for name, team in (("A", east), ("B", east), ("C", west)):
        stagnant(name, date(2025, 7, 1), team=team)
    lost("D", date(2025, 7, 1), date(2025, 10, 1), team=west)

    assert groups("coverage", "--where", "kind=stagnant", "--by", "team") == {"東": 2, "西": 1}


# Periods


def test_a_period_includes_both_its_days():
    for day in (30, 1, 31):
        LeadFactory(created_on=date(2025, 7 if day != 30 else 6, day))

    answer = report("leads", "--from", "2025-07-01", "--to", "2025-07-31")

    assert (answer["from"], answer["to"], answer["total"]) == ("2025-07-01", "2025-07-31", 2)


def test_due_approaches_of_a_month_and_what_is_carried_over_from_before_it():
    staff = person("佐藤", Role.IS)
    for name, approach in (("前", date(2025, 6, 30)), ("済", date(2025, 6, 2)), ("中", date(2025, 7, 1))):
        cycle = lost(name, date(2025, 3, 1), approach)
        todo(cycle, approach, staff, **({"status": "done", "closed_on": approach} if name == "済" else {}))
    lost("月末", date(2025, 3, 1), date(2025, 7, 31))
    lost("後", date(2025, 3, 1), date(2025, 8, 1))

    answer = report("due_approaches", "--from", "2025-07-01", "--to", "2025-07-31", "--by", "day")

    assert (answer["total"], answer["figures"]) == (2, {"carried_over": 1})
    assert [group["key"] for group in answer["groups"]] == ["2025-07-01", "2025-07-31"]


def test_due_approaches_without_a_period_are_those_of_the_month_of_the_day():
    lost("中", date(2025, 3, 1), date(2025, 7, 1))
    lost("後", date(2025, 3, 1), date(2025, 8, 1))

    answer = report("due_approaches")

    assert (answer["from"], answer["to"], answer["total"]) == ("2025-07-01", "2025-07-31", 1)


# What single reports count


def test_overdue_splits_promised_ones_from_the_rest_by_origin():
    staff = person("佐藤", Role.IS)
    due = date(2025, 7, 30)
    todo(stagnant("A", date(2025, 7, 1)), due, staff)
    todo(stagnant("B", date(2025, 7, 1)), due, staff, is_promised=True)
    todo(stagnant("C", date(2025, 7, 1)), due, staff, origin="manual")
    todo(stagnant("D", date(2025, 7, 1)), due, staff, origin="promise", is_promised=True)
    todo(stagnant("E", date(2025, 7, 1)), date(2025, 7, 31), staff)

    answer = report("overdue")

    assert (answer["total"], answer["figures"]) == (4, {"promised": 2, "rule": 1, "manual": 1})
    assert report("overdue", "--where", "user=佐藤")["total"] == 4


def test_load_counts_what_is_overdue_on_the_day_itself():
    staff, other = person("佐藤", Role.IS), person("鈴木", Role.IS)
    for name, due in (("A", date(2025, 7, 1)), ("B", date(2025, 7, 31)), ("C", date(2025, 8, 4))):
        todo(stagnant(name, date(2025, 7, 1)), due, staff)
    todo(stagnant("D", date(2025, 7, 1)), date(2025, 7, 31), other)
    todo(stagnant("E", date(2025, 7, 1)), date(2025, 9, 1))

    answer = report("load", "--by", "user", "--by", "day")

    assert answer["total"] == 4
    assert answer["figures"] == {"max_per_person_day": 2, "last_on": "2025-08-04"}
    assert {tuple(group["key"]): group["n"] for group in answer["groups"]} == {
        ("佐藤", "2025-07-31"): 2, ("佐藤", "2025-08-04"): 1, ("鈴木", "2025-07-31"): 1,
    }  # fmt: skip


def test_calls_are_linked_by_any_record_and_their_seconds_are_added():
    staff = person("佐藤", Role.IS)
    call(staff, date(2025, 7, 1), deal=deal("A", date(2025, 7, 1)), duration_s=60)
    call(staff, date(2025, 7, 1), lead=LeadFactory(), duration_s=30)
    call(staff, date(2025, 7, 2))
    call(staff, date(2025, 8, 1), duration_s=600)
    call(staff, date(2025, 7, 2), is_void=True)

    answer = report("calls", "--by", "link")

    assert (answer["total"], answer["figures"]) == (3, {"linked": 2, "unlinked": 1, "seconds": 90})
    assert answer["groups"] == [{"key": "linked", "n": 2}, {"key": "unlinked", "n": 1}]
    assert report("calls", "--where", "link=unlinked")["total"] == 1


def test_somebody_with_two_roles_stands_in_both_and_a_person_without_one_in_none():
    person("両方", Role.IS, Role.FS)
    person("外", Role.FS)
    person("なし")
    person("去った人", Role.IS, Role.FS, is_active=False)

    answer = report("people", "--by", "role")

    assert (answer["total"], answer["figures"]) == (3, {"both": 1})
    assert answer["groups"] == [{"key": "IS", "n": 1}, {"key": "FS", "n": 2}, {"key": None, "n": 1}]


def test_deals_later_than_the_day_and_their_follow_ups_stand_in_no_figure():
    staff = person("佐藤", Role.IS)
    cycle = stagnant("後", date(2025, 7, 1), last_contact_on=date(2025, 8, 1))
    todo(cycle, date(2025, 7, 1), staff)

    names = ("coverage", "untouched", "todo_leaks", "overdue", "load", "deals", "unruled")
    assert {name: report(name)["total"] for name in names} == dict.fromkeys(names, 0)


def test_a_deal_counts_in_the_month_in_which_it_came_into_its_status():
    deal("受注", date(2025, 1, 1), "won", status_entered_on=date(2025, 3, 1), closed_on=date(2025, 3, 1))

    assert groups("deals", "--where", "status=won", "--by", "month") == {"2025-03": 1}


# Refusals


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["leads", "--by", "colour"],
        ["leads", "--by", "kind"],
        ["leads", "--where", "colour=red"],
        ["leads", "--where", "status=gone"],
        ["leads", "--where", "team=解散した課"],
        ["leads", "--where", "month=2025-13"],
        ["leads", "--where", "month=いつか"],
        ["people", "--from", "2025-01-01"],
        ["people", "--by", "month"],
    ],
)
def test_what_it_cannot_answer_ends_with_2(arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments, "--json")

    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "arguments", [["leads", "--as-of", "31.7.2025"], ["leads", "--where", "status"], ["leads", "--x"]]
)
def test_what_it_cannot_read_is_refused(arguments):
    with pytest.raises(CommandError):
        run(*arguments)


def test_without_json_it_prints_the_sentence_the_total_and_the_groups():
    LeadFactory(created_on=date(2025, 7, 1))

    with translation.override("en"):
        printed = run("leads", "--as-of", AS_OF, "--by", "month", "--by", "source").splitlines()

    assert printed[0].startswith("Leads created on or before the day")
    assert printed[1:] == ["leads: 1", "        1  2025-07 / —"]
