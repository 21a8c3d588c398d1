"""The workplace's way to the company's data: one pool, one kind of transaction, errors in the user's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg2
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from altius_desktop.database.errors import connection_lost, login_error, translate
from altius_desktop.database.schema import FORM_OF_REVISION, SCHEMA_REVISION
from altius_desktop.domain.errors import LoginRefused, UserError
from altius_desktop.i18n import _

# A dead peer is noticed within 20 s (tcp_user_timeout: 10 s on Linux); no connect hangs for minutes.
SOCKET_OPTIONS: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
}


# An upgrade of the schema asks by it who would be left behind.
APPLICATION_NAME = f"altius-desktop {SCHEMA_REVISION}"


@dataclass(frozen=True)
class ServerAddress:
    """Where a company lies: host, port, database, and the prefix of its roles (the database's name)."""

    host: str
    port: int = 5432
    database: str = "altius"
    prefix: str = ""
    sslmode: str = "prefer"
    sslrootcert: str = ""

    @property
    def role_prefix(self) -> str:
        return self.prefix or self.database

    @property
    def title(self) -> str:
        """The server as people call it: the host alone, with the port where it is not the usual one."""
        return self.host if self.port == 5432 else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Credentials:
    """Who connects: `login` as typed; the role is the prefix and the login."""

    login: str
    password: str = field(repr=False)


def connect_options(address: ServerAddress, credentials: Credentials) -> dict[str, Any]:
    """Arguments of psycopg2.connect for this employee."""
    return {
        "host": address.host,
        "port": address.port,
        "dbname": address.database,
        "user": f"{address.role_prefix}_{credentials.login}",
        "password": credentials.password,
        "sslmode": address.sslmode,
        **({"sslrootcert": address.sslrootcert} if address.sslrootcert else {}),
        "application_name": APPLICATION_NAME,
        # "Today" comes from office_today(); a session in UTC keeps every stray cast predictable.
        # Starting parallel workers costs more than all that a page asks for.
        "options": "-c timezone=UTC -c max_parallel_workers_per_gather=0 -c statement_timeout=120s",
        **SOCKET_OPTIONS,
    }


def open_connection(address: ServerAddress, credentials: Credentials) -> Any:
    """A psycopg2 connection of one's own (listener, long work); UserError if nobody gets in."""
    try:
        return psycopg2.connect(**connect_options(address, credentials))
    except psycopg2.OperationalError as error:
        raise login_error(str(error), address.title) from error
    except UnicodeDecodeError as error:
        # What a server on a Russian Windows says before the login is not UTF-8.
        raise login_error(error.object.decode("cp1251", "replace"), address.title) from error
    except (ValueError, UnicodeError) as error:
        raise LoginRefused(_("The login or the password is wrong.")) from error


class Database:
    """The company's database as one logged-in employee sees it; used from the worker's threads."""

    def __init__(self, address: ServerAddress, credentials: Credentials) -> None:
        self.address = address
        self.credentials = credentials
        # One connection stays; a second read at the same time opens one and closes it again.
        self._engine = sa.create_engine(
            "postgresql+psycopg2://",
            creator=lambda: open_connection(address, self.credentials),
            pool_size=1,
            max_overflow=3,
            pool_pre_ping=True,
            pool_timeout=10,
            # Plans stay in the session that made them; the statement cache is SQLAlchemy's.
            query_cache_size=500,
        )
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error; errors come out translated."""
        try:
            with self._sessions.begin() as session:
                yield session
        except UserError:
            raise
        except Exception as error:
            translated = translate(error)
            if translated is error:
                raise
            raise translated from error

    def check(self) -> None:
        """Log in and compare the schema with the one this program ships; UserError says what is wrong."""
        with self.transaction() as session:
            try:
                found = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
            except sa.exc.ProgrammingError:
                found = None
        if found is None or not FORM_OF_REVISION.fullmatch(found):
            raise UserError(
                _("The database {database} is not a company of Altius.").format(
                    database=self.address.database
                ),
                _("Check the name of the database."),
            )
        if found != SCHEMA_REVISION:
            older = found < SCHEMA_REVISION
            raise UserError(
                _("The company's database is older than this program.")
                if older
                else _("This program is older than the company's database."),
                _("Ask your administrator to update the database.")
                if older
                else _("Install the newer version of the program."),
            )

    def use_password(self, password: str) -> None:
        """Open what is opened from now on with this password; open connections stay."""
        self.credentials = replace(self.credentials, password=password)

    def close(self) -> None:
        self._engine.dispose()


__all__ = [
    "Credentials",
    "Database",
    "ServerAddress",
    "connect_options",
    "connection_lost",
    "open_connection",
]
