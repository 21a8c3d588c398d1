"""Tables as files: real dates, no formulas, nothing left behind when a file cannot be written."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from altius_desktop.domain.errors import UserError
from altius_desktop.exchange.table_files import FileColumn, FileRow, plain, write_table
from altius_desktop.i18n import set_language

COLUMNS = (
    FileColumn("Наименование"),
    FileColumn("Был контакт", "date", 12),
    FileColumn("Сумма", "number"),
)
ROWS = (
    FileRow(("=1+1", date(2026, 11, 24), Decimal("12.50")), "#FFF3C9"),
    FileRow(("http://example.com", None, 7)),
    FileRow(("+7 (495) 555-41-11", date(1900, 1, 1), None)),
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def test_an_xlsx_has_real_dates_and_numbers_and_no_formula_or_link(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    assert write_table(path, title="Контрагенты", columns=COLUMNS, rows=iter(ROWS), format="xlsx") == 3
    sheet = part(path, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>46350</v>" in sheet  # 24.11.2026
    assert "<v>12.5</v>" in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:C4"' in sheet
    assert "FFFFF3C9" in part(path, "xl/styles.xml")
    assert 'name="Контрагенты"' in part(path, "xl/workbook.xml")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tтекст", "'\tтекст"),
        ("\rтекст", "'\rтекст"),
        ("+7 (495) 555-41-11", "+7 (495) 555-41-11"),
        ("+7 (495) 555-41-11 доб. 123", "+7 (495) 555-41-11 доб. 123"),
        ("-12,5", "-12,5"),
        ("ООО «Ромашка»", "ООО «Ромашка»"),
    ],
)
def test_a_csv_cell_that_would_be_calculated_gets_an_apostrophe(text: str, written: str) -> None:
    assert plain(text) == written


@pytest.mark.parametrize(("format", "encoding"), [("csv", "utf-8-sig"), ("csv-cp1251", "cp1251")])
def test_a_csv_is_read_back_as_it_was(tmp_path: Path, format: str, encoding: str) -> None:
    path = tmp_path / "list.csv"
    rows = (FileRow(('ООО "Альфа"; Бета\nвторая', date(2026, 1, 2), 5)),)
    assert write_table(path, title="", columns=COLUMNS, rows=rows, format=format) == 1  # type: ignore[arg-type] # parametrized
    with path.open(encoding=encoding, newline="") as source:
        read = list(csv.reader(source, delimiter=";"))
    assert read == [
        ["Наименование", "Был контакт", "Сумма"],
        ['ООО "Альфа"; Бета\nвторая', "02.01.2026", "5"],
    ]


def test_a_letter_outside_windows_1251_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Ł"):
        write_table(
            tmp_path / "list.csv",
            title="",
            columns=COLUMNS[:1],
            rows=[FileRow(("Łódź",))],
            format="csv-cp1251",
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_rows_that_fail_leave_the_earlier_file_as_it_was(tmp_path: Path, format: str) -> None:
    path = tmp_path / "list"
    path.write_text("earlier")

    def rows() -> Iterator[FileRow]:
        yield ROWS[0]
        raise UserError("stopped")

    with pytest.raises(UserError, match="stopped"):
        write_table(path, title="", columns=COLUMNS, rows=rows(), format=format)  # type: ignore[arg-type] # parametrized
    assert path.read_text() == "earlier"
    assert [item.name for item in tmp_path.iterdir()] == ["list"]


def test_a_folder_that_is_not_there_is_told_by_the_files_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"list\.xlsx cannot be written"):
        write_table(tmp_path / "nowhere" / "list.xlsx", title="", columns=COLUMNS, rows=ROWS, format="xlsx")
