"""The settings: what an admin changes there acts, what is wrong is said at its field, and managers only read."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deals.models import LostReason
from followups.models import OutcomeEffect
from leads.models import NurturingReason
from people.models import CompanyHoliday, Target, Team, Threshold, User, WeekdayCap, Wording
from people.states import Role
from tests.factories import AbsenceFactory, DealFactory, TeamFactory, TodoFactory, UserFactory, reason

pytestmark = pytest.mark.django_db

READ_PAGES = [
    "/settings/",
    "/settings/lost-reasons/",
    "/settings/nurturing-reasons/",
    "/settings/no-appointment-reasons/",
    "/settings/lead-sources/",
    "/settings/products/",
    "/settings/phrases/",
    "/settings/teams/",
    "/settings/days-off/",
    "/settings/absences/",
    "/settings/words/deal_status/",
    "/settings/words/lead_status/",
    "/settings/words/call_outcome/",
    "/settings/call-results/",
    "/settings/numbers/",
    "/settings/caps/",
    "/settings/targets/",
    "/settings/calendar/",
    "/settings/people/",
]


@pytest.fixture
def admin(client) -> User:
    user = UserFactory(admin=True, name="山口 亮")
    client.force_login(user)
    return user


def opened(client, url):
    """The form of a page with what its hidden fields and inputs would send."""
    form = client.get(url).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        value = bound.field.prepare_value(value)
        if isinstance(value, bool):
            data |= {bound.html_name: "on"} if value else {}
        else:
            data[bound.html_name] = "" if value is None else value
        if bound.field.show_hidden_initial:
            data[bound.html_initial_name] = "" if value is None else value
    return data


def errors(answer, field):
    return " ".join(answer.context["form"].errors.get(field, []))


@pytest.mark.parametrize("url", READ_PAGES)
def test_a_manager_reads_every_page_and_finds_nothing_to_send(client, url):
    client.force_login(UserFactory(manager=True))
    TeamFactory(), AbsenceFactory(), UserFactory(inside=True)
    answer = client.get(url)
    assert answer.status_code == 200
    assert 'type="submit"' not in answer.content.decode().split('<main id="main">')[1].split("</main>")[0]


@pytest.mark.parametrize("url", READ_PAGES)
def test_whoever_sells_has_no_business_in_the_settings(client, url):
    client.force_login(UserFactory(combined=True))
    assert client.get(url).status_code == 403


def test_a_manager_cannot_change_a_number(client):
    client.force_login(UserFactory(manager=True))
    assert client.post("/settings/numbers/", {"todo_cap_is": "5"}).status_code == 403


def test_the_overview_leads_to_every_page(client, admin):
    text = client.get("/settings/").content.decode()
    assert [url for url in READ_PAGES if url != "/settings/" and f'"{url}"' not in text] == []


# Pull-downs


def test_a_new_lost_reason_gets_a_code_and_is_offered(client, admin):
    answer = client.post(
        "/settings/lost-reasons/add/",
        {
            "label_ja": "決裁者交代",
            "label_en": "New decision maker",
            "position": "5",
            "in_scope": "on",
            "is_active": "on",
        },
    )
    assert answer.status_code == 302
    made = LostReason.objects.get(label_ja="決裁者交代")
    assert (made.code, made.in_scope, made.counts_as_loss) == ("new_decision_maker", True, False)
    assert made.history.get().history_user == admin


def test_a_reason_taken_out_of_scope_leaves_deals_lost_before_as_they_were(client, admin):
    deal = DealFactory(lost=True)
    chosen = reason("deprioritised")
    url = f"/settings/lost-reasons/{chosen.pk}/"
    data = opened(client, url)
    del data["in_scope"]
    assert client.post(url, data).status_code == 302
    chosen.refresh_from_db()
    deal.refresh_from_db()
    assert (chosen.in_scope, deal.lost_in_scope) == (False, True)
    assert chosen.history.first().history_user == admin


def test_the_form_says_from_when_on_the_scope_acts(client, admin):
    page = client.get(f"/settings/lost-reasons/{reason('price').pk}/").content.decode()
    assert "その日以降の失注" in page


def test_a_value_in_use_is_not_deleted_but_retired(client, admin):
    DealFactory(lost=True)
    used = reason("deprioritised")
    answer = client.post(f"/settings/lost-reasons/{used.pk}/delete/")
    assert "使用中の値は削除できません。停止してください" in answer.content.decode()
    assert LostReason.objects.filter(pk=used.pk).exists()


def test_a_value_that_the_product_speaks_of_is_kept(client, admin):
    kept = reason("capacity_handover")
    client.post(f"/settings/lost-reasons/{kept.pk}/delete/")
    assert LostReason.objects.filter(pk=kept.pk).exists()


def test_a_value_that_nothing_refers_to_is_deleted(client, admin):
    value = NurturingReason.objects.get(code="cost")
    assert client.post(f"/settings/nurturing-reasons/{value.pk}/delete/").status_code == 302
    assert not NurturingReason.objects.filter(pk=value.pk).exists()


def test_the_same_source_twice_is_refused_at_its_name(client, admin):
    client.post("/settings/lead-sources/add/", {"name": "展示会"})
    answer = client.post("/settings/lead-sources/add/", {"name": " 展 示 会 "})
    assert "既に登録されています" in errors(answer, "name")


def test_two_admins_at_once_both_values_are_shown_and_nothing_is_overwritten(client, admin):
    value = reason("price")
    url = f"/settings/lost-reasons/{value.pk}/"
    data = opened(client, url) | {"label_ja": "価格・予算"}
    LostReason.objects.filter(pk=value.pk).update(label_ja="金額", position=99)
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert [(row.theirs, row.mine) for row in answer.context["form"].conflict.rows] == [("金額", "価格・予算")]
    value.refresh_from_db()
    assert value.label_ja == "金額"


def test_saving_again_after_a_conflict_writes_the_own_entry_and_keeps_the_others(client, admin):
    value = reason("price")
    url = f"/settings/lost-reasons/{value.pk}/"
    data = opened(client, url) | {"label_ja": "価格・予算"}
    LostReason.objects.filter(pk=value.pk).update(position=99)
    again = client.post(url, data).context["form"].data
    assert client.post(url, again).status_code == 302
    value.refresh_from_db()
    assert (value.label_ja, value.position) == ("価格・予算", 99)


@pytest.mark.parametrize("url", ["/settings/unicorns/", "/settings/words/unicorn/", "/settings/words/deal_status/x/"])
def test_a_list_that_does_not_exist_is_not_found(client, admin, url):
    assert client.get(url).status_code == 404


# Words and effects


def test_a_renamed_status_shows_in_the_list_of_deals(client, admin):
    DealFactory(status="quoted")
    answer = client.post("/settings/words/deal_status/quoted/", {"label_ja": "見積済み"})
    assert answer.status_code == 302
    assert "見積済み" in client.get(reverse("followups:deals")).content.decode()
    assert Wording.objects.get().history.get().history_user == admin


def test_the_products_own_words_can_be_had_back(client, admin):
    client.post("/settings/words/deal_status/quoted/", {"label_ja": "見積済み"})
    client.post("/settings/words/deal_status/quoted/reset/")
    assert "見積済み" not in client.get("/settings/words/deal_status/").content.decode()


def test_words_that_another_admin_wrote_first_are_a_conflict(client, admin):
    url = "/settings/words/deal_status/quoted/"
    data = opened(client, url) | {"label_ja": "見積済み"}
    Wording.objects.create(kind="deal_status", code="quoted", label_ja="見積書あり")
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert Wording.objects.get().label_ja == "見積書あり"


def test_the_effects_of_call_results_are_sentences_and_may_be_changed(client, admin):
    url = "/settings/call-results/callback/"
    assert client.post(url, opened(client, url) | {"next_value": "5"}).status_code == 302
    assert "5営業日" in client.get("/settings/call-results/").content.decode()
    assert OutcomeEffect.objects.get(outcome="callback").history.first().history_user == admin


def test_a_talk_without_appointment_cannot_be_let_off_its_reason(client, admin):
    url = "/settings/call-results/declined/"
    answer = client.post(url, {**opened(client, url), "asks_reason": ""})
    assert "アポ不成立には必ず理由が必要です" in answer.content.decode()
    assert OutcomeEffect.objects.get(outcome="declined").asks_reason


# Numbers


def test_a_number_is_set_and_an_empty_one_is_the_default_again(client, admin):
    client.post("/settings/numbers/", opened(client, "/settings/numbers/") | {"todo_cap_is": "12"})
    assert Threshold.objects.in_force()["todo_cap_is"] == 12
    client.post("/settings/numbers/", opened(client, "/settings/numbers/") | {"todo_cap_is": ""})
    assert Threshold.objects.in_force()["todo_cap_is"] == 20
    assert not Threshold.objects.exists()


@pytest.mark.parametrize(("value", "is_taken"), [("0", False), ("1", True), ("500", True), ("501", False)])
def test_a_cap_of_501_is_refused_at_its_field(client, admin, value, is_taken):
    answer = client.post("/settings/numbers/", opened(client, "/settings/numbers/") | {"todo_cap_is": value})
    assert (answer.status_code == 302) is is_taken
    if not is_taken:
        assert "1から500" in errors(answer, "todo_cap_is")
        assert not Threshold.objects.exists()


def test_a_number_that_somebody_else_has_just_set_is_not_overwritten(client, admin):
    data = opened(client, "/settings/numbers/") | {"todo_cap_is": "12"}
    Threshold.objects.create(code="todo_cap_is", value=15)
    answer = client.post("/settings/numbers/", data)
    assert "15" in errors(answer, "todo_cap_is")
    assert Threshold.objects.get().value == 15


def test_caps_of_a_person_and_of_single_weekdays(client, admin):
    user = UserFactory(inside=True)
    url = f"/settings/caps/{user.pk}/"
    client.post(url, opened(client, url) | {"todo_cap": "10", "deal_cap": "30", "day_0": "4", "day_4": "0"})
    user.refresh_from_db()
    assert (user.todo_cap, user.deal_cap) == (10, 30)
    assert list(WeekdayCap.objects.values_list("weekday", "cap")) == [(0, 4), (4, 0)]
    client.post(url, opened(client, url) | {"day_0": ""})
    assert list(WeekdayCap.objects.values_list("weekday", "cap")) == [(4, 0)]


@pytest.mark.parametrize("field", ["todo_cap", "deal_cap", "day_2"])
def test_a_personal_cap_of_501_is_refused_and_nothing_is_saved(client, admin, field):
    user = UserFactory(inside=True)
    url = f"/settings/caps/{user.pk}/"
    answer = client.post(url, opened(client, url) | {"day_1": "3", field: "501"})
    assert "0から500" in errors(answer, field)
    assert not WeekdayCap.objects.exists()


def test_targets_of_a_month_are_set_copied_and_taken_away(client, admin):
    user = UserFactory(inside=True)
    october, november = "/settings/targets/?month=2025-10", "/settings/targets/?month=2025-11"
    name = f"appointments_{user.pk}"
    client.post(october, opened(client, october) | {name: "8"})
    client.post(november, {"copy": "1"})
    assert list(Target.objects.order_by("month_on").values_list("month_on", "value")) == [
        (date(2025, 10, 1), 8),
        (date(2025, 11, 1), 8),
    ]
    client.post(november, {"copy": "1"})
    client.post(october, opened(client, october) | {name: ""})
    assert Target.objects.get().month_on == date(2025, 11, 1)


@pytest.mark.parametrize("month", ["", "nonsense", "2025-13"])
def test_a_month_that_does_not_exist_is_this_month(client, admin, month):
    assert client.get(f"/settings/targets/?month={month}").context["month_on"].day == 1


# Calendar


@pytest.mark.parametrize(("month", "day", "is_taken"), [("2", "29", True), ("2", "30", False), ("4", "31", False)])
def test_30_february_is_no_day_off(client, admin, month, day, is_taken):
    answer = client.post("/settings/days-off/add/", {"year": "", "month": month, "day": day, "name": "創立記念日"})
    assert (answer.status_code == 302) is is_taken
    if not is_taken:
        assert f"{month}月に{day}日はありません" in errors(answer, "day")
        assert not CompanyHoliday.objects.filter(name="創立記念日").exists()


def test_29_february_of_a_common_year_is_no_day_off(client, admin):
    answer = client.post("/settings/days-off/add/", {"year": "2025", "month": "2", "day": "29"})
    assert "2月に29日はありません" in errors(answer, "day")


def test_the_year_shows_public_holidays_and_our_own(client, admin):
    CompanyHoliday.objects.create(year=2025, month=6, day=2, name="創立記念日")
    page = client.get("/settings/calendar/?year=2025")
    off = {(on, kind): name for on, name, kind in page.context["off"]}
    assert off[date(2025, 11, 3), "holiday"] == "文化の日"
    assert off[date(2025, 6, 2), "company"] == "創立記念日"
    assert (date(2025, 12, 29), "company") in off


@pytest.mark.parametrize("year", ["", "abc", "1999", "2100", "99999999999999999999"])
def test_a_year_out_of_sight_is_this_year(client, admin, year):
    assert 2000 <= client.get(f"/settings/calendar/?year={year}").context["year"] <= 2099


# Teams and people


def test_a_team_takes_people_in_and_lets_them_out(client, admin):
    team, inside, outside = TeamFactory(), UserFactory(inside=True), UserFactory(field=True)
    User.objects.filter(pk=outside.pk).update(team=team)
    url = f"/settings/teams/{team.pk}/"
    data = opened(client, url) | {"members": [inside.pk], "leak_check_owner": admin.pk, "promise_mode": "block"}
    assert client.post(url, data).status_code == 302
    team.refresh_from_db()
    assert (team.leak_check_owner, team.promise_mode, list(team.members.all())) == (admin, "block", [inside])


def test_a_team_of_the_same_name_is_refused(client, admin):
    TeamFactory(name="第一課")
    answer = client.post("/settings/teams/add/", {"name": "第一課", "kind": "is", "promise_mode": "warn"})
    assert "既に登録されています" in errors(answer, "name")
    assert Team.objects.count() == 1


def test_an_invited_person_gets_a_link_and_his_roles(client, admin):
    answer = client.post(
        "/settings/people/invite/",
        {"name": "佐藤 美咲", "email": "Sato@Example.jp", "roles": ["IS", "FS"], "language": "ja"},
    )
    made = User.objects.get(email="sato@example.jp")
    assert made.roles == {"IS", "FS"}
    assert answer["Location"] == f"/settings/people/{made.pk}/link/"
    assert "/welcome/" in client.get(answer["Location"]).content.decode()


def test_an_imported_person_without_a_password_is_taken_up_by_the_invitation(client, admin):
    imported = UserFactory(email="sato@example.jp", name="佐藤")
    answer = {"name": "佐藤 美咲", "email": "sato@example.jp", "roles": ["IS"], "language": "ja"}
    assert client.post("/settings/people/invite/", answer)["Location"] == f"/settings/people/{imported.pk}/link/"
    imported.refresh_from_db()
    assert (imported.name, imported.roles) == ("佐藤 美咲", {"IS"})


def test_the_address_of_somebody_who_can_log_in_is_taken(client, admin):
    admin.email = "yamaguchi@example.jp"
    admin.set_password("とても長い合言葉です1")
    admin.save()
    client.force_login(admin)
    answer = client.post("/settings/people/invite/", {"name": "別人", "email": admin.email, "language": "ja"})
    assert errors(answer, "email")
    assert User.objects.count() == 1


def test_an_invitation_without_an_address_says_so_at_the_field(client, admin):
    answer = client.post("/settings/people/invite/", {"name": "佐藤 美咲", "email": "", "language": "ja"})
    assert errors(answer, "email")


def test_the_only_admin_keeps_his_role(client, admin):
    url = f"/settings/people/{admin.pk}/"
    answer = client.post(url, opened(client, url) | {"roles": ["VIEWER"]})
    assert errors(answer, "roles")
    assert admin.has_role(Role.OPS_ADMIN)


def test_roles_and_names_are_changed_together_or_not_at_all(client, admin):
    url = f"/settings/people/{admin.pk}/"
    client.post(url, opened(client, url) | {"roles": ["VIEWER"], "name": "別の名前"})
    admin.refresh_from_db()
    assert admin.name == "山口 亮"


def test_letting_somebody_go_shows_what_passes_on_and_needs_a_successor(client, admin):
    leaver, heir = UserFactory(inside=True), UserFactory(inside=True)
    TodoFactory(assignee=leaver)
    url = f"/settings/people/{leaver.pk}/leave/"
    assert client.get(url).context["held"].own_todos == 1
    assert errors(client.post(url, {"successor": ""}), "successor")
    assert client.post(url, {"successor": heir.pk}).status_code == 302
    leaver.refresh_from_db()
    assert not leaver.is_active
    client.post(f"/settings/people/{leaver.pk}/return/")
    leaver.refresh_from_db()
    assert leaver.is_active


def test_a_leaver_gets_no_link(client, admin):
    gone = UserFactory(gone=True)
    assert "/welcome/" not in client.get(f"/settings/people/{gone.pk}/link/").content.decode()


# Queries


def more_people(rows):
    for _ in range(rows):
        UserFactory(inside=True, team=TeamFactory())
        AbsenceFactory()


@pytest.mark.parametrize("url", [url for url in READ_PAGES if url != "/settings/calendar/"])
def test_a_page_asks_as_often_for_many_rows_as_for_one(client, admin, url):
    more_people(1)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    more_people(12)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 22
