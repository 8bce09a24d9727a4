"""The child process: one job in, one JSON object out, nothing else."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from intake.reading.limits import LIMITS, Limits, Unfit, confine
from intake.reading.number_formats import named

ZIP_MARK, OLD_OFFICE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def main() -> None:
    """Do the job that the file in the first argument describes."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    limits = Limits(**job.get("limits", {})) if job.get("limits") else LIMITS
    confine(limits)
    settings.configure(USE_I18N=False)  # what is wrong leaves here as a code
    try:
        found = done(job, limits)
    except Unfit as unfit:
        found = {"unfit": {"code": unfit.code, **unfit.facts}}
    except MemoryError:
        found = {"unfit": {"code": "too_large_to_read"}}
    sys.stdout.write(json.dumps(found, ensure_ascii=True))


def done(job: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Either one table read anew as somebody chose, or a file that has just come in, with all its tables."""
    path = Path(job["path"])
    if "asked" in job:
        from intake.reading.profile import profiled

        return {"tables": [profiled(path, job["asked"], limits) | {"path": str(path), "name": job["name"]}]}
    if path.stat().st_size > limits.upload:
        raise Unfit("too_large", size=path.stat().st_size // 1_000_000, most=limits.upload // 1_000_000)
    parts = parts_of(path, job["name"], limits)
    from intake.reading.profile import profiled  # takes four times as long to load as a bomb takes to be refused

    tables, refused = [], []
    for name, part, notes in parts:
        try:
            read = profiled(part, {}, limits)
        except Unfit as unfit:
            refused.append({"name": name, "code": unfit.code, **unfit.facts})
            continue
        tables.append(read | {"path": str(part), "name": name, "notes": named(notes, read["columns"]) + read["notes"]})
    if not tables and len(refused) == 1:
        raise Unfit(refused[0].pop("code"), **refused[0])
    if not tables:
        raise Unfit("nothing_to_read")
    return {"tables": tables, "refused": refused}


def parts_of(path: Path, name: str, limits: Limits) -> list[tuple[str, Path, list[dict[str, Any]]]]:
    """The texts that an upload holds: itself, the sheets of a book, or what is in a zip. Raises Unfit."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLD_OFFICE_MARK):
        raise Unfit("old_excel")
    if not start.startswith(ZIP_MARK):
        return [(name, path, [])]
    from intake.reading import archives

    with archives.checked(path, limits) as archive:
        if archives.is_book(archive):
            return book_parts(path, name, limits)
        parts = []
        for inner, part in archives.unpacked(archive, path.parent, limits):
            parts += book_parts(part, inner, limits) if part.suffix in archives.BOOKS else [(inner, part, [])]
    return parts


def book_parts(path: Path, name: str, limits: Limits) -> list[tuple[str, Path, list[dict[str, Any]]]]:
    """The sheets of a workbook; what is said of the book is said with its first sheet. Raises Unfit."""
    from intake.reading import archives, books

    with archives.checked(path, limits) as archive:
        notes = books.notes_of(archive)
    found, more = books.sheets(path, path.parent, limits)
    notes += more
    if not found:
        raise Unfit("empty")
    several = len(found) > 1
    return [
        (f"{name} {title}" if several else name, part, (notes if place == 0 else []) + own)
        for place, (title, part, own) in enumerate(found)
    ]


if __name__ == "__main__":
    main()
