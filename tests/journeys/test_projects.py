"""From a filtered list to a call project with its call dates, in a real browser: at a desk and on a dark phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import CallProject, Todo
from tests.factories import ActivityFactory, CompanyFactory, DealFactory, UserFactory
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_filter_becomes_a_project_with_call_dates(screen, sign_in):
    manager, inside = UserFactory(manager=True), UserFactory(inside=True)
    today = timezone.localdate()
    for number in range(3):
        company = CompanyFactory(name=f"株式会社あおぞら{number}")
        deal = DealFactory(company=company, status="quoted", is_owner=inside)
        ActivityFactory(deal=deal, day=today - timedelta(days=3))
    sign_in(manager)

    screen.goto("/deals/?status=quoted")
    assert is_readable(screen)
    screen.get_by_role("button", name="プロジェクトに追加").last.click()
    screen.wait_for_url("**/projects/fill/**")
    expect(screen.get_by_role("heading", name="条件に合う全3件")).to_be_visible()
    screen.get_by_label("新しいプロジェクトの名前").fill("見積のあと3か月")
    screen.get_by_role("button", name="1週間後").click()
    assert is_readable(screen)
    screen.get_by_role("button", name="3件を追加").click()
    screen.wait_for_url(lambda address: "/fill/" not in address)

    expect(screen.get_by_role("heading", name="見積のあと3か月")).to_be_visible()
    expect(screen.locator("body")).to_contain_text("3件中 3件を追加、0件は登録済みです。")
    assert Todo.objects.of_project(CallProject.objects.get().pk).filter(assignee=inside).count() == 3
    assert is_readable(screen)

    screen.goto("/projects/")
    expect(screen.get_by_role("link", name="見積のあと3か月")).to_be_visible()
    assert is_readable(screen)
