"""The large company at a twentieth of its size: what it holds, and that no search in it reads a table from end to end."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from psycopg2 import sql

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.domain.inn import is_valid_inn
from altius_desktop.domain.phones import parse_phones
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    ListOrder,
    list_counterparties,
)
from altius_desktop.services.demo import DEMO_PASSWORD, keep_demo_fresh, make_demo_company
from altius_desktop.services.demo.large import Extent, fill_large
from altius_desktop.services.search import find_anything, find_counterparties
from tests.conftest import Cluster
from tests.explained import explain

NAME = "large_test"
EXTENT = Extent(counterparties=50_000, activities=60_000, attempts=20_000)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
# A word of no meaning alone, common ones, a surname, digits inside a phone, what nobody has, typing errors.
WORDS = (
    "",
    "ооо",
    "строй",
    "ива",
    "елисеева",
    "57712",
    "ъъъщщ",
    "альфмонтаж",
    "сторй",
    "домостроем",
    "елисева",
    "ив",
)


def ask(admin: AdminAddress, query: str, *values: object) -> list[tuple[Any, ...]]:
    with admin.connect(NAME) as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


@pytest.fixture(scope="module")
def admin(cluster: Cluster) -> Iterator[AdminAddress]:
    """A small demo with EXTENT around it; `indexes` as they were before."""
    make_demo_company(cluster.admin, database=NAME, prefix=NAME, size="small")
    before = ask(cluster.admin, INDEXES)
    told: list[tuple[str, int, int]] = []
    with cluster.admin.connect(NAME) as connection:
        ((today,),) = ask(cluster.admin, "SELECT office_today()")
        fill_large(connection, today=today, extent=EXTENT, progress=lambda *step: told.append(step))
    assert ask(cluster.admin, INDEXES) == before
    assert all(0 <= done <= whole for _text, done, whole in told) and len({text for text, *_rest in told}) > 5
    yield cluster.admin
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


@pytest.fixture(scope="module")
def employee(admin: AdminAddress) -> Iterator[Database]:
    """An ordinary employee's place of work."""
    database = Database(ServerAddress(admin.host, admin.port, NAME), Credentials("petrova", DEMO_PASSWORD))
    yield database
    database.close()


def test_it_holds_as_much_as_was_asked_for(admin: AdminAddress) -> None:
    ((firms, roles, persons, activities, attempts, texts),) = ask(
        admin,
        """SELECT (SELECT count(*) FROM counterparty), (SELECT count(DISTINCT counterparty_id) FROM counterparty_role),
                  (SELECT count(DISTINCT counterparty_id) FROM contact_person), (SELECT count(*) FROM activity),
                  (SELECT count(*) FROM attempt), (SELECT count(*) FROM counterparty_search)""",
    )
    assert firms == roles == persons == texts >= EXTENT.counterparties
    assert activities >= EXTENT.activities
    assert attempts >= EXTENT.attempts
    ((phones, without),) = ask(
        admin,
        """SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM contact_point AS t
           WHERE t.counterparty_id = c.id AND t.kind = 'phone')) FROM counterparty AS c""",
    )
    assert (phones, without) == (firms, 0)


def test_its_rows_are_what_the_program_itself_would_write(admin: AdminAddress) -> None:
    firms = ask(
        admin,
        "SELECT name, full_name, inn, search_text, sort_key FROM counterparty WHERE id::text LIKE '0194%%' ORDER BY id",
    )
    for name, full_name, inn, text, key in Random(1).sample(firms, 2000):
        assert (search_text(name, full_name, inn), sort_key(name)) == (text, key)
        assert is_valid_inn(inn)
    phones = ask(
        admin,
        """SELECT value, e164, digits, extension FROM contact_point
           WHERE kind = 'phone' AND id::text LIKE '0194%%' ORDER BY id""",
    )
    for value, *known in Random(1).sample(phones, 1000):
        (phone,) = parse_phones(value)
        assert [phone.e164, phone.digits, phone.extension] == known
    assert len({name for name, *_rest in firms}) > EXTENT.counterparties * 0.6


def test_every_reference_leads_somewhere(admin: AdminAddress) -> None:
    """Foreign keys rest while the rows are written."""
    keys = ask(
        admin,
        """SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text, b.attname
           FROM pg_constraint AS k
           JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
           JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1] WHERE k.contype = 'f'""",
    )
    assert len(keys) > 30
    for table, column, target, key in keys:
        assert ask(
            admin,
            f"SELECT count(*) FROM {table} AS t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM {target} AS o WHERE o.{key} = t.{column})",
        ) == [(0,)], (table, column)


@pytest.mark.parametrize("word", WORDS)
def test_no_search_reads_a_table_from_end_to_end(employee: Database, word: str) -> None:
    for operation, arguments in (
        (list_counterparties, {"where": CounterpartyFilter(query=word)}),
        (find_counterparties, {"query": word}),
        (find_anything, {"query": word}),
    ):
        seen = explain(employee, operation, **arguments)
        assert seen.scanned == (), (operation, seen.statements)
        assert seen.buffers < 5000, operation


@pytest.mark.parametrize("order", [ListOrder("name", True), ListOrder("inn"), ListOrder("applied_on", True)])
@pytest.mark.parametrize("word", ["", "строй"])
def test_the_next_page_goes_on_where_the_last_one_ended(
    employee: Database, order: ListOrder, word: str
) -> None:
    where = CounterpartyFilter(query=word)
    with employee.transaction() as session:
        first = list_counterparties(session, where=where, order=order)
    seen = explain(employee, list_counterparties, where=where, order=order, after=first.next, limit=60)
    if not (word and order.key != "name"):
        assert seen.scanned == ()
        assert seen.buffers < 5000
    assert not any(" OFFSET " in statement for statement in seen.statements)


def test_the_measure_itself_sees_a_table_read_from_end_to_end(employee: Database) -> None:
    import sqlalchemy as sa

    seen = explain(
        employee,
        lambda session: session.execute(sa.text("SELECT count(*) FROM counterparty WHERE note LIKE '%я%'")),
    )
    assert seen.scanned == ("counterparty",)
    assert seen.buffers > 1000


def test_on_a_later_day_it_is_topped_up_and_never_made_anew(admin: AdminAddress) -> None:
    ((today,),) = ask(admin, "SELECT office_today()")
    (before,) = ask(admin, "SELECT count(*) FROM counterparty")
    assert keep_demo_fresh(admin, database=NAME, prefix=NAME, today=today + timedelta(1))
    assert ask(admin, "SELECT count(*) FROM counterparty") == [before]
