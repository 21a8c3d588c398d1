"""Text tables of every make; all firms are invented."""

import csv
import io
import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.phones import digits_of_query
from altius_desktop.exchange.counterparty_columns import (
    ImportedCounterparty,
    RefusedRow,
    map_columns,
    open_counterparties,
    parse_mapping,
    read_counterparties,
)
from altius_desktop.exchange.counterparty_headers import FIELDS, field_of_header, is_known_header
from altius_desktop.exchange.csv_reader import TextTable, read_text_table
from altius_desktop.i18n import set_language

DATA = Path(__file__).parent / "data"
TEXT = "Наименование;Телефон\r\n«Северный берег»;(3012)287100\r\nМастерская Ёлкина;2-15-44\r\n"


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def cells_of(table: TextTable) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows()]


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as refused:
        read_text_table(path)
    return str(refused.value)


def firms_of(path: Path, mapping: str | None = None) -> list[ImportedCounterparty | RefusedRow]:
    return list(read_counterparties(*open_counterparties(path, mapping=mapping)))


def firm_of(folder: Path, content: str) -> ImportedCounterparty:
    (firm,) = firms_of(write(folder, content))
    assert isinstance(firm, ImportedCounterparty)
    return firm


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r", "cp866"],
)
def test_every_encoding_of_russian_offices_is_recognised(tmp_path: Path, encoding: str) -> None:
    text = TEXT if encoding not in ("koi8-r", "cp866") else TEXT.replace("«", '""').replace("»", '""')
    text = text.replace('""', "") + "Завод металлоконструкций;8 (3854) 32-72-89\r\n"
    table = read_text_table(write(tmp_path, text, encoding), is_known_header=is_known_header)
    assert table.header == ("Наименование", "Телефон")
    assert cells_of(table)[1] == ("Мастерская Ёлкина", "2-15-44")
    assert table.other_encodings == ()


def test_capitals_alone_are_told_apart_too(tmp_path: Path) -> None:
    for encoding in ("cp1251", "koi8-r", "cp866"):
        table = read_text_table(write(tmp_path, "ОТДЕЛЕНИЕ РЕЧНОЕ;1\nСТАНЦИЯ ПОЛЯРНАЯ;2\n", encoding))
        assert cells_of(table)[0][0] == "ОТДЕЛЕНИЕ РЕЧНОЕ", encoding


def test_the_case_of_its_letters_makes_two_words_certain(tmp_path: Path) -> None:
    for encoding in ("cp1251", "koi8-r"):
        table = read_text_table(write(tmp_path, "Ромашка;Луч;1\n", encoding))
        assert (table.other_encodings, cells_of(table)[0][0]) == ((), "Ромашка")


def test_too_few_letters_make_it_ask(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "Ёж;1\n", "cp1251"))
    assert {table.encoding, *table.other_encodings} == {"cp1251", "koi8-r", "cp866"}
    assert cells_of(read_text_table(write(tmp_path, "Ёж;1\n", "cp1251"), encoding="cp1251")) == [("Ёж", "1")]


def test_western_letters_are_not_taken_for_cyrillic(tmp_path: Path) -> None:
    table = read_text_table(
        write(tmp_path, "Name,City\nMüller & Söhne,Köln\nBäckerei Grün,Düren\n", "cp1252"),
        is_known_header=is_known_header,
    )
    assert cells_of(table)[0] == ("Müller & Söhne", "Köln")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["Наименование", "Адрес", "Телефон"], ["Вектор", "Мира, 5; стр. 2", "(495)7395555,7395556"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    table = read_text_table(write(tmp_path, out.getvalue()), is_known_header=is_known_header)
    assert (table.delimiter, cells_of(table)) == (delimiter, [tuple(rows[1])])


def test_the_delimiter_that_excel_names_holds(tmp_path: Path) -> None:
    table = read_text_table(
        write(tmp_path, "sep=|\r\nНазвание|Сайт\r\nА,Б|в;г\r\n"), is_known_header=is_known_header
    )
    assert (table.delimiter, table.header, cells_of(table)) == ("|", ("Название", "Сайт"), [("А,Б", "в;г")])


def test_without_a_header_no_row_is_lost(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "Вектор,8 800 100 03 25\nЛуч,2-15-44\n"))
    assert (table.has_header, table.header, table.row_count) == (False, ("Column 1", "Column 2"), 2)


def test_a_header_below_a_title_is_found(tmp_path: Path) -> None:
    text = "Список клиентов;;\n\nНазвание;Телефон;ИНН\nВектор;2-15-44;7707083893\n"
    table = read_text_table(write(tmp_path, text), is_known_header=is_known_header)
    assert (table.header, cells_of(table)) == (
        ("Название", "Телефон", "ИНН"),
        [("Вектор", "2-15-44", "7707083893")],
    )


def test_a_header_that_nobody_knows_is_told_by_the_values_below(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "Слово;Число\nраз;1\nдва;2\n"))
    assert (table.has_header, table.row_count) == (True, 2)


def test_lines_are_counted_in_the_file_and_short_rows_are_filled_up(tmp_path: Path) -> None:
    text = 'Название;Заметки;Город\n"А";"раз\nдва";\n\n;;\nБ\nВ;;Омск;лишнее\n'
    table = read_text_table(write(tmp_path, text), is_known_header=is_known_header)
    assert [(row.line, row.cells) for row in table.rows()] == [
        (2, ("А", "раз\nдва", "", "")),
        (6, ("Б", "", "", "")),
        (7, ("В", "", "Омск", "лишнее")),
    ]
    assert table.header == ("Название", "Заметки", "Город", "Column 4")
    assert table.row_count == 3


def test_a_file_written_without_quoting_is_read_as_it_stands(tmp_path: Path) -> None:
    text = 'Название;БИК\n"Берег" АО;1\nФилиал "Речной" АО "Банк "Берег";2\n"Луч ""К""";3\n'
    table = read_text_table(write(tmp_path, text), is_known_header=is_known_header)
    assert [cells[0] for cells in cells_of(table)] == [
        '"Берег" АО',
        'Филиал "Речной" АО "Банк "Берег"',
        'Луч "К"',
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('Название;Телефон\nА;1\n"Б;2\nВ;3\n', "line 3"),
        ('Название;Телефон\nА;1\n"Б;2\n"В";3\n', "line 3"),
        ('Название;Телефон\n"А";1\n"Б" "к;2";2\n', "line 3"),
        ('Название;Телефон\nА;1\n"Б;2\n' + "В;3\n" * 50_000, "line 3"),
    ],
)
def test_a_quote_that_is_wrong_is_named_by_its_line(tmp_path: Path, content: str, line: str) -> None:
    assert line in refusal(write(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04" + bytes(200), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "old Excel"),
        (b"MZ\x90\x00" + bytes(200), "program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"a;b\n1;2\n" + bytes(10), "binary"),
        (bytes(range(1, 256)) * 20, "binary"),
        (b"\xef\xbb\xbfBEGIN:VCARD\nFN:A\n", "vCard"),
        (b"  <!DOCTYPE html><html>", "web page"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(tmp_path: Path, content: bytes, what: str) -> None:
    assert what in refusal(write(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n;;;\r\n  \r\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    assert "empty" in refusal(write(tmp_path, content))


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "nothing.csv")
    assert "folder" in refusal(tmp_path)
    assert "name of a file" in refusal(tmp_path / "a\0b")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "ordinary" in refusal(tmp_path / "pipe")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root may read everything")
    assert "may not be read" in refusal(path)


def test_a_damaged_utf8_file_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = (TEXT * 20).encode() + "Ж".encode()[:1] + b";1\n"
    assert "line 61" in refusal(write(tmp_path, content))


def test_a_wrong_encoding_asked_for_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT, "cp1251")
    for encoding in ("utf-8", "utf-32", "no-such", "base64"):
        with pytest.raises(UserError):
            read_text_table(path, encoding=encoding)


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024**2 + 1)
    assert "too large" in refusal(path)
    assert "1000000 rows" in refusal(write(tmp_path, "а\n" * 1_000_001))
    assert "512" in refusal(write(tmp_path, "а" + ";б" * 600))
    assert "Line 1" in refusal(write(tmp_path, "а" * 300_000 + ";б"))
    assert "Line 2 is too long" in refusal(write(tmp_path, "а;б\n" + ";".join(["x" * 120_000] * 40)))


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).map(str.strip)
CELL = st.one_of(CELLS, st.sampled_from(['"', 'АО "Луч"', "раз\nдва", ";", ",", "\t", "0012"]))


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(";,\t|"))
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], mark: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerow(["Название", "Город", "Заметки"])
    writer.writerows(rows)
    path = write(tmp_path_factory.getbasetemp(), out.getvalue(), "utf-8-sig")
    table = read_text_table(path, is_known_header=is_known_header)
    expected = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert cells_of(table) == expected
    assert (table.delimiter, table.row_count) == (mark, len(expected))


def test_a_list_of_firms_arrives_whole_with_every_phone() -> None:
    table, columns = open_counterparties(DATA / "firms_cp1251.csv")
    assert (table.encoding, table.other_encodings, table.delimiter) == ("cp1251", (), ";")
    firms = list(read_counterparties(table, columns))
    assert len(firms) == 12
    phones = {}
    for firm in firms:
        assert isinstance(firm, ImportedCounterparty)
        phones[firm.name] = [(phone.digits, phone.extension) for phone in firm.phones]
        assert all(digits_of_query(phone.value) in phone.digits for phone in firm.phones)
    assert phones == {
        "АО БЕРЕГОВОЙ ДОМ": [("3012280100", None), ("3012280110", None)],
        'ООО "ВЕСЕННИЙ ЛУЧ"': [("4957000001", "2221"), ("4957000001", "2217")],
        'ФИЛИАЛ "РЕЧНОЙ" АО "ДОМ "БЕРЕГ"': [("4957000002", "4921")],
        "МАСТЕРСКАЯ ЁЛКИНА": [("4957000003", "3271")],
        "АРТЕЛЬ БЕЗ ТЕЛЕФОНА": [],
        "ТИПОГРАФИЯ ОТТИСК": [("4957000004", None), ("8005550100", None)],
        "СКЛАД СЕВЕРНЫЙ": [("8005550101", None)],
        "СКЛАД ЮЖНЫЙ": [("8462200001", None), ("8462200002", None)],
        "ПЕКАРНЯ КОЛОС": [("24251000", None), ("24250000", None)],
        "ПОСЁЛОК ЛЕСНОЙ": [("3422102100", None), ("3422102102", None), ("3422102103", None)],
        "ИП ПЕТРОВ П.П.": [("8793200001", None), ("9170000001", None)],
        "КАФЕ УЮТ": [("0932400001", None)],
    }
    first = firms[0]
    assert isinstance(first, ImportedCounterparty)
    assert (first.address, first.note) == ("670000, УЛАН-УДЭ, УЛ.РЕЧНАЯ,1", "БИК: 000000001")


def test_every_field_is_filled_from_its_column(tmp_path: Path) -> None:
    header = (
        "Наименование,Полное наименование,ИНН,КПП,Юридический адрес,Почтовый адрес,Индекс,Город,Сайт,Телефоны,"
        "Факс,E-mail,Контактное лицо,Должность,Регион,Группа,Категория,Вид деятельности,Реклама,Примечание,БИК"
    )
    row = (
        'Вектор,ООО «Вектор»,77 0708 3893,773601001,"Мира, 5",а/я 7,101000,Москва,vektor.example,'
        '"84957395555; факс 7395556",7395557,"a@vektor.example; b@vektor.example, звонить",Мельник Анна,'
        "директор,Москва,Опт,А,Связь,Выставка,давний клиент,044525716"
    )
    firm = firm_of(tmp_path, f"{header}\n{row}\n")
    assert firm == ImportedCounterparty(
        line=2,
        name="Вектор",
        full_name="ООО «Вектор»",
        inn="7707083893",
        kpp="773601001",
        address="101000, Москва, Мира, 5",
        site="vektor.example",
        note="давний клиент\nE-mail: a@vektor.example; b@vektor.example, звонить\nБИК: 044525716\n"
        "Another address: а/я 7",
        phones=firm.phones,
        faxes=firm.faxes,
        emails=("a@vektor.example", "b@vektor.example"),
        contact_person="Мельник Анна",
        position="директор",
        business_line="Связь",
        region="Москва",
        group="Опт",
        category="А",
        ad_source="Выставка",
    )
    assert [phone.digits for phone in firm.phones] == ["4957395555"]
    assert [phone.digits for phone in firm.faxes] == ["4957395556", "7395557"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Название компании", "name"),
        ("E-Mail:", "emails"),
        ("Адрес эл. почты", "emails"),
        ("Электронная почта", "emails"),
        ("Тип эл. почты", None),
        ("Почтовый адрес", "address"),
        ("Телефон переносной", "phones"),
        ("Рабочий факс", "faxes"),
        ("Телефон/факс", "faxes"),
        ("По какой рекламе обратились", "ad_source"),
        ("БИК", None),
        ("", None),
    ],
)
def test_headers_are_understood(header: str, field: str | None) -> None:
    assert field_of_header(header) == field


def test_a_person_of_an_address_book_without_a_firm_becomes_one(tmp_path: Path) -> None:
    header = "Имя,Отчество,Фамилия,Организация,Руководитель,Телефон переносной"
    firm = firm_of(tmp_path, f"{header}\nАнна,Петровна,Мельник,,Громов,8 916 123-45-67\n")
    assert (firm.name, firm.contact_person) == ("Мельник Анна Петровна", "Мельник Анна Петровна")
    assert firm.note == "Руководитель: Громов"
    firm = firm_of(tmp_path, "Name,Company,Phone\nJohn Smith,Acme,12345\n")
    assert (firm.name, firm.contact_person) == ("Acme", "John Smith")


def test_what_fits_no_field_goes_into_the_note(tmp_path: Path) -> None:
    text = f"Название;ИНН;Сайт;Телефон;Название\nА;12-ab;{'w' * 201};{'звонить ' * 60};Б\n"
    firm = firm_of(tmp_path, text)
    assert (firm.inn, firm.site, firm.phones) == (None, None, ())
    assert firm.note is not None
    assert set(firm.note.split("\n")) == {
        f"Телефон: {('звонить ' * 60).strip()}",
        "Название: Б",
        f"Сайт: {'w' * 201}",
        "ИНН: 12-ab",
    }


def test_a_phone_or_address_given_twice_is_kept_once(tmp_path: Path) -> None:
    header = "Название;Телефон;Моб. телефон;Адрес;Фактический адрес;E-mail;Почта"
    firm = firm_of(
        tmp_path, f"{header}\nА;8 (495) 700-00-01;+74957000001;Мира, 1;Мира, 1;a@b.example;A@b.example\n"
    )
    assert ([phone.value for phone in firm.phones], firm.emails) == (["8 (495) 700-00-01"], ("a@b.example",))
    assert (firm.address, firm.note) == ("Мира, 1", None)


def test_a_row_that_cannot_be_taken_says_why_and_keeps_what_it_held(tmp_path: Path) -> None:
    text = f"Название;Телефон;Заметки\n;2-15-44;\n{'А' * 301};;\nБ;;{'x' * 20001}\nВ;;\n"
    nameless, too_long, note, good = firms_of(write(tmp_path, text))
    assert isinstance(nameless, RefusedRow) and (nameless.line, nameless.raw[1]) == (2, "2-15-44")
    assert isinstance(too_long, RefusedRow) and "301" in too_long.reason
    assert isinstance(note, RefusedRow) and "note" in note.reason
    assert isinstance(good, ImportedCounterparty) and good.name == "В"


def test_no_value_holds_what_the_database_refuses(tmp_path: Path) -> None:
    firm = firm_of(tmp_path, "Название;Заметки\n А\x07\u202eБ \u00a0 В ;раз\x01\n")
    assert (firm.name, firm.note) == ("АБ В", "раз")


def test_a_mapping_names_columns_by_header_or_number(tmp_path: Path) -> None:
    path = write(tmp_path, "Вектор,2-15-44,2-15-45\nЛуч,2-15-46,\n")
    with pytest.raises(UserError, match="No column"):
        firms_of(path)
    first, second = firms_of(path, "name=1; phones=2;phones=Column 3")
    assert isinstance(first, ImportedCounterparty) and isinstance(second, ImportedCounterparty)
    assert [phone.digits for phone in first.phones] == ["21544", "21545"]
    assert second.name == "Луч"
    saved = tmp_path / "mapping.json"
    saved.write_text(json.dumps({"name": "Column 1", "phones": [2, 3]}), encoding="utf-8")
    assert firms_of(path, str(saved)) == [first, second]


def test_a_mapping_overrides_what_the_headers_say(tmp_path: Path) -> None:
    path = write(tmp_path, "Название;Фирма (клиент)\nпроект;Вектор\n")
    (firm,) = firms_of(path, "name=Фирма клиент")
    assert isinstance(firm, ImportedCounterparty)
    assert (firm.name, firm.note) == ("Вектор", "Название: проект")


@pytest.mark.parametrize("mapping", ["name", "name=", "nme=1", "name=Нет такой", "name=9", "missing.json"])
def test_a_mapping_with_a_slip_is_refused(tmp_path: Path, mapping: str) -> None:
    table = read_text_table(write(tmp_path, "Название;Телефон\nА;1\n"), is_known_header=is_known_header)
    with pytest.raises(UserError):
        map_columns(table, parse_mapping(mapping))


def test_every_field_of_a_counterparty_has_headers() -> None:
    parts_of_others = {"postcode", "city", "last_name", "first_name", "middle_name"}
    assert set(FIELDS) - parts_of_others == {field.name for field in fields(ImportedCounterparty)} - {"line"}


def test_the_sample_lists_of_banks_arrive_whole() -> None:
    samples = os.environ.get("ALTIUS_SAMPLES")
    if not samples:
        pytest.skip("ALTIUS_SAMPLES is not set")
    rows = firms_of(Path(samples) / "lists" / "cbr__banks_even_cp1251.csv")
    firms = [row for row in rows if isinstance(row, ImportedCounterparty)]
    assert (len(rows), len(firms)) == (1054, 1054)
    assert sum(bool(firm.phones) for firm in firms) == 1043
    phones = [phone for firm in firms for phone in firm.phones]
    assert all(digits_of_query(phone.value) == phone.digits for phone in phones)
    # What is left: codes abolished long ago, and codes with a digit too few or too many.
    assert sum(phone.e164 is None for phone in phones) == 12
