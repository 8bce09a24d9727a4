"""The pages of a company and of a person: everything everybody did in one line of time, and when he may be called."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followups.actions import Merging, merge_contacts
from leads.actions import ConsentChange, end_availability, note_availability, set_consent
from leads.models import AvailabilityGuess, ConsentEvent, Contact
from leads.states import ConsentKind
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    LeadFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = UserFactory(inside=True, name="佐藤 美咲")
    client.force_login(user)
    return user


def lines(answer) -> list[str]:
    return [entry.text for entry in answer.context["timeline"]]


def page_of(client, record, **query):
    name = "followups:contact" if isinstance(record, Contact) else "followups:company"
    return client.get(reverse(name, args=[record.pk]), query)


def test_a_company_shows_what_was_recorded_on_it_its_people_its_leads_and_its_deals(client, reader):
    company = CompanyFactory()
    ActivityFactory(company=company, note="会社に", day=days_ago(1))
    ActivityFactory(contact=ContactFactory(company=company), note="人に", day=days_ago(2))
    ActivityFactory(lead=LeadFactory(company=company), note="リードに", day=days_ago(3))
    ActivityFactory(deal=DealFactory(company=company), note="商談に", day=days_ago(4))
    ActivityFactory(company=company, note="取り消し", is_void=True)
    ActivityFactory(company=CompanyFactory(), note="よその会社に")
    assert lines(page_of(client, company)) == ["会社に", "人に", "リードに", "商談に"]


def test_a_person_shows_what_was_recorded_on_him_and_on_his_deals_and_leads(client, reader):
    contact = ContactFactory()
    ActivityFactory(contact=contact, note="人に", day=days_ago(1))
    ActivityFactory(deal=DealFactory(contact=contact), note="商談に", day=days_ago(2))
    ActivityFactory(lead=LeadFactory(contact=contact), note="リードに", day=days_ago(3))
    ActivityFactory(contact=ContactFactory(company=contact.company), note="同僚に")
    assert lines(page_of(client, contact)) == ["人に", "商談に", "リードに"]


def test_earlier_lines_come_below_those_already_read(client, reader):
    company = CompanyFactory()
    for number in range(45):
        ActivityFactory(company=company, note=f"{number}", day=days_ago(number))
    first, second, third = (page_of(client, company, **query) for query in ({}, {"shown": 40}, {"shown": 60}))
    assert lines(first) == [f"{number}" for number in range(20)]
    assert lines(second) == [f"{number}" for number in range(40)]
    assert lines(third) == [f"{number}" for number in range(45)]
    assert [one.context["next_shown"] for one in (first, second, third)] == [40, 60, 0]


@pytest.mark.parametrize("shown", ["", "-1", "0", "abc", "9" * 30, "99999999"])
def test_a_nonsense_number_of_lines_is_no_error(client, reader, shown):
    assert page_of(client, CompanyFactory(), shown=shown).status_code == 200


def test_refusals_stand_at_the_top_with_who_when_and_what(client, reader):
    contact = ContactFactory(name="野口 彩")
    ActivityFactory(contact=contact, outcome="declined", owner=reader, note="今期は新しい仕組みを入れない")
    for page in (page_of(client, contact), page_of(client, contact.company)):
        assert [refusal.note for refusal in page.context["refusals"]] == ["今期は新しい仕組みを入れない"]


def test_stopping_and_lifting_say_who_when_and_why(client, reader):
    contact = ContactFactory()
    address = reverse("followups:contact_consent", args=[contact.pk])
    client.post(address, {"reason": "本人から停止の依頼"})
    contact.refresh_from_db()
    assert contact.do_not_contact_reason == "本人から停止の依頼"
    page = page_of(client, contact).content.decode()
    assert "本人から停止の依頼" in page and "佐藤 美咲" in page and "tel:" not in page
    client.post(address, {"reason": "本人から再開の依頼"})
    contact.refresh_from_db()
    assert contact.do_not_contact_reason == ""
    told = [(event.kind, event.reason, event.by) for event in ConsentEvent.objects.order_by("pk")]
    assert told == [("stopped", "本人から停止の依頼", reader), ("resumed", "本人から再開の依頼", reader)]


def test_a_stop_without_a_reason_is_refused_at_the_field(client, reader):
    contact = ContactFactory()
    answer = client.post(reverse("followups:contact_consent", args=[contact.pk]), {"reason": "  "})
    assert "reason" in answer.context["form"].errors
    assert not ConsentEvent.objects.exists()


def test_what_already_stands_so_is_not_recorded_twice(reader):
    change = ConsentChange(ContactFactory().pk, ConsentKind.STOPPED, "停止依頼")
    set_consent([change], by=reader, as_of=TODAY)
    with pytest.raises(Refused):
        set_consent([change], by=reader, as_of=TODAY)
    assert ConsentEvent.objects.count() == 1


def test_the_history_of_a_merged_person_stays_readable(client, reader):
    kept, gone = ContactFactory(), ContactFactory()
    set_consent([ConsentChange(gone.pk, ConsentKind.STOPPED, "停止依頼")], by=reader, as_of=TODAY)
    merge_contacts([Merging(kept.pk, gone.pk)], by=reader, as_of=TODAY)
    page = page_of(client, kept)
    assert [event.reason for event in page.context["consent_events"]] == ["停止依頼"]
    assert page.context["contact"].do_not_contact_reason == "停止依頼"


def test_a_guess_is_noted_for_a_period_shown_while_it_lasts_and_ended(client, reader):
    contact, today = ContactFactory(), timezone.localdate()
    answers = {"guess": "covering", "starts_on": today - timedelta(days=2), "ends_on": today}
    client.post(reverse("followups:availability_add", args=[contact.pk]), answers)
    guess = AvailabilityGuess.objects.get()
    assert (guess.guess, guess.noted_by) == ("covering", reader)
    assert page_of(client, contact).context["availability"] == [guess]
    client.post(reverse("followups:availability_end", args=[guess.pk]))
    guess.refresh_from_db()
    assert guess.ends_on == today - timedelta(days=1)
    assert page_of(client, contact).context["availability"] == []


def test_a_period_that_ends_before_it_starts_is_refused_at_the_field(client, reader):
    contact = ContactFactory()
    answers = {"guess": "as_usual", "starts_on": "2025-08-02", "ends_on": "2025-08-01"}
    answer = client.post(reverse("followups:availability_add", args=[contact.pk]), answers)
    assert "ends_on" in answer.context["form"].errors
    assert not AvailabilityGuess.objects.exists()


@pytest.mark.parametrize(("starts", "ends", "left"), [(-1, 5, 1), (0, 5, 0), (3, 5, 0), (-5, -2, -2)])
def test_ending_a_guess_that_has_not_begun_deletes_it_and_one_that_is_over_stays(reader, starts, ends, left):
    guess = AvailabilityGuess(
        contact=ContactFactory(), guess="as_usual", starts_on=days_ago(-starts), ends_on=days_ago(-ends)
    )
    note_availability([guess], by=reader)
    end_availability([guess.pk, 9_999_999], as_of=TODAY)
    found = AvailabilityGuess.objects.first()
    expected = {1: days_ago(1), -2: days_ago(2), 0: None}[left]
    assert (found.ends_on if found else None) == expected


@pytest.mark.parametrize("page", ["contact_consent", "availability_add"])
def test_a_viewer_changes_nothing(client, page):
    client.force_login(UserFactory(viewer=True))
    address = reverse(f"followups:{page}", args=[ContactFactory().pk])
    assert client.get(address).status_code == client.post(address).status_code == 403


def test_a_manager_is_offered_the_merge_and_others_only_see_the_likeness(client, reader):
    contact = ContactFactory(name="佐藤 太郎")
    ContactFactory(name="佐藤太郎", company=contact.company)
    merge_page = reverse("followups:contact_merge", args=[contact.pk])
    assert merge_page not in page_of(client, contact).content.decode()
    client.force_login(UserFactory(manager=True))
    assert merge_page in page_of(client, contact).content.decode()
