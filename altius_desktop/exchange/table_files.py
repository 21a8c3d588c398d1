"""Tables as files for others: XLSX with real dates and numbers, CSV that a spreadsheet cannot mistake for formulas."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

Format = Literal["xlsx", "csv", "csv-cp1251"]
Cell = str | int | float | Decimal | date | None

XLSX_ROWS = 1_048_575
_XLSX_LETTERS = 32_767

# A leading sign makes a formula of a text; a phone or a number is none.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d\s().,\-\u00a0]*\d[\d\s().,\-\u00a0]*(?:доб\.?\s*\d+)?")


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: its head, what its cells are, its width in letters."""

    title: str
    kind: Literal["text", "date", "number"] = "text"
    width: int = 20


@dataclass(frozen=True)
class FileRow:
    """The cells of a row in the order of the columns; `fill` is its ground as #RRGGBB, "" for none."""

    cells: tuple[Cell, ...]
    fill: str = ""


def write_table(
    path: Path, *, title: str, columns: Sequence[FileColumn], rows: Iterable[FileRow], format: Format
) -> int:
    """Write the table and give the number of rows; the file appears as a whole or not at all.

    `rows` may come one by one: a million of them is never held. UserError says why a file cannot be written.
    """
    with _appearing(path) as fresh:
        if format == "xlsx":
            return _write_xlsx(fresh, title, columns, rows)
        encoding = "cp1251" if format == "csv-cp1251" else "utf-8-sig"
        return _write_csv(fresh, columns, rows, encoding)


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise UserError(
            _("{file} cannot be written.").format(file=path.name),
            _("Reason: {reason}. Is the file open in another program?").format(
                reason=error.strerror or str(error)
            ),
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _write_xlsx(path: Path, title: str, columns: Sequence[FileColumn], rows: Iterable[FileRow]) -> int:
    # Imported when first used: the window starts without it.
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # The file is opened here: what stands in the way comes as an OSError, before any row is asked for.
    with path.open("wb") as target:
        book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        book.set_properties({"title": title})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1")
        looks = _Looks(book)
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEFF3", "valign": "vcenter"})
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.title, head)
        count = 0
        try:
            for count, row in enumerate(rows, 1):
                if count > XLSX_ROWS:
                    raise UserError(
                        _("An XLSX sheet holds {count} rows at most.").format(count=XLSX_ROWS),
                        _("Narrow the selection, or save as CSV."),
                    )
                for number, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
                    _put(sheet, count, number, cell, looks.of(column.kind, row.fill))
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, count, max(0, len(columns) - 1))
        finally:
            try:
                book.close()
            except FileCreateError as error:
                raise OSError(str(error)) from error
    return count


class _Looks:
    """The formats of a book, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, kind: str, fill: str) -> Any:
        key = (kind, fill)
        if key not in self._made:
            look = {"num_format": "dd.mm.yyyy", "align": "left"} if kind == "date" else {}
            self._made[key] = self._book.add_format({**look, **({"bg_color": fill} if fill else {})})
        return self._made[key]


def _put(sheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell[:_XLSX_LETTERS], look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, look)
    else:
        sheet.write_number(row, column, float(cell), look)


def _write_csv(path: Path, columns: Sequence[FileColumn], rows: Iterable[FileRow], encoding: str) -> int:
    count = 0
    with path.open("w", encoding=encoding, newline="") as target:
        # A semicolon: what a Russian spreadsheet program takes for the separator by itself.
        writer = csv.writer(target, delimiter=";")
        try:
            writer.writerow(column.title for column in columns)
            for row in rows:
                writer.writerow(plain(cell) for cell in row.cells)
                count += 1
        except UnicodeEncodeError as error:
            raise UserError(
                _("The letter “{letter}” cannot be written in Windows-1251.").format(
                    letter=error.object[error.start]
                ),
                _("Save as CSV in UTF-8."),
            ) from error
    return count


def plain(cell: Cell) -> str:
    """A cell of a CSV file: days as 24.11.2026, and no text that a spreadsheet would calculate."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell.day:02}.{cell.month:02}.{cell.year:04}"
    text = str(cell)
    if isinstance(cell, str) and _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text
