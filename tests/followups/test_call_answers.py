"""What a call panel writes beside the call: what the customer said about his decision, and what becomes of a lead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Todo
from deals.actions import edit_deals
from followups.actions import undo_outcome
from leads.models import NoAppointmentReason, NurturingReason
from people.records import Edit
from tests.factories import ActivityFactory, CycleFactory, DealFactory, LeadFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def todo(me, today) -> Todo:
    deal = DealFactory(is_owner=me, needs="二重入力", timeframe="12月")
    return TodoFactory(rule_made=True, cycle=CycleFactory(deal=deal, is_owner=me), assignee=me, original_due_on=today)


def save(client, todo, **typed):
    """Send the panel as a browser does that was opened on the deal as `todo.deal` has it."""
    deal, shown = todo.deal, {}
    for name in ("budget", "authority", "needs", "timeframe", "competitor"):
        shown |= {name: getattr(deal, name), f"initial-{name}": getattr(deal, name)}
    return client.post(reverse("followups:call", args=[todo.pk]), {"outcome": "callback"} | shown | typed)


def stored(todo):
    return type(todo.deal).objects.get(pk=todo.deal_id)


class TestBantc:
    def test_what_was_typed_over_is_written_with_the_call_which_keeps_what_was_known(self, client, todo):
        save(client, todo, budget="年額100万円", needs="")
        assert stored(todo).bantc == {"budget": "年額100万円", "timeframe": "12月"}
        call = Activity.objects.get()
        assert call.bantc == {
            "budget": "年額100万円", "timeframe": "12月", "replaced": {"budget": "", "needs": "二重入力"}
        }  # fmt: skip

    def test_a_call_that_taught_nothing_keeps_what_was_known_and_leaves_the_deal_as_it_is(self, client, todo):
        before = stored(todo).version
        save(client, todo)
        assert Activity.objects.get().bantc == {"needs": "二重入力", "timeframe": "12月"}
        assert stored(todo).version == before

    def test_what_a_colleague_wrote_meanwhile_to_another_question_stays(self, client, todo):
        edit_deals([Edit(todo.deal_id, {"authority": "常務"})])
        save(client, todo, budget="年額100万円")
        assert stored(todo).bantc == {
            "budget": "年額100万円", "authority": "常務", "needs": "二重入力", "timeframe": "12月"
        }  # fmt: skip

    def test_what_a_colleague_wrote_to_the_same_question_is_shown_before_it_is_replaced(self, client, todo):
        edit_deals([Edit(todo.deal_id, {"budget": "未定"})])
        page = save(client, todo, budget="年額100万円", note="残る")
        text = page.content.decode()
        assert "他の人が「未定」と記入しました" in text
        assert 'value="年額100万円"' in text
        assert "残る" in text
        assert not Activity.objects.exists()
        assert page.context["form"]["budget"].value() == "年額100万円"
        save(client, todo, budget="年額100万円", **{"initial-budget": page.context["form"].data["initial-budget"]})
        assert stored(todo).budget == "年額100万円"

    def test_it_fails_with_the_call_or_not_at_all(self, client, todo):
        save(client, todo, budget="年額100万円", outcome="")
        assert stored(todo).budget == ""

    def test_an_answer_too_long_says_so_at_its_field(self, client, todo):
        assert "competitor" in save(client, todo, competitor="あ" * 201).context["form"].errors

    @pytest.mark.usefixtures("at_once")
    def test_taking_the_call_back_takes_back_its_answers_but_not_those_of_others(self, client, me, todo, today):
        save(client, todo, budget="年額100万円", needs="")
        edit_deals([Edit(todo.deal_id, {"budget": "年額200万円"})])
        undo_outcome(Activity.objects.get().pk, now=timezone.now(), by=me, as_of=today)
        assert (stored(todo).budget, stored(todo).needs) == ("年額200万円", "二重入力")

    def test_a_lead_has_no_such_questions(self, client, me, today):
        on_lead = TodoFactory(deal=None, lead=LeadFactory(owner=me), assignee=me, original_due_on=today)
        page = client.get(reverse("followups:call", args=[on_lead.pk]))
        assert page.context["form"].bantc == []


class TestLeadStatus:
    @pytest.fixture
    def lead(self, me):
        return LeadFactory(owner=me, status="new")

    @pytest.fixture
    def on_lead(self, me, lead, today) -> Todo:
        return TodoFactory(deal=None, lead=lead, assignee=me, original_due_on=today)

    def post(self, client, todo, **typed):
        return client.post(reverse("followups:call", args=[todo.pk]), {"outcome": "callback"} | typed)

    def becomes(self, client, todo) -> dict[str, str]:
        page = client.get(reverse("followups:call", args=[todo.pk]))
        return {choice.code: choice.lead_becomes for choice in page.context["outcomes"]}

    def test_each_result_says_what_it_makes_of_the_lead(self, client, on_lead):
        assert self.becomes(client, on_lead) == {
            "not_connected": "アプローチ中", "callback": "アプローチ中", "appointment": "商談獲得",
            "declined": "ナーチャリング(ネクストアクションあり)", "out_of_target_person": "新規",
        }  # fmt: skip

    @pytest.mark.parametrize(("tried", "label"), [(3, "アプローチ中"), (4, "未接触")])
    def test_the_fifth_call_in_vain_gives_it_up_and_the_panel_says_so_before(self, client, on_lead, lead, tried, label):
        for n in range(tried):
            ActivityFactory(lead=lead, day=timezone.localdate() - timedelta(days=n + 1))
        assert self.becomes(client, on_lead)["not_connected"] == label
        self.post(client, on_lead, outcome="not_connected")
        lead.refresh_from_db()
        assert str(lead.get_status_display()) == label

    def test_the_result_decides_where_nobody_chooses(self, client, on_lead, lead):
        self.post(client, on_lead, lead_status="")
        lead.refresh_from_db()
        assert lead.status == "approaching"

    def test_the_caller_may_choose_another(self, client, on_lead, lead):
        self.post(client, on_lead, lead_status="scheduling")
        lead.refresh_from_db()
        assert (lead.status, lead.events.last().cause) == ("scheduling", f"activity:{Activity.objects.get().pk}")

    def test_nurturing_asks_why_and_takes_the_reason_known(self, client, on_lead, lead):
        page = self.post(client, on_lead, lead_status="nurturing_action")
        assert list(page.context["form"].errors) == ["nurturing_reason"]
        reason = NurturingReason.objects.get(code="cost")
        self.post(client, on_lead, lead_status="nurturing_action", nurturing_reason=reason.pk)
        lead.refresh_from_db()
        assert (lead.status, lead.nurturing_reason) == ("nurturing_action", reason)
        again = Todo.objects.open().get()
        self.post(client, again, lead_status="nurturing_action")
        lead.refresh_from_db()
        assert (lead.status, lead.nurturing_reason) == ("nurturing_action", reason)

    def test_a_status_that_the_next_to_do_belies_says_so_at_the_field(self, client, on_lead):
        reason = NurturingReason.objects.get(code="cost")
        page = self.post(client, on_lead, lead_status="nurturing_no_action", nurturing_reason=reason.pk)
        assert list(page.context["form"].errors) == ["lead_status"]
        assert not Activity.objects.exists()

    def test_a_refusal_may_leave_the_lead_in_work_without_a_nurturing_reason(self, client, on_lead, lead):
        why = NoAppointmentReason.objects.get(code="cost")
        self.post(client, on_lead, outcome="declined", no_appointment_reason=why.pk, lead_status="approaching")
        lead.refresh_from_db()
        assert (lead.status, lead.no_appointment_reason) == ("approaching", why)

    def test_no_target_says_why_and_needs_nothing_next(self, client, on_lead, lead):
        page = self.post(client, on_lead, lead_status="out_of_target")
        assert list(page.context["form"].errors) == ["no_target_kind"]
        self.post(client, on_lead, lead_status="out_of_target", no_target_kind="reverse_sales")
        lead.refresh_from_db()
        assert (lead.status, lead.events.last().note) == ("out_of_target", "逆営業")
        assert not Todo.objects.open().exists()

    def test_with_an_appointment_the_lead_is_won_whatever_was_chosen(self, client, on_lead, lead, today):
        seller = UserFactory(field=True)
        day = (today + timedelta(days=7)).isoformat()
        self.post(client, on_lead, outcome="appointment", when=day, fs=seller.pk, lead_status="scheduling")
        lead.refresh_from_db()
        assert lead.status == "meeting_won"
