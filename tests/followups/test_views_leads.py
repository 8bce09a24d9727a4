"""The list of leads with what is next, its file, and the page of one lead."""

from datetime import timedelta

import pytest
from django.urls import reverse

from activities.actions import log_activities
from activities.models import Todo
from leads.models import Lead, NurturingReason
from leads.states import LeadStatus
from people.models import Wording
from people.states import Role
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    SourceFactory,
    TodoFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/leads/"


def nurtured(status: str = "nurturing_action", **fields) -> Lead:
    return LeadFactory(status=status, nurturing_reason=NurturingReason.objects.get(code="timing"), **fields)


def todo_for(lead: Lead, **fields) -> Todo:
    return TodoFactory(deal=None, lead=lead, **fields)


def listed(client, **query) -> set[Lead]:
    return set(client.get(LIST, query).context["page"].object_list)


class TestTheList:
    def test_everybody_sees_every_lead(self, client):
        leads = {LeadFactory(), LeadFactory(status="meeting_won")}
        for role in Role:
            client.force_login(UserFactory(roles=[role]))
            assert listed(client) == leads

    def test_a_viewer_is_offered_nothing(self, client):
        client.force_login(UserFactory(viewer=True))
        LeadFactory(status="approaching")
        text = client.get(LIST).content.decode()
        assert "formaction" not in text
        assert reverse("followups:todo_add") not in text

    def test_it_narrows_by_status_owner_source_and_nobody(self, client, me):
        source = SourceFactory()
        mine, theirs = LeadFactory(owner=me, status="scheduling"), LeadFactory(source=source)
        assert listed(client, status="scheduling") == listed(client, owner=me.pk) == {mine}
        assert listed(client, owner="none") == listed(client, source=source.pk) == {theirs}
        assert listed(client, source="none") == {mine}

    @pytest.mark.parametrize(("age", "days"), [("7", 7), ("30", 30)])
    def test_within_so_many_days_counts_the_last_of_them(self, client, me, today, age, days):
        inside = LeadFactory(created_on=today - timedelta(days=days))
        LeadFactory(created_on=today - timedelta(days=days + 1))
        assert listed(client, age=age) == {inside}

    @pytest.mark.parametrize(("age", "days"), [("over30", 30), ("over90", 90)])
    def test_more_than_so_many_days_ago_leaves_the_last_of_them_out(self, client, me, today, age, days):
        LeadFactory(created_on=today - timedelta(days=days))
        older = LeadFactory(created_on=today - timedelta(days=days + 1))
        assert listed(client, age=age) == {older}

    def test_silence_counts_from_the_last_completed_touch(self, client, me, today):
        silent, fresh, never = LeadFactory(), LeadFactory(), LeadFactory()
        ActivityFactory(lead=silent, day=today - timedelta(days=14))
        ActivityFactory(lead=fresh, day=today - timedelta(days=13))
        ActivityFactory(lead=never, newsletter=True, day=today)
        assert listed(client, silence="14") == {silent, never}
        assert listed(client, silence="never") == {never}

    def test_it_makes_a_house_list_by_reason_and_industry(self, client, me):
        lead = nurtured("nurturing_no_action", company=CompanyFactory(industry="運送"))
        LeadFactory(company=CompanyFactory(industry="小売"))
        assert listed(client, reason=lead.nurturing_reason_id) == listed(client, industry="運送") == {lead}

    @pytest.mark.parametrize("words", ["ハルカゼ", "はるかぜ", "桐谷", "Ｙ.kiritani", "03-1234-5678"])
    def test_it_finds_by_company_name_phone_and_mail_whatever_the_width(self, client, me, words):
        company = CompanyFactory(name="株式会社はるかぜ")
        lead = LeadFactory(name="桐谷 由美", company=company, email="y.kiritani@example.jp", phone="0312345678")
        LeadFactory()
        assert listed(client, q=words.replace("Ｙ", "y")) == {lead}

    def test_an_unknown_value_is_no_filter_and_no_crash(self, client, me):
        lead = LeadFactory()
        nonsense = {"status": "x", "view": "x", "owner": "x", "age": "x", "page": "x", "source": "x", "silence": "x"}
        assert listed(client, **nonsense) == {lead}

    def test_nothing_that_fits_offers_to_clear_the_filters(self, client, me):
        assert "条件に合うリードはありません" in client.get(LIST, {"q": "なし"}).content.decode()

    def test_no_lead_at_all_offers_to_add_one(self, client, me):
        assert reverse("followups:lead_add") in client.get(LIST).content.decode()

    def test_the_words_of_the_admin_say_when_a_status_changes(self, client, me):
        Wording.objects.create(kind="lead_status", code="new", label_ja="未対応", timing="受付の翌朝まで")
        LeadFactory()
        text = client.get(LIST).content.decode()
        assert "未対応" in text
        assert "受付の翌朝まで" in text


class TestWhatIsNext:
    """A status cannot lie: what it says about a next step is held against the to-dos."""

    @pytest.mark.parametrize("status", LeadStatus)
    def test_nothing_next_lists_the_leads_somebody_still_works_on(self, client, me, status):
        lead = nurtured(status) if status.startswith("nurturing") else LeadFactory(status=status)
        is_worked_on = status not in ("meeting_won", "out_of_target", "nurturing_no_action")
        assert listed(client, view="none") == ({lead} if is_worked_on else set())
        todo_for(lead)
        assert listed(client, view="none") == set()

    @pytest.mark.parametrize("status", LeadStatus)
    def test_a_status_is_untrue_when_it_promises_what_is_not_there_or_hides_what_is(self, client, me, status):
        bare, busy = (
            nurtured(status) if status.startswith("nurturing") else LeadFactory(status=status) for _ in range(2)
        )
        todo_for(busy)
        expected = {bare} if status in ("approaching", "scheduling", "nurturing_action") else set()
        expected |= {busy} if status == "nurturing_no_action" else set()
        assert listed(client, view="untrue") == expected

    def test_a_closed_to_do_is_no_next_step(self, client, me):
        lead = LeadFactory(status="approaching")
        todo_for(lead, done=True)
        assert listed(client, view="none") == {lead}

    def test_this_week_ends_on_sunday_and_holds_what_is_overdue(self, client, me, today):
        sunday = today + timedelta(days=6 - today.weekday())
        late, last, later = LeadFactory(), LeadFactory(), LeadFactory()
        for lead, day in ((late, today - timedelta(days=9)), (last, sunday), (later, sunday + timedelta(days=1))):
            todo_for(lead, original_due_on=day)
        assert listed(client, view="week") == {late, last}

    def test_every_count_is_the_length_of_its_list(self, client, me):
        for status in LeadStatus.values:
            for has_todo in (False, True):
                lead = nurtured(status) if status.startswith("nurturing") else LeadFactory(status=status)
                if has_todo:
                    todo_for(lead)
        context = client.get(LIST).context
        for view, count in context["views"].items():
            assert len(listed(client, view="" if view == "all" else view)) == count
        for words, count in context["statuses"]:
            assert len(listed(client, status=words.code)) == count
        assert sum(count for _words, count in context["statuses"]) == context["views"]["all"]

    def test_counts_follow_the_other_filters(self, client, me):
        LeadFactory(owner=me)
        LeadFactory()
        assert client.get(LIST, {"owner": me.pk}).context["views"]["all"] == 1

    def test_untrue_ones_stand_first_and_every_group_counts_its_whole(self, client, me):
        LeadFactory(status="new")
        LeadFactory(status="approaching")
        todo_for(LeadFactory(status="approaching"))
        groups = client.get(LIST).context["groups"]
        assert [(group.rank, group.count, len(group.leads)) for group in groups] == [(0, 1, 1), (1, 1, 1), (2, 1, 1)]

    def test_one_press_makes_a_nurturing_status_true_and_keeps_the_reason(self, client, me):
        lead = nurtured()
        answer = client.post(reverse("followups:lead_true", args=[lead.pk]) + "?next=/leads/%3Fview%3Dnone")
        lead.refresh_from_db()
        assert (lead.status, lead.nurturing_reason.code) == ("nurturing_no_action", "timing")
        assert answer["Location"] == "/leads/?view=none"

    def test_and_back_where_a_to_do_was_added(self, client, me):
        lead = nurtured("nurturing_no_action")
        todo_for(lead)
        client.post(reverse("followups:lead_true", args=[lead.pk]))
        lead.refresh_from_db()
        assert lead.status == "nurturing_action"

    @pytest.mark.parametrize("status", ["approaching", "new"])
    def test_where_a_person_has_to_decide_there_is_no_such_press(self, client, me, status):
        lead = LeadFactory(status=status)
        assert client.post(reverse("followups:lead_true", args=[lead.pk])).status_code == 404


class TestTheFile:
    def test_it_holds_the_rows_of_the_list(self, client, me):
        lead = LeadFactory(name="桐谷 由美", status="approaching", owner=me, phone="0312345678")
        ActivityFactory(lead=lead)
        LeadFactory(name="別の人")
        answer = client.get(reverse("followups:leads_file"), {"status": "approaching"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("桐谷 由美,,アプローチ中,")
        assert "+81312345678" in lines[1]

    def test_a_formula_is_defused(self, client, me):
        LeadFactory(name="=HYPERLINK(1)")
        answer = client.get(reverse("followups:leads_file"))
        assert "'=HYPERLINK(1)" in b"".join(answer.streaming_content).decode()


class TestOneLead:
    def page(self, client, lead):
        return client.get(reverse("followups:lead", args=[lead.pk]))

    def test_everybody_s_words_stand_in_one_timeline(self, client, me):
        company = CompanyFactory()
        lead = LeadFactory(company=company, contact=ContactFactory(company=company))
        ActivityFactory(lead=lead, note="リードの記録")
        ActivityFactory(contact=lead.contact, note="担当者の記録")
        ActivityFactory(deal=DealFactory(company=company), note="商談の記録")
        ActivityFactory(lead=LeadFactory(company=company), note="同僚の記録")
        ActivityFactory(lead=LeadFactory(), note="よその記録")
        text = self.page(client, lead).content.decode()
        assert all(words in text for words in ("リードの記録", "担当者の記録", "商談の記録", "同僚の記録"))
        assert "よその記録" not in text

    def test_a_change_of_status_tells_which_call_led_to_it(self, client, me, today):
        from leads.actions import LeadMove, move_leads

        lead = LeadFactory()
        logged = log_activities([ActivityFactory.build(lead=lead, reached=True, day=today)], by=me, as_of=today)
        cause = f"activity:{logged.activities[0].pk}"
        move_leads([LeadMove(lead.pk, LeadStatus.APPROACHING)], by=me, as_of=today, cause=cause)
        entries = self.page(client, lead).context["timeline"]
        assert [(entry.what, entry.text) for entry in entries if entry.text] == [("アプローチ中", "架電 再架電必要")]

    def test_a_change_to_nurturing_tells_why(self, client, me, today):
        from leads.actions import LeadMove, move_leads

        lead, reason = LeadFactory(), NurturingReason.objects.get(code="cost")
        move_leads([LeadMove(lead.pk, LeadStatus.NURTURING_NO_ACTION, reason.pk)], by=me, as_of=today)
        entries = self.page(client, lead).context["timeline"]
        assert [entry.text for entry in entries if entry.text] == [reason.label]

    def test_an_untrue_status_says_so_and_offers_the_ways_out(self, client, me):
        text = self.page(client, LeadFactory(status="scheduling")).content.decode()
        assert "「日程調整中」は実態と違います" in text
        assert reverse("followups:todo_add") + "?lead=" in text

    def test_a_true_one_says_nothing(self, client, me):
        lead = LeadFactory(status="scheduling")
        todo_for(lead)
        assert "実態と違います" not in self.page(client, lead).content.decode()

    def test_a_lead_that_has_become_a_deal_shows_it_and_moves_no_more(self, client, me):
        lead = LeadFactory(status="meeting_won")
        deal = DealFactory(lead=lead)
        page = self.page(client, lead)
        assert reverse("followups:deal", args=[deal.pk]) in page.content.decode()
        assert "form" not in page.context

    def test_a_viewer_reads_and_is_offered_nothing(self, client):
        client.force_login(UserFactory(viewer=True))
        page = self.page(client, LeadFactory(status="approaching"))
        assert page.context["rights"] == frozenset()

    def test_likely_doubles_are_named_and_its_own_contact_is_none(self, client, me):
        contact = ContactFactory(email="a@example.jp")
        double = LeadFactory(email="a@example.jp")
        lead = LeadFactory(email="a@example.jp", contact=contact)
        assert [found.record for found in self.page(client, lead).context["doubles"]] == [double]

    def test_one_that_does_not_exist_is_not_found(self, client, me):
        for verb in ("lead", "lead_edit", "lead_status", "lead_convert"):
            assert client.get(reverse(f"followups:{verb}", args=[4711])).status_code == 404
