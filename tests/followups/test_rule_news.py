"""Whom a changed rule is told, how often, and that none changes unheard."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from followups.models import Announcement, Delivery, Notice, Receipt, Rule
from followups.notices.digests import write_digests
from followups.notices.texts import told
from followups.rule_news import confirm, remind, tell_of_rule
from followups.rules import sweep, undo_sweep
from followups.rules.settings import change_rule
from people.states import Role
from people.working_days import load_calendar
from tests.factories import UserFactory
from tests.followups.scenes import TODAY, inside, live_deal, person

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)  # a Friday


@pytest.fixture
def ryo():
    return person("山口 亮", Role.OPS_ADMIN)


@pytest.fixture
def sato():
    return inside("佐藤 美咲")


def changed(by, code="R-60", as_of=TODAY, **changes) -> Announcement:
    change_rule(rule=Rule.objects.get(code=code), changes=changes or {"value": 45}, by=by, as_of=as_of)
    return Announcement.objects.newest().get(rule__code=code)


def bell(user) -> list[list[int]]:
    """The announcements of each unread notice of the person."""
    notices = Notice.objects.unread(user).filter(kind="rules").order_by("for_on")
    return [[one["id"] for one in notice.content["announcements"]] for notice in notices]


def digest(day, user) -> dict | None:
    write_digests(day, load_calendar())
    found = Notice.objects.filter(user=user, kind="digest", for_on=day).first()
    return found.content if found else None


class TestRunningAPublishedRule:
    """The page of what was published leads to a run, as long as none has heeded it."""

    RUN = reverse("followups:sweep_now")

    def offers(self, client, user, made) -> bool:
        client.force_login(user)
        return self.RUN in client.get(reverse("followups:announcement", args=[made.pk])).content.decode()

    def test_until_it_has_run_an_admin_is_led_to_it(self, client, ryo, sato):
        made = changed(ryo, mode="auto")
        assert self.offers(client, ryo, made)
        assert not self.offers(client, sato, made)
        sweep(as_of=TODAY)
        assert not self.offers(client, ryo, made)

    def test_a_rule_that_is_off_and_a_version_that_has_been_followed_by_another_have_nothing_to_run(self, client, ryo):
        first = changed(ryo, mode="auto")
        second = changed(ryo, mode="off")
        assert not self.offers(client, ryo, first)
        assert not self.offers(client, ryo, second)


def test_it_rings_the_bell_of_those_who_work_with_rules_and_not_of_who_changed_it(ryo, sato):
    reader, gone = person("役員", Role.VIEWER), person("退職者", Role.IS, is_active=False)
    made = changed(ryo)
    assert bell(sato) == [[made.pk]]
    assert bell(ryo) == bell(reader) == bell(gone) == []


def test_two_rules_of_one_day_stand_in_one_notice_that_is_unread_again(ryo, sato):
    first = changed(ryo)
    Notice.objects.update(read_at=timezone.now())
    second = changed(ryo, "R-14", value=10)
    assert bell(sato) == [[first.pk, second.pk]]
    lines = told(Notice.objects.get(user=sato)).lines
    assert [line.path for line in lines] == [f"/announcements/{pk}/" for pk in (first.pk, second.pk)]


def test_confirming_all_of_it_silences_the_bell_and_confirming_a_part_does_not(ryo, sato):
    first, second = changed(ryo), changed(ryo, "R-14", value=10)
    confirm(first, sato)
    assert bell(sato)
    confirm(second, sato)
    confirm(second, sato)
    assert (bell(sato), Receipt.objects.filter(user=sato).count()) == ([], 2)


def test_the_next_digest_has_a_line_until_it_is_confirmed_and_is_not_sent_for_it_alone_twice(ryo, sato):
    made = changed(ryo)
    assert digest(TODAY, sato) == {"due": 0, "promised": 0, "overdue": 0, "new": 0, "rules": 1}
    assert digest(TODAY, ryo) is None
    assert digest(TOMORROW, sato) is None
    assert remind(made, TOMORROW) == 1
    Notice.objects.filter(user=sato, kind="digest").update(created_at=timezone.now() - timedelta(days=1))
    assert digest(TOMORROW, sato)["rules"] == 1
    confirm(made, sato)
    assert digest(TODAY + timedelta(days=4), sato) is None


def test_a_notice_of_rules_leaves_the_product_with_the_digest_alone(ryo, settings):
    settings.MAILS_NOTICES = True
    sato = UserFactory(inside=True, password="usable")
    changed(ryo)
    assert not Delivery.objects.exists()
    write_digests(TODAY, load_calendar())
    assert [delivery.notice.kind for delivery in Delivery.objects.filter(notice__user=sato)] == ["digest"]


def test_a_reminder_reaches_those_who_have_not_confirmed_once_a_day(ryo, sato):
    tanaka = inside("田中 蓮")
    made = changed(ryo)
    confirm(made, tanaka)
    assert remind(made, TODAY) == 0  # told by publishing
    assert (remind(made, TOMORROW), remind(made, TOMORROW)) == (1, 0)
    assert Notice.objects.filter(user=sato, kind="rules").count() == 2
    assert Notice.objects.filter(user=tanaka, kind="rules").count() == 1


def test_who_comes_later_is_reminded_too_and_has_the_line_in_the_digest(ryo):
    made = changed(ryo)
    late = inside("新人 太郎")
    assert bell(late) == []
    assert remind(made, TOMORROW) == 1
    assert digest(TOMORROW, late)["rules"] == 1


def test_who_comes_later_is_asked_on_the_first_page(client, ryo):
    made = changed(ryo, as_of=timezone.localdate())
    client.force_login(UserFactory(inside=True))
    assert reverse("followups:announcement_confirm", args=[made.pk]) in client.get("/today/").content.decode()


def test_the_page_reminds_by_a_button_and_says_how_many(client, sato):
    admin = UserFactory(admin=True)
    client.force_login(admin)
    made = changed(admin, as_of=timezone.localdate() - timedelta(days=1))
    page = reverse("followups:announcement", args=[made.pk])
    url = reverse("followups:announcement_remind", args=[made.pk])
    assert url in client.get(page).content.decode()
    assert "1人にもう一度知らせました" in client.post(url, follow=True).content.decode()
    assert "すでに本日お知らせ済み" in client.post(url, follow=True).content.decode()
    confirm(made, sato)
    assert url not in client.get(page).content.decode()


class TestNoRuleChangesUnheard:
    def test_the_command_announces(self, sato, client):
        call_command("rules", "--set", "R-60", "value=45", "mode=auto", stdout=StringIO())
        made = Announcement.objects.get()
        assert (made.version, made.changes, made.published_by) == (2, {"value": 45, "mode": "auto"}, None)
        assert bell(sato) == [[made.pk]]
        client.force_login(UserFactory(admin=True))
        text = client.get(reverse("followups:announcement", args=[made.pk])).content.decode()
        assert "コマンドで公開" in text
        assert "試算なし" in text

    def test_the_command_announces_nothing_where_nothing_differs(self, sato):
        call_command("rules", "--set", "R-60", "value=60", stdout=StringIO())
        assert not Announcement.objects.exists()

    def test_the_admin_announces(self, client, sato):
        admin = UserFactory(admin=True)
        client.force_login(admin)
        url = reverse("admin:followups_rule_change", args=[Rule.objects.get(code="R-60").pk])
        form = client.get(url).context["adminform"].form
        data = {name: form[name].value() for name in form.fields}
        client.post(url, {name: value for name, value in data.items() if value is not None} | {"value": 45})
        made = Announcement.objects.get()
        assert (made.changes, made.published_by, bell(sato)) == ({"value": 45}, admin, [[made.pk]])

    def test_pausing_announces(self, client, sato):
        Rule.objects.filter(code="R-60").update(mode="auto")
        client.force_login(UserFactory(admin=True))
        client.post(reverse("followups:rule_pause", args=["R-60"]))
        assert bell(sato) == [[Announcement.objects.get(changes={"mode": "off"}).pk]]

    def test_an_undo_that_switches_rules_off_announces(self, ryo, sato):
        changed(None, mode="auto")
        live_deal(last_contact_on=TODAY - timedelta(days=70))
        run = sweep(as_of=TODAY)["run"]
        undo_sweep(run, by=ryo, as_of=TODAY)
        assert [one.changes for one in Announcement.objects.order_by("pk")] == [{"mode": "auto"}, {"mode": "off"}]

    def test_every_version_has_its_announcement(self, ryo):
        for value in (45, 46, 47):
            changed(ryo, value=value)
        rule = Rule.objects.get(code="R-60")
        told_of = set(Announcement.objects.filter(rule=rule).values_list("version", flat=True))
        assert set(rule.versions.values_list("version", flat=True)) - told_of == {1}

    def test_telling_nobody_is_no_error(self):
        assert tell_of_rule(changed(None), TOMORROW) == 0
