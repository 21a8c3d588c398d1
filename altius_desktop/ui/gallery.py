"""Every page and dialog, one after another, as they look on the present data: for pictures and for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QPoint, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.domain.errors import CellError, Conflict, ConnectionLost, FieldConflict, UserError
from altius_desktop.i18n import _
from altius_desktop.services.activities import fields_of
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages, theme
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.login import LoginDialog, OfferedLogin
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.dialogs.result import ResultDialog
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.worker import Worker

WINDOW_SIZE = (1440, 900)
SMALL_SIZE = (1280, 720)


@dataclass(frozen=True)
class Scene:
    """A name for the file and what makes the widget; it is closed again after the picture."""

    name: str
    make: Callable[[MainWindow], QWidget]


def settle(window: MainWindow, milliseconds: int = 250) -> None:
    """Let everything that is under way arrive and be painted."""
    quiet = 0
    while quiet < 2:
        _pause(milliseconds)
        quiet = quiet + 1 if window.workplace.worker.pending == 0 else 0


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _chosen(window: MainWindow) -> ActivityRow:
    """The first open call of one's own, selected."""
    page = window.contacts
    for section in page.sections:
        for row in section.rows():
            if row.status == "planned" and row.counterparty_id and row.due_on == page.day.day:
                section.take_focus(row.id)
                settle(window)
                return row
    raise UserError(_("There is nothing to show: the day has no open row."))


def _page(window: MainWindow) -> QWidget:
    window.resize(*WINDOW_SIZE)
    _chosen(window)
    return window


def _small(window: MainWindow) -> QWidget:
    window.resize(*SMALL_SIZE)
    _chosen(window)
    return window


def _empty_day(window: MainWindow) -> QWidget:
    page = window.contacts
    page.day.show_overdue = False
    page.day.show(day=page.day.today + timedelta(days=400))
    settle(window)
    return window


def _offline(window: MainWindow) -> QWidget:
    _chosen(window)
    lost = ConnectionLost(
        _("The server {server} does not answer.").format(server=window.workplace.database.address.title)
    )
    window.workplace.live.connection_changed.emit(False, lost)
    return window


def _settings(window: MainWindow) -> QWidget:
    window.show_page(window.settings_page)
    return window


def _menu(name: str) -> Callable[[MainWindow], QWidget]:
    def make(window: MainWindow) -> QWidget:
        _chosen(window)
        button = {"highlightMenu": window.contacts.actions_bar.highlight, "personMenu": window.contacts.day_bar.person_button}[
            name
        ]
        menu = button.menu()
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        return menu

    return make


def _calendar(window: MainWindow) -> QWidget:
    window.contacts.day_bar.open_calendar()
    settle(window)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    return popup


def _result(window: MainWindow) -> QWidget:
    return ResultDialog(window.workplace, _chosen(window), window)


def _plan(window: MainWindow) -> QWidget:
    page = window.contacts
    row = _chosen(window)
    dialog = PlanDialog(window.workplace, page._seed_after(row), window)
    return dialog


def _history(window: MainWindow) -> QWidget:
    row = _chosen(window)
    assert row.counterparty_id is not None
    return HistoryDialog(window.workplace, row.counterparty_id, row.counterparty_name, window)


def _conflict(window: MainWindow) -> QWidget:
    row = _chosen(window)
    theirs = replace(row, topic=row.topic + ", срочно", changed_by_name=window.workplace.identity.full_name)
    return ConflictDialog(
        window.workplace,
        Conflict(
            _("{name} changed this at {time:%H:%M}. Your text is kept; choose what to save.").format(
                name=theirs.changed_by_name, time=theirs.changed_at
            ),
            theirs,
            (FieldConflict("topic", row.topic, row.topic + " и сроки", theirs.topic),),
        ),
        fields_of(row),
        window,
    )


def _error(window: MainWindow) -> QWidget:
    error = UserError(_("A colleague is saving the same row right now."), _("Try again."))
    return messages.show_error(window, error)
