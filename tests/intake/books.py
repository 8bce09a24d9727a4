"""Excel files as other systems and people leave them."""

import io

from openpyxl import Workbook


def formatted(*columns: tuple[str, str, list[float]]) -> bytes:
    """A workbook with columns of a number format each: (name, format, numbers)."""
    made = Workbook()
    for place, (name, number_format, numbers) in enumerate(columns, start=1):
        made.active.cell(1, place, name)
        for row, number in enumerate(numbers, start=2):
            made.active.cell(row, place, number).number_format = number_format
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()
