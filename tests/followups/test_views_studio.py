"""The editor of a rule with its trial, publishing, the announcements and the printed policy."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from deals.models import Product
from followups.models import Announcement, Receipt, Rule, RuleDraft
from followups.pages.announcements import whole_policy
from followups.rules.settings import change_rule
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db

EDIT = reverse("followups:rule_edit", args=["R-60"])


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


def typed(form, **changed):
    """The form as it stands, with changes."""
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return data | changed


def tried(client, **changed):
    """The answers as typed, with the mark of the trial that the page showed for them."""
    data = typed(client.get(EDIT).context["form"], **changed)
    page = client.post(EDIT + "?preview=1", data)
    assert page.status_code == 200
    return data | {"seen": page.context["mark"], "do": "publish"}


def test_the_page_opens_with_the_trial_of_the_rule_as_it_is(client, admin, today):
    DealFactory(status="ongoing", created_on=today - timedelta(days=61))
    page = client.get(EDIT)
    assert len(page.context["trial"].found.hits) == 1
    assert "60日以上" in page.content.decode()


@pytest.mark.parametrize(
    ("is_anybody_inside", "age", "says"), [(False, 61, True), (True, 61, False), (False, 59, False)]
)
def test_a_trial_that_finds_deals_and_nobody_for_them_says_whom_to_invite(
    client, admin, today, is_anybody_inside, age, says
):
    DealFactory(status="ongoing", created_on=today - timedelta(days=age))
    if is_anybody_inside:
        UserFactory(inside=True)
    page = client.get(EDIT).content.decode()
    assert ("インサイドセールスの担当者がまだいません。" in page) is says
    assert (reverse("settings:person_add") in page) is says


def test_a_trial_writes_nothing_and_counts_what_comes_in(client, admin, today):
    Rule.objects.filter(code="R-60").update(mode="auto")
    for days in (61, 46, 44):
        DealFactory(status="ongoing", created_on=today - timedelta(days=days))
    form = client.get(EDIT).context["form"]
    page = client.post(EDIT + "?preview=1", typed(form, value=45))
    figures = page.context["trial"].figures
    assert figures == {"matched": 2, "now": 1, "plus": 1, "minus": 0}
    assert Rule.objects.get(code="R-60").value == 60
    assert not RuleDraft.objects.exists()


def test_every_number_of_the_trial_opens_its_deals(client, admin, today):
    Rule.objects.filter(code="R-60").update(mode="auto")
    old, young = (DealFactory(status="ongoing", created_on=today - timedelta(days=days)) for days in (61, 46))
    form = client.get(EDIT).context["form"]
    urls = client.post(EDIT + "?preview=1", typed(form, value=45)).context["trial"].urls
    shown = {
        part: {deal.pk for deal in client.get(url).context["page"]} for part, url in urls.items() if part != "past"
    }
    assert shown == {"hits": {old.pk, young.pk}, "now": {old.pk}, "plus": {young.pk}, "minus": set()}


def test_every_bar_of_the_histogram_opens_as_many_deals_as_it_shows(client, admin, today):
    for days in (0, 4, 5, 61, 149, 150, 400):
        DealFactory(status="ongoing", created_on=today - timedelta(days=days))
    bars = [bar for bar in client.get(EDIT).context["trial"].histogram.bars if bar.count]
    assert sum(bar.count for bar in bars) == 7
    assert [client.get(bar.url).context["page"].paginator.count for bar in bars] == [bar.count for bar in bars]


def test_a_button_tries_another_limit_without_a_script(client, admin):
    form = client.get(EDIT).context["form"]
    page = client.post(EDIT + "?preview=1", typed(form, pick="90"))
    assert (page.context["form"]["value"].value(), page.context["trial"].found.limit_days) == ("90", 90)


def test_published_after_its_trial_it_is_in_force_and_announced(client, admin):
    page = client.post(EDIT, tried(client, value=45, mode="auto", reason="着電率"))
    made = Announcement.objects.get()
    assert page.url == reverse("followups:announcement", args=[made.pk])
    assert (Rule.objects.get(code="R-60").value, made.reason) == (45, "着電率")


def test_published_without_having_seen_its_trial_it_is_refused_and_the_trial_shown(client, admin):
    form = client.get(EDIT).context["form"]
    for seen in ("", tried(client, value=46)["seen"]):
        page = client.post(EDIT, typed(form, value=45, do="publish", seen=seen))
        assert page.status_code == 200
        assert "試算をまだ見ていません" in page.content.decode()
        assert page.context["trial"].found.limit_days == 45
    assert not Announcement.objects.exists()


def test_two_admins_at_once_see_both_values_and_nothing_is_overwritten(client, admin, today):
    mine = tried(client, value=45)
    change_rule(rule=Rule.objects.get(code="R-60"), changes={"value": 30, "unit": "week"}, by=None, as_of=today)
    page = client.post(EDIT, mine)
    assert page.status_code == 409
    [row] = page.context["form"].conflict.rows
    assert (row.theirs, row.mine) == ("30", "45")
    assert page.context["form"]["unit"].value() == "week"  # left alone here, changed there
    assert (Rule.objects.get(code="R-60").value, Rule.objects.get(code="R-60").unit) == (30, "week")


def drafted(client, name, **changed):
    """Somebody else saves a draft."""
    other = Client()
    other.force_login(UserFactory(admin=True, name=name))
    assert other.post(EDIT, typed(other.get(EDIT).context["form"], do="draft", **changed)).status_code == 302


def test_of_two_drafts_of_one_rule_the_second_sees_both_and_nothing_is_lost(client, admin):
    mine = typed(client.get(EDIT).context["form"], value=45, do="draft")
    drafted(client, "森 葵", value=30, unit="week")
    page = client.post(EDIT, mine)
    assert page.status_code == 409
    form = page.context["form"]
    assert [(row.theirs, row.mine) for row in form.conflict.rows] == [("30", "45")]
    assert form["unit"].value() == "week"  # left alone here, changed there
    assert RuleDraft.objects.get().content["value"] == 30
    assert client.post(EDIT, typed(form, do="draft")).status_code == 302  # compared, and saved again
    draft = RuleDraft.objects.get()
    assert (draft.content["value"], draft.content["unit"], draft.saved_by, draft.version) == (45, "week", admin, 2)


def test_publishing_does_not_use_up_a_draft_that_the_publisher_has_not_seen(client, admin):
    mine = tried(client, value=45)
    drafted(client, "森 葵", value=30)
    assert client.post(EDIT, mine).status_code == 409
    assert (Rule.objects.get(code="R-60").value, RuleDraft.objects.get().content["value"]) == (60, 30)


def test_a_draft_against_a_rule_that_was_published_meanwhile_is_a_conflict(client, admin, today):
    mine = typed(client.get(EDIT).context["form"], value=45, do="draft")
    change_rule(rule=Rule.objects.get(code="R-60"), changes={"value": 30}, by=None, as_of=today)
    assert client.post(EDIT, mine).status_code == 409
    assert not RuleDraft.objects.exists()


def test_a_draft_that_somebody_has_saved_again_is_not_discarded_unseen(client, admin):
    drafted(client, "森 葵", value=30)
    drafted(client, "佐藤 美咲", value=31)
    text = client.post(reverse("followups:draft_discard", args=["R-60"]), {"draft": 1}, follow=True).content.decode()
    assert "破棄する前に内容を確認してください" in text
    assert RuleDraft.objects.get().content["value"] == 31


@pytest.mark.parametrize(("value", "is_refused"), [("0", True), ("1", False), ("3650", False), ("10000", True)])
def test_a_limit_out_of_range_is_refused_and_stays_to_be_corrected(client, admin, value, is_refused):
    page = client.post(EDIT, typed(client.get(EDIT).context["form"], value=value, do="draft"))
    assert (page.status_code == 200) is is_refused
    if is_refused:
        assert page.context["trial"] is None
        assert f'value="{value}"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [
        ({"value": "0"}, "1日から10年までの期間を入力してください。"),
        ({"value": "10000"}, "1日から10年までの期間を入力してください。"),
        ({"value": ""}, "1日から10年までの期間を入力してください。"),
        ({"statuses": []}, "進行中の営業ステータスを1つ以上選んでください。"),
        ({"effective_on": "2020-01-01"}, "適用日は今日以降にしてください。"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(client, admin, typed_in, said):
    page = client.post(EDIT, typed(client.get(EDIT).context["form"], **typed_in, do="draft"))
    assert said in page.content.decode()
    assert not RuleDraft.objects.exists()


def test_the_policy_names_who_made_each_version(client, admin, today):
    client.post(EDIT, tried(client, value=45))
    other = UserFactory(admin=True, name="森 葵")
    change_rule(rule=Rule.objects.get(code="R-60"), changes={"statuses": ["quoted"]}, by=other, as_of=today)
    [policy] = [one for one in whole_policy() if one.rule.code == "R-60"]
    assert (policy.by, [(version, by) for version, _since, by, _said in policy.earlier]) == (
        "森 葵", [(2, "山口 亮"), (1, "")],
    )  # fmt: skip
    text = client.get(reverse("followups:rule_policy")).content.decode()
    assert "森 葵" in text


def test_a_rule_that_overlaps_another_is_refused_with_its_name(client, admin):
    Rule.objects.filter(code="R-14").update(mode="auto")
    sent = typed(client.get(EDIT).context["form"], statuses=["contacting"], mode="auto", do="draft")
    assert "応答のない接触中" in client.post(EDIT, sent).content.decode()


def test_a_draft_is_what_the_page_opens_with_until_it_is_discarded(client, admin):
    client.post(EDIT, typed(client.get(EDIT).context["form"], value=40, do="draft"))
    assert client.get(EDIT).context["form"]["value"].value() == 40
    assert "下書き" in client.get(reverse("followups:rules")).content.decode()
    client.post(reverse("followups:draft_discard", args=["R-60"]), {"draft": 1})
    assert client.get(EDIT).context["form"]["value"].value() == 60


@pytest.mark.parametrize(("wins", "days"), [(4, None), (5, 30)])
def test_a_threshold_is_suggested_from_five_wins_on(client, admin, today, wins, days):
    product = Product.objects.create(name="勤怠クラウド")
    for n in range(wins):
        begun = today - timedelta(days=40 + (20, 25, 30, 35, 40)[n])
        DealFactory(won=True, product=product, created_on=begun, closed_on=today - timedelta(days=40))
    every, of_product = client.get(EDIT).context["lead_times"]
    assert (every.days, every.wins, of_product.product, of_product.days) == (days, wins, "勤怠クラウド", days)


def test_a_rule_that_does_not_exist_is_not_found(client, admin):
    assert client.get(reverse("followups:rule_edit", args=["R-99"])).status_code == 404


@pytest.fixture
def announced(client, admin):
    client.post(EDIT, tried(client, value=45))
    return Announcement.objects.get()


def address(name, announcement):
    return reverse(f"followups:{name}", args=[announcement.pk])


def test_an_announcement_tells_word_by_word_what_changes(client, announced):
    page = client.get(address("announcement", announced))
    text = page.content.decode()
    assert ">60日</del>" in text
    assert ">45日</ins>" in text
    assert "山口 亮" in text


def test_confirmations_are_counted_and_twice_is_once(client, announced):
    reps = [UserFactory(inside=True), UserFactory(field=True), UserFactory(viewer=True)]
    item = client.get(address("announcement", announced)).context["chosen"]
    assert (item.confirmed, item.asked) == (1, 3)  # who only looks is not asked
    client.force_login(reps[0])
    for _ in range(2):
        client.post(address("announcement_confirm", announced))
    item = client.get(address("announcement", announced)).context["chosen"]
    assert (item.confirmed, item.asked, item.waits_for_reader) == (2, 3, False)
    assert Receipt.objects.filter(user=reps[0]).count() == 1


def test_whoever_has_not_confirmed_is_asked_on_his_first_page_also_who_comes_later(client, announced):
    client.force_login(UserFactory(inside=True))
    prompt = address("announcement_confirm", announced)
    assert prompt in client.get(reverse("followups:today")).content.decode()
    assert prompt not in client.get(reverse("followups:leads")).content.decode()
    page = client.post(prompt + f"?next={reverse('followups:today')}")
    assert page.url == reverse("followups:today")
    assert prompt not in client.get(page.url).content.decode()


def test_of_a_rule_that_changed_twice_only_the_last_word_is_asked_for(client, announced):
    client.post(EDIT, tried(client, value=50))
    newest = Announcement.objects.first()
    client.force_login(UserFactory(inside=True))
    text = client.get(reverse("followups:today")).content.decode()
    assert address("announcement_confirm", newest) in text
    assert address("announcement_confirm", announced) not in text


def test_the_newest_stands_first_and_open(client, announced):
    client.post(EDIT, tried(client, value=50))
    context = client.get(reverse("followups:announcements")).context
    ids = [item.announcement.pk for item in context["items"]]
    assert ids == sorted(ids, reverse=True)
    assert context["chosen"].announcement.version == 3


def test_a_version_whose_day_has_not_come_is_withdrawn(client, admin, today):
    client.post(EDIT, tried(client, value=45, effective_on=today + timedelta(days=3)))
    made = Announcement.objects.get()
    assert address("announcement_withdraw", made) in client.get(address("announcement", made)).content.decode()
    client.post(address("announcement_withdraw", made))
    made.refresh_from_db()
    assert made.refusal
    assert Rule.objects.get(code="R-60").value == 60


def test_before_the_first_announcement_the_page_says_what_will_stand_here(client, admin):
    assert "まだ周知はありません" in client.get(reverse("followups:announcements")).content.decode()


def test_the_policy_is_one_page_with_what_is_in_force_what_waits_and_what_was(client, announced, today):
    client.post(EDIT, tried(client, value=50, effective_on=today + timedelta(days=3)))
    text = client.get(reverse("followups:rule_policy")).content.decode()
    for said in ("45日以上", "50日以上", "60日以上", "第2版", "第3版"):
        assert said in text
