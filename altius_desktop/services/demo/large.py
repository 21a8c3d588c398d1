"""The large company: a million counterparties and ten million activities around the people of the small demo.

Indexes are dropped and built again when the rows are there: a third of the time that they cost row by row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from altius_desktop.i18n import _
from altius_desktop.services.demo import large_rows
from altius_desktop.services.demo.bulk import as_owner_without_triggers, insert_activities
from altius_desktop.services.demo.filling import Progress


@dataclass(frozen=True)
class Extent:
    """How much is added to the small demo."""

    counterparties: int
    activities: int
    attempts: int


LARGE = Extent(1_000_000, 10_000_000, 5_000_000)
_FIRMS_AT_ONCE, _ACTIVITIES_AT_ONCE, _TEXTS_AT_ONCE = 100_000, 2_000_000, 20_000
_TABLES = (
    "counterparty",
    "counterparty_role",
    "contact_person",
    "contact_point",
    "counterparty_search",
    "activity",
    "attempt",
)
# Every text is made by looks into these two.
_WHAT_TEXTS_NEED = ("contact_person", "contact_point")


def fill_large(
    connection: Any, *, today: date, extent: Extent = LARGE, progress: Progress | None = None
) -> None:
    """Add `extent` to the small demo of `connection` (psycopg2, administrator) and commit; all of it or nothing."""
    tell = progress or (lambda _text, _step, _steps: None)
    with as_owner_without_triggers(connection) as cursor:
        for setting in ("work_mem = '512MB'", "maintenance_work_mem = '1GB'", "synchronous_commit = off"):
            cursor.execute(f"SET LOCAL {setting}")
        with _indexes_built_afterwards(cursor, tell):
            _add_counterparties(cursor, today, extent.counterparties, tell)
            _add_activities(cursor, today, extent, tell)
        tell(_("Collecting statistics"), 0, 1)
        cursor.execute(f"ANALYZE {', '.join(_TABLES)}, employee")
        tell(_("Collecting statistics"), 1, 1)
    # An index alone answers only where the table's pages are known to be visible to all.
    with connection.cursor() as cursor:
        for number, table in enumerate(_TABLES, 1):
            cursor.execute(f"VACUUM {table}")
            tell(_("Tidying the tables"), number, len(_TABLES))


def is_large(cursor: Any) -> bool:
    """Whether this company was made by fill_large."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM counterparty WHERE id BETWEEN %s::uuid AND %s::uuid)",
        (large_rows.FIRST_FIRM, large_rows.LAST_FIRM),
    )
    large: bool = cursor.fetchone()[0]
    return large


def _add_counterparties(cursor: Any, today: date, count: int, tell: Progress) -> None:
    values = {**large_rows.parameters(), "today": today}
    cursor.execute(large_rows.EMPLOYEE_ROWS, values)
    for start in range(0, count, _FIRMS_AT_ONCE):
        end = min(count, start + _FIRMS_AT_ONCE)
        for rows in (
            large_rows.FIRM_ROWS,
            large_rows.ROLE_ROWS,
            large_rows.PERSON_ROWS,
            large_rows.PHONE_ROWS,
            large_rows.MAIL_ROWS,
        ):
            cursor.execute(rows, {**values, "first": start + 1, "last": end})
        tell(_("Writing counterparties"), end, count)


def _add_activities(cursor: Any, today: date, extent: Extent, tell: Progress) -> None:
    for start in range(0, extent.activities, _ACTIVITIES_AT_ONCE):
        portion = min(extent.activities - start, _ACTIVITIES_AT_ONCE)
        insert_activities(cursor, start=start, count=portion, total=extent.activities, today=today)
        tell(_("Writing activities"), start + portion, extent.activities)
    cursor.execute(large_rows.ATTEMPT_ROWS, {"attempts": extent.attempts})
    tell(_("Writing attempts"), extent.attempts, extent.attempts)


@contextmanager
def _indexes_built_afterwards(cursor: Any, tell: Progress) -> Iterator[None]:
    """Drop the indexes of the tables to be filled; afterwards build them, with the texts of the search between."""
    cursor.execute(
        "SELECT c.relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)"
        " FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid"
        " WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary"
        " AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid) ORDER BY 2",
        (list(_TABLES),),
    )
    indexes = cursor.fetchall()
    for _table, name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    first = [definition for table, _name, definition in indexes if table in _WHAT_TEXTS_NEED]
    rest = [definition for table, _name, definition in indexes if table not in _WHAT_TEXTS_NEED]
    for number, definition in enumerate(first, 1):
        cursor.execute(definition)
        tell(_("Building indexes"), number, len(indexes))
    cursor.execute(f"ANALYZE {', '.join(_WHAT_TEXTS_NEED)}")
    _write_search_texts(cursor, tell)
    for number, definition in enumerate(rest, len(first) + 1):
        cursor.execute(definition)
        tell(_("Building indexes"), number, len(indexes))


def _write_search_texts(cursor: Any, tell: Progress) -> None:
    cursor.execute(
        "SELECT id FROM counterparty WHERE NOT EXISTS"
        " (SELECT FROM counterparty_search AS s WHERE s.counterparty_id = counterparty.id) ORDER BY id"
    )
    ids = [identity for (identity,) in cursor.fetchall()]
    for start in range(0, len(ids), _TEXTS_AT_ONCE):
        portion = ids[start : start + _TEXTS_AT_ONCE]
        cursor.execute("SELECT refresh_counterparty_search(%s::uuid[])", (portion,))
        tell(_("Writing the texts that are searched"), start + len(portion), len(ids))
