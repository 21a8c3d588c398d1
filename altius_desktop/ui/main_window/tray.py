"""The program's icon in the system's tray, where the system has one; without it the window is all there is."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from altius_desktop.i18n import ngettext
from altius_desktop.ui.formats import number
from altius_desktop.ui.main_window.logo import window_icon


class Tray(QObject):
    """Says in its tool tip how much is unread; a click brings the window to the front."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(window_icon(), self)
            self._icon.activated.connect(lambda _reason: self._raise())
            self.show_unread(0)
            self._icon.show()

    def show_unread(self, count: int) -> None:
        if self._icon is not None:
            told = ngettext("{count} unread notice", "{count} unread notices", count)
            self._icon.setToolTip(told.format(count=number(count)) if count else "Altius")

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()

    def _raise(self) -> None:
        window = self._window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
