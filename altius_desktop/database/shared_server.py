"""A PostgreSQL of the company's own: whether a company can be made in it, and whether one can be brought up to date.

Everything here is the server's superuser's; a workplace never comes here.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg2
import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.errors import login_error, plain_words, translate
from altius_desktop.database.schema import FORM_OF_REVISION, SCHEMA_REVISION
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import LOGIN_FORM
from altius_desktop.i18n import _, ngettext

OLDEST_VERSION = 150000
# Roles are named after the database: <name>__administrator must fit into PostgreSQL's 63 bytes, a login too,
# and no two companies of a server may come to the same names.
DATABASE_FORM = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_LONGEST_NAME = 30


@contextmanager
def in_plain_words(admin: AdminAddress) -> Iterator[None]:
    """Plain words, also for whoever is not let in."""
    with plain_words():
        try:
            yield
        except psycopg2.OperationalError as error:
            if error.pgcode is None:
                raise login_error(str(error), admin.host) from error
            raise


def administrator_transactions(
    admin: AdminAddress, database: str
) -> Callable[[], AbstractContextManager[Session]]:
    """How the server's superuser begins a transaction in a company's database; errors come out translated."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        engine = admin.engine(database)
        try:
            with Session(engine) as session, session.begin():
                yield session
        except UserError:
            raise
        except Exception as error:
            # Whom the server does not let in it tells without a code.
            if isinstance(error, sa.exc.OperationalError) and not getattr(error.orig, "pgcode", None):
                raise login_error(str(error.orig), admin.host) from error
            translated = translate(error)
            if translated is error:
                raise
            raise translated from error
        finally:
            engine.dispose()

    return transaction


def check_place(admin: AdminAddress, database: str) -> None:
    """UserError unless a company can be made in this database of this server, with the way out as the hint."""
    if not DATABASE_FORM.fullmatch(database) or len(database) > _LONGEST_NAME:
        raise UserError(
            _("“{database}” cannot be the name of a company's database.").format(database=database),
            _("Small Latin letters and digits, at most {count}.").format(count=_LONGEST_NAME),
        )
    with admin.connect() as connection, connection.cursor() as cursor:
        _check_server(connection, cursor)
        cursor.execute(
            "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s AND datname <> %s",
            (f"{database}__owner", database),
        )
        others = [name for (name,) in cursor.fetchall()]
        if others:
            raise UserError(
                _("The logins of {database} belong to the database {other}.").format(
                    database=database, other=others[0]
                ),
                _("Choose another name for the new company's database."),
            )
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
        exists = cursor.fetchone() is not None
        logins = _logins(cursor, database)
    if exists and _is_begun(admin, database):
        return
    if logins:
        raise UserError(
            ngettext(
                "The server has {count} login of an earlier company {database}: {logins}.",
                "The server has {count} logins of an earlier company {database}: {logins}.",
                len(logins),
            ).format(count=len(logins), database=database, logins=", ".join(logins[:5])),
            _("Choose another name for the database, or drop these roles first."),
        )


def _check_server(connection: Any, cursor: Any) -> None:
    if connection.server_version < OLDEST_VERSION:
        raise UserError(
            _("The server is PostgreSQL {version}; version {oldest} or newer is needed.").format(
                version=connection.server_version // 10000, oldest=OLDEST_VERSION // 10000
            ),
            _("Update PostgreSQL first."),
        )
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        raise UserError(
            _("This login is not the administrator of the PostgreSQL server."),
            _("Name the superuser in the address: postgresql://postgres@SERVER/DATABASE"),
        )
    cursor.execute("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'")
    if cursor.fetchone() is None:
        raise UserError(
            _("The server lacks PostgreSQL's extension pg_trgm."),
            _("On Debian: apt-get install postgresql-contrib"),
        )


def _logins(cursor: Any, prefix: str) -> list[str]:
    cursor.execute(
        "SELECT substr(rolname, %s) FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY 1",
        (len(prefix) + 2, f"{prefix}_"),
    )
    return [login for (login,) in cursor.fetchall() if LOGIN_FORM.fullmatch(login)]


def _is_begun(admin: AdminAddress, database: str) -> bool:
    """Whether founding a company here was broken off; False for an empty database, UserError for a used one."""
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')"""
        )
        found = {name for (name,) in cursor.fetchall()}
        if not found:
            return False
        if {"alembic_version", "company"} <= found:
            cursor.execute("SELECT name FROM public.company")
            row = cursor.fetchone()
            if row is None:
                return True
            raise UserError(
                _("The database {database} holds the company {company} already.").format(
                    database=database, company=row[0]
                ),
                _("Bring it up to date with: altius-desktop server upgrade"),
            )
    raise UserError(
        _("The database {database} is not empty.").format(database=database),
        _("Name another database; the program makes it."),
    )


def revision_of(admin: AdminAddress, database: str) -> str:
    """The schema revision of a company's database; UserError if it is none or newer than this program."""
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL")
        found = None
        if cursor.fetchone()[0]:
            cursor.execute("SELECT version_num FROM public.alembic_version")
            found = cursor.fetchone()
    if found is None or not FORM_OF_REVISION.fullmatch(found[0]):
        raise UserError(
            _("The database {database} is not a company of Altius.").format(database=database),
            _("Check the name of the database."),
        )
    revision: str = found[0]
    if revision > SCHEMA_REVISION:
        raise UserError(
            _("This program is older than the company's database."),
            _("Install the newer version of the program."),
        )
    return revision


def check_nobody_is_left_behind(admin: AdminAddress, database: str) -> None:
    """UserError that names whose program is open and would not understand the new schema."""
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT coalesce(e.full_name, s.usename::text), coalesce(host(s.client_addr), '')
               FROM pg_stat_activity AS s
               LEFT JOIN public.employee AS e ON e.login = substr(s.usename::text, length(public.role_prefix()) + 2)
               WHERE s.datname = current_database() AND s.application_name ~ '^altius-desktop'
                 AND s.application_name <> %s ORDER BY 1, 2""",
            (f"altius-desktop {SCHEMA_REVISION}",),
        )
        there = [f"{name} ({address})" if address else name for name, address in cursor.fetchall()]
    if there:
        raise UserError(
            ngettext(
                "An older program is still open at {count} workplace: {names}.",
                "An older program is still open at {count} workplaces: {names}.",
                len(there),
            ).format(count=len(there), names=", ".join(there)),
            _("Have it closed there, then upgrade again."),
        )
