"""What an import did: the figures and lists that `import_records --json` prints (D29)."""

from dataclasses import dataclass, field
from typing import Any

from intake.findings import Conflict, Remark


@dataclass
class Report:
    """rows = created + updated + unchanged + skipped + rejected, always. batch None: a dry run."""

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
