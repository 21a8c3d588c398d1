"""Filling a company's empty database with the demo: one transaction, the same rows for the same day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any, Literal

from psycopg2 import sql

from altius_desktop.i18n import _
from altius_desktop.services.demo.counterparties import add_counterparties
from altius_desktop.services.demo.days import add_coming
from altius_desktop.services.demo.office import Office, add_company, colleagues
from altius_desktop.services.demo.past import add_past
from altius_desktop.services.demo.rows import TABLES, Rows
from altius_desktop.services.demo.showcase import add_showcase
from altius_desktop.services.demo.workdays import at

Size = Literal["office", "small", "large"]
Progress = Callable[[str, int, int], None]

# Counterparties, and activities of the last year; the large company is the office with more around it.
_SIZES: dict[Size, tuple[int, int]] = {
    "office": (2000, 20_000),
    "small": (60, 400),
    "large": (2000, 20_000),
}
STEPS = 5


def fill_company(
    connection: Any, *, today: date, size: Size = "office", progress: Progress | None = None
) -> None:
    """Fill the empty company of `connection` (psycopg2, administrator) and commit; all of it or nothing."""
    count, activities = _SIZES[size]
    tell = progress or (lambda _text, _step, _steps: None)
    with as_owner(connection) as cursor, _without_triggers(cursor):
        tell(_("Writing the directory of counterparties"), 3, STEPS)
        rows = Rows()
        add_company(rows)
        add_counterparties(rows, Random("counterparties"), colleagues=colleagues(), count=count, today=today)
        rows.copy(cursor)
        tell(_("Writing a year of contacts"), 4, STEPS)
        office = Office(cursor)
        add_past(rows, Random("past"), office, today=today, count=activities)
        add_coming(rows, office, today)
        add_showcase(rows, office, today)
        note_filling(rows, today)
        rows.copy(cursor)
        tell(_("Finishing"), 5, STEPS)
        cursor.execute("SELECT refresh_counterparty_search(array(SELECT id FROM counterparty))")
        cursor.execute(f"ANALYZE {', '.join(TABLES)}, counterparty_search")


def note_filling(rows: Rows, today: date) -> None:
    """The demo's own act: it tells for which day the company was filled, or freshened."""
    rows.add("act", id=f"01910000-0000-7000-8fff-{today.toordinal():012x}", acted_at=at(today, 6 * 60))


def filled_for(cursor: Any) -> date | None:
    """The newest day that the demo was filled or freshened for."""
    cursor.execute(
        "SELECT (max(acted_at) AT TIME ZONE office_zone())::date FROM act "
        "WHERE id BETWEEN '01910000-0000-7000-8fff-000000000000' AND '01910000-0000-7000-8fff-ffffffffffff'"
    )
    day: date | None = cursor.fetchone()[0]
    return day


@contextmanager
def as_owner(connection: Any) -> Iterator[Any]:
    """A cursor in one transaction of the database's owner; committed at the end."""
    autocommit, connection.autocommit = connection.autocommit, False
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
            )
            cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(cursor.fetchone()[0])))
            yield cursor
    finally:
        connection.autocommit = autocommit


@contextmanager
def _without_triggers(cursor: Any) -> Iterator[None]:
    """Stamps and news rest while the tables are filled; foreign keys do not."""
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s) ORDER BY 1",
        (list(TABLES),),
    )
    tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
