"""A form names a customer at the moment he is merged away: it does its work with the record that stands, or says so."""

import os
import random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from followups.actions import Merging, merge_contacts
from people.models import User
from people.working_days import load_calendar
from tests.drills.pair import interleave
from tests.factories import ContactFactory, DealFactory, UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CASES = int(os.environ.get("DRILLS", "24"))
STATEMENTS = 80  # of a form that is opened, checked and saved, and some more


@pytest.mark.parametrize("before", sorted(random.Random(1).sample(range(1, STATEMENTS), CASES)))
def test_a_contact_is_merged_away_while_a_to_do_names_him(before: int) -> None:
    manager, caller = UserFactory(manager=True), UserFactory(inside=True)
    kept = ContactFactory()
    gone = ContactFactory(company=kept.company)
    deal = DealFactory(company=kept.company, is_owner=caller)
    client, pages = logged_in(caller), []
    first, second = interleave(
        lambda: pages.append(client.post(f"{reverse('followups:todo_add')}?deal={deal.pk}", answers(caller, gone.pk))),
        lambda: merge_contacts([Merging(kept.pk, gone.pk)], by=manager, as_of=timezone.localdate()),
        before=before,
    )
    assert (first.error, second.error) == (None, None)
    made = Todo.objects.filter(deal=deal)
    if pages[0].status_code == 302:
        assert made.get().contact == kept
    else:
        assert pages[0].context["form"].errors
        assert "見積の説明" in pages[0].content.decode()
        assert not made.exists()


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answers(caller: User, contact_id: int) -> dict[str, object]:
    due_on = load_calendar().add(timezone.localdate(), 3)
    return {
        "subject": "見積の説明", "original_due_on": due_on, "contact": contact_id, "assignee": caller.pk,
        "is_promised": "on",
    }  # fmt: skip
