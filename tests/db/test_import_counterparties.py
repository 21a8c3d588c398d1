"""Lists of firms come in once, whatever is imported again; all firms are invented."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from altius_desktop.__main__ import main
from altius_desktop.database.connection import Database
from altius_desktop.database.provisioning import grant_connect
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.exchange.importing import ImportReport, import_counterparties_file
from altius_desktop.i18n import set_language
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.services.import_entries import IncomingCounterparty, IncomingPoint
from altius_desktop.services.imports import Imported, import_counterparties
from altius_desktop.services.search import find_counterparties
from tests.conftest import PREFIX, Cluster, Office

BRANCHES = Path(__file__).parent / "data" / "branches_cp1251.csv"
SAMPLES = os.environ.get("ALTIUS_SAMPLES")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="ALTIUS_SAMPLES names no folder with the sample files")
# What a person may type for each phone of BRANCHES, by the line of its firm.
TYPED = {
    4: ("280100", "(3012) 280-110", "8 3012 28 01 10"),
    5: ("(495)7000001(Д.2221,2217)", "+7 495 700-00-01", "84957000001"),
    6: ("7000002", "495 700 00 02 доб. 4921"),
    7: ("4957000003", "(495)7000003 ДОБ.3271"),
    8: ("2000011", "(861)2000071"),
    9: ("(81526)61819",),
    10: ("(861)2000030", "2000031"),
    11: ("(861)2000030", "2000031"),
    12: ("2200001", "(8846)2200002"),
    13: ("51000", "(242)50000"),
}


@pytest.fixture
def database(office: Office) -> Iterator[Database]:
    found = office.database("scherbakova")
    yield found
    found.close()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def bring(database: Database, path: Path, *, dry_run: bool = False) -> ImportReport:
    return import_counterparties_file(database, path, mapping=None, dry_run=dry_run)


def numbers(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.updated, report.duplicates, report.refused


def by_line(office: Office, report: ImportReport) -> dict[int, tuple[Any, str]]:
    query = "SELECT line, counterparty_id, outcome FROM import_row WHERE batch_id = %s ORDER BY line"
    rows = office.fetch("scherbakova", query, str(report.batch))
    return {line: (UUID(id_) if id_ else None, what) for line, id_, what in rows}


def state(office: Office) -> list[tuple[Any, ...]]:
    """Every row that an import may touch, as text."""
    tables = ("counterparty", "contact_person", "contact_point", "counterparty_role", "region")
    return [
        row for t in tables for row in office.fetch("scherbakova", f"SELECT t::text FROM {t} AS t ORDER BY 1")
    ]


def phones_of(office: Office, name: str) -> list[tuple[Any, ...]]:
    return office.fetch(
        "scherbakova",
        "SELECT p.kind, p.value, p.extension, p.is_main FROM contact_point AS p "
        "JOIN counterparty AS c ON c.id = p.counterparty_id WHERE c.name = %s ORDER BY p.kind DESC, p.id",
        name,
    )


def test_every_organisation_of_a_list_arrives_once(office: Office, database: Database) -> None:
    report = bring(database, BRANCHES)
    assert numbers(report) == (12, 0, 1, 0)
    assert report.rows == 13
    outcomes = by_line(office, report)
    assert [what for _id, what in outcomes.values()] == ["new"] * 12 + ["duplicate"]
    assert len({id_ for id_, _what in outcomes.values()}) == 12
    assert outcomes[14][0] == outcomes[12][0]
    found = office.fetch(
        "scherbakova",
        "SELECT name, address, note, applied_on, archived FROM counterparty WHERE id = %s",
        str(outcomes[4][0]),
    )
    assert found == [('АО "ЛУГОВОЙ ДОМ"', "670000, УЛАН-УДЭ, УЛ.РЕЧНАЯ,1", "БИК: 900000003", None, False)]
    roles = "SELECT count(*) FROM counterparty_role AS r JOIN import_row AS i USING (counterparty_id)"
    assert office.fetch("scherbakova", roles) == [(0,)]
    who = "SELECT e.login, b.file_name, b.kind FROM import_batch AS b JOIN employee AS e ON e.id = b.imported_by"
    assert office.fetch("scherbakova", who) == [("scherbakova", "branches_cp1251.csv", "counterparties")]


def test_every_phone_of_a_list_is_found_as_people_type_it(office: Office, database: Database) -> None:
    outcomes = by_line(office, bring(database, BRANCHES))
    with database.transaction() as session:
        for line, typed in TYPED.items():
            for query in typed:
                hits = {hit.id for hit in find_counterparties(session, query)}
                assert outcomes[line][0] in hits, (line, query)


def test_phones_keep_their_code_their_extensions_and_their_order(office: Office, database: Database) -> None:
    bring(database, BRANCHES)
    assert phones_of(office, 'АО "ЛУГОВОЙ ДОМ"') == [
        ("phone", "(3012)280100", None, True),
        ("phone", "(3012)280110", None, False),
    ]
    extensions = [(point[2], point[3]) for point in phones_of(office, '"ВЕСЕННИЙ ЛУЧ" ООО')]
    assert extensions == [("2221", True), ("2217", False)]


def test_the_same_file_a_second_time_changes_nothing(office: Office, database: Database) -> None:
    bring(database, BRANCHES)
    before = state(office)
    report = bring(database, BRANCHES)
    assert numbers(report) == (0, 0, 13, 0)
    assert state(office) == before


def test_what_people_did_since_is_kept_and_nothing_comes_back(office: Office, database: Database) -> None:
    outcomes = by_line(office, bring(database, BRANCHES))
    changes = {
        4: "name = 'Луговой дом, новый', sort_key = 'луговой дом новый'",
        5: "address = 'Тверь, Садовая, 5', note = 'Звонить после обеда'",
        6: "archived = true, note = NULL",
        7: "note = NULL, name = 'Мастерская Елкина'",
    }
    for line, change in changes.items():
        office.fetch("scherbakova", f"UPDATE counterparty SET {change} WHERE id = %s", str(outcomes[line][0]))
    office.fetch(
        "scherbakova",
        "UPDATE contact_point SET archived = true WHERE counterparty_id = %s AND digits = '3012280110'",
        str(outcomes[4][0]),
    )
    report = bring(database, BRANCHES)
    assert numbers(report) == (0, 1, 12, 0)
    again = by_line(office, report)
    assert [id_ for id_, _what in again.values()] == [id_ for id_, _what in outcomes.values()]
    kept = "SELECT name, address, note, archived FROM counterparty WHERE id = %s"
    rows = {line: office.fetch("scherbakova", kept, str(outcomes[line][0]))[0] for line in changes}
    assert rows[4][0] == "Луговой дом, новый"
    assert rows[5][1:3] == ("Тверь, Садовая, 5", "Звонить после обеда")
    assert rows[6][2:] == (None, True)
    assert (rows[7][0], rows[7][2]) == ("Мастерская Елкина", "БИК: 900000006")
    points = "SELECT count(*), count(*) FILTER (WHERE archived) FROM contact_point WHERE counterparty_id = %s"
    assert office.fetch("scherbakova", points, str(outcomes[4][0])) == [(2, 1)]


def test_a_changed_row_fills_what_is_empty_and_adds_phones_only(
    office: Office, database: Database, write: Any
) -> None:
    bring(database, write("Название;ИНН;Адрес;Телефон\nООО Вектор;;Омск, Мира, 5;(3812)200001\n"))
    report = bring(
        database,
        write(
            "Название;ИНН;КПП;Адрес;Сайт;Телефон;E-mail\n"
            "«Вектор», ООО;5503000018;550301001;Омск, Мира, 7;vektor.example;(3812)200001,200002;a@vektor.example\n"
        ),
    )
    assert numbers(report) == (0, 1, 0, 0)
    columns = "SELECT name, inn, kpp, address, site, row_version FROM counterparty WHERE name = 'ООО Вектор'"
    assert office.fetch("scherbakova", columns) == [
        ("ООО Вектор", "5503000018", "550301001", "Омск, Мира, 5", "vektor.example", 2)
    ]
    assert phones_of(office, "ООО Вектор") == [
        ("phone", "(3812)200001", None, True),
        ("phone", "(3812)200002", None, False),
        ("email", "a@vektor.example", None, True),
    ]
    with database.transaction() as session:
        assert [hit.name for hit in find_counterparties(session, "вектор 5503000018")] == ["ООО Вектор"]


def test_what_a_colleague_types_meanwhile_is_not_overwritten(
    office: Office, database: Database, write: Any
) -> None:
    bring(database, write("Название;Телефон\nВектор;(3812)200001\n"))

    def type_first(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE counterparty"):
            change = "UPDATE counterparty SET address = 'Тверь', search_text = 'вектор новый' WHERE name = 'Вектор'"
            office.fetch("lapina", change)

    sa.event.listen(sa.Engine, "before_cursor_execute", type_first)
    try:
        bring(database, write("Название;Телефон;Адрес;Сайт\nВектор;(3812)200001;Омск;vektor.example\n"))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", type_first)
    now = "SELECT address, site, search_text FROM counterparty WHERE name = 'Вектор'"
    assert office.fetch("scherbakova", now) == [("Тверь", "vektor.example", "вектор новый")]


@pytest.mark.parametrize(
    ("there", "comes", "new"),
    [
        ("Вектор;5503000018;;", "ТД «Вектор плюс»;5503000018;;", 0),
        ("Вектор;5503000018;;", "Вектор;5503000025;;", 1),
        ("Вектор;5503000018;Омск, Мира, 5;", "Томский филиал;5503000018;Томск, Мира, 5;", 1),
        ("ООО Вектор;;Омск;", "Общество с ограниченной ответственностью «Вектор»;;г. Омск;", 0),
        ("ООО Вектор;;Омск;(3812)200001", "ИП Вектор;;Омск;(3812)200001", 1),
        ("ОАО Вектор;;Омск;", "ПАО Вектор;;Омск;", 0),
        ("Вектор;;Омск, Мира, 5;", "Вектор;;Томск, Мира, 5;", 1),
        ("Вектор;;Омск, Мира, 5;(3812)200001", "Вектор;;Томск, Мира, 5;8 3812 20-00-01", 0),
        ("Вектор;;;", "Вектор;;Омск, Мира, 5;(3812)200001", 0),
        ("Вектор;;;(3812)200001", "Вектор;;;(3812)200002", 0),
        ("Вектор;;;(3812)200001", "Луч;;;(3812)200001", 1),
    ],
)
def test_the_rule_of_identity_between_the_database_and_a_file(
    database: Database, write: Any, there: str, comes: str, new: int
) -> None:
    header = "Название;ИНН;Адрес;Телефон\n"
    assert numbers(bring(database, write(f"{header}{there}\n"))) == (1, 0, 0, 0)
    assert bring(database, write(f"{header}{comes}\n")).new == new


@pytest.mark.parametrize(
    ("first", "second", "outcomes"),
    [
        ("Вектор;1;Омск;(3812)200001", "Вектор;1;Омск;(3812)200001", (1, 0, 1)),
        ("Вектор;1;Омск;(3812)200001", "Вектор;2;Омск;(3812)200001", (2, 0, 0)),
        ("Вектор;1;Омск;(3812)200001", "Вектор;1;Томск;(3812)200001", (2, 0, 0)),
        ("Вектор;;;(3812)200001", "Вектор;;;(3812)200001,200002", (1, 1, 0)),
        ("Вектор;;;(3812)200001", "Вектор;;;(3812)200002", (2, 0, 0)),
        ("Вектор;;;", "Вектор;;;(3812)200002", (1, 1, 0)),
        ("Вектор;;;(3812)200002", "Вектор;;;", (1, 0, 1)),
    ],
)
def test_the_rule_of_identity_within_a_file(
    database: Database, write: Any, first: str, second: str, outcomes: tuple[int, int, int]
) -> None:
    path = write(f"Название;БИК;Адрес;Телефон\n{first}\n{second}\n")
    assert numbers(bring(database, path)) == (*outcomes, 0)
    assert bring(database, path).duplicates == 2


def test_lines_with_one_inn_are_one_firm_and_lose_none_of_their_words(
    office: Office, database: Database, write: Any
) -> None:
    set_language("en")
    path = write(
        "Название;ИНН;Телефон;Контактное лицо;Должность;Сайт\n"
        "ООО «Берег»;5503000018;(3812)200001;Ольга Снегирёва;директор;bereg.example\n"
        "Торговый дом «Берег»;5503000018;(3812)200002;Пётр Клестов;;old.example\n"
    )
    assert numbers(bring(database, path)) == (1, 1, 0, 0)
    assert numbers(bring(database, path)) == (0, 0, 2, 0)
    note = "SELECT note FROM counterparty WHERE name = 'ООО «Берег»'"
    assert office.fetch("scherbakova", note) == [("Also: Торговый дом «Берег»\nAlso: old.example",)]
    persons = (
        "SELECT p.full_name, p.position, p.is_main FROM contact_person AS p "
        "JOIN counterparty AS c ON c.id = p.counterparty_id WHERE c.name = 'ООО «Берег»' ORDER BY p.is_main DESC"
    )
    assert office.fetch("scherbakova", persons) == [
        ("Ольга Снегирёва", "директор", True),
        ("Пётр Клестов", None, False),
    ]


def test_a_manager_notes_an_unknown_region_and_the_secretary_makes_it(
    office: Office, database: Database, write: Any
) -> None:
    path = write("Название;Регион\nВектор;Заречный край\n", "managers.csv")
    bring(database, path)
    noted = "SELECT c.note LIKE '%%Заречный край', r.name FROM counterparty AS c LEFT JOIN region AS r ON r.id = c.region_id WHERE c.name = %s"
    assert office.fetch("scherbakova", noted, "Вектор") == [(True, None)]
    assert office.fetch("scherbakova", "SELECT count(*) FROM region WHERE name = 'Заречный край'") == [(0,)]
    reception = office.database("lapina")
    bring(reception, write("Название;Регион\nЛуч;Заречный край\nСвет;заречный край\n"))
    reception.close()
    assert office.fetch("scherbakova", noted, "Луч") == [(None, "Заречный край")]
    assert office.fetch("scherbakova", noted, "Свет") == [(None, "Заречный край")]
    assert numbers(bring(database, path)) == (0, 1, 0, 0)
    assert office.fetch("scherbakova", noted, "Вектор") == [(True, "Заречный край")]


def test_wrong_rows_are_refused_by_line_and_the_rest_goes_in(
    office: Office, database: Database, write: Any
) -> None:
    path = write(f"Название;Телефон\nВектор;2-15-44\n{'ж' * 10_000};1\n;8 800 555 01 02\nЛуч;нет\n")
    report = bring(database, path)
    assert numbers(report) == (2, 0, 0, 2)
    assert [row.line for row in report.refused_rows] == [3, 4]
    assert all(row.reason for row in report.refused_rows)
    assert {line: what for line, (_id, what) in by_line(office, report).items()} == {
        2: "new",
        3: "refused",
        4: "refused",
        5: "new",
    }


def test_a_dry_run_counts_the_same_and_leaves_nothing(office: Office, database: Database) -> None:
    traces = "SELECT (SELECT count(*) FROM act), (SELECT count(*) FROM import_batch), (SELECT count(*) FROM import_row)"
    before = state(office), office.fetch("scherbakova", traces)
    report = bring(database, BRANCHES, dry_run=True)
    assert (numbers(report), report.batch) == ((12, 0, 1, 0), None)
    assert (state(office), office.fetch("scherbakova", traces)) == before


def test_an_act_sent_twice_is_done_once_and_answers_the_same(office: Office, database: Database) -> None:
    row = IncomingCounterparty(2, "Вектор", {}, {}, (IncomingPoint("phone", "2-15-44", None, "21544"),))
    act_id, batch_id = new_id(), new_id()
    for _turn in range(2):
        with database.transaction() as session:
            imported = import_counterparties(
                session, [row], batch_id=batch_id, file_name="list.csv", act_id=act_id
            )
        assert imported == Imported(new=1, updated=0, duplicates=0)
    assert office.fetch("scherbakova", "SELECT count(*) FROM import_row") == [(1,)]


def test_two_imports_at_a_time_do_not_make_the_same_firm_twice(office: Office, database: Database) -> None:
    other = office.database("lapina")
    with other.transaction() as session:
        import_counterparties(session, [], batch_id=new_id(), file_name="list.csv", act_id=new_id())
        with pytest.raises(UserError):
            bring(database, BRANCHES)
    other.close()
    assert bring(database, BRANCHES).new == 12


def test_an_import_asks_the_server_some_questions_and_none_per_row(database: Database, write: Any) -> None:
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    many = "".join(f"Фирма {n};Омск, Мира, {n};(3812)2{n:05}\n" for n in range(2000))
    path = write(f"Название;Адрес;Телефон\n{many}")
    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        assert bring(database, path).new == 2000
        assert bring(database, path).duplicates == 2000
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    assert len(asked) < 60


# The command line.


@pytest.fixture
def dsn(cluster: Cluster, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A company whose database is called as its roles are, as an address on a command line needs it."""
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {PREFIX} TEMPLATE {template} OWNER {PREFIX}__owner")
        grant_connect(cursor, database=PREFIX, prefix=PREFIX)
    monkeypatch.setenv("PGPASSWORD", DEMO_PASSWORD)
    yield f"postgresql://{cluster.admin.host}:{cluster.admin.port}/{PREFIX}"
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {PREFIX} WITH (FORCE)")


def run(dsn: str, *arguments: str) -> int:
    # In English: the translations of the newest texts may be on their way.
    return main(["import", "counterparties", *arguments, "--dsn", dsn, "--as", "scherbakova", "--lang", "en"])


def test_the_command_line_prints_the_counts_as_json(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(dsn, str(BRANCHES), "--json") == 0
    printed = capsys.readouterr()
    counts = json.loads(printed.out)
    assert list(counts) == ["rows", "new", "updated", "duplicates", "refused", "batch"]
    assert list(counts.values())[:5] == [13, 12, 0, 1, 0]
    assert (len(counts["batch"]), printed.err) == (36, "")


def test_the_command_line_takes_a_mapping_and_tells_refused_lines(
    dsn: str, capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    path = write(f"Кто;Куда звонить\nВектор;2-15-44\n{'ж' * 10_000};1\n")
    assert run(dsn, str(path), "--mapping", "name=Кто;phones=Куда звонить", "--dry-run") == 0
    printed = capsys.readouterr()
    assert printed.out == "Rows 2: new 1, updated 0, duplicates 0, refused 1.\n"
    assert printed.err == "Line 3: The name is too long: 10000 characters, at most 300 fit.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
        (b"PK\x03\x04" + bytes(64), "an Excel workbook"),
        (b"MZ\x90\x00" + bytes(64), "a program"),
        (b"", "is empty"),
        ("Название;Телефон\n", "a header and no rows"),
        (None, "There is no file"),
        ("Номер;Сумма\n1;2\n", "--mapping"),
        ('Название;Адрес\nВектор;"Омск\nЛуч;Тула\n', "quotation mark"),
        ("Название;Телефон\nВек\0тор;1\n".encode(), "binary data"),
        (b"\xff" * 300, "No column of the file holds the name"),
        ("Название\nСеверный вектор\nВек".encode() + b"\xff" + "тор\n".encode(), "damaged in line 3"),
    ],
)
def test_bad_files_get_one_clear_sentence(
    dsn: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | bytes | None, words: str
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run(dsn, str(path)) == 1
    printed = capsys.readouterr()
    assert words in printed.err
    assert (printed.out, printed.err.count("\n"), "Traceback" in printed.err) == ("", 1, False)


# The list of banks among the sample files.


@pytest.fixture
def banks() -> Path:
    assert SAMPLES is not None
    return Path(SAMPLES) / "lists" / "cbr__banks_even_cp1251.csv"


def _queries(cell: str) -> list[str]:
    """Each number of a cell alone and behind its code, without what Д. and ДОБ. call an extension."""
    cell = re.sub(r"\(?\s*(?:ДОБ|Д)\.?\s*[\d,]+\)?", "", cell)
    found = []
    for code, rest in re.findall(r"(\(\d+\))([^(]*)", cell) or [("", cell)]:
        for number in re.findall(r"\d{5,}", rest):
            found += [number, f"{code}{number}"] if len(number) < 10 else [number]
    return found


def _check_phones(office: Office, database: Database, banks: Path, every: int) -> int:
    outcomes = by_line(office, bring(database, banks))
    lines = banks.read_bytes().decode("cp1251").splitlines()
    checked = 0
    with database.transaction() as session:
        for number in range(2, len(lines) + 1, every):
            for query in _queries(lines[number - 1].rpartition(";")[2]):
                hits = {hit.id for hit in find_counterparties(session, query, limit=10_000)}
                assert outcomes[number][0] in hits, (number, query)
                checked += 1
    return checked


@needs_samples
def test_a_thousand_banks_arrive_once_and_only_once(office: Office, database: Database, banks: Path) -> None:
    assert numbers(bring(database, banks)) == (1054, 0, 0, 0)
    before = state(office)
    assert numbers(bring(database, banks)) == (0, 0, 1054, 0)
    assert state(office) == before


@needs_samples
def test_phones_of_the_banks_are_found_by_their_digits(
    office: Office, database: Database, banks: Path
) -> None:
    assert _check_phones(office, database, banks, every=7) > 150


@needs_samples
@pytest.mark.long
def test_every_phone_of_the_banks_is_found_by_its_digits(
    office: Office, database: Database, banks: Path
) -> None:
    assert _check_phones(office, database, banks, every=1) > 1500
