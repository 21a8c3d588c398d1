"""Real windows on virtual displays, of processes of the program on a company of the test's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.provisioning import grant_connect
from tests.conftest import PREFIX, Cluster, Office
from tests.e2e.screen import LATIN, MISSING, Keyboard, Screen
from tests.e2e.seat import Seat

OpenScreen = Callable[..., Screen]
OpenSeat = Callable[..., Seat]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not MISSING:
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
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

        def open_one(*arguments: str, keyboard: Keyboard = LATIN, screen: Screen | None = None) -> Seat:
            number = len(list(tmp_path.glob("seat-*")))
            folder = tmp_path / f"seat-{number}"
            seat = Seat(screen or open_screen(keyboard), folder, "--lang", "ru", *arguments)
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
