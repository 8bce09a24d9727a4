"""Who asked to be left alone is neither called nor written to, and nothing is planned for him."""

import pytest

from activities.actions import add_todos, log_activities
from activities.models import Activity, Todo
from people.refusal import Refused
from tests.factories import TODAY, ActivityFactory, ContactFactory, DealFactory, LeadFactory, days_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def blocked():
    return ContactFactory(name="田中部長", do_not_contact_reason="停止依頼(2025/06)")


def todo(**fields):
    return Todo(subject="再架電", original_due_on=days_ago(-1), **fields)


@pytest.mark.parametrize("trait", [{}, {"reached": True}, {"mail": True}, {"newsletter": True}])
def test_a_call_or_mail_of_ours_is_refused_with_the_reason(blocked, trait):
    fine = ActivityFactory.build(deal=DealFactory(), **trait)
    activity = ActivityFactory.build(deal=DealFactory(), contact=blocked, **trait)

    with pytest.raises(Refused, match=r"停止依頼\(2025/06\)") as refused:
        log_activities([fine, activity], by=None, as_of=TODAY)

    assert (list(refused.value.errors), refused.value.position) == (["contact"], 1)
    assert "田中部長" in refused.value.errors["contact"]
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "trait", [{"direction": "inbound"}, {"inbound_mail": True}, {"visit": True}, {"is_imported": True}]
)
def test_what_the_customer_starts_a_visit_and_an_import_go_in(blocked, trait):
    assert log_activities([ActivityFactory.build(contact=blocked, **trait)], by=None, as_of=TODAY).activities


def test_a_to_do_for_him_is_refused_with_the_reason(blocked):
    with pytest.raises(Refused, match="停止依頼") as refused:
        add_todos([todo(deal=DealFactory(), contact=blocked)], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["contact"]


@pytest.mark.parametrize("make", [DealFactory, LeadFactory])
def test_so_is_one_that_would_be_his_because_nobody_else_is_named(blocked, make):
    record = make(contact=blocked)
    subject = {"deal": record} if make is DealFactory else {"lead": record}

    with pytest.raises(Refused):
        add_todos([todo(**subject)], by=None, as_of=TODAY)

    assert add_todos([todo(**subject, contact_text="佐藤さん")], by=None, as_of=TODAY)


@pytest.mark.parametrize("fields", [{"is_imported": True}, {"is_imported": True, "status": "done"}])
def test_imported_to_dos_go_in(blocked, fields):
    assert add_todos([todo(contact=blocked, **fields)], by=None, as_of=TODAY)
