"""Zip files and what is in them: declared sizes are believed only as far as they refuse, never as they permit."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from intake.reading.limits import MB, Limits, Unfit

BLOCK = 1 << 18
TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm")
_HIDDEN = re.compile(r"(?:^|/)(?:__MACOSX/|\.)")
_UTF8_FLAG = 0x800


def checked(path: Path, limits: Limits) -> ZipFile:
    """The archive, if what it declares is within the limits. Raises Unfit."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, ValueError) as error:
        raise Unfit("broken_zip") from error
    members = archive.infolist()
    if len(members) > limits.members:
        raise Unfit("zip_members", count=len(members), most=limits.members)
    if (whole := sum(member.file_size for member in members)) > limits.unpacked:
        raise Unfit("zip_size", size=whole // MB, most=limits.unpacked // MB)
    for member in members:
        if member.flag_bits & 1:
            raise Unfit("zip_password")
        if member.file_size > MB and member.file_size > limits.ratio * max(member.compress_size, 1):
            ratio = member.file_size // max(member.compress_size, 1)
            raise Unfit("zip_ratio", name=name_of(member), ratio=ratio, most=limits.ratio)
    return archive


def is_book(archive: ZipFile) -> bool:
    """Whether the archive is an Excel workbook."""
    return "xl/workbook.xml" in archive.namelist()


def unpacked(archive: ZipFile, folder: Path, limits: Limits) -> Iterator[tuple[str, Path]]:
    """The files of the archive that hold rows, each written to the folder under a name of ours."""
    left = limits.unpacked
    for place, member in enumerate(archive.infolist()):
        name = name_of(member)
        if member.is_dir() or _HIDDEN.search(name):
            continue
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in TEXTS + BOOKS:
            continue
        target = folder / f"{place}{suffix}"
        left -= copied(archive, member, target, left)
        yield PurePosixPath(name).name, target


def copied(archive: ZipFile, member: ZipInfo, target: Path, most: int) -> int:
    """Unpack one member, counting what really comes out; the bytes written. Raises Unfit."""
    written = 0
    try:
        with archive.open(member) as packed, target.open("wb") as file:
            while block := packed.read(BLOCK):
                written += len(block)
                if written > most:
                    raise Unfit("zip_size", size=written // MB, most=most // MB)
                file.write(block)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unfit("broken_zip") from error
    return written


def name_of(member: ZipInfo) -> str:
    """The member's name; Japanese Windows writes CP932 where the standard says CP437."""
    if member.flag_bits & _UTF8_FLAG or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return member.filename
