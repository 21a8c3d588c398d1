"""Every page and dialog, one after another, as they look on the present data: for pictures and for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldConflict, UserError
from altius_desktop.i18n import _
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages, theme
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.login import LoginDialog, OfferedLogin
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.dialogs.result import ResultDialog
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.main_window import MainWindow

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
    page.day.show(day=page.day.today + timedelta(days=12 - page.day.today.weekday()))
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
        button = {
            "highlightMenu": window.contacts.actions_bar.highlight,
            "personMenu": window.contacts.day_bar.person_button,
        }[name]
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
    dialog = PlanDialog(window.workplace, page.acts.seed_after(row), window)
    return dialog


def _history(window: MainWindow) -> QWidget:
    row = _chosen(window)
    assert row.counterparty_id is not None
    return HistoryDialog(window.workplace, row.counterparty_id, row.counterparty_name, window)


def _conflict(window: MainWindow) -> QWidget:
    row = _chosen(window)
    theirs = replace(row, topic=f"{row.topic}!", changed_by_name=window.workplace.identity.full_name)
    conflict = Conflict("", theirs, (FieldConflict("topic", row.topic, f"{row.topic}?", theirs.topic),))
    return ConflictDialog(
        window,
        conflict,
        labels={"topic": _("Topic")},
        text_of=lambda _field, value: str(value),
        subtitle=row.counterparty_name,
    )


def _error(window: MainWindow) -> QWidget:
    return messages.show_error(
        window, UserError(_("A colleague is saving the same row right now."), _("Try again."))
    )


def _crash(window: MainWindow) -> QWidget:
    try:
        raise ValueError("an example")
    except ValueError as error:
        return messages.show_crash(window, (type(error), error, error.__traceback__))


def _toast(window: MainWindow) -> QWidget:
    _chosen(window)
    window.contacts.acts.say_done(_("The result is saved"))
    return window


def login_scene(offered: tuple[OfferedLogin, ...]) -> Scene:
    """The login window; it needs a worker of its own, which does nothing here."""

    def make(window: MainWindow) -> QWidget:
        return LoginDialog(
            window.workplace.settings,
            offered=offered,
            connect=lambda _address, _credentials: None,
            worker=window.workplace.worker,
        )

    return Scene("login", make)


SCENES = (
    Scene("contacts", _page),
    Scene("contacts-small", _small),
    Scene("contacts-calendar", _calendar),
    Scene("contacts-colour-menu", _menu("highlightMenu")),
    Scene("contacts-people-menu", _menu("personMenu")),
    Scene("contacts-empty", _empty_day),
    Scene("contacts-offline", _offline),
    Scene("contacts-toast", _toast),
    Scene("result", _result),
    Scene("plan", _plan),
    Scene("history", _history),
    Scene("reschedule", lambda window: RescheduleDialog(window.workplace, _chosen(window), window)),
    Scene("activity", lambda window: ActivityDialog(window.workplace, _chosen(window), window)),
    Scene("conflict", _conflict),
    Scene("settings", _settings),
    Scene("error", _error),
    Scene("crash", _crash),
)


@contextmanager
def shown(window: MainWindow, scene: Scene) -> Iterator[QWidget]:
    """The scene's widget, on the screen and quiet; everything is put back at the end."""
    page = window.contacts
    widget = scene.make(window)
    if not widget.isVisible():
        widget.show()
    settle(window)
    try:
        yield widget
    finally:
        if widget is not window:
            if isinstance(widget, DialogFrame):
                widget.close_saved()
            widget.close()
        for toast in window.findChildren(messages.Toast):
            toast.dismiss()
        window.resize(*WINDOW_SIZE)
        window.show_page(page)
        page.banner.hide()
        window.workplace.live.connection_changed.emit(True, None)
        page.day.show_overdue = True
        page.day.show(day=None)
        settle(window)


def save_pictures(window: MainWindow, folder: Path, *, offered: tuple[OfferedLogin, ...] = ()) -> list[Path]:
    """Save `NN-name-light.png` and `-dark.png` of every scene; the files written."""
    qapp = QApplication.instance()
    assert isinstance(qapp, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    settle(window)
    for look in ("light", "dark"):
        theme.apply_theme(qapp, look)
        for number, scene in enumerate((login_scene(offered), *SCENES), 1):
            with shown(window, scene) as widget:
                target = folder / f"{number:02}-{scene.name}-{look}.png"
                if not _picture(window, widget).save(str(target)):
                    raise UserError(_("{file} cannot be written.").format(file=target))
                written.append(target)
    return written


def _picture(window: MainWindow, widget: QWidget) -> QPixmap:
    """The widget; a menu or calendar is pasted onto the window that it hangs on."""
    if widget.windowType() != Qt.WindowType.Popup:
        return widget.grab()
    whole = window.grab()
    painter = QPainter(whole)
    painter.drawPixmap(window.mapFromGlobal(widget.mapToGlobal(QPoint(0, 0))), widget.grab())
    painter.end()
    return whole
