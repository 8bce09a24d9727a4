"""A manager takes the numbers to a meeting: on a sheet of A4, which is narrower than most screens."""

import pytest
from playwright.sync_api import expect

from tests.factories import DealFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

A4_UPRIGHT = {"width": 794, "height": 1123}


def test_paper_shows_the_table_of_a_desk_and_what_was_asked_for(page, sign_in):
    DealFactory(name="シフト・勤怠 12店舗", status="ongoing", fs_owner=UserFactory(field=True))
    sign_in(UserFactory(manager=True))
    page.set_viewport_size(A4_UPRIGHT)
    page.goto("/deals/")
    columns, condition = page.locator("thead th:not(.box)").first, page.locator(".filters select").first
    expect(columns).to_be_hidden()  # a phone's cards name no columns
    page.emulate_media(media="print")
    expect(columns).to_be_visible()
    expect(condition).to_be_visible()
    expect(condition).to_have_css("border-top-width", "0px")
    expect(page.locator(".pfoot .btn").first).to_be_hidden()
