"""Real windows on virtual displays, of processes of the program on a company of the test's own."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from altius_desktop.database.access import EMBEDDED_DATABASE
from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.provisioning import grant_connect
from altius_desktop.services.demo import make_demo_company
from tests.conftest import HASTY, PREFIX, Cluster, Office
from tests.e2e.screen import LATIN, MISSING, Keyboard, Screen
from tests.e2e.seat import Seat, processes_naming, wait_until

OpenScreen = Callable[..., Screen]
OpenSeat = Callable[..., Seat]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not MISSING:
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # Xvfb and xdotool are system packages: a machine without them can still run all other tests.
            item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(MISSING)}"))


@pytest.fixture
def company(cluster: Cluster, template: str) -> Iterator[Office]:
    """A demo company whose database is called as its roles begin: --dsn finds the roles by that."""
    drop = f"DROP DATABASE IF EXISTS {PREFIX} WITH (FORCE)"
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(drop)
        cursor.execute(f"CREATE DATABASE {PREFIX} TEMPLATE {template} OWNER {PREFIX}__owner")
        grant_connect(cursor, database=PREFIX, prefix=PREFIX)
    try:
        yield Office(cluster.admin, ServerAddress(cluster.admin.host, cluster.admin.port, PREFIX))
    finally:
        with cluster.admin.connect() as connection, connection.cursor() as cursor:
            cursor.execute(drop)


@pytest.fixture(scope="session")
def made_demo() -> Iterator[Path]:
    """The folder of a small demo company on an embedded server, stopped, to be copied."""
    base = Path(tempfile.mkdtemp(prefix="altius-made-"))
    base.chmod(0o755)
    try:
        with EmbeddedServer(base / "demo", settings=HASTY) as server:
            make_demo_company(
                server.start(), database=EMBEDDED_DATABASE, prefix=EMBEDDED_DATABASE, size="small"
            )
        yield base / "demo"
    finally:
        shutil.rmtree(base)


@pytest.fixture
def demo_dir(made_demo: Path) -> Iterator[Path]:
    """A demo's folder of the test's own; fails if a process on it is left running."""
    base = Path(tempfile.mkdtemp(prefix="altius-demo-"))
    base.chmod(0o755)
    subprocess.run(["cp", "-a", made_demo, base / "demo"], check=True)
    try:
        yield base / "demo"
    finally:
        left = processes_naming(base)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes_naming(base))
        shutil.rmtree(base, ignore_errors=True)
    assert not left, "a server or a program was left running"


@pytest.fixture
def open_screen(tmp_path: Path) -> Iterator[OpenScreen]:
    with ExitStack() as opened:

        def open_one(keyboard: Keyboard = LATIN) -> Screen:
            screen = Screen(keyboard, tmp_path)
            opened.callback(screen.close)
            return screen

        yield open_one


@pytest.fixture
def open_seat(open_screen: OpenScreen, tmp_path: Path) -> Iterator[OpenSeat]:
    """Start the program with these arguments on a display of its own; it is killed at the end if it still runs."""
    with ExitStack() as opened:

        def open_one(*arguments: str, keyboard: Keyboard = LATIN) -> Seat:
            folder = tmp_path / f"seat-{len(list(tmp_path.glob('seat-*')))}"
            seat = Seat(open_screen(keyboard), folder, "--lang", "ru", *arguments)
            opened.callback(seat.kill)
            return seat

        yield open_one


@pytest.fixture
def sit_down(company: Office, open_seat: OpenSeat) -> OpenSeat:
    """Open the workplace of this employee of the company, and wait until his day is painted."""

    def sit(login: str, keyboard: Keyboard = LATIN) -> Seat:
        seat = open_seat("--dsn", dsn_of(company, login), keyboard=keyboard)
        seat.wait_for_day()
        return seat

    return sit


def dsn_of(office: Office, login: str) -> str:
    address = office.address
    return f"postgresql://{login}@{address.host}:{address.port}/{address.database}?sslmode=disable"
