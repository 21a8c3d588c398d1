"""How a scene is shown, put back, and photographed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from altius_desktop.domain import rights
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.ui import messages, theme
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.main_window import MainWindow

WINDOW_SIZE = (1440, 900)
SMALL_SIZE = (1280, 720)


@dataclass(frozen=True)
class Scene:
    """A name for the file and what makes the widget; it is closed again after the picture."""

    name: str
    make: Callable[[MainWindow], QWidget]


# Longer than the side panel waits before it follows the selection.
_QUIET_STEPS, _STEP_MS = 6, 40


def settle(window: MainWindow) -> None:
    """Let everything that is under way arrive and be painted."""
    quiet = 0
    while quiet < _QUIET_STEPS:
        _pause(_STEP_MS)
        quiet = quiet + 1 if window.workplace.worker.pending == 0 else 0


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def shown(window: MainWindow, scene: Scene) -> Iterator[QWidget]:
    """The scene's widget, on the screen and quiet; everything is put back at the end."""
    _dismiss_toasts(window)
    widget = scene.make(window)
    if not widget.isVisible():
        widget.show()
    settle(window)
    try:
        yield widget
    finally:
        # A message deletes itself when it is closed, and somebody may have closed it meanwhile.
        if widget is not window and isValid(widget):
            if isinstance(widget, DialogFrame | CounterpartyCard):
                widget.close_saved()
            widget.close()
            if isinstance(widget, QDialog):
                widget.deleteLater()
        _dismiss_toasts(window)
        window.resize(*WINDOW_SIZE)
        window.workplace.live.connection_changed.emit(True, None)
        if rights.has_workplace(window.workplace.identity.groups):
            _begin_anew(window)
        else:
            window.show_page(window.administration)
        settle(window)


def _dismiss_toasts(window: MainWindow) -> None:
    for toast in messages.standing_toasts(window):
        toast.dismiss()


def _begin_anew(window: MainWindow) -> None:
    page = window.contacts
    window.show_page(page)
    page.banner.hide()
    page.day.show_overdue = True
    page.day.show(day=None, person=window.workplace.identity.employee_id)
    window.counterparties.ticks.clear()
    if window.counterparties.listing.asked:
        window.counterparties.reset()


def save_pictures(window: MainWindow, folder: Path, scenes: Sequence[Scene], *, first: int = 1) -> list[Path]:
    """Save `NN-name-light.png` and `-dark.png` of every scene, numbered from `first`; the files written."""
    qapp = QApplication.instance()
    assert isinstance(qapp, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    settle(window)
    for look in ("light", "dark"):
        theme.apply_theme(qapp, look)
        for number, scene in enumerate(scenes, first):
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
