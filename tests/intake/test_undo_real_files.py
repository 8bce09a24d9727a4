"""Maven's files through import and undo, straight from the reader; skipped where the folder is absent."""

import pytest

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from followups.digest import digests
from followups.models import Rule
from followups.rules import sweep
from intake.models import ImportBatch, ImportRow
from intake.undoing.batches import preview_import_undo, undo_import
from people.models import User
from tests.factories import TODAY
from tests.intake.conftest import Desk, figures
from tests.intake.test_real_files import DATA, bring_in

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the data sets are not at {DATA}"),
    pytest.mark.django_db,
]
FILES = ("maven_users", "maven_companies", "maven_deals", "maven_is")


def test_mavens_files_are_taken_back_to_the_world_before_each_and_come_in_again_as_the_first_time(desk: Desk) -> None:
    before, brought, counted = [], [], []
    for name in FILES:
        before.append(digests())
        report = bring_in(name)
        brought.append(report.batch)
        counted.append(figures(report))
    assert Deal.objects.count() == 8800
    whole = digests()

    for pk, world in zip(reversed(brought), reversed(before), strict=True):
        batch = ImportBatch.objects.get(pk=pk)
        preview = preview_import_undo(batch).as_json()
        undone = undo_import(batch, by=None, as_of=TODAY).as_json()
        assert undone["kept"] == [] and undone == preview
        assert digests() == world
    assert not (Deal.objects.exists() or User.objects.exists() or ImportRow.objects.exists())

    assert [figures(bring_in(name)) for name in FILES] == counted
    assert digests() == whole


def test_what_the_rules_made_of_mavens_deals_goes_with_them(desk: Desk) -> None:
    for name in ("maven_users", "maven_companies", "maven_is"):
        bring_in(name)
    batch = ImportBatch.objects.get(pk=bring_in("maven_deals").batch)
    Rule.objects.filter(code="R-60").update(mode="auto")
    made = sweep(as_of=TODAY)["todos_created"]
    assert made == Todo.objects.count() > 4000

    undone = undo_import(batch, by=None, as_of=TODAY)
    assert (undone.kept, undone.removed["activities.todo"], undone.removed["deals.deal"]) == ([], made, 8800)
    assert not (Todo.objects.exists() or FollowUpCycle.objects.exists() or Deal.objects.exists())
