"""What an import did: the figures and lists that `import_records --json` prints (D29)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from intake.findings import Conflict, Remark

_FIGURES = frozenset({"rows", "created", "updated", "unchanged", "skipped", "rejected", "rejects_file"})


@dataclass
class Report:
    """rows = created + updated + unchanged + skipped + rejected, always. batch None: a dry run.

    listed: how many warnings and conflicts are kept to be listed, None: all; counts holds the number of all, by code.
    """

    kind: str
    map: str
    is_dry_run: bool
    batch: int | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    warnings: list[Remark] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    rejects_file: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    listed: int | None = None

    def warn(self, remark: Remark) -> None:
        """A row went in with a remark."""
        self.counts[remark.code] += 1
        if self.listed is None or len(self.warnings) < self.listed:
            self.warnings.append(remark)

    def object(self, conflict: Conflict) -> None:
        """A field was kept as people had changed it."""
        self.counts["conflicts"] += 1
        if self.listed is None or len(self.conflicts) < self.listed:
            self.conflicts.append(conflict)

    def kept(self) -> dict[str, Any]:
        """The figures and what is listed, as an import that is broken off is taken up with."""
        listed = {
            "warnings": [remark.as_json() for remark in self.warnings],
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
        }
        return {name: getattr(self, name) for name in _FIGURES} | {"counts": dict(self.counts)} | listed

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from there."""
        for name in _FIGURES & kept.keys():
            setattr(self, name, kept[name])
        self.counts.update(kept.get("counts", {}))
        self.warnings += [Remark(**one) for one in kept.get("warnings", [])]
        self.conflicts += [Conflict(**one) for one in kept.get("conflicts", [])]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "batch": self.batch,
            "dry_run": self.is_dry_run,
            "map": self.map,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "warnings": [remark.as_json() for remark in self.warnings],
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
            "rejects_file": self.rejects_file,
        }
