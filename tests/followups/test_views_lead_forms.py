"""The forms of one lead: enter, correct, change the status, make a deal, plan a step."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal
from leads.models import Company, Contact, Lead, NoAppointmentReason, NurturingReason
from leads.words import LEAD_STATUS_WORDS
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    SourceFactory,
    UserFactory,
)
from tests.leads.forms import sent, sent_again

pytestmark = pytest.mark.django_db


class TestAddingALead:
    URL = "/leads/add/"

    def typed(self, **changed):
        return {"company_name": "", "name": "桐谷 由美", "phone": "", "email": "a@example.jp"} | changed

    def test_a_name_and_a_mail_are_enough(self, client, me, today):
        client.post(self.URL, self.typed(owner=me.pk))
        lead = Lead.objects.get()
        assert (lead.name, lead.owner, lead.status, lead.created_on) == ("桐谷 由美", me, "new", today)
        assert lead.events.get().by == me

    def test_four_inputs_stand_first_and_one_of_them_must_be_filled(self, client, me):
        form = client.get(self.URL).context["form"]
        assert [name for name, field in form.fields.items() if field.required] == ["name"]
        assert list(form.fields)[:4] == ["company_name", "name", "phone", "email"]

    def test_one_way_to_reach_him_is_needed(self, client, me):
        page = client.post(self.URL, self.typed(email=""))
        assert page.context["form"].errors["phone"] == ["電話かメールのどちらかを入力してください。"]
        assert client.post(self.URL, self.typed(email="", phone="090-1234-5678")).status_code == 302

    def test_a_known_company_is_found_and_a_new_one_registered(self, client, me):
        known = CompanyFactory(name="株式会社はるかぜ")
        client.post(self.URL, self.typed(company_name="はるかぜ(株)"))
        client.post(self.URL, self.typed(company_name="新しい会社", email="b@example.jp"))
        assert [lead.company.name for lead in Lead.objects.order_by("id")] == [known.name, "新しい会社"]
        assert Company.objects.count() == 2

    def test_of_several_companies_of_that_name_the_first_is_meant(self, client, me):
        first = CompanyFactory(name="大和商事株式会社")
        CompanyFactory(name="大和商事有限会社")
        client.post(self.URL, self.typed(company_name="大和商事"))
        assert Lead.objects.get().company == first

    def test_likely_doubles_are_shown_before_anything_is_saved(self, client, me):
        double = LeadFactory(email="a@example.jp")
        page = client.post(self.URL, self.typed())
        assert [candidate.record for candidate in page.context["doubles"]] == [double]
        assert "それでも登録" in page.content.decode()
        assert Lead.objects.count() == 1

    def test_and_it_is_entered_when_that_is_meant(self, client, me):
        LeadFactory(email="a@example.jp")
        client.post(self.URL, self.typed(anyway="1"))
        assert Lead.objects.count() == 2

    def test_they_are_shown_while_the_form_is_still_filled_in(self, client, me):
        LeadFactory(email="a@example.jp")
        page = client.post(self.URL + "?preview", self.typed(name=""))
        assert len(page.context["doubles"]) == 1
        page = client.post(self.URL + "?preview", self.typed(anyway="1", email="c@example.jp"))
        assert (page.status_code, Lead.objects.count()) == (200, 1)

    @pytest.mark.parametrize("name", ["", "  ", "あ" * 201])
    def test_a_bad_name_is_refused_and_leaves_no_company_behind(self, client, me, name):
        page = client.post(self.URL, self.typed(name=name, company_name="新しい会社"))
        assert "name" in page.context["form"].errors
        assert not Company.objects.exists()

    def test_emoji_rare_characters_and_tags_are_text(self, client, me):
        client.post(self.URL, self.typed(name="髙﨑𠮷🙂<b>"))
        text = client.get(reverse("followups:lead", args=[Lead.objects.get().pk])).content.decode()
        assert "髙﨑𠮷🙂&lt;b&gt;" in text


class TestEditingALead:
    def test_only_what_was_changed_is_written(self, client, me):
        lead = LeadFactory(company=CompanyFactory(), phone="0312345678", email="a@example.jp")
        url = reverse("followups:lead_edit", args=[lead.pk])
        client.post(url, sent(client.get(url)) | {"email": "b@example.jp"})
        before, lead = lead, Lead.objects.get()
        assert (lead.email, lead.phone, lead.company, lead.version) == (
            "b@example.jp",
            "+81312345678",
            before.company,
            2,
        )

    def test_another_company_name_is_another_company(self, client, me):
        lead = LeadFactory(company=CompanyFactory(name="旧社名"))
        url = reverse("followups:lead_edit", args=[lead.pk])
        client.post(url, sent(client.get(url)) | {"company_name": "新社名"})
        assert Lead.objects.get().company.name == "新社名"
        assert Company.objects.filter(name="旧社名").exists()

    def test_two_people_editing_one_lead_lose_nothing(self, client, me):
        lead = LeadFactory(name="旧", email="", phone="")
        url = reverse("followups:lead_edit", args=[lead.pk])
        mine, theirs = sent(client.get(url)), sent(client.get(url))
        client.post(url, theirs | {"name": "先の名", "email": "first@example.jp"})
        page = client.post(url, mine | {"name": "わたしの名"})
        assert page.status_code == 409
        assert all(words in page.content.decode() for words in ("先の名", "わたしの名", "first@example.jp"))
        client.post(url, sent_again(page))
        lead = Lead.objects.get()
        assert (lead.name, lead.email) == ("わたしの名", "first@example.jp")


class TestChangingTheStatus:
    def post(self, client, lead, **answers):
        return client.post(reverse("followups:lead_status", args=[lead.pk]), answers)

    def reason(self, code="timing"):
        return NurturingReason.objects.get(code=code).pk

    def test_each_choice_says_when_it_is_made(self, client, me):
        text = client.get(reverse("followups:lead_status", args=[LeadFactory().pk])).content.decode()
        assert str(LEAD_STATUS_WORDS["scheduling"].timing) in text
        assert 'value="meeting_won"' not in text

    def test_a_plain_status_asks_for_nothing_more(self, client, me, today):
        lead = LeadFactory()
        self.post(client, lead, status="approaching")
        lead.refresh_from_db()
        assert (lead.status, lead.status_entered_on) == ("approaching", today)

    @pytest.mark.parametrize("status", ["nurturing_action", "nurturing_no_action"])
    def test_nurturing_asks_for_the_reason(self, client, me, status):
        page = self.post(client, LeadFactory(), status=status)
        assert page.context["form"].errors["nurturing_reason"] == ["ナーチャリング理由を選んでください。"]

    def test_with_a_next_action_there_must_be_one(self, client, me):
        lead = LeadFactory()
        page = self.post(client, lead, status="nurturing_action", nurturing_reason=self.reason())
        assert "status" in page.context["form"].errors
        lead.refresh_from_db()
        assert lead.status == "new"

    def test_and_it_may_be_set_along_with_it(self, client, me, today):
        lead = LeadFactory(owner=me)
        day = today + timedelta(days=90)
        self.post(
            client, lead, status="nurturing_action", nurturing_reason=self.reason(), next_due_on=day.isoformat(),
            next_subject="来期の予算を確認",
        )  # fmt: skip
        lead.refresh_from_db()
        todo = lead.todos.get()
        assert (lead.status, todo.original_due_on, todo.assignee) == ("nurturing_action", day, me)

    def test_a_refused_status_leaves_no_to_do_behind(self, client, me, today):
        lead = LeadFactory()
        page = self.post(
            client, lead, status="nurturing_no_action", nurturing_reason=self.reason(), next_subject="x",
            next_due_on=today.isoformat(),
        )  # fmt: skip
        assert "status" in page.context["form"].errors
        assert not lead.todos.exists()

    def test_a_to_do_without_words_is_refused_at_its_field(self, client, me, today):
        page = self.post(
            client, LeadFactory(), status="nurturing_action", nurturing_reason=self.reason(),
            next_due_on=today.isoformat(),
        )  # fmt: skip
        assert "next_subject" in page.context["form"].errors

    def test_after_a_talk_without_appointment_it_asks_why(self, client, me):
        lead = LeadFactory()
        ActivityFactory(lead=lead, outcome="declined")
        answers = {"status": "nurturing_no_action", "nurturing_reason": self.reason()}
        page = self.post(client, lead, **answers)
        assert list(page.context["form"].errors) == ["no_appointment_reason"]
        cost = NoAppointmentReason.objects.get(code="cost")
        assert self.post(client, lead, **answers, no_appointment_reason=cost.pk).status_code == 302
        lead.refresh_from_db()
        assert lead.no_appointment_reason == cost

    def test_but_not_where_a_later_call_went_on(self, client, me):
        lead = LeadFactory()
        ActivityFactory(lead=lead, outcome="declined", day=timezone.localdate() - timedelta(days=2))
        ActivityFactory(lead=lead, reached=True, day=timezone.localdate() - timedelta(days=1))
        assert self.post(
            client, lead, status="nurturing_no_action", nurturing_reason=self.reason()
        ).status_code == 302  # fmt: skip

    def test_out_of_target_says_why_in_the_history(self, client, me):
        lead = LeadFactory()
        assert "kind" in self.post(client, lead, status="out_of_target").context["form"].errors
        self.post(client, lead, status="out_of_target", kind="reverse_sales")
        assert lead.events.get().note == "逆営業"

    def test_what_somebody_else_changed_meanwhile_is_a_conflict(self, client, me):
        lead = LeadFactory()
        url = reverse("followups:lead_status", args=[lead.pk])
        seen = client.get(url).context["form"].initial["version"]
        self.post(client, lead, status="scheduling", version=seen)
        page = self.post(client, lead, status="approaching", version=seen)
        assert page.status_code == 409
        lead.refresh_from_db()
        assert lead.status == "scheduling"

    @pytest.mark.parametrize("status", ["", "meeting_won", "nonsense"])
    def test_a_status_that_is_not_offered_is_refused(self, client, me, status):
        assert "status" in self.post(client, LeadFactory(), status=status).context["form"].errors


class TestMakingADeal:
    def post(self, client, lead, **answers):
        return client.post(reverse("followups:lead_convert", args=[lead.pk]), {"name": "勤怠 48名"} | answers)

    def test_the_deal_takes_over_what_the_lead_knows(self, client, me):
        company, fs = CompanyFactory(), UserFactory(field=True)
        lead = LeadFactory(company=company, contact=ContactFactory(company=company), source=SourceFactory(), owner=me)
        answer = self.post(client, lead, contact=lead.contact_id, fs_owner=fs.pk, amount="1200000")
        deal = Deal.objects.get()
        assert answer["Location"] == reverse("followups:deal", args=[deal.pk])
        assert (deal.status, deal.company, deal.contact) == ("appointment", company, lead.contact)
        assert (deal.source, deal.is_owner, deal.fs_owner) == (lead.source, me, fs)
        assert (deal.amount, deal.lead) == (1_200_000, lead)
        lead.refresh_from_db()
        assert lead.status == "meeting_won"

    def test_a_person_who_is_not_registered_becomes_a_contact_of_the_company(self, client, me):
        lead = LeadFactory(name="桐谷 由美", phone="0312345678")
        self.post(client, lead, company_name="はるかぜ物流")
        contact = Contact.objects.get()
        assert (contact.name, contact.phone, contact.company.name) == ("桐谷 由美", "+81312345678", "はるかぜ物流")
        lead.refresh_from_db()
        assert (lead.contact, Deal.objects.get().contact) == (contact, contact)

    def test_the_person_of_that_name_at_the_company_is_proposed(self, client, me):
        contact = ContactFactory(name="桐谷由美")
        lead = LeadFactory(name="桐谷 由美", company=contact.company)
        page = client.get(reverse("followups:lead_convert", args=[lead.pk]))
        assert page.context["form"].initial["contact"] == contact.pk

    def test_open_deals_of_the_company_are_named_first(self, client, me):
        company = CompanyFactory()
        running, _lost = DealFactory(company=company), DealFactory(company=company, lost=True)
        page = client.get(reverse("followups:lead_convert", args=[LeadFactory(company=company).pk]))
        assert page.context["running"] == [running]

    def test_twice_makes_one_deal(self, client, me):
        lead = LeadFactory()
        self.post(client, lead)
        page = self.post(client, lead)
        assert "このリードはすでに商談になっています" in page.content.decode()
        assert (Deal.objects.count(), Contact.objects.count()) == (1, 1)

    @pytest.mark.parametrize(("field", "value"), [("name", ""), ("amount", "-1"), ("amount", "x")])
    def test_a_bad_answer_stands_at_its_field_and_makes_nothing(self, client, me, field, value):
        page = self.post(client, LeadFactory(), **{field: value})
        assert field in page.context["form"].errors
        assert not Deal.objects.exists()


class TestAToDoForALead:
    def test_it_belongs_to_the_lead_and_leads_back(self, client, me, today):
        lead = LeadFactory(name="桐谷 由美")
        url = f"{reverse('followups:todo_add')}?lead={lead.pk}"
        data = {"subject": "資料の感想を聞く", "original_due_on": today.isoformat(), "assignee": me.pk}
        answer = client.post(url, data)
        assert answer["Location"] == reverse("followups:lead", args=[lead.pk])
        todo = lead.todos.get()
        assert (todo.deal, todo.contact_text, todo.assignee) == (None, "桐谷 由美", me)

    def test_neither_lead_nor_deal_is_not_found(self, client, me):
        assert client.get(reverse("followups:todo_add")).status_code == 404
