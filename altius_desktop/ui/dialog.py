"""What every dialog of the house has in common before it has a look."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget


class Dialog(QDialog):
    """A dialog that gives the keyboard back to the window behind it when it closes.

    Window managers do so by themselves only as long as that window stays: a question that closes together with
    the dialog it was asked over would leave no window with the keyboard.
    """

    def setVisible(self, visible: bool) -> None:
        had_keyboard = not visible and self.isActiveWindow()
        super().setVisible(visible)
        behind = self.parentWidget()
        if had_keyboard and behind is not None:
            QTimer.singleShot(0, behind, lambda: _give_keyboard(behind))


def _give_keyboard(widget: QWidget) -> None:
    window: QWidget | None = widget.window()
    while window is not None and not window.isVisible():
        window = window.parentWidget()
    if window is not None and QApplication.activeWindow() is None:
        window.window().activateWindow()
