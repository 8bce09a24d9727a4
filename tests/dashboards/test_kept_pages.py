"""Of every page whose answers are kept, whatever people do: it tells what its rows say (ADR 11).

What is asked is found by looking at the pages, so one that is added to them is tried here unasked.
"""

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import count
from unittest import mock
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given

from activities.models import Todo
from dashboards.kept_pages import keep_pages, look
from dashboards.triggers import NAMES, PORTIONS
from deals.models import Deal
from people.keeping import forget_answers
from people.models import ChangedPortion, KeptAnswer, User
from people.portions import EVERYTHING, MOST_CHANGED
from people.read_once import reading_once
from people.states import Role
from tests.dashboards.kept_scenes import SCENES
from tests.dashboards.kept_world import World, steps
from tests.dashboards.page_links import links_of
from tests.dashboards.test_every_number import SHARE, WHOLE, differences
from tests.kept import NOW, changed, far_apart, kept_rows, listening
from tests.ops.processes import run
from tests.worlds import worlds

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

AS_OF = date(2025, 7, 31)
# Tables that no trigger watches, each with the reason why no kept answer can change by them.
UNWATCHED: dict[str, str] = {}
_later = count(1)


@pytest.fixture(autouse=True)
def apart(db):
    far_apart()
    yield
    far_apart(1)


def questions(as_of=AS_OF):
    """All that the pages ask when they are opened on that day."""
    return [asked.question for asked in looked_at(as_of)]


def looked_at(as_of):
    """The same, with the answers from the rows."""
    with listening() as found, reading_once():
        pages = list(look(as_of))
    assert pages
    return list(found.values())


def keep(as_of=AS_OF):
    """At no moment in particular, long after they were kept before."""
    kept = keep_pages(as_of, NOW + timedelta(days=next(_later)))
    assert changed() == set()
    return kept


def untrue(as_of=AS_OF, *, is_all_kept=True):
    """The questions that are told something else from what is kept than from the rows.

    is_all_kept: none is counted because it was not asked when answers were kept. What a page asks may depend on what
    there is: a deal of which something is known only of a coming day makes another question.
    """
    wrong, kept = [], set(KeptAnswer.objects.values_list("digest", flat=True))
    for asked in looked_at(as_of):
        question = asked.question
        assert question.digest in kept or not is_all_kept
        is_told = question.digest in kept and EVERYTHING not in changed()
        told = kept_rows(question) if is_told else question.counted()
        if Counter(told) != Counter(asked.rows):
            wrong.append(shape(question))
    return wrong


def shape(question):
    """The statement without its days and ids."""
    return re.sub(r"\d+", "0", str(question.rows.query))


def play(scene):
    """The scene up to its change, all kept; then the change."""
    happening = scene()
    next(happening)
    keep()
    assert untrue() == []
    assert next(happening, None) is None


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_what_people_do_counts_at_once_and_after_it_was_kept(scene):
    play(scene)
    assert untrue() == []
    if changed():
        keep()
        assert untrue() == []


def test_without_the_changed_portions_pages_would_tell_what_was():
    """Of each question there is a scene that changes its answer, so that the comparison can fail."""
    told: set[str] = set()
    for scene in SCENES:
        with transaction.atomic():
            play(scene)
            ChangedPortion.objects.all().delete()
            told.update(untrue())
            transaction.set_rollback(True)
    assert sorted(set(map(shape, questions())) - told) == []


@worlds(3)
@given(steps)
def test_what_is_kept_agrees_with_the_rows_after_every_step(made):
    with transaction.atomic():
        world = World()
        keep(world.today)
        for name, *values in made:
            getattr(world, name)(*values)
            if name == "wait" or EVERYTHING in changed():
                keep(world.today)
            assert untrue(world.today, is_all_kept=False) == [], name
        transaction.set_rollback(True)


def tables_in(sql):
    return set(re.findall(r'"(\w+)"', sql)) & set(connection.introspection.table_names())


def columns_in(sql, table):
    """Of a table of which not every column is watched."""
    names = {table, *re.findall(rf'"{table}" "?(\w+)"?', sql)}
    return {column for name in names for column in re.findall(rf'(?<!\w)"?{name}"?\."(\w+)"', sql)}


def test_all_that_a_kept_answer_depends_on_is_watched():
    for question in questions():
        sql, _params = question.by_portion(None)
        assert tables_in(sql) <= {*PORTIONS, *NAMES, *UNWATCHED}, sql
        for table, watched in NAMES.items():
            if watched != "*":
                assert columns_in(sql, table) <= {"id", watched}, sql


def test_no_answer_depends_on_the_moment_at_which_it_is_counted():
    for question in questions():
        sql, _params = question.by_portion(None)
        assert not re.search(r"CURRENT_|NOW\(|_TIMESTAMP|RANDOM\(|LOCALTIME", sql, re.IGNORECASE), sql


DIGESTS = """
import json, sys
import django
django.setup()
from datetime import date
from dashboards.kept_pages import look
from people.read_once import reading_once
from tests.kept import listening
with listening() as found, reading_once():
    list(look(date.fromisoformat(sys.argv[1])))
print(json.dumps(sorted(found)))
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_knows_the_questions_again(seed):
    """Nothing of a question is told in an order that differs from process to process."""
    settings = connection.settings_dict
    host, port = settings["HOST"], settings["PORT"]
    signed = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}"
    url = f"postgres://{signed}@{host}:{port}/{settings['NAME']}"
    done = run(["python", "-c", DIGESTS, AS_OF.isoformat()], {"DATABASE_URL": url, "PYTHONHASHSEED": seed})
    assert done.returncode == 0, done.stderr
    with listening() as found, reading_once():
        list(look(AS_OF))
    assert json.loads(done.stdout) == sorted(found)


SOME = 5
MORNING = datetime(2026, 11, 20, 9, 42, tzinfo=timezone.get_default_timezone())


def body(page):
    """What stands on the page, without what differs each time that it is sent."""
    assert page.status_code == 200
    text = page.content.decode().partition("<main")[2]
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*|nonce="[^"]*', "", text)


@pytest.fixture
def reader(apart):
    """A manager in the demo company on a Friday morning; all is kept, and then the work goes on."""
    with mock.patch.object(timezone, "now", lambda: MORNING):
        call_command("demo", as_of=MORNING.date(), verbosity=0)  # told here, so that its ids lie far apart
        assert keep(MORNING.date())
        for made in Deal.objects.filter(is_followed=True).order_by("pk")[:5]:
            Deal.objects.filter(pk=made.pk).update(amount=123, last_contact_on=MORNING.date())
        Todo.objects.filter(pk__in=Todo.objects.open().order_by("pk").values("pk")[:5]).update(
            status="done", closed_on=MORNING.date()
        )
        client = Client()
        client.force_login(User.objects.with_role(Role.IS_MANAGER).get())
        yield client


@pytest.mark.slow
def test_every_page_shows_what_it_would_show_if_nothing_were_kept_and_what_its_lists_hold(reader):
    assert 0 < len(changed()) <= MOST_CHANGED
    names = list(look(MORNING.date()))
    shown = {name: reader.get(reverse(f"dashboards:{name}")) for name in names}
    faults = {
        name: [fault for link in numbers(page) for fault in differences(reader, link)] for name, page in shown.items()
    }
    assert faults == {name: [] for name in names}
    forget_answers()
    assert {name: body(reader.get(reverse(f"dashboards:{name}"))) for name in names} == {
        name: body(page) for name, page in shown.items()
    }


def numbers(page):
    """Some of the links of a page that name a number; `test_every_number` opens all of them."""
    found = {(link.url, link.says): link for link in links_of(page)}
    return [link for link in found.values() if WHOLE.search(link.says) or SHARE.search(link.says)][:SOME]
