"""Real workplaces in the test's process: the program's own composition on a company of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from altius_desktop.app import Desktop, Start, open_company
from altius_desktop.database.connection import Credentials
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.settings import Settings
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office
from tests.db.desks import Desk, as_owner
from tests.ui.workplaces import MY_CALL, find_row, working_as

OpenWindow = Callable[[str], MainWindow]


@pytest.fixture
def open_window(qapp, qtbot: QtBot, office: Office, tmp_path: Path) -> Iterator[OpenWindow]:
    """Log somebody in and wait until his day is painted; every window is closed at the end."""
    opened: list[Desktop] = []

    def open_for(login: str) -> MainWindow:
        settings = Settings.load(tmp_path / f"{login}.json")
        settings.language, settings.theme = "ru", "light"
        desktop = Desktop(qapp, settings, Start())
        opened.append(desktop)
        desktop.open(open_company(office.address, Credentials(login, DEMO_PASSWORD)))
        window = desktop.window
        assert window is not None
        # With the first connection for news the day is read once more: what follows is the test's own.
        with qtbot.waitSignals([window.contacts.painted, window.workplace.live.returned], timeout=10_000):
            pass
        qtbot.waitUntil(lambda: window.workplace.worker.pending == 0, timeout=10_000)
        return window

    yield open_for
    for desktop in opened:
        desktop.close()
    qapp.processEvents()


@pytest.fixture
def desk(office: Office, qtbot: QtBot) -> Iterator[Workplace]:
    """The workplace of scherbakova, who hears no news, for tests of one dialog."""
    with working_as(office, "scherbakova", live=False) as workplace:
        yield workplace
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


@pytest.fixture
def live_desk(office: Office, qtbot: QtBot) -> Iterator[Workplace]:
    """The workplace of scherbakova, who hears what colleagues do."""
    with working_as(office, "scherbakova") as workplace:
        with qtbot.waitSignal(workplace.live.returned, timeout=15_000):
            pass
        yield workplace
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


@pytest.fixture
def call(office: Office, desk: Workplace) -> ActivityRow:
    """A call that she has today."""
    return find_row(office, desk, MY_CALL)


@pytest.fixture
def petrova(office: Office) -> Iterator[Desk]:
    """A colleague who works without a window."""
    result = Desk(office, "petrova")
    yield result
    result.close()


@pytest.fixture
def nothing_waits(office: Office) -> None:
    """There are no notices yet, and nobody stands in for anybody."""
    as_owner(office, "DELETE FROM notice")
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")
    as_owner(office, "UPDATE employee SET has_workplace = true WHERE login IS NOT NULL")
