"""From what a command line says to who connects where: an address with a login, or an embedded server's folder."""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg2 import ProgrammingError
from psycopg2.errors import UndefinedTable
from psycopg2.extensions import parse_dsn

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, ServerAddress, open_connection
from altius_desktop.database.embedded import EmbeddedServer, is_initialised
from altius_desktop.database.kept_passwords import KeptPasswords
from altius_desktop.domain.errors import LoginRefused, UserError
from altius_desktop.i18n import _

EMBEDDED_DATABASE = "altius"
# Long enough to unlock the keyring by hand, and short enough for a script.
_KEYRING_SECONDS = 30.0
DEMO_DIRECTOR = "gromov"


@dataclass(frozen=True)
class Access:
    """Who connects where."""

    address: ServerAddress
    credentials: Credentials


def embedded_address(admin: AdminAddress) -> ServerAddress:
    """The company that an embedded server holds, as its employees reach it."""
    return ServerAddress(admin.host, admin.port, EMBEDDED_DATABASE, sslmode="disable")


@contextmanager
def running_server(data_dir: Path) -> Iterator[AdminAddress]:
    """The embedded server of a company's folder, started if need be and stopped by whoever is last."""
    missing = UserError(
        _("There is no company in {folder}.").format(folder=data_dir),
        _("Make one with: altius-desktop server init --embedded"),
    )
    if not is_initialised(data_dir):
        raise missing
    server = EmbeddedServer(data_dir)
    try:
        admin = server.start()
        if not has_company(admin):
            raise missing
        yield admin
    finally:
        server.leave()


def has_company(admin: AdminAddress) -> bool:
    """Whether the embedded server holds a company; not so where founding it was broken off."""
    with admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (EMBEDDED_DATABASE,))
        if cursor.fetchone() is None:
            return False
    with admin.connect(EMBEDDED_DATABASE) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SELECT EXISTS (SELECT FROM company)")
        except UndefinedTable:
            return False
        return bool(cursor.fetchone()[0])


def is_demo(admin: AdminAddress) -> bool:
    """Whether the embedded company is a demo, whose passwords are known to everybody."""
    with admin.connect(EMBEDDED_DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT is_demo FROM company")
        row = cursor.fetchone()
    return bool(row and row[0])


def from_dsn(dsn: str, *, login: str | None, ask_password: Callable[[str], str]) -> Access:
    """The access that a libpq address or URL names; `login` replaces its user, who may be the role or the login."""
    parts = _parts(dsn)
    address = ServerAddress(
        host=parts.get("host", "localhost"),
        port=_port(parts.get("port", "5432")),
        database=parts.get("dbname", EMBEDDED_DATABASE),
        sslmode=parts.get("sslmode", "prefer"),
        sslrootcert=parts.get("sslrootcert", ""),
    )
    who = login or parts.get("user", "").removeprefix(f"{address.role_prefix}_")
    if not who:
        raise UserError(_("Nobody is named who should log in."), _("Add --as LOGIN."))
    given = parts.get("password") or os.environ.get("PGPASSWORD")
    if given:
        return Access(address, Credentials(who, given))
    kept = _kept(address, who)
    return Access(address, kept or Credentials(who, ask_password(who)))


def _kept(address: ServerAddress, login: str) -> Credentials | None:
    """What the keyring keeps and the server still takes; a password that it refuses is forgotten."""
    passwords = KeptPasswords(seconds=_KEYRING_SECONDS)
    try:
        password = passwords.get(address, login)
    except UserError:
        return None
    if password is None:
        return None
    credentials = Credentials(login, password)
    try:
        open_connection(address, credentials).close()
    except LoginRefused:
        with contextlib.suppress(UserError):
            passwords.forget(address, login)
        return None
    return credentials


def administrator_from_dsn(dsn: str, *, ask_password: Callable[[str], str]) -> tuple[AdminAddress, str]:
    """The server's superuser whom an address names, and the database it names.

    Through a socket of this computer (host=/var/run/postgresql) the system vouches for him without a password.
    """
    parts = _parts(dsn)
    host, user = parts.get("host", "localhost"), parts.get("user", "postgres")
    password = parts.get("password") or os.environ.get("PGPASSWORD")
    if password is None:
        password = "" if host.startswith("/") else ask_password(user)
    admin = AdminAddress(
        host,
        _port(parts.get("port", "5432")),
        user,
        password,
        sslmode=parts.get("sslmode", "prefer"),
        sslrootcert=parts.get("sslrootcert", ""),
    )
    return admin, parts.get("dbname", EMBEDDED_DATABASE)


def user_of(dsn: str) -> str:
    """Whom the address names; empty if nobody."""
    return _parts(dsn).get("user", "")


def names_password(dsn: str) -> bool:
    """Whether the address itself holds the password, so that PGPASSWORD means somebody else's."""
    return "password" in _parts(dsn)


def _parts(dsn: str) -> dict[str, str]:
    try:
        parts: dict[str, str] = parse_dsn(dsn)
    except (ProgrammingError, ValueError) as error:
        raise UserError(
            _("The server's address cannot be read."),
            _("Write it as: postgresql://LOGIN@SERVER/DATABASE"),
        ) from error
    return parts


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise UserError(_("“{port}” is no port number.").format(port=text))
    return int(text)


@contextmanager
def from_data_dir(
    data_dir: Path, *, login: str | None, demo_password: str, ask_password: Callable[[str], str]
) -> Iterator[Access]:
    """The access to an embedded company; a demo is entered as its director unless somebody is named."""
    with running_server(data_dir) as admin:
        if is_demo(admin):
            credentials = Credentials(login or DEMO_DIRECTOR, demo_password)
        elif login is None:
            raise UserError(_("Nobody is named who should log in."), _("Add --as LOGIN."))
        else:
            credentials = Credentials(login, os.environ.get("PGPASSWORD") or ask_password(login))
        yield Access(embedded_address(admin), credentials)
