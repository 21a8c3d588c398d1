"""What the tests of backups share: reaching a company, watching processes, running the program."""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from altius_desktop.database import embedded
from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.archive import DUMP, MANIFEST
from altius_desktop.database.backups.clients import Reach
from altius_desktop.database.provisioning import create_login
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Office

CHECKOUT = Path(embedded.__file__).parents[2]
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")

only_linux = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")


def silent(_text: str, _done: int, _total: int) -> None:
    pass


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def processes() -> list[tuple[int, str]]:
    """The live processes beside this one, with their command lines."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                found.append((int(entry.name), command))
    return found


def reach(office: Office) -> Reach:
    return Reach.of_administrator(office.admin, office.address.database)


@contextmanager
def keeper(office: Office) -> Iterator[None]:
    """A login of the group backup, gone at the end."""
    with office.admin.connect() as connection, connection.cursor() as cursor:
        create_login(connection, prefix=PREFIX, login="keeper", password=DEMO_PASSWORD, groups=("backup",))
        try:
            yield
        finally:
            cursor.execute(f"DROP ROLE {PREFIX}_keeper")


def databases(admin: AdminAddress) -> list[str]:
    with admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres') AND NOT datistemplate"
        )
        return [name for (name,) in cursor.fetchall()]


def rewritten(source: Path, target: Path, *, dump_end: int | None = None, **changes: object) -> Path:
    """The backup with other words in its manifest, or with a shorter dump, as a zip that is whole."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        new.writestr(DUMP, old.read(DUMP)[:dump_end])
        new.writestr(MANIFEST, json.dumps({**json.loads(old.read(MANIFEST)), **changes}))
    return target


def dump_of(office: Office) -> list[int]:
    """The processes of pg_dump on this office."""
    return [
        pid
        for pid, line in processes()
        if "pg_dump" in line.split(" ")[0] and office.address.database in line
    ]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "altius_desktop", *map(str, arguments), "--lang", "en"]


def dsn(office: Office, login: str) -> str:
    address = office.address
    return f"postgresql://{PREFIX}_{login}@{address.host}:{address.port}/{address.database}"


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(CHECKOUT),
        **more,
    }


def run(folder: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(folder, **more),
        cwd="/",
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=110,
    )
