"""A workplace as the window gets it, for tests of one dialog or page: the real worker, listener and database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.database.connection import Credentials
from altius_desktop.database.listener import Listener
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.services.directories import get_directories
from altius_desktop.services.identity import get_identity
from altius_desktop.settings import Settings
from altius_desktop.ui.live import Live
from altius_desktop.ui.worker import Worker
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office

MY_CALL = (
    "a.section = 'call' AND a.status = 'planned' AND a.due_on = office_today() AND a.assignee_id = "
    "(SELECT id FROM employee WHERE login = 'scherbakova')"
)
"""The condition of a call that scherbakova has today."""

W = TypeVar("W", bound=QWidget)
D = TypeVar("D", bound=QDialog)


@contextmanager
def working_as(office: Office, login: str, *, live: bool = True) -> Iterator[Workplace]:
    """The workplace of this employee; closed in order at the end, and nothing may have crashed in it.

    Without `live` it hears no news, as one whose line is slow.
    """
    database = office.database(login)
    with database.transaction() as session:
        identity = get_identity(session)
        directories = get_directories(session)
    worker = Worker()
    crashes: list[object] = []
    worker.crashed.connect(lambda _parent, exc_info: crashes.append(exc_info))
    follower = Live(
        lambda on_news, on_state: Listener(
            office.address, Credentials(login, DEMO_PASSWORD), on_news=on_news, on_state=on_state
        )
    )
    workplace = Workplace(
        database=database,
        worker=worker,
        live=follower,
        identity=identity,
        directories=directories,
        settings=Settings(),
    )
    follower.start()
    if not live:
        follower.close()
    try:
        yield workplace
    finally:
        follower.close()
        assert worker.close(5)
        database.close()
        assert crashes == []


def read_row(workplace: Workplace, activity_id: UUID) -> ActivityRow:
    """The activity as the server has it now."""
    with workplace.database.transaction() as session:
        (row,) = list_activities(session, [activity_id])
    return row


def find_row(office: Office, workplace: Workplace, condition: str) -> ActivityRow:
    """The first activity that satisfies an SQL condition on `a`."""
    query = f"SELECT a.id FROM activity AS a WHERE {condition} ORDER BY a.id LIMIT 1"
    ((activity_id,),) = office.fetch(workplace.identity.login, query)
    return read_row(workplace, UUID(str(activity_id)))


def opened(qtbot: QtBot, workplace: Workplace, dialog: D) -> D:
    """The dialog on the screen, with all it asked of the server; at the end it closes without a question."""
    qtbot.addWidget(dialog, before_close_func=lambda shown: shown.done(0))
    dialog.show()
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)
    return dialog


def part(dialog: QWidget, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]  # a default for W
    """The widget of this name, which must be there."""
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found
