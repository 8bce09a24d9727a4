"""Where a company or contact stands that was merged into another: old links and later imports ask here."""

from collections.abc import Collection, Iterator

from leads.models import Merge
from leads.states import MergeKind

Named = tuple[int, str | None, str]  # id, external id, normalised name


def kept_ids(kind: MergeKind, ids: Collection[int]) -> dict[int, int]:
    """Merged id → the record that stands for it today, however often it was merged on; others are left out."""
    into = dict(Merge.objects.filter(kind=kind, gone_id__in=set(ids)).values_list("gone_id", "kept_id"))
    if not into:
        return {}
    further = kept_ids(kind, into.values())
    return {gone: further.get(kept, kept) for gone, kept in into.items()}


def merged_names(kind: MergeKind) -> Iterator[Named]:
    """What the merged records were called, each as a name of the record that stands for it today."""
    merges = list(Merge.objects.filter(kind=kind).order_by("pk").values_list("gone_id", "gone_external_id", "gone"))
    standing = kept_ids(kind, [gone_id for gone_id, _external_id, _gone in merges])
    for gone_id, external_id, gone in merges:
        yield standing[gone_id], external_id or None, gone["name_key"]
