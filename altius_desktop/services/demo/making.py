"""Making the demo company on a server, and keeping it around today. Administrator's work, never the window's.

The database is built as `<name>__new` and renamed at the end: what bears the name is complete.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg2
from psycopg2 import sql

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.provisioning import create_company_database, create_login, upgrade_schema
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.demo.filling import STEPS, Progress, Size, as_owner, fill_company, filled_for
from altius_desktop.services.demo.freshening import freshen, nobody_worked
from altius_desktop.services.demo.large import fill_large, is_large
from altius_desktop.services.demo.office import DEMO_LOGINS, DEMO_PASSWORD


def make_demo_company(
    admin: AdminAddress,
    *,
    database: str,
    prefix: str,
    today: date | None = None,
    size: Size = "office",
    progress: Progress | None = None,
) -> None:
    """Make the demo and its logins; a complete one keeps its content, a half-made one is made again.

    UserError if a company of that name exists that is no demo: it is never touched.
    """
    with admin.connect() as connection, _one_at_a_time(connection, database), connection.cursor() as cursor:
        day = today or _server_today(cursor)
        if _exists(cursor, database):
            if _is_demo(admin, database):
                upgrade_schema(admin, database=database)
                return
            _drop(cursor, database)
        _make(admin, cursor, database, prefix, day, size, progress)


def keep_demo_fresh(
    admin: AdminAddress,
    *,
    database: str,
    prefix: str,
    today: date | None = None,
    size: Size = "office",
    progress: Progress | None = None,
) -> bool:
    """Bring a demo that was made for an earlier day to today; whether anything was done.

    If nobody has worked in it and nobody is connected it is made anew, unless it is large. Else it is topped up: everybody
    gets the missing plans of today and the next two weeks, and what the demo itself planned for the days
    in between and no login ever touched is worked off, but for a few that stay late. Rows that a user
    entered or changed are never touched.
    """
    with admin.connect() as connection, _one_at_a_time(connection, database), connection.cursor() as cursor:
        day = today or _server_today(cursor)
        # Counted first: a session that has just been closed here may linger for a moment.
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
            (database,),
        )
        nobody_there = cursor.fetchone()[0] == 0
        with admin.connect(database) as inside, inside.cursor() as look:
            made_for = filled_for(look)
            if made_for is None or made_for >= day:
                return False
            untouched = not is_large(look) and nobody_worked(look)
        if nobody_there and untouched:
            _make(admin, cursor, database, prefix, day, size, progress)
            return True
        with admin.connect(database) as inside, as_owner(inside) as owner:
            freshen(owner, day)
        return True


def _make(
    admin: AdminAddress,
    cursor: Any,
    database: str,
    prefix: str,
    today: date,
    size: Size,
    progress: Progress | None,
) -> None:
    tell = progress or (lambda _text, _step, _steps: None)
    new = f"{database}__new"
    tell(_("Creating the database"), 1, STEPS)
    _drop(cursor, new)
    create_company_database(admin, database=new, prefix=prefix)
    tell(_("Creating the logins"), 2, STEPS)
    for login in DEMO_LOGINS:
        create_login(
            cursor.connection, prefix=prefix, login=login.login, password=DEMO_PASSWORD, groups=login.groups
        )
    with admin.connect(new) as connection:
        fill_company(connection, today=today, size=size, progress=progress)
        if size == "large":
            fill_large(connection, today=today, progress=progress)
    _drop(cursor, database)
    cursor.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(database))
    )


def _is_demo(admin: AdminAddress, database: str) -> bool:
    """Whether a complete demo is there; False for an empty or half-made database, which may be dropped."""
    with admin.connect(database) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SELECT is_demo FROM company")
            found = cursor.fetchone()
            if found is None:
                cursor.execute("SELECT EXISTS (SELECT FROM employee) OR EXISTS (SELECT FROM counterparty)")
                is_empty = not cursor.fetchone()[0]
        except psycopg2.errors.UndefinedTable:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            found, is_empty = None, cursor.fetchone()[0] == 0
        if (found and not found[0]) or (found is None and not is_empty):
            raise UserError(
                _("The database {database} is not a demo; it stays as it is.").format(database=database),
                _("Choose another name for the demo."),
            )
        return found is not None and filled_for(cursor) is not None


def _server_today(cursor: Any) -> date:
    cursor.execute("SELECT (now() AT TIME ZONE 'Europe/Moscow')::date")
    today: date = cursor.fetchone()[0]
    return today


def _exists(cursor: Any, database: str) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
    return cursor.fetchone() is not None


def _drop(cursor: Any, database: str) -> None:
    # WITH (FORCE) only ever meets a half-made database or a demo that nobody is connected to.
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


@contextmanager
def _one_at_a_time(connection: Any, database: str) -> Iterator[None]:
    """Two starters of one demo: the second waits, and finds it made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('demo ' || %s))", (database,))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('demo ' || %s))", (database,))
