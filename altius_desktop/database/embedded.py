"""The embedded PostgreSQL: one cluster in a folder of the user's, used by several programs at once.

Whoever comes first starts the server, later ones attach; each holds a shared file lock, and who leaves
last stops it. A lock is gone with its process, so a killed program neither blocks nor strands the server.
The folder holds `cluster/` (owned by the server's account), `superuser.password` (0600), `port`,
`server.log` and two lock files. Must not know anything of the company database inside.
"""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import fasteners
import platformdirs

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.cluster import HOST, SUPERUSER, Cluster, not_ours, unusable
from altius_desktop.database.programs import EMBEDDED, ServerPrograms, copy_programs, find_programs
from altius_desktop.database.server_account import ServerAccount, choose_account, give_to_owner, is_root
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

# Sized for an office PC that does other things too. JIT only delays queries as short as ours.
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "jit": "off",
}

_ROOT_STATE = Path("/var/lib/altius-desktop")
_LOCK_PATIENCE = 150.0  # seconds; longer than a start or a stop may take


@dataclass(frozen=True)
class ServerStatus:
    """What is known of a cluster without starting it; `in_use` means that some program holds it."""

    initialised: bool = False
    running: bool = False
    in_use: bool = False
    port: int | None = None
    pid: int | None = None
    version: int | None = None


@dataclass
class _Hold:
    lock: fasteners.InterProcessReaderWriterLock
    count: int


# POSIX file locks belong to the process: a second handle on the file would, when closed, drop the first one's
# lock. So a process holds each folder once, however many EmbeddedServers it has.
_guard = threading.RLock()
_holds: dict[Path, _Hold] = {}


def default_data_dir() -> Path:
    """The user's own data folder; root's lies where another account can reach it."""
    state = _ROOT_STATE if is_root() else platformdirs.user_data_path("altius-desktop", appauthor=False)
    return state / "server"


def is_initialised(data_dir: Path) -> bool:
    return os.path.isdir(data_dir / "cluster")  # noqa: PTH112 - Path.is_dir raises where the folder is closed to us


class EmbeddedServer:
    """One program's hold on the cluster below `data_dir`; safe to use from any thread.

    `settings` are added to SETTINGS if this program is the one that starts the server. `programs_dir` is where
    root keeps a copy of the server's programs, if the server's account cannot read them in their place;
    `programs` replaces what find_programs() finds.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        programs_dir: Path | None = None,
        programs: ServerPrograms | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute().resolve()
        self._cluster = Cluster(self.data_dir, {**SETTINGS, **(settings or {})})
        self._programs = programs
        self._programs_dir = programs_dir or _ROOT_STATE / "programs"
        self._address: AdminAddress | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def start(self) -> AdminAddress:
        """Make the cluster if there is none, start its server or attach to it; UserError says what is in the way.

        Called again it makes sure that the server runs, and may return another port.
        """
        with _guard:
            self._prepare_folder()
            with self._start_lock():
                account = self._account()
                self._check_way(account)
                programs = self._programs_for(account)
                if not is_initialised(self.data_dir):
                    self._cluster.initialise(programs, account)
                self._check_version(programs)
                found = self._cluster.await_running()
                port = found.port if found else None
                if port is None:
                    port = self._cluster.launch(programs, account)
                if self._address is None:
                    self._join()
                self._address = AdminAddress(HOST, port, SUPERUSER, self._cluster.password())
                return self._address

    def leave(self) -> None:
        """Give up this program's hold; who leaves last stops the server. Harmless if not started."""
        with _guard:
            if self._address is None:
                return
            with self._start_lock():
                self._address = None
                if self._was_last():
                    account = self._account()
                    self._cluster.stop(self._programs_for(account), account)

    def status(self) -> ServerStatus:
        """What is there and what runs; starts nothing."""
        if not is_initialised(self.data_dir):
            return ServerStatus()
        with _guard, self._start_lock():
            version = self._cluster.version()
            found = self._cluster.running()
            return ServerStatus(
                initialised=True,
                running=found is not None,
                in_use=self._in_use(),
                port=found.port if found else None,
                pid=found.pid if found else None,
                version=version,
            )

    def _prepare_folder(self) -> None:
        if sys.platform != "win32" and set(str(self.data_dir)) & set('"$`\\\n'):
            raise UserError(
                _("The name of the folder {folder} holds a character that PostgreSQL cannot take.").format(
                    folder=self.data_dir
                ),
                _('Choose a folder without ", $, ` and \\ in its name.'),
            )
        try:
            missing = [step for step in (self.data_dir, *self.data_dir.parents) if not step.exists()]
            for step in reversed(missing):
                step.mkdir(mode=0o700, exist_ok=True)
                if is_root():  # whatever the umask: the server's account must get through
                    step.chmod(0o755)
            start_lock = self.data_dir / "start.lock"
            present = {entry.name for entry in self.data_dir.iterdir()}
            if present and not present & {"cluster", start_lock.name}:
                raise not_ours(self.data_dir)
            if is_root() and not present and self.data_dir.stat().st_uid == 0:
                self.data_dir.chmod(self.data_dir.stat().st_mode | 0o711)
            with start_lock.open("a"):
                give_to_owner(start_lock)
        except OSError as error:
            raise unusable(self.data_dir, error) from error

    def _account(self) -> ServerAccount:
        return choose_account(self._cluster.path, self.data_dir)

    def _check_way(self, account: ServerAccount) -> None:
        closed = account.first_closed_folder(self.data_dir)
        if closed is not None:
            raise UserError(
                _(
                    "The database server runs as the user {user}, who may not enter the folder {folder}."
                ).format(user=account.name, folder=closed),
                _("Choose another folder for the data, such as {folder}.").format(folder=default_data_dir()),
            )
        if is_initialised(self.data_dir) and not os.access(self._cluster.path, os.R_OK | os.W_OK | os.X_OK):
            raise UserError(
                _("The database in the folder {folder} belongs to another user.").format(folder=self.data_dir)
            )

    def _programs_for(self, account: ServerAccount) -> ServerPrograms:
        programs = self._programs or find_programs()
        if account.uid is None or account.can_run(programs.program("initdb")):
            return programs
        if programs.origin == EMBEDDED:
            programs = copy_programs(programs, self._programs_dir)
            if account.can_run(programs.program("initdb")):
                return programs
        raise UserError(
            _("The database server runs as the user {user}, who cannot run the programs in {folder}.").format(
                user=account.name, folder=programs.bin_dir
            )
        )

    def _check_version(self, programs: ServerPrograms) -> None:
        version = self._cluster.version()
        if version != programs.version:
            raise UserError(
                _(
                    "The database in {folder} was made by PostgreSQL {theirs}, but this is PostgreSQL {ours}."
                ).format(folder=self.data_dir, theirs=version, ours=programs.version),
                _("Name the programs of PostgreSQL {theirs} in ALTIUS_PG_BIN.").format(theirs=version),
            )

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        """One program at a time starts, stops or looks."""
        lock = fasteners.InterProcessLock(self.data_dir / "start.lock")
        try:
            gotten = lock.acquire(timeout=_LOCK_PATIENCE)
        except (
            OSError,
            RuntimeError,
        ) as error:  # RuntimeError: fasteners' word for a file system without locks
            raise unusable(self.data_dir, error) from error
        if not gotten:
            lock.lockfile.close()
            raise UserError(
                _("Another program has been starting or stopping the database server for too long."),
                _("Try again in a minute."),
            )
        try:
            yield
        finally:
            lock.release()

    def _join(self) -> None:
        hold = _holds.get(self.data_dir)
        if hold is None:
            lock = self._use_lock()
            lock.acquire_read_lock()  # nobody writes-locks it but under the start lock, which is ours now
            give_to_owner(self.data_dir / "use.lock")
            hold = _holds[self.data_dir] = _Hold(lock, 0)
        hold.count += 1

    def _was_last(self) -> bool:
        hold = _holds[self.data_dir]
        hold.count -= 1
        if hold.count:
            return False
        del _holds[self.data_dir]
        hold.lock.release_read_lock()
        return not self._in_use()

    def _in_use(self) -> bool:
        if self.data_dir in _holds:
            return True
        lock = self._use_lock()
        if lock.acquire_write_lock(blocking=False):
            lock.release_write_lock()
            return False
        lock.lockfile.close()
        return True

    def _use_lock(self) -> fasteners.InterProcessReaderWriterLock:
        return fasteners.InterProcessReaderWriterLock(self.data_dir / "use.lock")
