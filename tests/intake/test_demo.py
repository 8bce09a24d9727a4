"""The demo company: that it is whole, that it tells its story, and that it keeps every rule of the house."""

from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Todo
from dashboards.models import DailySnapshot
from dashboards.reports import Asked, answer
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd, CycleKind, DealStatus
from followups.digest import digests
from followups.invariants import violations
from followups.models import Rule, RuleExemption, SweepRun
from followups.sentences import why
from intake.demo.cast import PART_TIMER, PASSWORD
from intake.demo.market import customers
from intake.demo.notes import note, phrases
from intake.demo.romaji import romaji
from leads.models import Company, Contact, Lead
from leads.states import LeadStatus
from people.models import Absence, Target, Team, User
from people.states import Role
from tests import demo
from tests.demo import DAY
from tests.factories import DealFactory

OURS = ("people", "leads", "deals", "activities", "followups", "intake")


@pytest.fixture(scope="class")
def printed(django_db_setup, django_db_blocker, run_folder):
    with django_db_blocker.unblock(), demo.company(run_folder) as printed:
        yield printed


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("printed")
class TestTheDemo:
    def test_it_keeps_every_invariant(self):
        assert violations() == []

    def test_it_has_three_teams_twelve_reps_and_who_looks_after_them(self):
        reps = User.objects.with_role(Role.IS, Role.FS)

        assert Team.objects.count() == 3
        assert reps.count() == 12
        assert User.objects.with_role(Role.IS).filter(pk__in=User.objects.with_role(Role.FS)).count() == 2
        for role in (Role.IS_MANAGER, Role.OPS_ADMIN, Role.VIEWER):
            assert User.objects.with_role(role).count() == 1

    def test_every_rep_has_targets_for_this_month_and_the_next(self):
        for month in (DAY.replace(day=1), date(2026, 12, 1)):
            assert Target.objects.filter(month_on=month).values("user").distinct().count() == 12

    def test_the_nights_were_kept_as_they_fell(self):
        nights = DailySnapshot.objects.filter(metric="untouched", dimension="")
        assert not any(night.is_recomputed for night in nights)
        assert nights.count() == 17 and nights.filter(counted_on=date(2026, 11, 19)).exists()

    def test_everybody_logs_in_with_the_password_that_was_printed(self, printed):
        assert PASSWORD in printed
        for user in User.objects.all():
            assert user.email in printed
            assert Client().login(username=user.email, password=PASSWORD)

    def test_six_hundred_deals_stand_in_all_ten_statuses_and_leads_in_all_eight(self):
        assert Deal.objects.count() == 600
        assert set(Deal.objects.values_list("status", flat=True)) == set(DealStatus.values)
        assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStatus.values)

    def test_customers_have_readings_and_their_own_fiscal_years(self):
        assert not Contact.objects.filter(kana="").exists()
        assert not Company.objects.filter(kana="").exists()
        assert Company.objects.values("fiscal_start_month").distinct().count() > 2

    def test_thousands_of_notes_are_told_apart_and_none_has_a_blank_to_fill(self):
        notes = set(Activity.objects.values_list("note", flat=True))

        assert Activity.objects.count() > 8_000
        assert len(notes) > 5_000
        assert [text for text in notes if not text or "{" in text or "}" in text] == []

    def test_nothing_that_is_done_lies_in_the_coming_days(self):
        assert not Activity.objects.filter(occurred_on__gte=DAY).exists()
        assert not Todo.objects.filter(closed_on__gte=DAY).exists()
        assert not Deal.objects.filter(known_on__gt=DAY).exists()

    def test_most_follow_ups_were_untouched_when_the_rules_began(self):
        began_on = SweepRun.objects.earliest("as_of").as_of
        inside = User.objects.with_role(Role.IS)
        touches = Activity.objects.filter(
            deal=OuterRef("deal"), owner__in=inside, occurred_on__gte=OuterRef("entered_on"), occurred_on__lt=began_on
        )
        cycles = FollowUpCycle.objects.filter(entered_on__lt=began_on)
        untouched = cycles.exclude(Exists(touches)).count() / cycles.count()

        assert 290 < (DAY - began_on).days < 320
        assert 0.55 < untouched < 0.65

    def test_today_nothing_leaks(self):
        figures = answer("coverage", Asked(as_of=DAY)).figures()

        assert figures["uncovered"] == figures["unassigned"] == figures["unruled"] == 0
        assert figures["exempt"] > 0
        assert figures["overdue"] > 0
        assert answer("todo_leaks", Asked(as_of=DAY)).total == 0

    def test_what_is_overdue_is_days_old_and_not_months(self):
        overdue = Todo.objects.overdue(DAY)

        assert 3 < overdue.count() < 30
        assert not overdue.filter(effective_due_on__lt=DAY - timedelta(days=21)).exists()

    def test_one_person_is_over_the_cap_today_and_one_is_on_leave_soon(self):
        load = Todo.objects.open().filter(assignee__name=PART_TIMER, effective_due_on__lte=DAY).count()

        assert load > User.objects.get(name=PART_TIMER).todo_cap
        assert Absence.objects.get().starts_on > DAY

    def test_two_exemptions_are_in_force(self):
        assert RuleExemption.objects.unexpired(DAY).count() == 2

    def test_some_follow_ups_came_back_to_life_and_some_of_those_were_won(self):
        cycles = FollowUpCycle.objects.all()
        reopened = cycles.filter(end_type=CycleEnd.REOPENED)

        assert 0.08 < reopened.count() / cycles.count() < 0.18
        assert reopened.filter(deal__status=DealStatus.WON).exists()

    def test_some_deal_was_lost_twice_and_keeps_both_answers(self):
        lost = FollowUpCycle.objects.filter(kind=CycleKind.LOST).order_by()
        twice = lost.values("deal").annotate(count=Count("pk")).filter(count__gt=1).values("deal")

        assert twice.exists()
        assert lost.filter(deal__in=twice).exclude(hook="").count() == lost.filter(deal__in=twice).count()

    def test_a_loss_on_price_is_not_followed_up(self):
        on_price = Deal.objects.filter(lost_reason__code="price")

        assert on_price.exists()
        assert not on_price.filter(is_followed=True).exists()

    def test_the_rules_run_on_their_own_and_today_they_have_run(self):
        assert set(Rule.objects.values_list("mode", "swept_until")) == {("auto", DAY)}
        last = SweepRun.objects.latest("pk")
        assert last.as_of == timezone.localdate(last.started_at) == DAY
        assert SweepRun.objects.filter(summary__errors__gt=0).count() == 0

    def test_every_rule_has_made_to_dos_that_say_why(self):
        todos = Todo.objects.rule_made().select_related("cycle").prefetch_related("sweep_changes")

        assert set(todos.values_list("rule_code", flat=True)) >= {"R-60", "R-14", "R-1M", "R-LOST"}
        assert [todo.pk for todo in todos if not why(todo)] == []

    def test_no_follow_up_is_in_the_hands_of_the_field(self):
        handed = Todo.objects.open().filter(cycle__ended_on__isnull=True, cycle__isnull=False)

        assert not handed.exclude(assignee__in=User.objects.with_role(Role.IS)).exists()

    def test_deals_went_through_their_statuses_in_order(self):
        assert not Deal.objects.filter(first_visit_on__lt=F("created_on")).exists()
        assert not Deal.objects.filter(closed_on__lt=F("created_on")).exists()

    def test_no_list_of_the_admin_asks_row_by_row(self):
        client = Client()
        client.force_login(User.objects.with_role(Role.OPS_ADMIN).get())
        slow = []
        for model, page in admin.site._registry.items():
            if model._meta.app_label not in OURS or model.objects.count() < 4:
                continue
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            counts = [_queries(client, url, page, rows) for rows in (2, 50)]
            if counts[0] != counts[1]:
                slow.append((model._meta.label, counts))
        assert slow == []

    def test_what_other_tests_read_of_it_is_what_was_told(self, run_folder):
        told = digests()
        Deal.objects.update(amount=1)
        User.objects.filter(pk=User.objects.with_role(Role.VIEWER).get().pk).delete()
        assert digests() != told
        demo.move_in(run_folder)
        assert digests() == told

    def test_a_second_demo_is_refused(self):
        with pytest.raises(CommandError):
            call_command("demo", as_of=DAY)


def _queries(client, url, page, rows):
    page.list_per_page, usual = rows, page.list_per_page
    try:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
    finally:
        page.list_per_page = usual
    return len(queries)


@pytest.mark.django_db
def test_a_database_with_deals_is_left_alone():
    DealFactory()

    with pytest.raises(CommandError):
        call_command("demo", as_of=DAY)
    assert Deal.objects.count() == 1


def test_the_same_seed_gives_the_same_market():
    first, second = (list(islice(customers(Random(7)), 40)) for _ in range(2))

    assert first == second
    assert len({customer.name for customer in first}) == 40


def test_every_moment_has_its_words():
    rng = Random(7)
    customer = next(customers(rng))
    moments = [moment for moment, words in phrases().items() if isinstance(words, list)]

    for moment in moments * 20:
        text = note(rng, moment, customer, when="12月1日の14時", fs="中村")
        assert text.endswith(("。", "」"))


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("キリタニ", "kiritani"),
        ("リョウ", "ryo"),
        ("ショウ", "sho"),
        ("ロッポンギ", "roppongi"),
        ("ジュン", "jun"),
        ("コーヒー", "kohi"),
    ],
)
def test_readings_are_written_in_latin_letters(kana, letters):
    assert romaji(kana) == letters
