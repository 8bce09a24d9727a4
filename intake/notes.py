"""What was found in an uploaded file, as sentences that say what to do. The child process knows codes only."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Facts = Mapping[str, Any]

# Why a file is not read at all.
UNFIT: dict[str, str | Promise] = {
    "too_large": _("The file has %(size)s MB; at most %(most)s MB are read. Split it and upload the parts."),
    "broken_zip": _("The zip file is damaged. Make it again and upload it once more."),
    "zip_members": _("The zip file holds %(count)s files; at most %(most)s are read. Pack only those with records."),
    "zip_size": _("Unpacked, the file would have %(size)s MB; at most %(most)s MB are read. Split it."),
    "zip_password": _("The zip file has a password. Pack it without one."),
    "zip_ratio": _(
        "“%(name)s” unpacks to %(ratio)s times its size, as only a damaged or harmful file does (at most %(most)s). "
        "Upload the file itself, unpacked."
    ),
    "xml_entities": _("The Excel file defines entities of its own, which Excel never does. Save it in Excel again."),
    "broken_book": _("The Excel file cannot be opened. Open it in Excel, save it as .xlsx and upload that."),
    "old_excel": _(
        "This is an old Excel file (.xls) or one with a password. Save it in Excel as .xlsx without a password."
    ),
    "empty": _("The file is empty."),
    "nothing_to_read": _("There is nothing in it to read: CSV, TSV and Excel files (.xlsx) are read."),
    "no_header_row": _("Row %(row)s, which should name the columns, is not there. Choose another row."),
    "wrong_encoding": _("The file is not in the encoding %(encoding)s. Choose another one."),
    "broken_quotes": _("The quotes are broken in the row that begins on line %(line)s. Mend it and upload it again."),
    "repeated_header": _("The column “%(name)s” stands twice in the header. Rename one of them and upload it again."),
    "too_many_rows": _("The file has more than %(most)s rows or too many cells. Split it and upload the parts."),
    "too_many_columns": _("The file has %(count)s columns; at most %(most)s are read. Leave out those without use."),
    "too_large_to_read": _("Reading the file took too much memory or time, so it was stopped. Split it."),
}

# What goes in with a remark.
NOTES: dict[str, str | Promise] = {
    "macros": _("The file holds macros. They are not run; only the cells are read."),
    "external_links": _("The file links to other files. The values are read as they were last saved."),
    "merged_cells": _(
        "The file has merged cells. Only the first cell of each holds the value, the others are blank; "
        "unmerge them where rows lack it."
    ),
    "hidden_sheet": _("The sheet “%(name)s” is hidden and is not read. Show it in Excel if it should be."),
    "unread_format": _(
        "Excel shows “%(column)s” in the number format %(format)s, which is not read: %(count)s cells come in without "
        "the zeros at their beginning; the first is row %(row)s “%(value)s”. Choose a number format of zeros alone, "
        "such as 0000, in Excel, and upload the file again."
    ),
    "mixed_days": _(
        "“%(column)s” mixes two orders of day and month: row %(row)s “%(value)s” begins with the day, row "
        "%(other_row)s “%(other)s” with the month. Give the column one order in the file; rows that do not fit the "
        "chosen one are rejected."
    ),
    "open_days": _(
        "In “%(column)s” no day is above 12, so “%(value)s” may begin with the month or the day. Check the order of "
        "dates below."
    ),
    "odd_days": _(
        "“%(column)s” holds dates, but %(count)s rows cannot be read so; the first is row %(row)s “%(value)s”. They "
        "are rejected unless you mend them or leave the column out."
    ),
    "odd_numbers": _(
        "“%(column)s” holds numbers, but %(count)s rows do not; the first is row %(row)s “%(value)s”. They are "
        "rejected unless you mend them or leave the column out."
    ),
    "leading_zeros": _(
        "“%(column)s” fills a number, but %(count)s rows begin with 0, as an ID does; the first is row %(row)s "
        "“%(value)s”. As a number they lose the 0. Choose another field if it is none."
    ),
    "lost_zeros": _(
        "In “%(column)s”, %(count)s phone numbers seem to have lost the 0 at their beginning, as a spreadsheet does; "
        "the first is row %(row)s “%(value)s”. Save the column as text and upload the file again."
    ),
    "ragged_rows": _(
        "%(count)s rows have more or fewer cells than the header; the first is row %(row)s. They are rejected, to be "
        "mended."
    ),
    "footer_rows": _("%(count)s rows sum up others, as a total does; the first is row %(row)s. They are left out."),
    "nul_rows": _("%(count)s rows hold a NUL character; the first is row %(row)s. They are rejected, to be mended."),
    "long_rows": _("%(count)s rows hold a very long cell; the first is row %(row)s. Above 100 kB they are rejected."),
}


def refusal(facts: Facts) -> str:
    """The sentence on a file that is not read."""
    return _said(UNFIT[facts["code"]], facts)


def remark(facts: Facts) -> str:
    """The sentence on something in a file that is read."""
    return _said(NOTES[facts["code"]], facts)


def _said(sentence: str | Promise, facts: Facts) -> str:
    figures = {name: f"{fact:,}" if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
    return str(sentence) % figures
