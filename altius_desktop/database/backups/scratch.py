"""What is made for a moment and must be gone even if this program is killed: a cluster to try a dump in, a half file."""

import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.programs import ServerPrograms
from altius_desktop.database.server_account import users_environment
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

# Nothing in a scratch cluster outlives the minute: no waiting for the disk.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "20"}

# Our death closes the pipe. A killed initdb or pg_ctl may still be making files: hence some seconds of sweeping.
_SWEEPER = """
read -r word; [ "$word" = done ] && exit
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    pid=$(head -n 1 "$1/server/cluster/postmaster.pid" 2>/dev/null) && [ "$pid" ] && kill -QUIT "$pid" 2>/dev/null
    rm -rf -- "$1" 2>/dev/null
    sleep 0.2
done
"""


@contextmanager
def swept_if_killed(path: Path) -> Iterator[None]:
    """The file or folder is gone afterwards, also if this process dies; a server in its `server` folder is ended."""
    if sys.platform == "win32":
        yield
        return
    try:
        sweeper = subprocess.Popen(
            ["/bin/sh", "-c", _SWEEPER, "sh", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=users_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(
            _("The program {program} could not be run.").format(program="/bin/sh"), str(error)
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            # What is still there is being written to by a program of ours that is just ending: it is swept up.
            sweeper.communicate(b"" if path.exists() else b"done\n")


@contextmanager
def scratch_server(programs: ServerPrograms) -> Iterator[AdminAddress]:
    """An empty server for a moment, in a folder of its own that root's server account can enter."""
    # The sweeper is there before the folder: no death comes between them.
    folder = Path(tempfile.gettempdir()) / f"altius-scratch-{secrets.token_hex(6)}"
    with swept_if_killed(folder):
        try:
            folder.mkdir()
            folder.chmod(0o755)
        except OSError as error:
            raise UserError(
                _("There is no room for trying the backup out: {reason}").format(reason=error.strerror)
            ) from error
        server = EmbeddedServer(folder / "server", settings=_HASTY, programs=programs)
        try:
            yield server.start()
        finally:
            try:
                server.leave()
            finally:
                shutil.rmtree(folder, ignore_errors=True)
