"""`manage.py send_notices`: what cron runs instead of beat."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from followups.models import Delivery, Notice, Rule
from tests.factories import TODAY, CycleFactory, TodoFactory, UserFactory, at_noon, days_ago

pytestmark = pytest.mark.django_db

SATURDAY = days_ago(-2).isoformat()


@pytest.fixture
def me():
    return UserFactory(roles=["IS", "IS_MANAGER", "OPS_ADMIN"], password="a hash")


def run(*kinds: str, as_of: str = TODAY.isoformat()) -> str:
    out = StringIO()
    call_command("send_notices", *kinds, f"--as-of={as_of}", stdout=out)
    return out.getvalue()


def test_it_writes_the_kinds_that_are_named_and_sends_what_waits(me):
    TodoFactory(assignee=me, original_due_on=TODAY)
    CycleFactory()
    said = run("digest", "returns")
    assert "digest: 1" in said and "returns: 0" in said and "1" in said.splitlines()[-1]
    assert [notice.kind for notice in Notice.objects.all()] == ["digest"]
    assert len(mail.outbox) == 1


def test_a_second_run_writes_and_sends_nothing(me):
    TodoFactory(assignee=me, original_due_on=TODAY)
    run("digest"), run("digest")
    assert (Notice.objects.count(), len(mail.outbox)) == (1, 1)


def test_without_a_kind_it_only_sends_what_waits(me):
    TodoFactory(assignee=me, original_due_on=TODAY)
    run()
    assert not Notice.objects.exists()


def test_on_a_day_off_it_writes_and_sends_nothing_of_the_day(me):
    TodoFactory(assignee=me, original_due_on=TODAY)
    run("digest", "leaks", "returns", as_of=SATURDAY)
    assert not Notice.objects.exists()


def test_it_tells_the_admins_when_the_rules_did_not_run_and_waits_with_the_mail_for_a_business_day(me):
    Rule.objects.update(mode="auto", updated_at=at_noon(days_ago(30)))
    run(as_of=SATURDAY)
    assert Notice.objects.get().kind == "failure"
    assert (Delivery.objects.get().state, mail.outbox) == ("queued", [])
    run()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("kinds", "options"), [(["failure"], {}), (["digests"], {}), ([], {"as_of": "31.07.2025"})])
def test_what_it_does_not_know_is_refused_and_nothing_is_sent(me, kinds, options):
    Notice.objects.create(user=me, kind="failure", for_on=TODAY, content={})
    with pytest.raises((CommandError, ValueError)) as refused:
        call_command("send_notices", *kinds, *[f"--as-of={value}" for value in options.values()])
    assert getattr(refused.value, "returncode", 2) == 2
    assert Notice.objects.count() == 1
