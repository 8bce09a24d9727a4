"""The list of deals, one deal, the forms to make and edit one, and the pages of companies."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.models import Deal, HandOver
from followups.models import Rule
from followups.rules import sweep
from leads.models import Company
from people.states import Role
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    ExemptionFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
)
from tests.leads.forms import sent, sent_again
from tests.lines import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def fs(client):
    user = UserFactory(field=True, name="中村 健太")
    client.force_login(user)
    return user


def listed(client, **query) -> set[Deal]:
    page = client.get(reverse("followups:deals"), query).context["page"]
    return set(Deal.objects.filter(pk__in=ids(page)))


class TestTheList:
    def test_everybody_sees_every_deal(self, client):
        deals = {DealFactory(), DealFactory(lost=True), DealFactory(won=True)}
        for role in Role:
            client.force_login(UserFactory(roles=[role]))
            assert listed(client) == deals

    def test_it_narrows_by_status(self, client, fs):
        quoted = DealFactory(status="quoted")
        DealFactory(status="ongoing")
        assert listed(client, status="quoted") == {quoted}

    def test_it_narrows_by_owner_of_either_side(self, client, fs):
        inside = UserFactory(inside=True)
        as_fs, as_is = DealFactory(fs_owner=fs), DealFactory(is_owner=inside)
        assert (listed(client, owner=fs.pk), listed(client, owner=inside.pk)) == ({as_fs}, {as_is})

    def test_it_narrows_by_team(self, client, fs):
        team = TeamFactory()
        deal = DealFactory(team=team)
        DealFactory()
        assert listed(client, team=team.pk) == {deal}

    def test_it_narrows_by_what_a_deal_is_followed_for(self, client, fs):
        stagnant, lost = CycleFactory().deal, CycleFactory(lost=True).deal
        CycleFactory(ended=True)
        assert (listed(client, kind="stagnant"), listed(client, kind="lost")) == ({stagnant}, {lost})
        assert listed(client, followed="True") == {stagnant, lost}

    def test_it_finds_by_company_or_deal_whatever_the_kana(self, client, fs):
        deal = DealFactory(company=CompanyFactory(name="株式会社あおぞら", kana="アオゾラ"))
        DealFactory()
        assert listed(client, q="アオゾラ") == listed(client, q="あおぞら") == {deal}

    def test_mine_are_the_live_ones_i_own_and_those_i_follow_up(self, client):
        me = UserFactory(combined=True)
        client.force_login(me)
        owned, followed = DealFactory(fs_owner=me), CycleFactory(lost=True, is_owner=me).deal
        DealFactory(lost=True, fs_owner=me)
        CycleFactory(is_owner=me, ended=True)
        assert listed(client, mine=1) == {owned, followed}

    def test_an_unknown_value_is_no_filter_and_no_crash(self, client, fs):
        DealFactory()
        assert (
            client.get(reverse("followups:deals"), {"status": "nonsense", "owner": "x", "page": "z"}).status_code == 200
        )

    def test_nothing_that_fits_offers_to_clear_the_filters(self, client, fs):
        assert "条件に合う商談はありません" in client.get(reverse("followups:deals"), {"q": "なし"}).content.decode()

    def test_htmx_gets_the_same_page(self, client, fs):
        DealFactory()
        page = client.get(reverse("followups:deals"), headers={"HX-Request": "true"})
        assert 'id="rows"' in page.content.decode()


class TestOneDeal:
    def page(self, client, deal):
        return client.get(reverse("followups:deal", args=[deal.pk]))

    def test_a_stagnant_deal_shows_its_clocks_cycle_and_the_reason_of_its_to_do(self, client, fs, today):
        UserFactory(inside=True, name="佐藤 美咲")
        Rule.objects.update(mode="auto")
        deal = DealFactory(fs_owner=fs, created_on=today - timedelta(days=63), status="quoted")
        sweep(as_of=today)
        page = self.page(client, deal)
        clock = page.context["clocks"][0]
        assert (clock.days, clock.limit, clock.over) == (63, 60, 3)
        text = page.content.decode()
        assert "3日超過" in text
        assert "滞留商談掘り起こし" in text
        assert "R-60" in text
        assert "佐藤 美咲" in text

    def test_buttons_follow_right_and_status(self, client, fs):
        mine, closed = DealFactory(fs_owner=fs), DealFactory(fs_owner=fs, won=True)
        theirs = DealFactory(fs_owner=UserFactory(field=True))
        lose = [f'href="{reverse("followups:lose", args=[deal.pk])}"' for deal in (mine, closed, theirs)]
        found = [
            link in self.page(client, deal).content.decode()
            for link, deal in zip(lose, (mine, closed, theirs), strict=True)
        ]
        assert found == [True, False, False]

    def test_a_viewer_reads_and_is_offered_nothing(self, client):
        client.force_login(UserFactory(viewer=True))
        page = self.page(client, CycleFactory(deal=DealFactory()).deal)
        assert page.status_code == 200
        assert page.context["rights"] == frozenset()
        assert reverse("followups:log_call") not in page.content.decode()

    def test_the_answers_of_a_loss_are_shown(self, client, fs):
        deal = CycleFactory(lost=True).deal
        text = self.page(client, deal).content.decode()
        assert "来期の予算を確認する" in text
        assert "佐藤部長" in text

    def test_an_exemption_is_shown_with_its_reason(self, client, fs, today):
        cycle = CycleFactory()
        ExemptionFactory(deal=cycle.deal, cycle=cycle, reason="先方の繁忙期", starts_on=today, expires_on=today)
        assert "先方の繁忙期" in self.page(client, cycle.deal).content.decode()

    def test_an_imported_follow_up_without_a_to_do_says_so(self, client, fs):
        assert "ToDo未設定" in self.page(client, CycleFactory(lost=True).deal).content.decode()

    def test_text_of_people_is_escaped(self, client, fs):
        deal = DealFactory(name="<script>alert(1)</script>")
        ActivityFactory(deal=deal, note="<img src=x onerror=alert(1)>")
        text = self.page(client, deal).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text

    def test_a_deal_that_does_not_exist_is_not_found(self, client, fs):
        assert client.get(reverse("followups:deal", args=[4711])).status_code == 404


class TestAddingADeal:
    URL = "/deals/add/"

    def typed(self, **changed):
        return {"company_name": "", "name": "勤怠 48名", "status": "contacting", "priority": "2"} | changed

    def test_the_company_is_found_by_its_name(self, client, fs):
        company = CompanyFactory(name="みなも建装株式会社")
        client.post(self.URL, self.typed(company_name="みなも建装", fs_owner=fs.pk))
        deal = Deal.objects.get()
        assert (deal.company, deal.fs_owner, deal.status, deal.created_on) == (
            company,
            fs,
            "contacting",
            timezone.localdate(),
        )

    def test_an_unknown_company_is_refused_until_it_is_meant(self, client, fs):
        page = client.post(self.URL, self.typed(company_name="新しい会社"))
        assert "company_name" in page.context["form"].errors
        client.post(self.URL, self.typed(company_name="新しい会社", is_new_company="on"))
        assert Deal.objects.get().company == Company.objects.get(name="新しい会社")

    def test_a_name_borne_by_several_is_refused(self, client, fs):
        CompanyFactory(name="大和商事株式会社")
        CompanyFactory(name="大和商事有限会社")
        page = client.post(self.URL, self.typed(company_name="大和商事"))
        assert "company_name" in page.context["form"].errors

    def test_from_the_company_s_page_the_company_is_known(self, client, fs):
        contact = ContactFactory()
        client.post(f"{self.URL}?company={contact.company_id}", self.typed(contact=contact.pk))
        deal = Deal.objects.get()
        assert (deal.company, deal.contact) == (contact.company, contact)

    def test_a_refused_deal_leaves_no_company_behind(self, client, fs):
        page = client.post(self.URL, self.typed(company_name="新しい会社", is_new_company="on", name=" "))
        assert "name" in page.context["form"].errors
        assert not Company.objects.exists()


class TestEditingADeal:
    def test_only_what_was_changed_is_written(self, client, fs):
        deal = DealFactory(fs_owner=fs, budget="今期", amount=1_200_000)
        url = reverse("followups:deal_edit", args=[deal.pk])
        data = sent(client.get(url)) | {"needs": "二重入力をやめたい"}
        assert client.post(url, data).status_code == 302
        deal.refresh_from_db()
        assert (deal.needs, deal.budget, deal.amount, deal.version) == ("二重入力をやめたい", "今期", 1_200_000, 2)

    def test_a_new_owner_is_a_hand_over(self, client, fs):
        other = UserFactory(field=True)
        deal = DealFactory(fs_owner=fs)
        url = reverse("followups:deal_edit", args=[deal.pk])
        client.post(url, sent(client.get(url)) | {"fs_owner": other.pk})
        deal.refresh_from_db()
        assert deal.fs_owner == other
        assert HandOver.objects.get(deal=deal).to_user == other

    @pytest.mark.parametrize(
        ("side", "holder", "may"),
        [("fs_owner", "me", True), ("fs_owner", "colleague", False), ("fs_owner", "nobody", True),
         ("is_owner", "colleague", False), ("is_owner", "nobody", True)],
    )  # fmt: skip
    def test_a_deal_is_not_taken_from_a_colleague_by_editing_it(self, client, fs, side, holder, may):
        new, colleague = UserFactory(combined=True), UserFactory(combined=True)
        owner = {"me": fs, "colleague": colleague, "nobody": None}[holder]
        deal = DealFactory(**{side: owner})
        url = reverse("followups:deal_edit", args=[deal.pk])
        client.post(url, sent(client.get(url)) | {side: new.pk, "needs": "課題"})
        deal.refresh_from_db()
        assert (getattr(deal, side), deal.needs) == (new if may else owner, "課題")

    def test_a_manager_gives_a_deal_of_his_team_away_by_editing_it(self, client):
        team, new = TeamFactory(), UserFactory(field=True)
        client.force_login(UserFactory(manager=True, team=team))
        deal = DealFactory(fs_owner=UserFactory(field=True, team=team))
        url = reverse("followups:deal_edit", args=[deal.pk])
        client.post(url, sent(client.get(url)) | {"fs_owner": new.pk})
        deal.refresh_from_db()
        assert deal.fs_owner == new

    def test_an_owner_without_a_role_is_not_lost_by_saving(self, client, fs):
        imported = UserFactory(gone=True)
        deal = DealFactory(fs_owner=imported)
        url = reverse("followups:deal_edit", args=[deal.pk])
        client.post(url, sent(client.get(url)) | {"needs": "x"})
        deal.refresh_from_db()
        assert deal.fs_owner == imported

    def test_two_people_editing_one_deal_lose_nothing(self, client, fs):
        deal = DealFactory(fs_owner=fs, needs="旧", budget="", timeframe="")
        url = reverse("followups:deal_edit", args=[deal.pk])
        mine, theirs = sent(client.get(url)), sent(client.get(url))
        client.post(url, theirs | {"needs": "先に書いた課題", "budget": "先に書いた予算"})

        page = client.post(url, mine | {"needs": "わたしの課題", "timeframe": "わたしの時期"})
        assert page.status_code == 409
        text = page.content.decode()
        assert all(words in text for words in ("先に書いた課題", "わたしの課題", "わたしの時期", "先に書いた予算"))
        deal.refresh_from_db()
        assert (deal.needs, deal.budget, deal.timeframe) == ("先に書いた課題", "先に書いた予算", "")

        client.post(url, sent_again(page))
        deal.refresh_from_db()
        assert (deal.needs, deal.budget, deal.timeframe) == ("わたしの課題", "先に書いた予算", "わたしの時期")

    def test_a_clock_that_moved_meanwhile_is_no_conflict(self, client, fs, today):
        from activities.actions import log_activities

        deal = DealFactory(fs_owner=fs)
        url = reverse("followups:deal_edit", args=[deal.pk])
        data = sent(client.get(url)) | {"needs": "課題"}
        log_activities([ActivityFactory.build(deal=deal, mail=True, day=today)], by=fs, as_of=today)
        assert client.post(url, data).status_code == 302


class TestCompanies:
    def test_the_list_counts_people_and_deals(self, client, fs):
        company = CompanyFactory(name="みなも建装", kana="ミナモケンソウ")
        ContactFactory(company=company)
        ContactFactory(company=company)
        DealFactory(company=company)
        row = client.get(reverse("followups:companies"), {"q": "みなも"}).context["page"][0]
        assert (row.n_contacts, row.n_deals) == (2, 1)

    def test_one_company_tells_what_everybody_said_whatever_it_hangs_on(self, client, fs):
        company = CompanyFactory()
        contact = ContactFactory(company=company)
        ActivityFactory(deal=DealFactory(company=company), note="商談の記録")
        ActivityFactory(contact=contact, note="担当者の記録")
        ActivityFactory(company=company, note="会社の記録")
        ActivityFactory(deal=DealFactory(), note="よその記録")
        text = client.get(reverse("followups:company", args=[company.pk])).content.decode()
        assert all(words in text for words in ("商談の記録", "担当者の記録", "会社の記録"))
        assert "よその記録" not in text

    def test_it_shows_deals_contacts_and_the_year(self, client, fs):
        company = CompanyFactory(slack_months=[2], note="現場は朝礼の後が良い")
        contact, deal = ContactFactory(company=company), DealFactory(company=company)
        TodoFactory(deal=deal, subject="見積の説明")
        text = client.get(reverse("followups:company", args=[company.pk])).content.decode()
        assert all(words in text for words in (contact.name, deal.name, "見積の説明", "閑散", "朝礼の後"))
