"""A filtered list under a name (S3-24): saved, renamed, forgotten."""

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import SavedList
from people.records import Edit, edit_records, insert_records
from people.refusal import refuse_first

LIST_FIELDS = frozenset({"name", "is_shared"})
LONGEST_QUERY = 1000


@transaction.atomic
def save_list(saved: SavedList) -> SavedList:
    """Insert an unsaved list. Refused: no name, one its owner has on that page already, a filter too long."""
    refuse_first({0: _errors(saved)})
    insert_records([saved])
    return saved


@transaction.atomic
def edit_list(edit: Edit) -> list[SavedList]:
    """Rename a list, or share it; gives it back if it changed."""
    return edit_records(SavedList.objects.all(), [edit], LIST_FIELDS, check=_errors)


def delete_list(saved: SavedList) -> None:
    """Forget a list; the records it found stay."""
    saved.delete()


def _errors(saved: SavedList) -> dict[str, str]:
    errors = {}
    if not saved.name.strip():
        errors["name"] = _("Enter a name.")
    same = SavedList.objects.filter(owner=saved.owner_id, page=saved.page, name=saved.name).exclude(pk=saved.pk)
    if same.exists():
        errors["name"] = _("You have a list of this name here already.")
    if len(saved.query) > LONGEST_QUERY:
        errors["query"] = _("This filter is too long to be saved.")
    return errors
