"""The system account that PostgreSQL runs under, and how its programs are started.

PostgreSQL refuses to run as root: root's server runs as another user, everybody else's as himself.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

if sys.platform == "win32":
    NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    NO_WINDOW = 0
_TIME_LIMIT = 300  # seconds; pg_ctl has a shorter limit of its own


def is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


@dataclass(frozen=True)
class ServerAccount:
    """Who runs the server; the ids are None where it is the user himself."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Exit status and output of a program run under this account, apart from the user's terminal."""
        # A file, not a pipe: the server would inherit a pipe and keep it open for ever.
        with tempfile.TemporaryFile() as output:
            try:
                result = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=Path(tempfile.gettempdir()).anchor,
                    env={**_environment(), **(environment or {})},
                    timeout=_TIME_LIMIT,
                    check=False,
                    creationflags=NO_WINDOW,
                    start_new_session=sys.platform != "win32",
                    user=self.uid,
                    group=self.gid,
                    extra_groups=None if self.uid is None else [],
                    umask=-1 if sys.platform == "win32" else 0o077,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise UserError(
                    _("The program {program} could not be run.").format(program=command[0]), str(error)
                ) from error
            output.seek(0)
            return result.returncode, output.read().decode("utf-8", "replace")

    def own(self, path: Path) -> None:
        """Give a file or folder that root has just made to this account."""
        if sys.platform != "win32" and self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, program: Path) -> bool:
        try:
            return self.run([str(program), "--version"])[0] == 0
        except UserError:
            return False

    def first_closed_folder(self, folder: Path) -> Path | None:
        """The folder on the way to `folder` that this account may not enter; None if the way is open."""
        if self.uid is None:
            return None
        way = [str(step) for step in (*reversed(folder.parents), folder)]
        status, said = self.run(
            [
                "/bin/sh",
                "-c",
                'for step; do cd "$step" 2>/dev/null || { echo "$step"; exit 1; }; done',
                "sh",
                *way,
            ]
        )
        return Path(said.strip()) if status else None


def choose_account(*existing: Path) -> ServerAccount:
    """The user himself; for root the owner of the first existing folder that is not root's, else postgres or nobody."""
    if sys.platform == "win32" or not is_root():
        return ServerAccount("")
    import pwd

    for folder in existing:
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            try:
                return ServerAccount(pwd.getpwuid(owner.st_uid).pw_name, owner.st_uid, owner.st_gid)
            except KeyError:
                return ServerAccount(str(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(name, entry.pw_uid, entry.pw_gid)
    raise UserError(
        _(
            "PostgreSQL does not run as root, and this computer has neither a user postgres nor a user nobody."
        ),
        _("Start the program as an ordinary user."),
    )


def give_to_owner(path: Path) -> None:
    """Root must not leave files that the owner of their folder cannot open."""
    if sys.platform != "win32" and is_root():
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def write_file(path: Path, text: str, mode: int) -> None:
    """Put a whole file in place at once, for the owner of its folder."""
    # A fresh name each time: an open() of the final one could follow somebody's link.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
    give_to_owner(fresh)
    fresh.replace(path)


def command_of(pid: int) -> str | None:
    """The command line of a process as far as the system tells it ("" for a dead one not yet buried), None if none."""
    if sys.platform == "win32":
        said = _ask_system(["tasklist", "/FI", f"PID eq {pid}", "/FO", "CSV", "/NH"])
        return said if f'"{pid}"' in said else None
    process = Path("/proc") / str(pid) / "cmdline"
    if Path("/proc/self/cmdline").exists():
        try:
            return process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return None
    return _ask_system(["ps", "-ww", "-o", "args=", "-p", str(pid)]) or None


def _ask_system(command: Sequence[str]) -> str:
    try:
        return subprocess.run(
            command,
            capture_output=True,
            env=users_environment(),
            text=True,
            timeout=30,
            check=False,
            creationflags=NO_WINDOW,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def users_environment() -> dict[str, str]:
    """The user's own for one of PostgreSQL's programs: without PG…, which would steer it, and ALTIUS_…, often a password."""
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith(("PG", "ALTIUS_"))
    }


def _environment() -> dict[str, str]:
    """Enough for PostgreSQL's programs, with messages in English, and nothing of the user's own."""
    if sys.platform == "win32":
        return users_environment()
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
