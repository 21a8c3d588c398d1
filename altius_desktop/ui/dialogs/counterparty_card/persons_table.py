"""The table of contact persons: it has the focus of a new card, and yet nobody is chosen in it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent

from altius_desktop.ui.table import DataTable


class PersonsTable(DataTable):
    """Chooses a row at the user's keys and clicks only: a plan and a letter go to who is chosen."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        chosen = self.currentIndex().isValid()
        super().focusInEvent(event)
        # Qt makes the first row the current one, also when the window alone got the focus.
        given = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.OtherFocusReason)
        if not chosen and event.reason() in given:
            self.clear_current()
