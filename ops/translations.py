"""Compiles, collects and checks the translations: `python -m ops.translations compile|collect|check`.

Compiling needs no gettext, which a fresh machine lacks. Collecting does; the check collects into a copy where it can.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "SalesFollow",
    "Language": "ja",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
NOT_OURS = [".venv", ".boot", "var"]
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


def main(verb: str, *paths: str) -> int:
    if verb == "compile":
        for path in map(Path, paths or [str(ROOT / CATALOGUE)]):
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        return 0
    if verb == "collect":
        collect(ROOT)
        return 0
    faults = list(find_faults())
    print(*faults, sep="\n")
    print(f"{len(faults)} faults in the translations" if faults else "The translations are complete.")
    return int(bool(faults))


def collect(root: Path) -> polib.POFile:
    """Bring the catalogue under `root` up to date with code and templates: in a fixed order, without fuzzy guesses."""
    command = [sys.executable, "manage.py", "makemessages", "--locale", "ja", "--no-obsolete", "--no-wrap"]
    command += ["--add-location", "file", *(f"--ignore={name}" for name in NOT_OURS)]
    (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    drop_former_words(root / CATALOGUE)
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    catalogue = polib.pofile(str(root / CATALOGUE), wrapwidth=0)
    catalogue.metadata = HEADER
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue:
        drop_guess(entry)
    catalogue.sort(key=lambda entry: (entry.msgid.lower(), entry.msgctxt or ""))
    catalogue.save()
    return catalogue


def drop_former_words(path: Path) -> None:
    """Take out the former words of guesses that were dropped: a context alone among them stops gettext."""
    if path.exists():
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("#|")))


def drop_guess(entry: polib.POEntry) -> None:
    entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    if entry.fuzzy:
        entry.flags.remove("fuzzy")
        entry.msgstr, entry.msgstr_plural = "", {}


def find_faults() -> Iterator[str]:
    """Each fault as one line: no Japanese, Japanese in the English, placeholders that differ, texts not collected."""
    if not (ROOT / CATALOGUE).exists():
        yield f"missing: {CATALOGUE}"
        return
    catalogue = polib.pofile(str(ROOT / CATALOGUE))
    for entry in catalogue:
        yield from faults_of(entry)
    if shutil.which("xgettext"):
        yield from differences(catalogue, collected_in_a_copy())
    else:
        print("gettext is not installed: the catalogue was checked, the code and templates were not read again.")


def faults_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.obsolete or entry.fuzzy or not entry.translated():
        yield f"not translated: {entry.msgid!r}"
    if JAPANESE.search(entry.msgid):
        yield f"Japanese where English belongs: {entry.msgid!r}"
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in [entry.msgstr, *entry.msgstr_plural.values()]:
        if text and set(PLACEHOLDER.findall(text)) != wanted:
            yield f"placeholders differ: {entry.msgid!r}"


def collected_in_a_copy() -> polib.POFile:
    with tempfile.TemporaryDirectory(prefix="salesfollow-texts-") as folder:
        copy = Path(folder) / "salesfollow"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_OURS, ".git", ".env", ".*_cache"))
        return collect(copy)


def differences(catalogue: polib.POFile, fresh: polib.POFile) -> Iterator[str]:
    known, used = set(map(key_of, catalogue)), set(map(key_of, fresh))
    yield from (f"not in the catalogue: {text!r}" for _context, text, _plural in sorted(used - known))
    yield from (f"no longer used: {text!r}" for _context, text, _plural in sorted(known - used))


def key_of(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(*sys.argv[1:]))
