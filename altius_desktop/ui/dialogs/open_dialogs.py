"""Forms that are still open when somebody wants to leave the program: what is typed in them is asked for first."""

from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.form import DialogFrame


def close_dialogs(window: QWidget) -> bool:
    """Close the forms over the window and over its cards, the topmost first; False if one is not let go.

    One that waits for the server's answer is not.
    """
    while (dialog := _topmost(window)) is not None:
        dialog.raise_()
        dialog.activateWindow()
        dialog.reject()
        if dialog.isVisible():
            return False
    return True


def _topmost(window: QWidget) -> DialogFrame | None:
    found = [
        (depth, widget)
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, DialogFrame) and widget.isVisible()
        for root, depth in (_root_of(widget),)
        if root is window or isinstance(root, CounterpartyCard)
    ]
    return max(found, key=lambda item: item[0])[1] if found else None


def _root_of(widget: QWidget) -> tuple[QWidget, int]:
    depth = 0
    while (parent := widget.parentWidget()) is not None:
        widget, depth = parent, depth + 1
    return widget, depth
