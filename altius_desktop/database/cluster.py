"""One PostgreSQL cluster in a folder: made, found running, started and stopped.

Every caller holds the folder's start lock (embedded.py), so that one program at a time does any of it.
"""

import re
import secrets
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from altius_desktop.database.programs import ServerPrograms
from altius_desktop.database.server_account import ServerAccount, command_of, write_file
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

HOST = "127.0.0.1"
SUPERUSER = "postgres"
_PATIENCE = 60.0  # seconds for a server that is starting, stopping or recovering
_LOG_LIMIT = 5_000_000  # bytes; a longer log is set aside at the next start


@dataclass(frozen=True)
class Postmaster:
    """What postmaster.pid says; the port is missing in the first moments of a start."""

    pid: int
    port: int | None


class Cluster:
    """The cluster below `data_dir`, with its password, port and log files beside it."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            if not re.fullmatch(r"[\w.]+", name) or not re.fullmatch(r"[\w.:/+-]*", value):
                raise ValueError(f"setting {name}={value!r} cannot be passed on a command line")
        self.data_dir = data_dir
        self.path = data_dir / "cluster"
        self._settings = settings
        self._log = data_dir / "server.log"

    def password(self) -> str:
        return (self.data_dir / "superuser.password").read_text(encoding="utf-8").strip()

    def version(self) -> int:
        """The major version that made it; UserError where there is no cluster of this program's."""
        try:
            self.password()
            return int((self.path / "PG_VERSION").read_text().strip())
        except (OSError, ValueError) as error:
            raise not_ours(self.data_dir) from error

    def initialise(self, programs: ServerPrograms, account: ServerAccount) -> None:
        """Make it under another name and rename it: what is called `cluster` is whole, and its password is kept."""
        fresh = self.data_dir / f"cluster.{secrets.token_hex(4)}"
        password_file = self.data_dir / "initdb.password"
        log = self.data_dir / "initdb.log"
        try:
            write_file(self.data_dir / "superuser.password", secrets.token_urlsafe(32), 0o600)
            write_file(password_file, self.password(), 0o600)
            account.own(password_file)
            fresh.mkdir(mode=0o700)
            account.own(fresh)
            command = [str(programs.program("initdb")), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8"]
            # Under --locale=C Cyrillic would have no trigrams; 15 and 16 know no builtin provider.
            if programs.version >= 17:
                command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            command += ["--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password_file}"]
            if self._settings.get("fsync") == "off":
                command.append("--no-sync")
            status, said = account.run(command)
            if status:
                write_file(log, said, 0o600)
                raise _server_error(_("The database could not be made: {reason}"), said, log)
            fresh.rename(self.path)
            log.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(self.data_dir, error) from error
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)

    def connect(self, port: int) -> Any:
        """A superuser's psycopg2 connection to database postgres."""
        # Everything is said here, so that PG… variables of the user's have no say.
        return psycopg2.connect(
            host=HOST,
            port=port,
            user=SUPERUSER,
            password=self.password(),
            dbname="postgres",
            options="",
            connect_timeout=3,
            sslmode="disable",
            gssencmode="disable",
            target_session_attrs="any",
        )

    def refusal(self, port: int) -> str | None:
        """Why this cluster's server takes no connection at `port`; None if it does."""
        try:
            connection = self.connect(port)
        except psycopg2.OperationalError as error:
            return str(error).strip()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                (folder,) = cursor.fetchone()
                return None if Path(folder).resolve() == self.path else f"the server there uses {folder}"
        except psycopg2.Error as error:
            return str(error).strip()
        finally:
            connection.close()

    def running(self) -> Postmaster | None:
        """The live server; None if postmaster.pid is missing, or its number now belongs to another process."""
        found = self._postmaster()
        if found is None or (command := command_of(found.pid)) is None:
            return None
        if f"-D {self.path} -c " in command:
            return found
        answers = "postgres" in command and found.port is not None and self.refusal(found.port) is None
        return found if answers else None

    def await_running(self) -> Postmaster | None:
        """The server as soon as it takes connections, waited for while it starts or stops; None if none runs."""
        deadline = time.monotonic() + _PATIENCE
        refusal: str | None = ""
        while (found := self.running()) is not None:
            if found.port is not None and (refusal := self.refusal(found.port)) is None:
                return found
            if time.monotonic() > deadline or "authentication failed" in (refusal or ""):
                raise _server_error(
                    _("The database server runs but does not answer: {reason}"), refusal or "", self._log
                )
            time.sleep(0.05)
        return None

    def launch(self, programs: ServerPrograms, account: ServerAccount) -> int:
        """Start the server and return its port: the last one if it is free, else another."""
        for left_over in self.data_dir.glob("cluster.*"):  # of programs killed while they made the cluster
            shutil.rmtree(left_over, ignore_errors=True)
        port = self._last_port() or _free_port()
        deadline = time.monotonic() + _PATIENCE
        while True:
            self._prepare_log(account)
            seen = self._log.stat().st_size
            status, said = self._pg_ctl_start(programs, account, port)
            if status == 0:
                write_file(self.data_dir / "port", str(port), 0o644)
                self._check_trigrams(port, programs, account)
                return port
            text = _read_from(self._log, seen)
            if "could not bind" in text:  # another program has taken the port since
                port = _free_port()
            elif "pre-existing shared memory" in text or '"postmaster.pid" already exists' in text:
                time.sleep(0.1)  # children of a killed postmaster are still dying
            else:
                raise _server_error(
                    _("The database server does not start: {reason}"), text or said, self._log
                )
            if time.monotonic() > deadline:
                raise _server_error(_("The database server does not start: {reason}"), text, self._log)

    def stop(self, programs: ServerPrograms, account: ServerAccount) -> None:
        """Stop the server if it runs: transactions under way are rolled back, connections closed."""
        # Without a look first, pg_ctl would send its signal to whatever process has the number now.
        if self.running() is None:
            return
        pg_ctl = str(programs.program("pg_ctl"))
        status, said = account.run([pg_ctl, "stop", "-w", "-t", "60", "-m", "fast", "-D", str(self.path)])
        if status and self.running() is not None:
            raise _server_error(_("The database server does not stop: {reason}"), said, self._log)

    def _postmaster(self) -> Postmaster | None:
        try:
            text = (self.path / "postmaster.pid").read_text(encoding="utf-8", errors="replace")
            lines = text.split("\n")
            return Postmaster(int(lines[0]), int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None)
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise unusable(self.data_dir, error) from error

    def _pg_ctl_start(self, programs: ServerPrograms, account: ServerAccount, port: int) -> tuple[int, str]:
        options = {
            **self._settings,
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": "",
        }
        switches = " ".join(f"-c {name}={value}" for name, value in options.items())
        command = [str(programs.program("pg_ctl")), "start", "-w", "-t", "120", "-l", str(self._log)]
        stale = self._postmaster()
        if stale is None or command_of(stale.pid) is None:
            return account.run([*command, "-D", str(self.path), "-o", switches])
        # postmaster.pid names a process that lives but is not our server. PostgreSQL would refuse to start;
        # it takes the file for stale if the number is its grandparent's, and still makes sure by the shared
        # memory that nobody uses the cluster. Deleting the file would lose that. On POSIX pg_ctl sets the
        # variable itself, so `env` sets it again behind its back.
        if sys.platform == "win32":
            stand_in = {"PG_GRANDPARENT_PID": str(stale.pid)}
            return account.run([*command, "-D", str(self.path), "-o", switches], stand_in)
        server = shlex.join(
            [f"PG_GRANDPARENT_PID={stale.pid}", str(programs.program("postgres")), "-D", str(self.path)]
        )
        return account.run(
            [*command, "-p", "/usr/bin/env", "-o", f"{server} {switches}"], {"PGDATA": str(self.path)}
        )

    def _check_trigrams(self, port: int, programs: ServerPrograms, account: ServerAccount) -> None:
        """Cyrillic must have trigrams, or every search is a sequential scan; leaves nothing in the database."""
        connection = self.connect(port)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE FUNCTION pg_temp.show_trgm(text) RETURNS text[]"
                    " AS '$libdir/pg_trgm', 'show_trgm' LANGUAGE C"
                )
                cursor.execute("SELECT array_length(pg_temp.show_trgm('Строй'), 1)")
                if cursor.fetchone() == (6,):
                    return
            reason = _("it finds no trigrams in Russian words")
        except psycopg2.Error as error:
            reason = str(error).strip().split("\n")[0]
        finally:
            connection.close()  # never committed
        self.stop(programs, account)
        raise UserError(
            _("The PostgreSQL in {folder} cannot search Russian text: {reason}.").format(
                folder=programs.bin_dir, reason=reason
            ),
            _("Its extension pg_trgm is needed, and a database made by this program."),
        )

    def _last_port(self) -> int | None:
        try:
            return int((self.data_dir / "port").read_text())
        except (OSError, ValueError):
            return None

    def _prepare_log(self, account: ServerAccount) -> None:
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.replace(self._log.with_suffix(".old.log"))
        if not self._log.exists():
            write_file(self._log, "", 0o600)
            account.own(self._log)


def not_ours(data_dir: Path) -> UserError:
    return UserError(
        _("The folder {folder} does not hold a database of this program.").format(folder=data_dir),
        _("Choose an empty folder or a new one."),
    )


def unusable(data_dir: Path, error: Exception) -> UserError:
    return UserError(
        _("The folder {folder} cannot be used for the database.").format(folder=data_dir), str(error)
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _read_from(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return file.read(1_000_000).decode("utf-8", "replace")


def _server_error(sentence: str, said: str, log: Path) -> UserError:
    """`sentence` with the line that tells most of what PostgreSQL said, and where the rest can be read."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)] or lines
    reason = (
        re.sub(r"^.*\b(FATAL|PANIC|ERROR|error):\s*", "", telling[-1]) if telling else _("it gave no reason")
    )
    return UserError(sentence.format(reason=reason), _("The whole story is in {file}.").format(file=log))
